"""Counts of what the platform holds: nothing about anybody."""

from __future__ import annotations

from sync.hub.database import Database
from sync.wire import ApplicantStatus, EventType

_COUNTS = {
    "stations": "SELECT count(*) FROM station",
    "applicants": "SELECT count(*) FROM applicant",
    "confirmations": "SELECT count(*) FROM confirmation",
    "people_confirmed": "SELECT count(DISTINCT subject) FROM confirmation",
    "approved": "SELECT count(*) FROM decision WHERE approved",
    "rejected": "SELECT count(*) FROM decision WHERE NOT approved",
    "blobs": "SELECT count(*) FROM blob",
    "events": "SELECT count(*) FROM event",
    "events_refused": "SELECT count(*) FROM refused_event",
    "receipts": "SELECT count(*) FROM receipt",
    "packages": "SELECT count(*) FROM package",
    "tombstones": "SELECT count(*) FROM tombstone",
}
_EVENT_COUNTS = {
    "presses": EventType.PRESS_CAPTURED,
    "gate_attempts": EventType.GATE_ATTEMPT,
    "admitted": EventType.GATE_ADMITTED,
    "referred": EventType.GATE_REFERRED,
}


def count_all(database: Database) -> dict[str, int]:
    """Names and numbers, in a fixed order."""
    counts = {name: database.number(sql) for name, sql in _COUNTS.items()}
    counts["enrolled"] = database.number(
        "SELECT count(*) FROM applicant WHERE status = ?", ApplicantStatus.ENROLLED.value
    )
    for name, kind in _EVENT_COUNTS.items():
        counts[name] = database.number("SELECT count(*) FROM event WHERE type = ?", kind.value)
    return counts
