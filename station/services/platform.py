"""Exchange with the platform in the background: events out, applicants in, the clock corrected."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from station.domain.audit import QuarantineReleased
from station.domain.rights import Action
from station.services.erasure import Eraser
from station.services.errors import NotAllowed
from station.services.guard import Guard
from station.services.runner import Lane, Runner
from station.services.status import SyncProblem, SyncStatus
from station.services.store_room import StoreRoom
from station.services.trail import Trail
from station.store.clock import StationClock
from station.store.errors import StoreError
from station.store.outbox import SetAside, StationOutbox
from sync.batch import OutboxItem
from sync.client import HubClient
from sync.errors import (
    HubFailing,
    HubNonsense,
    HubRefused,
    HubTimeout,
    HubUnreachable,
    SyncError,
)
from sync.wire import Receipt
from sync.worker import Delivered, Limits, Paused, PauseReason, deliver_once

LIMITS = Limits(max_events=50)


class LaneOutbox:
    """The store's outbox for the platform lane: every call runs on the database lane."""

    def __init__(self, outbox: StationOutbox, runner: Runner) -> None:
        self._outbox = outbox
        self._runner = runner

    def waiting(self, limit: int) -> Sequence[OutboxItem]:
        return self._runner.ask(Lane.DATABASE, lambda: self._outbox.waiting(limit))

    def delivered(self, event_ids: Sequence[str], receipt: Receipt) -> None:
        self._runner.ask(Lane.DATABASE, lambda: self._outbox.delivered(event_ids, receipt))

    def quarantine(self, event_id: str, reason: str) -> None:
        self._runner.ask(Lane.DATABASE, lambda: self._outbox.quarantine(event_id, reason))

    def count(self) -> int:
        return self._runner.ask(Lane.DATABASE, self._outbox.count)


