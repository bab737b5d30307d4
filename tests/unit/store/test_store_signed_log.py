"""Signatures, head file and receipts tell what the chain alone cannot: a log written anew."""

import os
from pathlib import Path

import pytest

from station.domain.audit import LogSigned
from station.store.chain import Fault, HeadWitness, verify_chain, verify_tail
from station.store.head_file import RECORD_BYTES, HeadFile, read_head
from station.store.signing import SIGN_EVERY, LogSigner
from sync.seal import SigningKey
from sync.wire import JsonObject
from tests.support.store_cases import STATION, SUBJECT, plain, press
from tests.support.store_forgery import (
    SignedStore,
    rewrite_history,
    rewrite_rows,
    signed_log,
    signed_store,
)


@pytest.fixture
def store(tmp_path: Path) -> SignedStore:
    made = signed_store(tmp_path)
    made.log.append_many([plain(), press(1), press(2), press(3)])
    made.log.sign()
    made.log.append_many([press(4), plain("form_signed")])
    return made


def test_an_honest_log_agrees_with_its_witnesses(store: SignedStore) -> None:
    store.receipt_for(*(stored.event.id for stored in store.log.all_since(0)))
    report = store.verified()
    assert report.intact
    assert (report.events, report.last_signed) == (7, 5)
    assert report.witness is HeadWitness.AGREES
    assert report.receipts == 1


def test_never_more_events_stand_unsigned_than_promised(tmp_path: Path) -> None:
    store = signed_store(tmp_path)
    for number in range(SIGN_EVERY + 20):
        store.log.append(plain())
        unsigned = store.verified().events - store.verified().last_signed if number > 95 else 0
        assert unsigned < SIGN_EVERY
    types = [stored.event.type for stored in store.log.all_since(0)]
    assert types.count(LogSigned.TYPE) == 1
    # A restart goes on counting where the log stands.
    again = signed_log(store.folder, store.database, store.key)
    again.append_many([plain()] * SIGN_EVERY)
    assert [stored.event.type for stored in again.all_since(0)].count(LogSigned.TYPE) == 2
    assert store.verified().intact


def test_signing_twice_signs_once(store: SignedStore) -> None:
    assert store.log.sign()
    assert not store.log.sign()
    assert store.verified().last_signed == store.verified().events


def test_an_empty_log_needs_no_signature(tmp_path: Path) -> None:
    store = signed_store(tmp_path)
    assert not store.log.sign()
    assert store.verified().intact


def edited(events: list[JsonObject]) -> list[JsonObject]:
    data = events[2]["data"]
    assert isinstance(data, dict)
    data["quality"] = 99
    return events


def deleted(events: list[JsonObject]) -> list[JsonObject]:
    return events[:1] + events[2:]


def reordered(events: list[JsonObject]) -> list[JsonObject]:
    return [events[0], events[2], events[1], *events[3:]]


def inserted(events: list[JsonObject]) -> list[JsonObject]:
    return [*events[:2], {**events[1], "id": "e" * 32}, *events[2:]]


def cut_off(events: list[JsonObject]) -> list[JsonObject]:
    return events[:-1]


@pytest.mark.parametrize("change", [edited, deleted, reordered, inserted])
def test_a_chain_written_anew_does_not_carry_the_old_signatures(
    store: SignedStore, change: object
) -> None:
    rewrite_history(store.database, change)  # type: ignore[arg-type]  # one of the edits above
    assert Fault.FORGED_SIGNATURE in store.kinds()


@pytest.mark.parametrize("change", [edited, deleted, reordered, inserted, cut_off])
def test_without_its_signatures_a_new_chain_contradicts_the_head_file(
    store: SignedStore, change: object
) -> None:
    def without_signatures(events: list[JsonObject]) -> list[JsonObject]:
        kept = [one for one in events if one["type"] != LogSigned.TYPE]
        return change(kept)  # type: ignore[operator,no-any-return]  # one of the edits above

    rewrite_history(store.database, without_signatures)
    report = store.verified()
    assert report.witness is HeadWitness.CONTRADICTS
    assert {fault.kind for fault in report.faults} & {Fault.CUT_OFF, Fault.REPLACED}
    # From inside everything fits but the presses: that is what the witnesses are for.
    inside = {fault.kind for fault in verify_chain(store.database).faults}
    assert inside <= {Fault.PRESS_UNLINKED}


