"""What each piece of upkeep came to, as stored and as shown."""

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from station.domain.audit import (
    AuditFact,
    BackupDrilled,
    BackupFailed,
    BackupMade,
    BackupTrouble,
    CheckKind,
    DatabaseChecked,
    PayloadsDeleted,
    PersonErased,
)
from station.store.backup import BackupFolderFull, BackupFolderGone, BackupUnwritable
from station.store.database import Database
from station.store.errors import StoreError

_FAILED = "_failed"


class Job(StrEnum):
    """What the station does for its own file."""

    CHECK = "full_check"
    BACKUP = "backup"
    DRILL = "backup_drill"


@dataclass(frozen=True)
class Outcome:
    """One run that came to an end. `at` is the station's time (RFC 3339, UTC).

    `trouble` is a Chinese sentence when it failed, `reason` its code for the trail. `size` is the
    file's bytes, `amount` the events of a check or of a backup, `place` where the backup lies,
    `digest` the SHA-256 of its manifest.
    """

    job: Job
    at: str
    passed: bool
    trouble: str = ""
    size: int = 0
    amount: int = 0
    took_s: float = 0.0
    place: str = ""
    digest: str = ""
    reason: str = ""

    @classmethod
    def failed(cls, job: Job, at: str, error: StoreError) -> "Outcome":
        """A run that the world stopped."""
        return cls(job, at, False, error.sentence, reason=_reason(error).value)

    @property
    def fact(self) -> AuditFact:
        """What the trail says of it."""
        if self.job is Job.CHECK:
            return DatabaseChecked(CheckKind.FULL, self.passed)
        if self.job is Job.DRILL:
            return BackupDrilled(self.passed)
        if self.passed:
            return BackupMade(self.digest, self.size)
        return BackupFailed(BackupTrouble(self.reason))


@dataclass(frozen=True)
class Record:
    """The last good run of each job, and the last one that failed.

    `outlived`: the newest backup still holds what was deleted since.
    """

    good: tuple[Outcome, ...] = ()
    bad: tuple[Outcome, ...] = ()
    outlived: bool = False

    def last_good(self, job: Job) -> Outcome | None:
        """When it last went well."""
        return next((outcome for outcome in self.good if outcome.job is job), None)

    def failing(self, job: Job) -> Outcome | None:
        """How it failed, unless it went well since."""
        failed = next((outcome for outcome in self.bad if outcome.job is job), None)
        good = self.last_good(job)
        return None if failed is None or (good is not None and good.at > failed.at) else failed


def _reason(error: StoreError) -> BackupTrouble:
    match error:
        case BackupFolderGone():
            return BackupTrouble.PLACE_GONE
        case BackupFolderFull():
            return BackupTrouble.PLACE_FULL
        case BackupUnwritable():
            return BackupTrouble.PLACE_UNWRITABLE
        case _:
            return BackupTrouble.STORE


def keep(database: Database, outcome: Outcome) -> None:
    """Store one outcome in place of the last of its kind. Raises StoreError."""
    name = outcome.job.value if outcome.passed else outcome.job.value + _FAILED
    with database.transaction():
        database.execute(
            "INSERT INTO upkeep VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
            " at = excluded.at, result = excluded.result",
            (name, outcome.at, json.dumps(asdict(outcome), ensure_ascii=False)),
        )


def record(database: Database) -> Record:
    """What is stored; what another release wrote and this one cannot read counts as never."""
    rows = database.rows("SELECT name, result FROM upkeep ORDER BY name")
    known = dict(rows)
    good = (_outcome(known.get(job.value)) for job in Job)
    bad = (_outcome(known.get(job.value + _FAILED)) for job in Job)
    made = Record(
        tuple(one for one in good if one is not None),
        tuple(one for one in bad if one is not None),
    )
    backup = made.last_good(Job.BACKUP)
    outlived = backup is not None and _deleted_since(database, backup.amount)
    return replace(made, outlived=outlived)


def _deleted_since(database: Database, position: int) -> bool:
    """Whether anything of a person went after the event at `position`."""
    types = (PersonErased.TYPE, PayloadsDeleted.TYPE)
    query = "SELECT 1 FROM event WHERE type IN (?, ?) AND position > ? LIMIT 1"
    return database.row(query, (*types, position)) is not None


def _outcome(text: str | None) -> Outcome | None:
    if text is None:
        return None
    try:
        told = json.loads(text)
        return Outcome(**{**told, "job": Job(told["job"])})
    except (ValueError, TypeError, KeyError):
        return None