class PlatformService:
    """Runs one exchange at a time. `tick` is called about once a second on the UI thread."""

    def __init__(
        self,
        room: StoreRoom,
        outbox: StationOutbox,
        runner: Runner,
        client: HubClient,
        guard: Guard,
        clock: StationClock,
        eraser: Eraser,
        pause_s: float,
        monotonic_s: Callable[[], float] = time.monotonic,
        on_erased: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_erased` is called on the UI thread after somebody was erased."""
        self._room = room
        self._outbox = LaneOutbox(outbox, runner)
        self._set_aside = outbox.set_aside
        self._release = outbox.release
        self._runner = runner
        self._client = client
        self._guard = guard
        self._clock = clock
        self._eraser = eraser
        self._pause_s = pause_s
        self._monotonic_s = monotonic_s
        self._on_erased = on_erased
        self._failures = 0
        self._due_s = 0.0
        self._running = False
        self._listeners: list[Callable[[SyncStatus], None]] = []
        self._on_applicants: list[Callable[[], None]] = []
        self.status = SyncStatus()

    def on_change(self, listener: Callable[[SyncStatus], None]) -> None:
        """Call `listener` after every exchange."""
        self._listeners.append(listener)

    def on_applicants(self, listener: Callable[[], None]) -> None:
        """Call `listener` when the platform sent applicants."""
        self._on_applicants.append(listener)

    @property
    def is_exchanging(self) -> bool:
        """Whether an exchange is under way."""
        return self._running

    def events_stored(self, count: int) -> None:
        """So many events wait from now on; the screen says so before the next exchange."""
        self._show(replace(self.status, waiting=self.status.waiting + count))

    def sync_now(self) -> NotAllowed | None:
        """Do not wait for the next turn."""
        try:
            self._guard.require(Action.SYNCHRONISE)
        except NotAllowed as refused:
            return refused
        self._due_s = 0.0
        self.tick()
        return None

    def quarantined(self, then: Callable[[tuple[SetAside, ...] | NotAllowed], None]) -> None:
        """What the platform would not take, with its reasons."""
        try:
            self._guard.require(Action.SEE_QUARANTINE)
        except NotAllowed as refused:
            then(refused)
            return
        self._runner.call(Lane.DATABASE, self._set_aside, then)

    def release(
        self, event_id: str, trail: Trail, then: Callable[[bool | NotAllowed], None]
    ) -> None:
        """Send an event once more that the platform would not take; False: the disk is full.

        Its author stays who made it.
        """
        try:
            by = self._guard.require(Action.RELEASE_QUARANTINED).operator_id
        except NotAllowed as refused:
            then(refused)
            return

        def work() -> bool:
            try:
                trail.note_now(QuarantineReleased(event_id), by)
                self._release(event_id)
            except StoreError:
                return False
            return True

        self._runner.call(Lane.DATABASE, work, then)

    def tick(self) -> None:
        """Start an exchange when one is due and none is running."""
        if self._running or self._monotonic_s() < self._due_s:
            return
        self._running = True

        def finished(result: tuple[SyncStatus, float, bool]) -> None:
            status, wait_s, applicants_came = result
            self._running = False
            self._due_s = self._monotonic_s() + wait_s
            self._show(status)
            if applicants_came:
                for told in self._on_applicants:
                    told()

        self._runner.call(Lane.PLATFORM, self._exchange, finished)

    def _show(self, status: SyncStatus) -> None:
        self.status = status
        for listener in self._listeners:
            listener(status)

    def _exchange(self) -> tuple[SyncStatus, float, bool]:
        """One exchange: time, events out, applicants in. Returns status, pause and news."""
        applicants_came = False
        problem: SyncProblem | None = None
        wait_s = self._pause_s
        try:
            self._clock.correct(self._client.hub_time().hub_epoch_s)
            outcome = self._deliver()
            if isinstance(outcome, Paused):
                problem, wait_s = _PROBLEMS[outcome.reason], outcome.retry_after_s
            applicants_came = self._pull()
            if self._runner.ask(Lane.DATABASE, self._eraser.erase_due):
                self._runner.post(self._on_erased)
            applicants_came = self._pull_photos() or applicants_came
        except SyncError as error:
            problem = _problem_of(error)
        except StoreError:  # a full or failing disk: nothing was taken over, all is asked again
            problem = SyncProblem.STORE_FAILED
        return self._standing(problem), wait_s, applicants_came

    def _standing(self, problem: SyncProblem | None) -> SyncStatus:
        if problem:
            heard = self.status.heard_at
        else:
            heard = datetime.fromtimestamp(self._clock.corrected_s(), UTC)
        try:
            set_aside = self._runner.ask(Lane.DATABASE, self._set_aside)
            return SyncStatus(self._outbox.count(), len(set_aside), heard, problem)
        except StoreError:
            return replace(self.status, problem=SyncProblem.STORE_FAILED)

    def _deliver(self) -> Delivered | Paused:
        while True:
            outcome = deliver_once(self._outbox, self._client, LIMITS, failures=self._failures)
            self._failures = outcome.failures if isinstance(outcome, Paused) else 0
            if isinstance(outcome, Paused) or not outcome.waiting:
                return outcome

    def _pull(self) -> bool:
        """Applicants and tombstones since the last time; whether there was anything."""
        news = False
        while True:
            cursor = self._runner.ask(Lane.DATABASE, self._room.roster.cursor)
            page = self._client.applicants(cursor or "0")
            if not page.applicants and not page.tombstones:
                return news
            if page.cursor == cursor:
                raise HubNonsense("a page that leads to itself")
            self._runner.ask(Lane.DATABASE, partial(self._room.roster.apply, page))
            news = True

    def _pull_photos(self) -> bool:
        """Photos of applicants that are not here yet; whether there was one."""
        news = False
        for digest in self._runner.ask(Lane.DATABASE, self._room.roster.photos_wanted):
            try:
                photo = self._client.photo(digest)
            except HubRefused:  # not there (any more); the desk shows that it has none
                continue
            self._runner.ask(Lane.DATABASE, partial(self._room.roster.keep_photo, photo))
            news = True
        return news


_PROBLEMS = {
    PauseReason.UNREACHABLE: SyncProblem.UNREACHABLE,
    PauseReason.TIMEOUT: SyncProblem.TIMEOUT,
    PauseReason.FAILING: SyncProblem.FAILING,
    PauseReason.NONSENSE: SyncProblem.NONSENSE,
    PauseReason.REFUSED: SyncProblem.REFUSED,
}


def _problem_of(error: SyncError) -> SyncProblem:
    match error:
        case HubUnreachable():
            return SyncProblem.UNREACHABLE
        case HubTimeout():
            return SyncProblem.TIMEOUT
        case HubFailing():
            return SyncProblem.FAILING
        case HubRefused():
            return SyncProblem.REFUSED
        case HubNonsense() | _:
            return SyncProblem.NONSENSE
