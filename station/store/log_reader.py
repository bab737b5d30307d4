"""The log as it is read: events in their places, proved to be events and nothing more."""

from collections.abc import Iterator
from dataclasses import dataclass

from station.store.database import Database
from station.store.errors import DatabaseDamaged
from sync.errors import WireError
from sync.wire import Event

_COLUMNS = "position, hash, canonical"


@dataclass(frozen=True)
class StoredEvent:
    """An event in its place. `position` counts this file's events from 1, over all incarnations."""

    position: int
    hash: str
    event: Event


class LogReader:
    """Reads the events of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def head(self) -> StoredEvent | None:
        """The last event, None while the log is empty."""
        row = self._database.row(f"SELECT {_COLUMNS} FROM event ORDER BY position DESC LIMIT 1")
        return None if row is None else stored_event(row)

    def events_of(self, subject: str) -> tuple[StoredEvent, ...]:
        """Everything about one person, in order: the fold of these is their state."""
        return tuple(
            map(
                stored_event,
                self._database.rows(
                    f"SELECT {_COLUMNS} FROM event WHERE subject = ? ORDER BY position",
                    (subject,),
                ),
            )
        )

    def all_since(self, position: int, limit: int = 1000) -> tuple[StoredEvent, ...]:
        """Events after `position` (0 for all), at most `limit`, in order."""
        return tuple(
            map(
                stored_event,
                self._database.rows(
                    f"SELECT {_COLUMNS} FROM event WHERE position > ? ORDER BY position LIMIT ?",
                    (position, limit),
                ),
            )
        )

    def each(self) -> Iterator[StoredEvent]:
        """All events in order, one by one."""
        return map(
            stored_event,
            self._database.each(f"SELECT {_COLUMNS} FROM event ORDER BY position"),
        )

    def find(self, event_id: str) -> StoredEvent | None:
        """One event by its id."""
        row = self._database.row(f"SELECT {_COLUMNS} FROM event WHERE id = ?", (event_id,))
        return None if row is None else stored_event(row)


def stored_event(row: tuple[int, str, bytes]) -> StoredEvent:
    """A row of the log as a value.

    Raises:
        DatabaseDamaged: its bytes are no event.
    """
    position, event_hash, canonical = row
    try:
        return StoredEvent(position, event_hash, Event.from_bytes(bytes(canonical)))
    except WireError as error:
        raise DatabaseDamaged(f"event at position {position} cannot be read") from error
