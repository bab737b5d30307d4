"""ISO/IEC 19794-2:2005 records: a published vector, round trips, hostile bytes."""

import json
from dataclasses import replace
from math import pi, tau
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import (
    FingerPosition,
    ImpressionType,
    MinutiaKind,
    RecordError,
    RecordReason,
    Template,
    View,
    from_record,
    to_record,
)
from tests.support.matcher_cases import finger

# First bytes of a published sample (FingerprintIO, iso19794p2v2005-sample.dat), cut to one view
# of two minutiae: length 24 + 4 + 12 + 2 = 42, one view.
VECTOR = bytes.fromhex(
    "464D5200 20323000 0000002A 00B5 0200 0200 00C5 00C5 01 00"
    "07 00 5A 02 4064 000E 50 5A 40A4 0011 3C 50 0000"
)
CAPTURE_PLAN = (6, 1, 7, 2, 8, 3)
# Small here; ./dev prove matcher is to run 100,000.
FUZZ_CASES = 3000
HEADER_REASONS = {
    RecordReason.WRONG_MAGIC,
    RecordReason.WRONG_VERSION,
    RecordReason.WRONG_LENGTH,
    RecordReason.WRONG_SIZE,
    RecordReason.NO_VIEWS,
}


def whole(template: Template) -> Template:
    """What a record can hold of a template."""
    steps = np.rint(template.angle_rad.astype(float) * 256 / tau).astype(int) % 256
    return replace(
        template,
        x=np.rint(template.x),
        y=np.rint(template.y),
        angle_rad=steps.astype(np.float32) * np.float32(tau / 256),
    )


def reason_of(data: bytes) -> RecordReason:
    with pytest.raises(RecordError) as error:
        from_record(data)
    return error.value.reason


def changed(at: int, value: bytes) -> bytes:
    return VECTOR[:at] + value + VECTOR[at + len(value) :]


def test_the_published_vector_reads_as_published() -> None:
    record = from_record(VECTOR)
    (view,) = record.views
    assert (record.device_id, record.certification) == (0x0B5, 0)
    assert (view.position, view.number, view.quality) == (FingerPosition.LEFT_INDEX, 0, 90)
    assert view.impression_type is ImpressionType.LIVE_PLAIN
    assert (view.template.width, view.template.height) == (512, 512)
    assert view.template.resolution_ppi == 500
    first, second = view.template
    assert (first.x, first.y, first.quality) == (100, 14, 90)
    assert first.kind is MinutiaKind.ENDING
    assert first.angle_rad == pytest.approx(np.radians(112.5))
    assert (second.x, second.y, second.quality) == (164, 17, 80)


def test_the_published_vector_is_written_byte_for_byte() -> None:
    assert to_record(from_record(VECTOR).views, device_id=0x0B5) == VECTOR


def test_the_whole_published_sample(repo_root: Path) -> None:
    folder = repo_root.parent / "shared" / "data" / "records"
    if not folder.is_dir():
        pytest.skip("the published sample records are not beside the checkout")
    data = (folder / "iso19794p2v2005-sample.dat").read_bytes()
    meant = json.loads((folder / "iso19794p2v2005-sample.json").read_text())
    record = from_record(data)
    assert len(data) == 340
    assert record.device_id == meant["sensorId"]
    for view, expected in zip(record.views, meant["fingerprints"], strict=True):
        assert FingerPosition(view.position).name == expected["position"]
        assert view.quality == expected["quality"]
        for minutia, other in zip(view.template, expected["minutiae"], strict=True):
            assert minutia.kind.name == other["type"]
            assert (minutia.x, minutia.y) == (other["positionX"], other["positionY"])
            assert minutia.angle_rad == pytest.approx(other["angle"] * tau / 256, abs=1e-5)
            assert minutia.quality == other["quality"]
    assert to_record(record.views, record.device_id) == data


def test_a_confirmation_fits_one_record() -> None:
    views = [
        View(position, number, 70 + number, whole(finger(10 * position + number)))
        for position in CAPTURE_PLAN
        for number in range(4)
    ]
    data = to_record(views)
    assert len(data) < 0x10000
    assert from_record(data).views == tuple(views)


@given(
    st.integers(0, 2**31),
    st.sampled_from([0, 1, 2, 40, 255]),
    st.sampled_from(list(FingerPosition)),
    st.sampled_from(list(ImpressionType)),
    st.integers(0, 100),
    st.sampled_from([250.0, 500.0, 508.0, 1000.0]),
)
def test_round_trip(
    seed: int,
    minutiae: int,
    position: FingerPosition,
    impression: ImpressionType,
    quality: int,
    ppi: float,
) -> None:
    template = replace(whole(finger(seed, minutiae)), resolution_ppi=ppi)
    extended = bytes.fromhex("0101 0007 AABBCC")
    view = View(position, 0, quality, template, impression, extended)
    (read,) = from_record(to_record([view])).views
    assert read.template.resolution_ppi == pytest.approx(ppi, rel=0.006)
    assert replace(read, template=template) == view
    assert replace(read.template, resolution_ppi=ppi) == template


