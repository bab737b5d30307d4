"""A package is taken whole from the right issuer for the right reader, or refused whole."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.package import (
    SITE_KIND,
    Manifest,
    Package,
    PackageError,
    PackageFault,
    read_package,
    read_site,
    site_entries,
    write_package,
)
from sync.seal import SigningKey, UnsealingKey, VerifyKey
from tests.support.sync_people import candidate, exam_session

ISSUER = SigningKey.generate()
READER = UnsealingKey.generate()
NOW_S = 1_779_000_000.0


def write(
    entries: dict[str, bytes],
    *,
    sequence: int = 3,
    kind: str = SITE_KIND,
    issuer: SigningKey = ISSUER,
) -> bytes:
    return write_package(
        entries,
        kind=kind,
        package_id=exam_session().id,
        sequence=sequence,
        audience="station-1",
        signing_key=issuer,
        sealing_key=READER.sealing_key,
        created_s=NOW_S,
        not_after_s=NOW_S + 3600,
    )


def read(
    data: bytes,
    *,
    issuer_key: VerifyKey = ISSUER.verify_key,
    audience: str = "station-1",
    reader: UnsealingKey = READER,
    last: int = 0,
    now_s: float = NOW_S,
) -> Package:
    return read_package(
        data,
        issuer_key=issuer_key,
        audience=audience,
        unsealing_key=reader,
        newer_than=lambda kind, id_: last,
        now_s=now_s,
    )


SITE = write(site_entries(exam_session(), [candidate(1), candidate(2)]))


def test_a_site_package_gives_back_session_and_candidates() -> None:
    site = read_site(read(SITE))
    assert site.exam_session == exam_session()
    assert sorted(c.ticket_no for c in site.candidates) == ["260000001", "260000002"]
    assert set(site.candidates) == {candidate(1), candidate(2)}


@given(st.dictionaries(st.text("abc/1", min_size=1, max_size=8), st.binary(max_size=200)))
def test_any_entries_round_trip(entries: dict[str, bytes]) -> None:
    entries = {f"e{name}": data for name, data in entries.items()}
    assert read(write(entries)).entries == entries


def test_one_byte_changed_anywhere_is_refused() -> None:
    positions = {*range(400), *range(400, len(SITE), 37), *range(len(SITE) - 60, len(SITE))}
    for position in positions:
        changed = bytearray(SITE)
        changed[position] ^= 0x01
        with pytest.raises(PackageError):
            read(bytes(changed))


def test_a_package_cut_or_lengthened_is_refused() -> None:
    for cut in {*range(0, len(SITE), 101), len(SITE) - 1}:
        with pytest.raises(PackageError):
            read(SITE[:cut])
    with pytest.raises(PackageError):
        read(SITE + b"\0")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"issuer_key": SigningKey.generate().verify_key}, PackageFault.BAD_SIGNATURE),
        ({"audience": "station-2"}, PackageFault.WRONG_AUDIENCE),
        ({"last": 3}, PackageFault.NOT_NEWER),
        ({"last": 4}, PackageFault.NOT_NEWER),
        ({"now_s": NOW_S + 3601}, PackageFault.EXPIRED),
        ({"reader": UnsealingKey.generate()}, PackageFault.DAMAGED_ENTRY),
        # The checks come in this order, whatever else is wrong:
        ({"audience": "station-2", "last": 9, "now_s": NOW_S * 2}, PackageFault.WRONG_AUDIENCE),
        ({"last": 9, "now_s": NOW_S * 2}, PackageFault.NOT_NEWER),
    ],
)
def test_each_check_refuses_with_its_own_reason(
    changes: dict[str, object], fault: PackageFault
) -> None:
    with pytest.raises(PackageError) as refused:
        read(SITE, **changes)  # type: ignore[arg-type]  # table of keyword arguments
    assert refused.value.reason is fault


def test_an_unknown_version_is_called_unsupported() -> None:
    with pytest.raises(PackageError) as refused:
        read(SITE[:8] + struct.pack(">H", 2) + SITE[10:])
    assert refused.value.reason is PackageFault.UNSUPPORTED


def test_entries_cannot_change_places_even_under_a_new_signature() -> None:
    first, second = b"first entry", b"other entry"
    data = write({"a": first, "b": second})
    prefix = struct.calcsize(">8sHI")
    length = struct.unpack_from(">8sHI", data)[2]
    manifest = Manifest.from_bytes(data[prefix : prefix + length])
    a, b = manifest.entries
    swapped = replace(manifest, entries=(replace(b, name="a"), replace(a, name="b"))).to_bytes()
    signed = struct.pack(">8sHI", data[:8], 1, len(swapped)) + swapped
    body = data[prefix + length + 65 :]
    forged = signed + ISSUER.sign(signed) + body[a.size :] + body[: a.size]
    with pytest.raises(PackageError) as refused:
        read(forged)
    assert refused.value.reason is PackageFault.DAMAGED_ENTRY


@pytest.mark.parametrize(
    "entries",
    [
        {},
        {"session.json": b"{}"},
        site_entries(exam_session("another-session"), []),
        site_entries(exam_session(), []) | {"candidate/x": b"{}"},
        {k.replace("01", "02"): v for k, v in site_entries(exam_session(), [candidate()]).items()},
    ],
)
def test_a_rightly_signed_package_that_is_no_site_is_malformed(entries: dict[str, bytes]) -> None:
    with pytest.raises(PackageError) as refused:
        read_site(read(write(entries)))
    assert refused.value.reason is PackageFault.MALFORMED


def test_another_kind_of_package_is_no_site() -> None:
    with pytest.raises(PackageError) as refused:
        read_site(read(write({}, kind="update")))
    assert refused.value.reason is PackageFault.UNSUPPORTED


def test_an_opened_package_shows_no_content_in_its_repr() -> None:
    assert candidate().name not in repr(read(SITE))
