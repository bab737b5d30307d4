"""The outbox: in order, exactly the bytes that were hashed, and nothing lost on the way out."""

from pathlib import Path

import pytest

from station.store.outbox import SetAside, StationOutbox
from sync.outbox import Outbox
from sync.wire import Receipt, sha256_hex
from tests.support.store_cases import SOMEBODY_ELSE, Store, created, plain, press, sealing


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return created(tmp_path)


def receipt(*event_ids: str, batch: str = "1" * 32) -> Receipt:
    return Receipt(batch, "station-1", event_ids, (), (), (), "2026-03-01T01:02:03.456Z", b"s")


def test_every_event_waits_in_order_as_it_was_stored(store: Store) -> None:
    stored = store.log.append_many([plain(), press(1), sealing()])
    outbox: Outbox = StationOutbox(store.reopened().database)
    items = outbox.waiting(10)
    assert [item.event for item in items] == [item.event for item in stored]
    assert [sha256_hex(item.event_bytes) for item in items] == [item.hash for item in stored]
    assert items[2].blobs == tuple((blob.sha256, blob.sealed) for blob in sealing().blobs)
    assert outbox.waiting(2) == items[:2]
    assert outbox.count() == 3


def test_what_is_delivered_leaves_with_its_sealed_copy_and_the_rest_stays(store: Store) -> None:
    first, second, third = store.log.append_many(
        [sealing(), press(1, subject=SOMEBODY_ELSE), press(2, subject=SOMEBODY_ELSE)]
    )
    outbox = StationOutbox(store.database)
    outbox.delivered([first.event.id, third.event.id], receipt(first.event.id, third.event.id))
    assert [item.event.id for item in outbox.waiting(10)] == [second.event.id]
    assert store.database.row("SELECT count(*) FROM outbox_blob") == (0,)
    assert store.database.row("SELECT count(*) FROM receipt") == (1,)
    assert store.log.payload(third.event.id, "impression")


def test_an_answer_that_comes_twice_changes_nothing(store: Store) -> None:
    stored = store.log.append(press(1))
    outbox = StationOutbox(store.database)
    for _ in range(2):
        outbox.delivered([stored.event.id, "f" * 32], receipt(stored.event.id))
    outbox.quarantine(stored.event.id, "late verdict")
    assert outbox.count() == 0
    assert outbox.set_aside() == ()


def test_a_refused_event_is_set_aside_whole_and_can_be_sent_again(store: Store) -> None:
    first, second = store.log.append_many([sealing(), press(2, subject=SOMEBODY_ELSE)])
    outbox = StationOutbox(store.database)
    outbox.quarantine(first.event.id, "simulated_refused")
    assert [item.event.id for item in outbox.waiting(10)] == [second.event.id]
    assert outbox.count() == 1
    assert outbox.set_aside() == (
        SetAside(first.event.id, "confirmation_sealed", "simulated_refused"),
    )
    outbox.release(first.event.id)
    assert [item.event.id for item in outbox.waiting(10)] == [first.event.id, second.event.id]
    assert outbox.waiting(1)[0].blobs
    assert outbox.oldest_waiting_at() == first.event.at
    outbox.quarantine(first.event.id, "again")
    outbox.delivered([first.event.id], receipt(first.event.id))
    assert outbox.set_aside() == ()
    assert outbox.oldest_waiting_at() == second.event.at
