"""Somebody who holds the database key and a tool: drops the rules and rewrites the log."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from station.store.chain import ChainReport, Fault, Witnesses, verify_chain
from station.store.database import Database, create_database
from station.store.events import EventLog
from station.store.head_file import HeadFile, read_head
from station.store.signing import LogSigner
from sync.seal import SigningKey
from sync.wire import Event, JsonObject, Receipt, canonical_bytes, event_hash, sha256_hex
from tests.support.store_cases import KEY, STATION, TickingClock

_TRIGGERS = (
    "event_is_never_changed",
    "event_is_never_removed",
    "event_follows_the_last",
    "outbox_row_is_never_removed",
    "delivered_stays_delivered",
)
Edit = Callable[[list[JsonObject]], list[JsonObject]]


@dataclass
class SignedStore:
    """A database with a signed log, its head file, and the keys of station and platform."""

    folder: Path
    database: Database
    log: EventLog
    key: SigningKey
    platform: SigningKey
    incarnation: int = 1

    def verified(self) -> ChainReport:
        """The log held against signatures, head file and receipts."""
        return verify_chain(self.database, self.witnesses())

    def witnesses(self) -> Witnesses:
        return Witnesses(
            STATION,
            self.incarnation,
            self.key.verify_key,
            read_head(self.folder / "log-head"),
            self.platform.verify_key,
        )

    def kinds(self) -> set[Fault]:
        return {fault.kind for fault in self.verified().faults}

    def receipt_for(self, *event_ids: str, key: SigningKey | None = None) -> None:
        """The platform's signed word on events, kept as the outbox keeps it."""
        unsigned = Receipt(
            "1" * 32, STATION, event_ids, (), (), (), "2026-03-01T01:02:03.456Z", b""
        )
        signature = (key or self.platform).sign(unsigned.signed_bytes())
        whole = Receipt(**{**vars(unsigned), "signature": signature})
        self.database.execute(
            "INSERT INTO receipt VALUES (?, ?)",
            (whole.batch_id, canonical_bytes(whole.to_json())),
        )


def signed_store(folder: Path) -> SignedStore:
    """A fresh one in `folder`."""
    database = create_database(folder / "station.db", KEY)
    key = SigningKey.generate()
    return SignedStore(
        folder, database, signed_log(folder, database, key), key, SigningKey.generate()
    )


def signed_log(folder: Path, database: Database, key: SigningKey, incarnation: int = 1) -> EventLog:
    signer = LogSigner(STATION, incarnation, key, HeadFile(folder / "log-head"))
    return EventLog(database, STATION, incarnation, TickingClock(), signer=signer)


def without_rules(database: Database) -> None:
    """Foreign keys off and the triggers gone."""
    database.execute("PRAGMA foreign_keys = OFF")
    for trigger in _TRIGGERS:
        database.execute(f"DROP TRIGGER IF EXISTS {trigger}")


def rewrite_rows(database: Database, *statements: str) -> None:
    """Change rows, recompute nothing."""
    without_rules(database)
    with database.transaction():
        for statement in statements:
            database.execute(statement)


def rewrite_history(database: Database, edit: Edit) -> None:
    """Edit the events as JSON and recompute the whole chain, its columns and its numbers."""
    without_rules(database)
    rows = database.rows("SELECT canonical FROM event ORDER BY position")
    events = edit([json.loads(bytes(row[0])) for row in rows])
    with database.transaction():
        database.execute("DELETE FROM outbox WHERE position > ?", (len(events),))
        database.execute("DELETE FROM event")
        _store_again(database, events)


def _store_again(database: Database, events: Sequence[JsonObject]) -> None:
    before = "0" * 64
    for place, values in enumerate(events, 1):
        event = Event.from_json({**values, "prev_hash": before, "seq": place})
        before = event_hash(event)
        assert before == sha256_hex(event.canonical())
        database.execute(
            "INSERT INTO event (position, incarnation, seq, id, type, subject, prev_hash, hash,"
            " canonical) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                place,
                event.incarnation,
                event.seq,
                event.id,
                event.type,
                event.subject,
                event.prev_hash,
                before,
                event.canonical(),
            ),
        )
