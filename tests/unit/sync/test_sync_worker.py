"""Delivery decides by the kind of failure; nothing ever leaves the queue unsettled."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.batch import Batch, take_batch
from sync.client import HubClient
from sync.errors import (
    HubFailing,
    HubNonsense,
    HubRefused,
    HubTimeout,
    HubUnreachable,
    RefusalReason,
    SyncError,
)
from sync.wire import Receipt, Rejection
from sync.worker import (
    Delivered,
    Limits,
    Outcome,
    Paused,
    PauseReason,
    RetryPolicy,
    deliver_once,
)
from tests.support.sync_outbox import MemoryOutbox, item
from tests.support.sync_people import chain

EVENTS = chain(40)
Behaviour = Callable[[Batch], None]


class ScriptedClient:
    """Takes what `behaviour` does not object to, and remembers what it was sent."""

    def __init__(self, behaviour: Behaviour = lambda batch: None) -> None:
        self.behaviour = behaviour
        self.held: list[str] = []
        self.sizes: list[int] = []
        self.blobs: list[str] = []

    def put_blob(self, digest: str, sealed: bytes) -> None:
        self.blobs.append(digest)

    def send_events(self, batch: Batch) -> Receipt:
        self.sizes.append(len(batch.items))
        self.behaviour(batch)
        new = tuple(id_ for id_ in batch.event_ids if id_ not in self.held)
        old = tuple(id_ for id_ in batch.event_ids if id_ in self.held)
        self.held += new
        return Receipt(batch.id, "station-1", new, old, (), (), "2026-03-01T00:00:00.000Z")


def deliver(
    outbox: MemoryOutbox, client: ScriptedClient, failures: int = 0, max_events: int = 16
) -> Outcome:
    limits = Limits(max_events=max_events)
    return deliver_once(outbox, cast(HubClient, client), limits, failures=failures)


def run_until_empty(outbox: MemoryOutbox, client: ScriptedClient, attempts: int = 60) -> None:
    failures = 0
    for _ in range(attempts):
        outcome = deliver(outbox, client, failures)
        failures = outcome.failures if isinstance(outcome, Paused) else 0
        if not outbox.items:
            return


def fail_on(poison: set[str], error: SyncError) -> Behaviour:
    def behaviour(batch: Batch) -> None:
        if poison & set(batch.event_ids):
            raise error

    return behaviour


def test_an_empty_queue_is_quietly_done() -> None:
    client = ScriptedClient()
    assert deliver(MemoryOutbox(), client) == Delivered(0, 0, 0, 0)
    assert client.sizes == []


def test_everything_arrives_in_order_blobs_first() -> None:
    outbox = MemoryOutbox([item(EVENTS[0], b"sealed"), *map(item, EVENTS[1:])])
    client = ScriptedClient()
    run_until_empty(outbox, client)
    assert client.held == [e.id for e in EVENTS]
    assert len(client.blobs) == 1
    assert client.sizes == [16, 16, 8]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (HubUnreachable("x"), PauseReason.UNREACHABLE),
        (HubTimeout("x"), PauseReason.TIMEOUT),
        (HubFailing(500), PauseReason.FAILING),
        (HubNonsense("x"), PauseReason.NONSENSE),
        (HubRefused(RefusalReason.UNKNOWN_STATION), PauseReason.REFUSED),
        (HubRefused(RefusalReason.BAD_SIGNATURE), PauseReason.REFUSED),
    ],
)
def test_a_platform_that_is_down_only_pauses(error: SyncError, reason: PauseReason) -> None:
    outbox = MemoryOutbox(map(item, EVENTS))
    client = ScriptedClient(fail_on({e.id for e in EVENTS}, error))
    failures, delays = 0, []
    for _ in range(20):
        outcome = deliver(outbox, client, failures)
        assert isinstance(outcome, Paused)
        assert outcome.reason is reason
        failures = outcome.failures
        delays.append(outcome.retry_after_s)
    assert outbox.count() == len(EVENTS)
    assert outbox.aside == {}
    assert delays[:4] == [2, 4, 8, 16]
    assert delays[-1] == 300


@pytest.mark.parametrize("error", [HubFailing(500), HubNonsense("x")])
def test_one_event_the_platform_chokes_on_does_not_block_the_queue(error: SyncError) -> None:
    poison = EVENTS[5].id
    outbox = MemoryOutbox(map(item, EVENTS))
    client = ScriptedClient(fail_on({poison}, error))
    run_until_empty(outbox, client)
    assert list(outbox.aside) == [poison]
    assert sorted(client.held) == sorted(e.id for e in EVENTS if e.id != poison)


def test_a_refused_content_is_isolated_and_set_aside_with_the_reason() -> None:
    poison = EVENTS[9].id
    outbox = MemoryOutbox(map(item, EVENTS))
    client = ScriptedClient(fail_on({poison}, HubRefused(RefusalReason.TOO_LARGE)))
    assert deliver(outbox, client) == Paused(PauseReason.REFUSED, 0, 1, waiting=len(EVENTS))
    run_until_empty(outbox, client)
    assert outbox.aside == {poison: "too_large"}
    assert len(client.held) == len(EVENTS) - 1


def test_a_lone_event_the_platform_chokes_on_waits_since_nothing_proves_it_guilty() -> None:
    outbox = MemoryOutbox([item(EVENTS[0])])
    client = ScriptedClient(fail_on({EVENTS[0].id}, HubFailing(500)))
    run_until_empty(outbox, client, attempts=20)
    assert outbox.count() == 1
    assert outbox.aside == {}


def test_an_event_failing_only_while_the_platform_restarts_is_not_set_aside() -> None:
    outbox = MemoryOutbox(map(item, EVENTS[:2]))
    answers = iter([HubFailing(503)])

    def restarting(batch: Batch) -> None:
        for error in answers:
            raise error

    client = ScriptedClient(restarting)
    assert deliver(outbox, client, failures=9) == Delivered(1, 0, 0, 0)
    assert outbox.aside == {}
    assert sorted(client.held) == sorted(e.id for e in EVENTS[:2])


def test_rejections_in_a_receipt_go_aside_and_the_rest_is_settled() -> None:
    class Rejecting(ScriptedClient):
        def send_events(self, batch: Batch) -> Receipt:
            _, *others = batch.event_ids
            rejected = (Rejection("#0", "malformed"),)
            return Receipt(batch.id, "s", tuple(others), (), rejected, (), "t")

    outbox = MemoryOutbox(map(item, EVENTS[:4]))
    assert deliver(outbox, Rejecting()) == Delivered(3, 0, 1, 0)
    assert outbox.aside == {EVENTS[0].id: "malformed"}


@given(st.lists(st.sampled_from(["ok", "cut", "down", "500", "late"]), max_size=40))
def test_whatever_the_weather_nothing_is_lost_or_counted_twice(weather: list[str]) -> None:
    """`cut`: the platform took the batch, the answer got lost."""
    script = iter(weather)
    outbox = MemoryOutbox(map(item, EVENTS[:10]))
    client = ScriptedClient()

    def behaviour(batch: Batch) -> None:
        match next(script, "ok"):
            case "cut":
                client.held += [id_ for id_ in batch.event_ids if id_ not in client.held]
                raise HubUnreachable("cut")
            case "down":
                raise HubUnreachable("down")
            case "500":
                raise HubFailing(500)
            case "late":
                raise HubTimeout("late")
            case _:
                return

    client.behaviour = behaviour
    run_until_empty(outbox, client, attempts=100)
    assert outbox.items == []
    kept = set(outbox.settled) | set(outbox.aside)
    assert kept == {e.id for e in EVENTS[:10]}
    assert len(client.held) == len(set(client.held))
    assert set(outbox.settled) <= set(client.held)


def test_a_batch_keeps_to_its_limits_but_never_starves() -> None:
    items = list(map(item, EVENTS))
    size = len(items[0].event_bytes)
    assert len(take_batch(items, 100, size * 3 + 50).items) == 3
    assert len(take_batch(items, 100, 1).items) == 1
    assert len(take_batch(items, 0, 10**6).items) == 1


def test_a_batch_sent_again_has_the_same_id() -> None:
    assert Batch((item(EVENTS[0]),)).id == Batch((item(EVENTS[0]),)).id
    assert Batch((item(EVENTS[0]),)).id != Batch((item(EVENTS[1]),)).id


def test_delays_grow_to_a_ceiling() -> None:
    policy = RetryPolicy(1, 3, 20)
    assert [policy.delay_s(n) for n in (1, 2, 3, 4, 1000)] == [1, 3, 9, 20, 20]
