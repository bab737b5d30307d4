"""A store room with a platform that signs receipts, and clocks moved by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from station.assets import asset
from station.domain.retention import Kind, Policy, Rule, State
from station.domain.retention_policy import parse_policy
from station.services.store_room import StoreRoom
from station.services.sweeper import Sweeper
from station.store.clock import StationClock
from station.store.database import Database, create_database, open_database
from station.store.desk import Desk
from station.store.drafts import EventDraft
from station.store.events import EventLog
from station.store.kept_files import KeptFolder
from station.store.operators import Operators
from station.store.outbox import StationOutbox
from station.store.roster import Roster
from station.store.site import SiteRoster
from sync.errors import SealError
from sync.seal import SigningKey, random_id
from sync.wire import Receipt, format_instant
from tests.support.store_cases import KEY, STATION

MORNING = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass
class Times:
    """The wall clock and the monotonic clock of the machine, both in seconds."""

    wall_s: float = MORNING.timestamp()
    monotonic_s: float = 1000.0

    def pass_(self, days: float) -> None:
        self.wall_s += days * 86400
        self.monotonic_s += days * 86400


@dataclass
class PrivacyRoom:
    """One station's store, its platform's pen, and its clocks."""

    path: Path
    room: StoreRoom
    clock: StationClock
    times: Times
    pen: SigningKey
    folders: tuple[KeptFolder, ...] = ()
    policy: Policy = field(
        default_factory=lambda: parse_policy(asset("retention/default.toml").read_bytes())
    )

    @property
    def database(self) -> Database:
        return self.room.database

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.times.wall_s, UTC)

    def sweeper(self) -> Sweeper:
        return Sweeper(self.room, self.clock, self.verified, self.folders)

    def verified(self, receipt: Receipt) -> bool:
        try:
            self.pen.verify_key.verify(receipt.signature, receipt.signed_bytes())
        except SealError:
            return False
        return True

    def append(self, *drafts: EventDraft) -> list[str]:
        return [stored.event.id for stored in self.room.log.append_many(drafts)]

    def hear_platform(self) -> None:
        """The platform's time is right; the machine's may not be."""
        self.clock.correct(self.times.wall_s)

    def deliver_all(self, at: datetime | None = None, pen: SigningKey | None = None) -> None:
        """The platform takes whatever waits and signs for it."""
        outbox = StationOutbox(self.database)
        while waiting := outbox.waiting(100):
            ids = tuple(item.event.id for item in waiting)
            outbox.delivered(ids, self.receipt(ids, at or self.now, pen or self.pen))

    def receipt(self, ids: Sequence[str], at: datetime, pen: SigningKey) -> Receipt:
        told = format_instant(at.timestamp())
        blank = Receipt(random_id(), STATION, tuple(ids), (), (), (), told)
        return replace(blank, signature=pen.sign(blank.signed_bytes()))

    def sweep(
        self, actor: str = "system", told: Callable[[str], None] = lambda _subject: None
    ) -> int:
        """A whole sweep as the service runs it; how many rows went. `told` hears of each person."""
        sweeper = self.sweeper()
        proven = sweeper.begin()
        rows = 0
        for subject in sweeper.subjects():
            rows += sweeper.sweep(subject, self.policy, proven.at, actor).rows
            told(subject)
        files = sweeper.sweep_files(self.policy, proven.at)
        assert proven.at is not None
        sweeper.finish(self.policy, proven.at, files, actor)
        return rows

    def payloads(self, subject: str) -> int:
        row = self.database.row("SELECT count(*) FROM payload WHERE subject = ?", (subject,))
        assert row is not None
        return int(row[0])

    def with_days(self, kind: Kind, state: State, days: int) -> None:
        """Change one rule."""
        rules = dict(self.policy.rules)
        rules[kind, state] = Rule(days, rules[kind, state].reason)
        self.policy = replace(self.policy, rules=rules)


def room_over(database: Database, clock: StationClock) -> StoreRoom:
    return StoreRoom(
        database=database,
        log=EventLog(database, STATION, 1, clock),
        roster=Roster(database),
        site=SiteRoster(database),
        operators=Operators(database),
        open_cases=Desk(database, "1"),
    )


def privacy_room(folder: Path, *, reopen: bool = False) -> PrivacyRoom:
    """A new station, or the one that lies there; its platform's pen is new in each case."""
    path = folder / "station.db"
    database = (open_database if reopen else create_database)(path, KEY)
    times = Times()
    clock = StationClock("boot-1", lambda: times.wall_s, lambda: times.monotonic_s)
    return PrivacyRoom(path, room_over(database, clock), clock, times, SigningKey.generate())