def test_a_cut_end_is_found_with_its_outbox_rows_gone(store: SignedStore) -> None:
    rewrite_rows(
        store.database,
        "DELETE FROM outbox WHERE position = 7",
        "DELETE FROM event WHERE position = 7",
    )
    assert verify_chain(store.database).intact
    assert store.verified().faults[0].kind is Fault.CUT_OFF
    assert store.verified().faults[0].position == 7


def test_a_cut_end_is_found_by_receipts_when_the_head_file_is_gone(store: SignedStore) -> None:
    last = store.log.all_since(6)[0].event.id
    store.receipt_for(last)
    rewrite_rows(
        store.database,
        "DELETE FROM outbox WHERE position = 7",
        "DELETE FROM event WHERE position = 7",
    )
    (store.folder / "log-head").unlink()
    report = store.verified()
    assert report.witness is HeadWitness.SILENT
    assert [fault.kind for fault in report.faults] == [Fault.CUT_OFF]


def test_a_receipt_of_somebody_else_is_no_witness(store: SignedStore) -> None:
    store.receipt_for("e" * 32, key=SigningKey.generate())
    assert store.kinds() == {Fault.FORGED_SIGNATURE}


def test_a_long_log_without_signatures_is_told(tmp_path: Path) -> None:
    store = signed_store(tmp_path)
    store.log.append_many([plain()] * (SIGN_EVERY + 5))
    (store.folder / "log-head").unlink()
    rewrite_history(
        store.database,
        lambda events: [one for one in events if one["type"] != LogSigned.TYPE],
    )
    assert verify_chain(store.database).intact
    assert store.kinds() == {Fault.UNSIGNED}


def test_a_log_of_another_station_is_told(store: SignedStore) -> None:
    def moved(events: list[JsonObject]) -> list[JsonObject]:
        return [{**one, "station": "station-2"} for one in events]

    rewrite_history(store.database, moved)
    assert Fault.FOREIGN in store.kinds()


def test_an_older_head_is_normal(store: SignedStore) -> None:
    earlier = (store.folder / "log-head").read_bytes()
    store.log.append(plain())
    (store.folder / "log-head").write_bytes(earlier)
    report = store.verified()
    assert report.intact
    assert report.witness is HeadWitness.AGREES


@pytest.mark.parametrize("content", [b"", b"{", b"\x00" * RECORD_BYTES, b"x" * 5000, b"[]"])
def test_a_torn_head_says_nothing(store: SignedStore, content: bytes) -> None:
    (store.folder / "log-head").write_bytes(content)
    report = store.verified()
    assert report.intact
    assert report.witness is HeadWitness.SILENT


def test_a_head_that_somebody_else_signed_says_nothing(store: SignedStore) -> None:
    forger = LogSigner(STATION, 1, SigningKey.generate(), HeadFile(store.folder / "log-head"))
    forger.tell_head(999, "f" * 64)
    assert store.verified().witness is HeadWitness.SILENT


def test_the_head_file_of_another_station_says_nothing(store: SignedStore) -> None:
    """Two stations' head files exchanged: the check has nothing to agree with, and says so."""
    other = LogSigner("station-2", 1, SigningKey.generate(), HeadFile(store.folder / "log-head"))
    other.tell_head(3, "f" * 64)
    report = store.verified()
    assert report.intact
    assert report.witness is HeadWitness.SILENT


def test_a_head_that_names_another_station_says_nothing_though_our_key_signed_it(
    store: SignedStore,
) -> None:
    other = LogSigner("station-2", 1, store.key, HeadFile(store.folder / "log-head"))
    other.tell_head(999, "f" * 64)
    assert store.verified().witness is HeadWitness.SILENT


