"""Fictional material for tests of the store: drafts, a ticking clock, an open log."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from station.store.clock import Stamp
from station.store.database import Database, DatabaseKey, create_database, open_database
from station.store.drafts import EventDraft, PayloadDraft, SealedBlob
from station.store.events import EventLog
from sync.wire import ClockReading, Value, format_instant

STATION = "station-1"
SUBJECT = "ab" * 16
SOMEBODY_ELSE = "cd" * 16
KEY = DatabaseKey(bytes(range(32)), bytes(range(16)))
PRESS_BYTES = 66_000


class TickingClock:
    """One second an event, from a fixed morning."""

    def __init__(self) -> None:
        self.ticks = 0

    def __call__(self) -> Stamp:
        self.ticks += 1
        at = format_instant(1_790_000_000 + self.ticks)
        return Stamp(at, ClockReading("station", 0, None), "boot-1", self.ticks * 1000)


@dataclass
class Store:
    """A database in a folder with its log."""

    path: Path
    database: Database
    log: EventLog

    def reopened(self) -> Store:
        """Close and open again, as a restart does."""
        self.database.close()
        return opened(self.path)


def log_of(database: Database, incarnation: int = 1) -> EventLog:
    return EventLog(database, STATION, incarnation, TickingClock())


def created(folder: Path) -> Store:
    path = folder / "station.db"
    database = create_database(path, KEY)
    return Store(path, database, log_of(database))


def opened(path: Path, key: DatabaseKey = KEY) -> Store:
    database = open_database(path, key)
    return Store(path, database, log_of(database))


def bytes_of(label: str, size: int) -> bytes:
    """Reproducible bytes that do not compress, like an image does not."""
    return hashlib.shake_128(label.encode()).digest(size)


def press(number: int = 1, *, subject: str = SUBJECT, size: int = 2000) -> EventDraft:
    """One press: an image and a template of `size` bytes together."""
    record = bytes_of(f"record {subject} {number}", min(300, size))
    image = bytes_of(f"image {subject} {number}", size - len(record))
    return EventDraft(
        "press_captured",
        2,
        subject,
        "operator-1",
        {"position": 6, "press": number, "quality": 62, "simulated": True},
        (
            PayloadDraft("impression", "image/png", image),
            PayloadDraft("record", "application/octet-stream", record),
        ),
    )


def sealing(*, subject: str = SUBJECT, size: int = 5000) -> EventDraft:
    """The end of a confirmation, with its sealed copy for the platform."""
    blob = SealedBlob.of(bytes_of(f"sealed {subject}", size))
    data: dict[str, Value] = {
        "blob": blob.sha256,
        "presses": 24,
        "exceptions": 0,
        "simulated": True,
    }
    return EventDraft("confirmation_sealed", 1, subject, "operator-1", data, (), (blob,))


def plain(type_: str = "consent_given", *, subject: str | None = SUBJECT) -> EventDraft:
    """An event without evidence."""
    return EventDraft(type_, 1, subject, "operator-1", {"notice_version": "2026-1"})


def erasure(subject: str = SUBJECT) -> EventDraft:
    """The evidence that somebody was erased."""
    return EventDraft("person_erased", 1, subject, "system", {"reason": "withdrawn"})


def folder_bytes(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, to see that nothing changed. The lock file of readers is no data."""
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if not path.name.endswith("-shm")
    }
