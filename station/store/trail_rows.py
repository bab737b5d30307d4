"""Questions about the log by who, what and when, which its columns do not answer.

They read the events' own bytes and so the whole table: for an auditor's patience, not a desk's.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from station.store.database import Database
from station.store.log_reader import StoredEvent, stored_event

# A row whose bytes are no JSON is left out here; the check of the chain is what finds it.
_TEXT = "CAST(canonical AS TEXT)"
_READABLE = f"json_valid({_TEXT})"


@dataclass(frozen=True)
class TrailQuery:
    """None and () mean all. `since` and `until` are instants as events write them, half open."""

    actor: str | None = None
    types: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    before: int | None = None


class TrailRows:
    """Reads the log for the trail."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self) -> int:
        """Events in the log."""
        row = self._database.row("SELECT count(*) FROM event")
        return 0 if row is None else int(row[0])

    def newest_first(self, query: TrailQuery, limit: int) -> Iterator[StoredEvent]:
        """Events that fit, at most `limit`."""
        marks = ", ".join("?" * len(query.types))
        conditions = [
            (_READABLE, ()),
            (f"json_extract({_TEXT}, '$.actor') = ?", (query.actor,)),
            (f"type IN ({marks})", query.types),
            (f"json_extract({_TEXT}, '$.at') >= ?", (query.since,)),
            (f"json_extract({_TEXT}, '$.at') < ?", (query.until,)),
            ("position < ?", (query.before,)),
        ]
        asked = [(sql, values) for sql, values in conditions if values != (None,)]
        asked = [(sql, values) for sql, values in asked if values or sql == _READABLE]
        where = " AND ".join(sql for sql, _ in asked)
        values = [value for _, given in asked for value in given]
        return map(
            stored_event,
            self._database.each(
                f"SELECT position, hash, canonical FROM event WHERE {where}"
                " ORDER BY position DESC LIMIT ?",
                (*values, limit),
            ),
        )

    def stretch(self, since: str, until: str) -> tuple[int, int] | None:
        """First and last position of events in that time; a set clock may put others between."""
        row = self._database.row(
            f"SELECT min(position), max(position) FROM event WHERE {_READABLE}"
            f" AND json_extract({_TEXT}, '$.at') >= ? AND json_extract({_TEXT}, '$.at') < ?",
            (since, until),
        )
        return None if row is None or row[0] is None else (int(row[0]), int(row[1]))

    def between(self, first: int, last: int) -> Iterator[StoredEvent]:
        """Events of a stretch, both ends included, in order."""
        return map(
            stored_event,
            self._database.each(
                "SELECT position, hash, canonical FROM event WHERE position BETWEEN ? AND ?"
                " ORDER BY position",
                (first, last),
            ),
        )

    def before(self, position: int) -> StoredEvent | None:
        """The event in front of a position."""
        row = self._database.row(
            "SELECT position, hash, canonical FROM event WHERE position < ?"
            " ORDER BY position DESC LIMIT 1",
            (position,),
        )
        return None if row is None else stored_event(row)