def test_a_head_of_an_earlier_life_says_nothing_about_this_one(store: SignedStore) -> None:
    """After a restore the log is shorter than the head file of the life before."""
    store.incarnation = 2
    rewrite_rows(
        store.database,
        "DELETE FROM outbox WHERE position = 7",
        "DELETE FROM event WHERE position = 7",
    )
    report = store.verified()
    assert report.intact
    assert report.witness is HeadWitness.EARLIER_LIFE


def test_a_head_file_that_cannot_be_written_does_not_stop_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = signed_store(tmp_path)

    def refuse(*_: object) -> int:
        raise OSError(28, "no space")

    with monkeypatch.context() as broken:
        broken.setattr(os, "write", refuse)
        store.log.append(plain())
    assert store.verified().events == 1
    assert store.verified().witness is HeadWitness.SILENT
    store.log.append(plain())
    assert store.verified().witness is HeadWitness.AGREES


def test_the_head_file_is_private_and_of_one_size(store: SignedStore) -> None:
    path = store.folder / "log-head"
    assert path.stat().st_size == RECORD_BYTES
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0
    signed = read_head(path)
    assert signed is not None
    assert SUBJECT not in path.read_text()
    assert "signature" not in repr(signed)


def lose(store: SignedStore, first: int, last: int) -> None:
    """What a damaged page takes with it: events, their outbox rows and their evidence."""
    ids = f"(SELECT id FROM event WHERE position BETWEEN {first} AND {last})"
    rewrite_rows(
        store.database,
        f"DELETE FROM payload WHERE event_id IN {ids}",
        f"DELETE FROM outbox WHERE position BETWEEN {first} AND {last}",
        f"DELETE FROM event WHERE position BETWEEN {first} AND {last}",
    )


def salvaged(store: SignedStore, *gaps: str, key: SigningKey | None = None) -> None:
    """The next life of the log, begun with a declaration of what was lost."""
    signer = LogSigner(STATION, 2, key or store.key, HeadFile(store.folder / "log-head"))
    store.incarnation = 2
    signed_log(store.folder, store.database, key or store.key, 2).append(signer.salvaged(gaps))


def test_a_declared_loss_is_reported_and_is_no_fault(store: SignedStore) -> None:
    everything = [stored.event.id for stored in store.log.all_since(0)]
    store.receipt_for(*everything)
    lose(store, 3, 4)
    salvaged(store, "3-4")
    report = store.verified()
    assert report.faults == ()
    assert report.lost == 2


def test_a_loss_beyond_what_was_declared_is_a_fault(store: SignedStore) -> None:
    lose(store, 3, 4)
    salvaged(store, "3-3")
    assert Fault.MISSING in store.kinds()


def test_receipts_for_more_than_was_declared_lost_are_a_fault(store: SignedStore) -> None:
    everything = [stored.event.id for stored in store.log.all_since(0)]
    store.receipt_for(*everything)
    lose(store, 3, 4)
    lose(store, 7, 7)
    salvaged(store, "3-4")
    assert Fault.CUT_OFF in store.kinds()


def test_a_loss_declared_by_somebody_else_excuses_nothing(store: SignedStore) -> None:
    lose(store, 3, 4)
    salvaged(store, "3-4", key=SigningKey.generate())
    assert {Fault.MISSING, Fault.FORGED_SIGNATURE} <= store.kinds()


@pytest.mark.parametrize("gap", ["", "3", "4-3", "0-2", "3-x", "3-4-5"])
def test_a_malformed_declaration_excuses_nothing(store: SignedStore, gap: str) -> None:
    lose(store, 3, 4)
    salvaged(store, gap)
    assert Fault.MISSING in store.kinds()


def test_the_tail_alone_is_checked_quickly_and_finds_its_faults(store: SignedStore) -> None:
    assert verify_tail(store.database, 3).events == 3
    assert verify_tail(store.database, 3).intact
    assert verify_tail(store.database, 1000).events == 7
    rewrite_rows(store.database, "UPDATE event SET type = 'other' WHERE position = 6")
    assert not verify_tail(store.database, 3).intact
    assert verify_tail(store.database, 1).intact
