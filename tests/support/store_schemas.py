"""Files of earlier schemas, as an earlier release left them: made by its migrations alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from station.store.connection import DatabaseKey, writing
from station.store.schema import APPLICATION_ID, migrations
from sync.wire import GENESIS_HASH, ClockReading, Event, Value, format_instant, sha256_hex
from tests.support.store_cases import KEY, STATION, SUBJECT, bytes_of

OPERATOR = "desk01"
DISPLAY_NAME = "方采薇"
EVENTS = 12


def schema_1(path: Path, key: DatabaseKey = KEY) -> None:
    """A file that knows only migration 001, with a row in every table that people fill."""
    connection = writing(path, key, "rwc")
    first = migrations()[0]
    connection.executescript(
        f"BEGIN;\n{first.sql}\nPRAGMA application_id = {APPLICATION_ID};\n"
        f"PRAGMA user_version = {first.number};\nCOMMIT;"
    )
    connection.execute("BEGIN")
    previous = GENESIS_HASH
    for position in range(1, EVENTS + 1):
        event = _event(position, previous)
        previous = sha256_hex(event.canonical())
        connection.execute(
            "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                position,
                event.incarnation,
                event.seq,
                event.id,
                event.type,
                event.subject,
                event.prev_hash,
                previous,
                event.canonical(),
            ),
        )
        connection.execute(
            "INSERT INTO outbox (position, event_id) VALUES (?, ?)", (position, event.id)
        )
    _fill_the_rest(connection)
    connection.execute("COMMIT")
    connection.close()


def _event(position: int, previous: str) -> Event:
    data: dict[str, Value] = {"notice_version": "2026-1"}
    return Event(
        id=f"{position:032x}",
        station=STATION,
        incarnation=1,
        seq=position,
        prev_hash=previous,
        type="consent_given",
        version=1,
        at=format_instant(1_790_000_000 + position),
        clock=ClockReading("station", 0, None),
        boot="boot-1",
        monotonic_ms=position * 1000,
        actor=OPERATOR,
        subject=SUBJECT,
        data=data,
    )


def _fill_the_rest(connection: Any) -> None:
    execute = connection.execute
    execute("INSERT INTO person_key VALUES (?, ?)", (SUBJECT, bytes_of("person key", 34)))
    execute(
        "INSERT INTO payload VALUES (?, 'impression', ?, 'image/png', ?)",
        (f"{1:032x}", SUBJECT, bytes_of("ciphertext", 9000)),
    )
    execute("INSERT INTO receipt VALUES ('batch-1', ?)", (b"{}",))
    execute(
        "UPDATE outbox SET state = 'delivered', batch_id = 'batch-1' WHERE position <= 3",
    )
    execute(
        "INSERT INTO operator VALUES (?, ?, 'desk_clerk,review_officer', 'scrypt-15-8-1', ?, ?, 1)",
        (OPERATOR, DISPLAY_NAME, bytes(16), bytes(32)),
    )
    execute("INSERT INTO open_case VALUES ('1', 'confirmation', ?, NULL)", (SUBJECT,))
    execute("INSERT INTO sync_cursor VALUES ('applicants', '17')")


EARLIER = {1: schema_1}
"""By number: how a file of that schema is made. Every schema but the last has one."""
