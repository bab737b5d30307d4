"""The fresh file: everything rescued in its old place, the rules of the schema back in force."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from station.store.database import Database
from station.store.salvage.cells import Cell
from station.store.salvage.evidence import Blob, Payload
from station.store.salvage.gather import Gathered


@dataclass(frozen=True)
class Counts:
    """Rows that were written."""

    payloads: int
    blobs: int
    persons: int
    waiting: int
    operators: int


@contextmanager
def without_triggers(database: Database) -> Iterator[None]:
    """One transaction in which rows may be put where they were; the rules hold again after it."""
    with database.transaction():
        triggers = database.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        for name, _ in triggers:
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("PRAGMA defer_foreign_keys = ON")
        yield
        for _, sql in triggers:
            database.execute(sql)


def fill(database: Database, gathered: Gathered, evidence: Iterable[Payload | Blob]) -> Counts:
    """Write all that was gathered in one transaction.

    Raises:
        StoreFull, StoreUnwritable: nothing was written.
    """
    with without_triggers(database):
        _events(database, gathered)
        waiting = _outbox(database, gathered)
        operators = _small(database, gathered)
        payloads, blobs, persons = _evidence(database, gathered, waiting, evidence)
    return Counts(payloads, blobs, persons, len(waiting), operators)


def _events(database: Database, gathered: Gathered) -> None:
    for position, found in sorted(gathered.events.items()):
        event = found.event
        database.execute(
            "INSERT INTO event (position, incarnation, seq, id, type, subject, prev_hash, hash,"
            " canonical) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                position,
                event.incarnation,
                event.seq,
                event.id,
                event.type,
                event.subject,
                event.prev_hash,
                found.digest,
                found.canonical,
            ),
        )


def _outbox(database: Database, gathered: Gathered) -> set[str]:
    """Queue every event; ids of those not delivered.

    What is not known to be delivered waits again: the platform takes an event once, by its id.
    """
    for batch_id, content in gathered.receipts.items():
        database.execute("INSERT INTO receipt VALUES (?, ?)", (batch_id, content))
    waiting = set[str]()
    for position, found in sorted(gathered.events.items()):
        event_id = found.event.id
        state, reason, batch = _standing(gathered, event_id)
        database.execute(
            "INSERT INTO outbox (position, event_id, state, reason, batch_id)"
            " VALUES (?, ?, ?, ?, ?)",
            (position, event_id, state, reason, batch),
        )
        if state != "delivered":
            waiting.add(event_id)
    return waiting


def _standing(gathered: Gathered, event_id: str) -> tuple[Cell, Cell, Cell]:
    match gathered.outbox.get(event_id):
        case ("delivered", None, str(batch_id)) if batch_id in gathered.receipts:
            return "delivered", None, batch_id
        case ("quarantined", str(reason), None):
            return "quarantined", reason, None
        case _:
            return "waiting", None, None


def _small(database: Database, gathered: Gathered) -> int:
    if gathered.retention_policy is not None:
        database.execute("INSERT INTO retention_policy VALUES (1, ?)", (gathered.retention_policy,))
    for case in gathered.open_cases.values():
        database.execute("INSERT INTO open_case VALUES (?, ?, ?, ?)", case)
    for operator_id, account in gathered.operators.items():
        database.execute(
            "INSERT INTO operator (operator_id, display_name, roles, enabled, card_fingerprint,"
            " must_change) VALUES (?, ?, ?, ?, ?, ?)",
            (operator_id, *account),
        )
    return len(gathered.operators)


def _evidence(
    database: Database,
    gathered: Gathered,
    waiting: set[str],
    evidence: Iterable[Payload | Blob],
) -> tuple[int, int, int]:
    """Payloads with the keys that opened them, sealed copies, and keys that open nothing here."""
    payloads = blobs = 0
    keys = {
        subject: key
        for subject, ((key, proven), *_) in gathered.person_keys.items()
        # A key that opens nothing any more would still link references to guesses.
        if proven and not gathered.deletions.touched(subject)
    }
    for item in evidence:
        if isinstance(item, Payload):
            keys[item.subject] = item.key
            database.execute(
                "INSERT INTO payload (event_id, name, subject, media_type, ciphertext)"
                " VALUES (?, ?, ?, ?, ?)",
                (item.event_id, item.name, item.subject, item.media_type, item.ciphertext),
            )
            payloads += 1
        elif item.event_id in waiting:
            database.execute(
                "INSERT INTO outbox_blob (sha256, event_id, sealed) VALUES (?, ?, ?)",
                (item.sha256, item.event_id, item.sealed),
            )
            blobs += 1
    for subject, key in keys.items():
        database.execute("INSERT INTO person_key VALUES (?, ?)", (subject, key))
    return payloads, blobs, len(keys)
