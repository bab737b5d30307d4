"""One sweep over everything held, a person at a time. On the database lane.

Each person is one transaction: rows and the evidence of their deletion go in together or not at
all. Whatever ends a sweep between two people leaves nothing half done; the next one goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from station.domain import audit
from station.domain.audit import PayloadsDeleted, RetentionRun
from station.domain.retention import Holding, Kind, Policy, ProvenTime, due, proven_time
from station.services.fact_events import audit_draft_of
from station.services.people import instant
from station.services.store_room import StoreRoom
from station.store.clock import StationClock
from station.store.holdings import Holdings, Verified
from station.store.kept_files import KeptFiles, KeptFolder, remove_file
from sync.wire import format_instant

NAME = "retention"
AUDIT_TYPES = frozenset(fact.TYPE for fact in audit.AuditFact.__args__)


@dataclass(frozen=True)
class Swept:
    """What went: persons touched, payload and roster rows, files; files that would not go."""

    persons: int = 0
    rows: int = 0
    files: int = 0
    stuck: int = 0

    def __add__(self, other: "Swept") -> "Swept":
        return Swept(
            self.persons + other.persons,
            self.rows + other.rows,
            self.files + other.files,
            self.stuck + other.stuck,
        )


@dataclass(frozen=True)
class LastRun:
    """The last sweep that came to its end: the platform's time then, and what went."""

    at: datetime
    swept: Swept


class Sweeper:
    """Looks and removes; knows no lanes and no screens."""

    def __init__(
        self,
        room: StoreRoom,
        clock: StationClock,
        verified: Verified,
        folders: tuple[KeptFolder, ...],
    ) -> None:
        self._room = room
        self._clock = clock
        self._verified = verified
        self._files = KeptFiles(room.database, folders)
        self._holdings = Holdings(room.database, verified)

    def begin(self) -> ProvenTime:
        """Read anew what is delivered; the time that days are counted to. Raises StoreError."""
        self._holdings = Holdings(self._room.database, self._verified)
        proven_s = self._clock.proven_s()
        platform = None if proven_s is None else datetime.fromtimestamp(proven_s, UTC)
        wall = instant(self._clock().at)
        proven = proven_time(platform, self._holdings.receipts.latest(), wall)
        if proven.at is not None:
            self._files.register(proven.at)
        return proven

    def subjects(self) -> tuple[str, ...]:
        """Everybody of whom something is held."""
        return self._holdings.subjects()

    def look(self, subjects: Sequence[str]) -> tuple[Holding, ...]:
        """What is held of these people."""
        return tuple(one for subject in subjects for one in self._holdings.of_person(subject))

    def look_aside(self) -> tuple[Holding, ...]:
        """The log and the files."""
        return (*self._holdings.log(AUDIT_TYPES), *self._files.held())

    def sweep(self, subject: str, policy: Policy, now: datetime | None, actor: str) -> Swept:
        """Remove what is due of one person. Raises StoreError: nothing of this person went."""
        gone = due(self._holdings.of_person(subject), policy, now)
        if not gone:
            return Swept()
        counts: dict[Kind, int] = {}
        for holding in gone:
            counts[holding.kind] = counts.get(holding.kind, 0) + holding.items
        records = [
            audit_draft_of(PayloadsDeleted(kind, count), actor, subject)
            for kind, count in counts.items()
        ]

        def remove(_: object) -> None:
            for holding in gone:
                self._holdings.remove(subject, holding)

        self._room.log.append_with(records, remove)
        return Swept(persons=1, rows=sum(counts.values()))

    def sweep_files(self, policy: Policy, now: datetime | None) -> Swept:
        """Remove files whose days are over."""
        gone = due(self._files.held(), policy, now)
        removed = sum(remove_file(Path(holding.key)) for holding in gone)
        if now is not None:
            self._files.register(now)
        return Swept(files=removed, stuck=len(gone) - removed)

    def finish(self, policy: Policy, now: datetime, swept: Swept, actor: str) -> None:
        """Leave no old page behind, and note the run.

        Raises:
            StoreError: the run counts as not finished and is done again.
        """
        self._room.database.forget_deleted()
        at = format_instant(now.timestamp())
        run = RetentionRun(policy.digest, swept.persons, swept.rows, swept.files, at)
        result = f"{swept.persons} {swept.rows} {swept.files} {swept.stuck}"
        self._room.log.append_with(
            [audit_draft_of(run, actor)],
            lambda database: database.execute(
                "INSERT INTO upkeep VALUES (?, ?, ?)"
                " ON CONFLICT (name) DO UPDATE SET at = excluded.at, result = excluded.result",
                (NAME, at, result),
            ),
        )

    def last_run(self) -> LastRun | None:
        """The last sweep that ended."""
        row = self._room.database.row("SELECT at, result FROM upkeep WHERE name = ?", (NAME,))
        return None if row is None else LastRun(instant(row[0]), _swept(str(row[1])))


def _swept(text: str) -> Swept:
    numbers = [int(part) for part in text.split() if part.isdigit()]
    return Swept(*numbers[:4])
