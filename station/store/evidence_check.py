"""Whether the evidence is what the log refers to: none exchanged, none gone without a word."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from station.domain.audit import StoreSalvaged
from station.store.database import Database
from station.store.deletions import TYPES, Deletions
from station.store.drafts import PAYLOAD_PREFIX, payload_names
from station.store.errors import DatabaseDamaged
from station.store.payloads import proved
from sync.errors import SealError, WireError
from sync.log_chain import ChainFault, Fault
from sync.seal import DataKey
from sync.wire import Event

TELL_EVERY = 50


@dataclass(frozen=True)
class EvidenceReport:
    """How many payload rows were opened, and the events whose evidence is not what it was."""

    payloads: int
    faults: tuple[ChainFault, ...]


def check_evidence(
    database: Database, progress: Callable[[float], None] = lambda _: None
) -> EvidenceReport:
    """Open every payload, and look for those that events refer to and that are not there.

    Retention and erasures say what they take, and a salvage does not find everything: what such
    an event covers may be gone. `progress` gets the share that is read.

    Raises:
        DatabaseDamaged: a page does not verify.
    """
    row = database.row("SELECT count(*) FROM payload")
    total = max(1, row[0] if row else 0)
    opened, faults = 0, set[int]()
    for position, *content in database.each(
        "SELECT event.position, event.canonical, payload.name, person_key.key, payload.ciphertext"
        " FROM payload JOIN event ON event.id = payload.event_id"
        " LEFT JOIN person_key USING (subject)"
    ):
        opened += 1
        if not _is_proved(*content):
            faults.add(position)
        if opened % TELL_EVERY == 0:
            progress(opened / total)
    faults.update(_missing(database))
    found = tuple(ChainFault(position, Fault.EVIDENCE) for position in sorted(faults))
    return EvidenceReport(opened, found)


def _is_proved(canonical: Any, name: str, key: Any, ciphertext: Any) -> bool:
    if key is None:
        return False
    try:
        event = Event.from_bytes(bytes(canonical))
        proved(event, name, DataKey.from_bytes(bytes(key)), bytes(ciphertext))
    except (WireError, SealError, DatabaseDamaged):
        return False
    return True


def _missing(database: Database) -> Iterator[int]:
    """Positions of events that refer to a payload which is not there and was not deleted."""
    deletions = _deletions(database)
    row = database.row("SELECT max(position) FROM event WHERE type = ?", (StoreSalvaged.TYPE,))
    salvaged_at = (row and row[0]) or 0
    for position, canonical, names in database.each(
        "SELECT position, canonical,"
        " (SELECT group_concat(name) FROM payload WHERE event_id = event.id)"
        " FROM event WHERE position > ? AND instr(canonical, ?)",
        (salvaged_at, f'"{PAYLOAD_PREFIX}'.encode()),
    ):
        held = set((names or "").split(","))
        try:
            event = Event.from_bytes(bytes(canonical))
        except WireError:
            continue  # the check of the chain tells of it
        wanted = set(payload_names(event.data)) - held
        if not all(deletions.cover(position, event, name) for name in wanted):
            yield position


def _deletions(database: Database) -> Deletions:
    deletions = Deletions()
    for position, canonical in database.each(
        "SELECT position, canonical FROM event WHERE type IN (?, ?) ORDER BY position", TYPES
    ):
        try:
            deletions.note(position, Event.from_bytes(bytes(canonical)))
        except WireError:
            continue
    return deletions
