"""Evidence held against the log: exchanged, changed or taken away without a word is found."""

from pathlib import Path

import pytest

from station.store.chain import Fault, verify_chain
from station.store.drafts import EventDraft
from station.store.evidence_check import check_evidence
from station.store.payloads import _place
from sync.seal import DataKey, decrypt_with_key, encrypt_with_key
from sync.wire import Value
from tests.support.store_cases import SOMEBODY_ELSE, SUBJECT, Store, created, erasure, plain, press


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Presses 1 to 3 of one person at positions 1 to 3, of another at 4 to 6."""
    made = created(tmp_path)
    for subject in (SUBJECT, SOMEBODY_ELSE):
        made.log.append_many([press(number, subject=subject) for number in (1, 2, 3)])
    made.log.append(plain("form_signed"))
    made.database.execute("DROP TRIGGER payload_is_never_changed")
    return made


def found(store: Store) -> list[int]:
    """Positions told; the chain itself sees nothing of what is done here."""
    assert verify_chain(store.database).intact
    report = check_evidence(store.database)
    assert {fault.kind for fault in report.faults} <= {Fault.EVIDENCE}
    return [fault.position for fault in report.faults]


def event_id(store: Store, position: int) -> str:
    return store.log.all_since(position - 1, 1)[0].event.id


def put_in_place(store: Store, source: int, target: int) -> None:
    """What somebody with the database key can do: the image of one press as another's, sealed
    with the right person's key for the right place.
    """
    rows = store.database.rows(
        "SELECT ciphertext, key FROM payload JOIN person_key USING (subject)"
        " WHERE event_id IN (?, ?) AND name = 'impression' ORDER BY event_id = ?",
        (event_id(store, source), event_id(store, target), event_id(store, target)),
    )
    (ciphertext, key), (_, its_key) = rows
    image = decrypt_with_key(
        DataKey.from_bytes(key), ciphertext, _place(event_id(store, source), "impression")
    )
    forged = encrypt_with_key(
        DataKey.from_bytes(its_key), image, _place(event_id(store, target), "impression")
    )
    store.database.execute(
        "UPDATE payload SET ciphertext = ? WHERE event_id = ? AND name = 'impression'",
        (forged, event_id(store, target)),
    )


def test_honest_evidence_passes(store: Store) -> None:
    assert found(store) == []
    assert check_evidence(store.database).payloads == 12


def test_an_image_put_in_the_place_of_another_of_the_same_person_is_found(store: Store) -> None:
    put_in_place(store, 1, 2)
    assert found(store) == [2]


def test_an_image_of_somebody_else_is_found(store: Store) -> None:
    put_in_place(store, 4, 1)
    assert found(store) == [1]


def test_rows_that_were_merely_exchanged_are_found(store: Store) -> None:
    one, two = event_id(store, 1), event_id(store, 2)
    for old, new in ((one, "x"), (two, one), ("x", two)):
        store.database.execute("PRAGMA foreign_keys = OFF")
        store.database.execute("UPDATE payload SET event_id = ? WHERE event_id = ?", (new, old))
    assert found(store) == [1, 2]


def test_evidence_that_is_gone_without_a_word_is_found(store: Store) -> None:
    store.database.execute(
        "DELETE FROM payload WHERE name = 'impression' AND event_id = ?", (event_id(store, 5),)
    )
    assert found(store) == [5]


def test_a_key_that_is_gone_without_a_word_is_found(store: Store) -> None:
    store.database.execute("PRAGMA foreign_keys = OFF")
    store.database.execute("DELETE FROM person_key WHERE subject = ?", (SUBJECT,))
    assert found(store) == [1, 2, 3]


def test_what_the_log_says_was_erased_may_be_gone(store: Store) -> None:
    store.log.erase_person(erasure())
    assert found(store) == []


@pytest.mark.parametrize(
    ("kind", "left"), [("finger_images", []), ("templates", [1, 2, 3]), ("notes", [1, 2, 3])]
)
def test_a_deletion_by_age_excuses_its_kind_and_no_other(
    store: Store, kind: str, left: list[int]
) -> None:
    store.log.append(
        EventDraft("payloads_deleted", 1, SUBJECT, "system", {"kind": kind, "count": 3})
    )
    store.database.execute(
        "DELETE FROM payload WHERE subject = ? AND name = 'impression'", (SUBJECT,)
    )
    assert found(store) == left


def test_a_deletion_excuses_nothing_that_came_after_it(store: Store) -> None:
    deleted: dict[str, Value] = {"kind": "finger_images", "count": 3}
    store.log.append(EventDraft("payloads_deleted", 1, SUBJECT, "system", deleted))
    last = store.log.append(press(4)).position
    store.database.execute(
        "DELETE FROM payload WHERE subject = ? AND name = 'impression'", (SUBJECT,)
    )
    assert found(store) == [last]
