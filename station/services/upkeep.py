"""Upkeep of the database while the station works: checks, backups and drills, on time or asked for.

One job at a time, on a lane of its own. What it came to is stored, noted in the trail, and shown;
what cannot be done now (the backup disk is not plugged in) is tried again and never stops the work.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from station.domain.audit import CheckKind, DatabaseChecked
from station.domain.rights import Action
from station.services.guard import Guard
from station.services.runner import Lane, Runner
from station.services.store_room import StoreRoom
from station.services.trail import SYSTEM, Trail
from station.services.upkeep_jobs import Room, UpkeepJobs
from station.services.upkeep_record import Job, Outcome, Record, keep, record
from station.store.copies import Stopped, remove_old_copies
from station.store.errors import StoreBusy, StoreError
from sync.wire import parse_instant

FIRST_AFTER_S = 120.0
"""Work comes first after a start."""
RETRY_AFTER_S = 900.0
DRILL_EVERY_H = 7 * 24
SMALLEST_STEP = 0.01
_HOUR_S = 3600
RIGHTS: Mapping[Job, Action] = MappingProxyType(
    {
        Job.CHECK: Action.CHECK_DATABASE,
        Job.BACKUP: Action.MAKE_BACKUP,
        Job.DRILL: Action.DRILL_BACKUP,
    }
)


@dataclass(frozen=True)
class UpkeepState:
    """`running` is None while nothing is done; `done` is the share of it, 0 to 1."""

    running: Job | None = None
    done: float = 0.0
    record: Record = field(default_factory=Record)
    room: Room | None = None
    stopping: bool = False


class UpkeepService:
    """Lives on the UI thread; `tick` is called every few seconds."""

    def __init__(
        self,
        room: StoreRoom,
        runner: Runner,
        guard: Guard,
        trail: Trail,
        jobs: UpkeepJobs,
        every_h: Mapping[Job, int],
        now_s: Callable[[], float],
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """`every_h` says how often each job is due; `now_s` is the station's time since 1970."""
        self._room = room
        self._runner = runner
        self._guard = guard
        self._trail = trail
        self._jobs = jobs
        self._every_h = every_h
        self._now_s = now_s
        self._monotonic_s = monotonic_s
        self._listeners: list[Callable[[UpkeepState], None]] = []
        self._stop = threading.Event()
        self._not_before_s = dict.fromkeys(Job, monotonic_s() + FIRST_AFTER_S)
        self._loaded = False
        self._overdue: set[Job] = set()
        self.state = UpkeepState()
        trail.note(DatabaseChecked(CheckKind.START, True), SYSTEM)

    def on_change(self, listener: Callable[[UpkeepState], None]) -> None:
        """Call `listener` with every new state."""
        self._listeners.append(listener)

    def load(self) -> None:
        """Read what is stored and how much room there is."""
        self._runner.call(Lane.DATABASE, self._record, self._taken_over)
        self._runner.call(
            Lane.POOL, self._jobs.room, lambda room: self._show(replace(self.state, room=room))
        )

    def tick(self) -> None:
        """Begin what is due, one thing at a time."""
        if not self._loaded:
            self.load()
            self._loaded = True
        elif self.state.running is None:
            due = next((job for job in Job if self._is_due(job)), None)
            if due is not None:
                self._begin(due, SYSTEM)

    def run(self, job: Job) -> None:
        """Do it now, for whoever is signed in; nothing while another job runs.

        Raises:
            NotAllowed: it is not theirs to do.
        """
        operator = self._guard.require(RIGHTS[job])
        if self.state.running is None:
            self._begin(job, operator.operator_id)

    def make_due(self, job: Job) -> None:
        """Do it soon, whatever the schedule says: what was done before does not hold any more."""
        self._overdue.add(job)

    def give_up(self) -> None:
        """End what runs, for whoever may begin it. Raises NotAllowed."""
        if self.state.running is not None:
            self._guard.require(RIGHTS[self.state.running])
            self.stop()

    def stop(self) -> None:
        """The program ends; whatever was being written is taken away, and it is due as before."""
        self._stop.set()
        if self.state.running is not None:
            self._show(replace(self.state, stopping=True))

    def _is_due(self, job: Job) -> bool:
        if self._monotonic_s() < self._not_before_s[job]:
            return False
        if job in self._overdue:
            return True
        last = self.state.record.last_good(job)
        if last is None:
            # The first drill follows the first backup.
            return job is not Job.DRILL or self.state.record.last_good(Job.BACKUP) is not None
        age_s = self._now_s() - parse_instant(last.at)
        # A time still to come was told by a clock that has been set since.
        return age_s < 0 or age_s >= self._every_h[job] * _HOUR_S

    def _begin(self, job: Job, actor: str) -> None:
        self._stop.clear()
        self._show(replace(self.state, running=job, done=0.0, stopping=False))
        self._runner.call(
            Lane.UPKEEP, lambda: self._done_by(job), lambda out: self._finished(job, actor, out)
        )

    def _done_by(self, job: Job) -> Outcome | None:
        """On the lane of upkeep; None when it was stopped."""
        told = [0.0]

        def progress(share: float) -> None:
            if self._stop.is_set():
                raise Stopped
            if share - told[0] >= SMALLEST_STEP:
                told[0] = share
                self._runner.post(lambda: self._progressed(job, share))

        try:
            return self._jobs.run(job, progress)
        except Stopped:
            return None

    def _progressed(self, job: Job, share: float) -> None:
        if self.state.running is job:
            self._show(replace(self.state, done=share))

    def _finished(self, job: Job, actor: str, outcome: Outcome | None) -> None:
        wait_s = RETRY_AFTER_S if outcome is None or not outcome.passed else 0.0
        if job is Job.CHECK and outcome is not None and not outcome.passed:
            wait_s = self._every_h[job] * _HOUR_S  # damage does not go away by looking
        self._not_before_s[job] = self._monotonic_s() + wait_s
        if outcome is not None and outcome.passed:
            self._overdue.discard(job)
        if outcome is not None:
            self._note(outcome, actor)
        self._show(replace(self.state, running=None, done=0.0, stopping=False))
        self._runner.call(Lane.DATABASE, lambda: self._settled(outcome), self._taken_over)
        self._runner.call(
            Lane.POOL, self._jobs.room, lambda room: self._show(replace(self.state, room=room))
        )

    def _note(self, outcome: Outcome, actor: str) -> None:
        if actor != SYSTEM or not self._is_told(outcome):
            self._trail.note(outcome.fact, actor)

    def _is_told(self, outcome: Outcome) -> bool:
        """A disk that is not plugged in is missed every quarter of an hour, and told of once."""
        before = self.state.record.failing(outcome.job)
        is_backup = outcome.job is Job.BACKUP and not outcome.passed
        return is_backup and before is not None and before.reason == outcome.reason

    def _settled(self, outcome: Outcome | None) -> Record:
        """On the database lane: store it, and empty the log that the job kept from emptying."""
        database = self._room.database
        with contextlib.suppress(StoreError):
            if outcome is not None:
                keep(database, outcome)
        with contextlib.suppress(StoreBusy):
            database.forget_deleted()
        with contextlib.suppress(OSError):
            remove_old_copies(database.path)
        return self._record()

    def _record(self) -> Record:
        try:
            return record(self._room.database)
        except StoreError:  # a failing disk says so where somebody works
            return self.state.record

    def _taken_over(self, stored: Record) -> None:
        if stored.outlived:  # also what was deleted while the last backup was being made
            self._overdue.add(Job.BACKUP)
        self._show(replace(self.state, record=stored))

    def _show(self, state: UpkeepState) -> None:
        self.state = state
        for listener in self._listeners:
            listener(state)
