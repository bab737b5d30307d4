"""Upkeep for the screens' tests: a job ends when the test says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from station.services.upkeep import UpkeepState
from station.services.upkeep_jobs import Room
from station.services.upkeep_record import Job, Outcome, Record

GIB = 1024**3
USB = Path("/media/backup-disk/确认点备份（䶮）")
ROOM = Room(42 * GIB, 180 * GIB, same_disk=False, folder=USB)
CHECKED = Outcome(Job.CHECK, "2026-03-02T00:50:00.000Z", True, size=118_000_000, amount=24_518)
BACKED_UP = Outcome(
    Job.BACKUP,
    "2026-03-02T01:10:00.000Z",
    True,
    size=118_000_000,
    amount=24_518,
    place=str(USB / "station-backup-9bfe92c2-20260302T011000Z"),
)
DRILLED = Outcome(Job.DRILL, "2026-02-27T01:20:00.000Z", True, size=117_000_000, amount=23_018)
WELL = UpkeepState(record=Record((CHECKED, BACKED_UP, DRILLED)), room=ROOM)


class FakeUpkeep:
    """Says what it is told to say and remembers what it was asked."""

    def __init__(self) -> None:
        self.state = WELL
        self.asked: list[Job] = []
        self.stops = 0
        self._listeners: list[Callable[[UpkeepState], None]] = []

    def on_change(self, listener: Callable[[UpkeepState], None]) -> None:
        self._listeners.append(listener)

    def load(self) -> None:
        self.show(self.state)

    def run(self, job: Job) -> None:
        self.asked.append(job)
        self.show(replace(self.state, running=job, done=0.42))

    def give_up(self) -> None:
        self.stops += 1
        self.show(replace(self.state, stopping=True))

    def tick(self) -> None:
        return

    def show(self, state: UpkeepState) -> None:
        self.state = state
        for listener in self._listeners:
            listener(state)
