"""The body of the delivery loop: one attempt, no thread, no sleep, no memory of its own.

Order of a delivery: blobs, then the events that speak of them, then the receipt into the store.
Whatever fails leaves the queue as it was. Each failure in a row halves the next batch, so that
one event the platform cannot digest ends up alone and cannot hold up the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sync.batch import Batch, OutboxItem, take_batch
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
from sync.outbox import Outbox
from sync.wire import Receipt

BLOB_MISSING = "blob_missing"
"""The one rejection that is no verdict on the event: its blob must be sent again."""

_ABOUT_THE_CONTENT = {
    RefusalReason.BAD_REQUEST,
    RefusalReason.TOO_LARGE,
    RefusalReason.WRONG_DIGEST,
}


class PauseReason(StrEnum):
    """Why delivery stopped for now."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    FAILING = "failing"
    NONSENSE = "nonsense"
    REFUSED = "refused"


@dataclass(frozen=True)
class RetryPolicy:
    """Deterministic growing delays; seconds."""

    first_s: float = 2.0
    factor: float = 2.0
    longest_s: float = 300.0

    def delay_s(self, failures: int) -> float:
        """Delay after the `failures`-th failure in a row, from 1."""
        return min(self.longest_s, self.first_s * self.factor ** min(failures - 1, 64))


DEFAULT_RETRY = RetryPolicy()


@dataclass(frozen=True)
class Limits:
    """The largest batch. `max_events` is halved with every failure in a row."""

    max_events: int = 100
    max_bytes: int = 1024 * 1024

    def events_after(self, failures: int) -> int:
        return max(1, self.max_events >> min(failures, 64))


@dataclass(frozen=True)
class Delivered:
    """The platform's verdict on one batch; `waiting` more are in the queue."""

    accepted: int
    already: int
    quarantined: int
    waiting: int


@dataclass(frozen=True)
class Paused:
    """Nothing is lost; try again after `retry_after_s`, telling `failures` to the next attempt."""

    reason: PauseReason
    retry_after_s: float
    failures: int
    waiting: int


Outcome = Delivered | Paused


def deliver_once(
    outbox: Outbox,
    client: HubClient,
    limits: Limits,
    *,
    failures: int = 0,
    retry: RetryPolicy = DEFAULT_RETRY,
) -> Outcome:
    """Try to deliver one batch. `failures` counts the failures in a row before this attempt."""
    waiting = outbox.waiting(limits.events_after(failures))
    if not waiting:
        return Delivered(0, 0, 0, 0)
    batch = take_batch(waiting, limits.events_after(failures), limits.max_bytes)
    try:
        return _settle(outbox, batch, _send(client, batch), failures, retry)
    except HubRefused as error:
        if error.reason in _ABOUT_THE_CONTENT:
            return _narrow_down(outbox, batch, error.reason, failures)
        return _pause(outbox, error, failures, retry)
    except (HubFailing, HubNonsense) as error:
        if len(batch.items) == 1 and limits.events_after(failures) == 1:
            passed = _pass_by(outbox, client, batch.items[0], error)
            if passed is not None:
                return passed
        return _pause(outbox, error, failures, retry)
    except (HubUnreachable, HubTimeout) as error:
        return _pause(outbox, error, failures, retry)


def _narrow_down(outbox: Outbox, batch: Batch, reason: RefusalReason, failures: int) -> Outcome:
    """The platform is well and will not have this content: find the event without waiting."""
    if len(batch.items) > 1:
        return Paused(PauseReason.REFUSED, 0.0, failures + 1, outbox.count())
    outbox.quarantine(batch.event_ids[0], reason.value)
    return Delivered(0, 0, 1, outbox.count())


def _send(client: HubClient, batch: Batch) -> Receipt:
    for item in batch.items:
        for digest, sealed in item.blobs:
            client.put_blob(digest, sealed)
    return client.send_events(batch)


def _settle(
    outbox: Outbox, batch: Batch, receipt: Receipt, failures: int, retry: RetryPolicy
) -> Outcome:
    """Carry the receipt's verdicts into the store."""
    settled = _record(outbox, batch, receipt)
    if settled.accepted or settled.already or settled.quarantined:
        return settled
    return _paused(outbox, PauseReason.REFUSED, failures, retry)


def _record(outbox: Outbox, batch: Batch, receipt: Receipt) -> Delivered:
    outbox.delivered(receipt.settled, receipt)
    by_place = {f"#{place}": event_id for place, event_id in enumerate(batch.event_ids)}
    verdicts = [r for r in receipt.rejected if r.reason != BLOB_MISSING]
    for rejection in verdicts:
        outbox.quarantine(by_place.get(rejection.id, rejection.id), rejection.reason)
    return Delivered(len(receipt.accepted), len(receipt.already), len(verdicts), outbox.count())


def _pass_by(
    outbox: Outbox, client: HubClient, head: OutboxItem, failure: SyncError
) -> Delivered | None:
    """Is it the event or the platform? See whether the one behind gets through, and only then
    give the head a last try before it is set aside. None: it is the platform.
    """
    behind = [item for item in outbox.waiting(2) if item.event.id != head.event.id]
    if not behind:
        return None
    try:
        passed = _deliver_alone(outbox, client, behind[0])
    except SyncError:
        return None
    try:
        return _deliver_alone(outbox, client, head)
    except (HubFailing, HubNonsense):
        outbox.quarantine(head.event.id, f"platform_{_reason_of(failure).value}")
        return Delivered(passed.accepted, passed.already, passed.quarantined + 1, outbox.count())
    except SyncError:
        return passed


def _deliver_alone(outbox: Outbox, client: HubClient, item: OutboxItem) -> Delivered:
    batch = Batch((item,))
    return _record(outbox, batch, _send(client, batch))


def _pause(outbox: Outbox, error: SyncError, failures: int, retry: RetryPolicy) -> Paused:
    return _paused(outbox, _reason_of(error), failures, retry)


def _paused(outbox: Outbox, reason: PauseReason, failures: int, retry: RetryPolicy) -> Paused:
    return Paused(reason, retry.delay_s(failures + 1), failures + 1, outbox.count())


def _reason_of(error: SyncError) -> PauseReason:
    match error:
        case HubUnreachable():
            return PauseReason.UNREACHABLE
        case HubTimeout():
            return PauseReason.TIMEOUT
        case HubFailing():
            return PauseReason.FAILING
        case HubNonsense():
            return PauseReason.NONSENSE
        case _:
            return PauseReason.REFUSED