def test_a_direction_just_under_a_turn_is_direction_zero() -> None:
    template = replace(finger(1, 1), angle_rad=np.array([2 * pi - 1e-4], np.float32))
    (view,) = from_record(to_record([View(1, 0, 50, template)])).views
    assert view.template.angle_rad[0] == 0


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", RecordReason.TRUNCATED),
        (VECTOR[:23], RecordReason.TRUNCATED),
        (VECTOR[:-1], RecordReason.WRONG_LENGTH),
        (VECTOR + b"\0", RecordReason.WRONG_LENGTH),
        (bytes(2 << 20), RecordReason.TOO_LONG),
        (changed(0, b"FMX"), RecordReason.WRONG_MAGIC),
        (changed(4, b"030\0"), RecordReason.WRONG_VERSION),
        (changed(14, b"\0\0"), RecordReason.WRONG_SIZE),
        (changed(18, b"\0\0\0\0"), RecordReason.WRONG_RESOLUTION),
        (changed(20, b"\x01\0"), RecordReason.WRONG_RESOLUTION),
        (changed(22, b"\0"), RecordReason.NO_VIEWS),
        (changed(22, b"\2"), RecordReason.TRUNCATED),
        (changed(23, b"\1"), RecordReason.RESERVED_BITS),
        (changed(24, b"\x0b"), RecordReason.WRONG_POSITION),
        (changed(25, b"\x10"), RecordReason.VIEW_ORDER),
        (changed(25, b"\x04"), RecordReason.WRONG_IMPRESSION_TYPE),
        (changed(26, b"\x65"), RecordReason.WRONG_QUALITY),
        (changed(27, b"\xff"), RecordReason.TRUNCATED),
        (changed(27, b"\x01"), RecordReason.TRUNCATED),
        (changed(28, b"\xc0"), RecordReason.WRONG_MINUTIA_TYPE),
        (changed(28, b"\x42\x00"), RecordReason.MINUTIA_OUTSIDE),
        (changed(30, b"\x80"), RecordReason.RESERVED_BITS),
        (changed(33, b"\x65"), RecordReason.WRONG_QUALITY),
        (changed(40, b"\0\1"), RecordReason.TRUNCATED),
        (
            changed(8, (44).to_bytes(4, "big"))[:-2] + b"\0\2\1\1",
            RecordReason.WRONG_EXTENDED_DATA,
        ),
    ],
)
def test_each_broken_rule_has_its_reason(data: bytes, reason: RecordReason) -> None:
    assert reason_of(data) is reason


def test_mutations_of_a_valid_record_never_escape_as_another_error() -> None:
    valid = to_record(
        [View(7, 0, 80, finger(1)), View(7, 1, 60, finger(2)), View(1, 0, 9, finger(3, 0))]
    )
    random = np.random.default_rng(20261121)
    past_the_header = 0
    for _ in range(FUZZ_CASES):
        data = bytearray(valid)
        for at in random.integers(0, len(data), random.integers(1, 4)):
            data[at] = random.integers(0, 256)
        cut = random.integers(0, len(data)) if random.random() < 0.3 else len(data)
        try:
            from_record(bytes(data[:cut]))
        except RecordError as error:
            past_the_header += error.reason not in HEADER_REASONS
        else:
            past_the_header += 1
    assert past_the_header > FUZZ_CASES // 10


@pytest.mark.parametrize(
    ("views", "reason"),
    [
        ([], RecordReason.NO_VIEWS),
        ([View(1, 1, 50, finger(1))], RecordReason.VIEW_ORDER),
        ([View(1, 0, 50, finger(1)), View(1, 0, 50, finger(1))], RecordReason.VIEW_ORDER),
        (
            [View(1, 0, 50, finger(1)), View(2, 0, 50, finger(1)), View(1, 1, 50, finger(1))],
            RecordReason.VIEW_ORDER,
        ),
        ([View(11, 0, 50, finger(1))], RecordReason.WRONG_POSITION),
        ([View(1, 0, 101, finger(1))], RecordReason.WRONG_QUALITY),
        ([View(1, 0, 50, finger(1, 256))], RecordReason.TOO_MANY_MINUTIAE),
        (
            [View(1, 0, 50, finger(1)), View(2, 0, 50, replace(finger(1), resolution_ppi=1000))],
            RecordReason.MIXED_IMAGES,
        ),
        (
            [View(1, 0, 50, replace(finger(1), x=finger(1).x + 300))],
            RecordReason.MINUTIA_OUTSIDE,
        ),
        ([View(1, 0, 50, finger(1), extended=b"\0\1\0")], RecordReason.WRONG_EXTENDED_DATA),
        ([View(p % 10, 0, 50, finger(1, 0)) for p in range(256)], RecordReason.TOO_MANY_VIEWS),
    ],
)
def test_views_that_cannot_stand_in_one_record(views: list[View], reason: RecordReason) -> None:
    with pytest.raises(RecordError) as error:
        to_record(views)
    assert error.value.reason is reason


def test_neither_template_nor_error_shows_minutiae() -> None:
    template = finger(1)
    assert repr(template) == "Template(256x360, 500 ppi, 40 minutiae)"
    assert "array" not in repr(View(1, 0, 50, template))
    with pytest.raises(RecordError) as error:
        from_record(changed(28, b"\x42\x00"))
    assert "100" not in str(error.value)
