"""Checks that the log is what was written: nothing edited, removed, reordered or slipped in.

What this cannot see is a tail cut off together with its outbox rows by somebody who holds the
key; that takes a head kept elsewhere, which the platform's receipts give.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from station.store.database import Database
from sync.errors import WireError
from sync.wire import GENESIS_HASH, Event, sha256_hex


class Fault(StrEnum):
    """What is wrong at a place of the log."""

    ALTERED = "altered"
    """The bytes do not have the hash they were stored with, or the columns tell another story."""
    UNLINKED = "unlinked"
    """The event does not name the one before it."""
    MISSING = "missing"
    """A position or a number was skipped."""
    OUT_OF_ORDER = "out_of_order"
    """Incarnation or number go backwards."""


@dataclass(frozen=True)
class ChainFault:
    position: int
    kind: Fault


@dataclass(frozen=True)
class ChainReport:
    """Result of a check: events read, hash of the last one, and every fault found."""

    events: int
    head: str
    faults: tuple[ChainFault, ...]

    @property
    def intact(self) -> bool:
        return not self.faults


@dataclass(frozen=True)
class _Link:
    """What the next event must continue."""

    position: int = 0
    hash: str = GENESIS_HASH
    incarnation: int = 0
    seq: int = 0


def verify_chain(database: Database) -> ChainReport:
    """Read every event and recompute the chain.

    Raises:
        DatabaseDamaged: a page does not verify, so the file itself was changed.
    """
    link, count, faults = _Link(), 0, list[ChainFault]()
    for row in database.each(
        "SELECT position, incarnation, seq, id, type, subject, prev_hash, hash, canonical"
        " FROM event ORDER BY position"
    ):
        link, kinds = _checked(row, link)
        faults += [ChainFault(link.position, kind) for kind in kinds]
        count += 1
    queued = database.row("SELECT max(position) FROM outbox")
    if queued is not None and (queued[0] or 0) > link.position:
        faults.append(ChainFault(link.position + 1, Fault.MISSING))
    return ChainReport(count, link.hash, tuple(faults))


def _checked(row: tuple[object, ...], last: _Link) -> tuple[_Link, list[Fault]]:
    position, *columns, stored_hash, canonical = row
    assert isinstance(position, int)
    assert isinstance(canonical, bytes)
    computed = sha256_hex(canonical)
    try:
        event = Event.from_bytes(canonical)
    except WireError:
        return _Link(position, computed, last.incarnation, last.seq + 1), [Fault.ALTERED]
    told = [event.incarnation, event.seq, event.id, event.type, event.subject, event.prev_hash]
    altered = computed != stored_hash or columns != told
    faults = [Fault.ALTERED] if altered else []
    faults += _misplaced(position, event, last)
    return _Link(position, computed, event.incarnation, event.seq), faults


def _misplaced(position: int, event: Event, last: _Link) -> Iterator[Fault]:
    if event.prev_hash != last.hash:
        yield Fault.UNLINKED
    expected_seq = last.seq + 1 if event.incarnation == last.incarnation else 1
    if event.incarnation < last.incarnation or event.seq < expected_seq:
        yield Fault.OUT_OF_ORDER
    elif position != last.position + 1 or event.seq > expected_seq:
        yield Fault.MISSING
