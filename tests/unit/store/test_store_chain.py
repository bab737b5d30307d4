"""The check of the chain finds every way of rewriting the log, and nothing in an honest one."""

from pathlib import Path

import pytest

from station.store.chain import Fault, verify_chain
from station.store.database import open_database
from tests.support.store_cases import KEY, Store, created, erasure, log_of, plain, press

_TRIGGERS = ("event_is_never_changed", "event_is_never_removed", "event_follows_the_last")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = created(tmp_path)
    opened.log.append_many([plain(), press(1), press(2), press(3), plain("form_signed")])
    return opened


def rewrite(store: Store, *statements: str) -> set[tuple[int, Fault]]:
    """Change the log as somebody with the key and a database tool could; what is found."""
    store.database.execute("PRAGMA foreign_keys = OFF")
    with store.database.transaction():
        for trigger in _TRIGGERS:
            store.database.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            store.database.execute(statement)
    report = verify_chain(store.database)
    assert report.intact == (not report.faults)
    return {(fault.position, fault.kind) for fault in report.faults}


def test_an_honest_log_is_intact_over_restarts_and_incarnations(store: Store) -> None:
    database = store.reopened().database
    last = log_of(database, incarnation=7).append(plain())
    database.close()
    report = verify_chain(open_database(store.path, KEY))
    assert report.intact
    assert (report.events, report.head) == (6, last.hash)


def test_an_empty_log_is_intact(tmp_path: Path) -> None:
    report = verify_chain(created(tmp_path).database)
    assert (report.intact, report.events) == (True, 0)


def test_an_erased_person_leaves_the_chain_whole(store: Store) -> None:
    store.log.erase_person(erasure())
    assert verify_chain(store.reopened().database).intact


def test_edited_bytes_are_found(store: Store) -> None:
    edit = (
        "UPDATE event SET canonical = CAST(replace(CAST(canonical AS TEXT), '\"quality\":62',"
        " '\"quality\":99') AS BLOB) WHERE position = 3"
    )
    assert rewrite(store, edit) == {
        (3, Fault.ALTERED),
        (4, Fault.UNLINKED),
        (4, Fault.PRESS_UNLINKED),
    }


def test_bytes_that_are_no_event_are_found(store: Store) -> None:
    found = rewrite(store, "UPDATE event SET canonical = x'00' WHERE position = 3")
    assert (3, Fault.ALTERED) in found


def test_columns_that_tell_another_story_are_found(store: Store) -> None:
    found = rewrite(
        store,
        "UPDATE event SET type = 'other' WHERE position = 2",
        "UPDATE event SET subject = NULL WHERE position = 3",
        "UPDATE event SET hash = '00' WHERE position = 4",
    )
    assert found == {(2, Fault.ALTERED), (3, Fault.ALTERED), (4, Fault.ALTERED)}


def test_a_removed_event_is_found(store: Store) -> None:
    found = rewrite(store, "DELETE FROM event WHERE position = 3")
    assert found == {(4, Fault.UNLINKED), (4, Fault.MISSING), (4, Fault.PRESS_UNLINKED)}


def test_a_removed_first_event_is_found(store: Store) -> None:
    found = rewrite(store, "DELETE FROM event WHERE position = 1")
    assert (2, Fault.MISSING) in found


def test_a_removed_last_event_is_found(store: Store) -> None:
    assert rewrite(store, "DELETE FROM event WHERE position = 5") == {(5, Fault.MISSING)}


def test_exchanged_events_are_found(store: Store) -> None:
    found = rewrite(
        store,
        "UPDATE event SET position = 99 WHERE position = 2",
        "UPDATE event SET position = 2 WHERE position = 3",
        "UPDATE event SET position = 3 WHERE position = 99",
    )
    assert {(2, Fault.MISSING), (3, Fault.OUT_OF_ORDER), (3, Fault.UNLINKED)} <= found


def test_an_event_slipped_in_is_found(store: Store) -> None:
    found = rewrite(
        store,
        "UPDATE event SET position = position + 1 WHERE position = 5",
        "INSERT INTO event SELECT 5, incarnation, 99, 'x', type, subject, prev_hash, 'y',"
        " canonical FROM event WHERE position = 4",
    )
    assert (5, Fault.ALTERED) in found
