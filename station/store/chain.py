"""Checks that the log is what was written: nothing edited, removed, reordered or slipped in.

From inside, the chain shows every change that does not recompute what follows. Who holds the
database key can recompute everything, or cut off the end; that is told by what lies outside:
the station's signatures (its key is in the keyring), the head file, and the platform's receipts.
`docs/decisions/0015-trail.md` says who detects what.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from station.domain.audit import LogSigned, StoreSalvaged
from station.domain.facts import PressCaptured
from station.store.chain_report import (
    ChainFault,
    ChainReport,
    Fault,
    HeadWitness,
    Witnesses,
)
from station.store.database import Database
from station.store.signing import SIGN_EVERY, declared_gaps, is_true_checkpoint
from station.store.witnesses import head_witness, receipts_witness
from sync.errors import WireError
from sync.wire import GENESIS_HASH, PREVIOUS_PRESS, Event, sha256_hex

__all__ = [
    "ChainFault",
    "ChainReport",
    "Fault",
    "HeadWitness",
    "Witnesses",
    "verify_chain",
    "verify_tail",
]

TELL_EVERY = 500


@dataclass(frozen=True)
class _Link:
    """What the next event must continue."""

    position: int = 0
    hash: str = GENESIS_HASH
    incarnation: int = 0
    seq: int = 0


@dataclass
class _Reading:
    """What one pass over the log gathers."""

    witnesses: Witnesses | None
    gaps: dict[int, int]
    link: _Link = field(default_factory=_Link)
    events: int = 0
    lost: int = 0
    last_signed: int = 0
    presses: dict[str, str] = field(default_factory=dict)
    faults: list[ChainFault] = field(default_factory=list)

    def fault(self, position: int, kind: Fault) -> None:
        self.faults.append(ChainFault(position, kind))


def verify_chain(
    database: Database,
    witnesses: Witnesses | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> ChainReport:
    """Read every event and recompute the chain; with `witnesses`, hold it against them.

    `progress` is told every now and then how many events have been read.

    Raises:
        DatabaseDamaged: a page does not verify, so the file itself was changed.
    """
    reading = _Reading(witnesses, _excused(database, witnesses))
    for row in _rows(database, 0):
        _read_row(reading, row)
        if reading.events % TELL_EVERY == 0:
            progress(reading.events)
    queued = database.row("SELECT max(position) FROM outbox")
    if queued is not None and (queued[0] or 0) > reading.link.position:
        reading.fault(reading.link.position + 1, Fault.MISSING)
    if witnesses is None:
        return _report(reading, HeadWitness.NOT_ASKED, 0)
    if reading.link.position - reading.last_signed > SIGN_EVERY:
        reading.fault(reading.last_signed + 1, Fault.UNSIGNED)
    last = reading.link.position
    receipts, missing = receipts_witness(database, witnesses, last, reading.lost)
    witness, contradictions = head_witness(database, witnesses, last)
    reading.faults += [*missing, *contradictions]
    return _report(reading, witness, receipts)


def verify_tail(database: Database, events: int) -> ChainReport:
    """The same for the last `events` events only, from inside: quick enough for every start."""
    reading = _Reading(None, _excused(database, None))
    before = database.row(
        "SELECT position, canonical FROM event ORDER BY position DESC LIMIT 1 OFFSET ?", (events,)
    )
    if before is not None:
        position, canonical = int(before[0]), bytes(before[1])
        try:
            event = Event.from_bytes(canonical)
            reading.link = _Link(position, sha256_hex(canonical), event.incarnation, event.seq)
        except WireError:
            reading.fault(position, Fault.ALTERED)
            reading.link = _Link(position, sha256_hex(canonical))
    for row in _rows(database, reading.link.position):
        _read_row(reading, row, from_the_start=before is None)
    return _report(reading, HeadWitness.NOT_ASKED, 0)


def _rows(database: Database, after: int) -> Iterator[tuple[object, ...]]:
    return database.each(
        "SELECT position, incarnation, seq, id, type, subject, prev_hash, hash, canonical"
        " FROM event WHERE position > ? ORDER BY position",
        (after,),
    )


def _report(reading: _Reading, witness: HeadWitness, receipts: int) -> ChainReport:
    faults = tuple(sorted(reading.faults, key=lambda fault: fault.position))
    return ChainReport(
        reading.events,
        reading.link.hash,
        faults,
        reading.lost,
        reading.last_signed,
        witness,
        receipts,
    )


def _excused(database: Database, witnesses: Witnesses | None) -> dict[int, int]:
    """Gaps that a salvage declared: first lost position -> last. What is badly signed excuses none.

    The fault of a bad declaration is found when its event is read.
    """
    rows = database.rows(
        "SELECT canonical FROM event WHERE type = ? ORDER BY position", (StoreSalvaged.TYPE,)
    )
    excused: dict[int, int] = {}
    for (canonical,) in rows:
        try:
            event = Event.from_bytes(bytes(canonical))
        except WireError:
            continue
        gaps = declared_gaps(event, witnesses.key if witnesses else None)
        excused.update(gaps or ())
    return excused


def _read_row(reading: _Reading, row: tuple[object, ...], from_the_start: bool = True) -> None:
    position, *columns, stored_hash, canonical = row
    assert isinstance(position, int)
    assert isinstance(canonical, bytes)
    computed = sha256_hex(canonical)
    last = reading.link
    reading.events += 1
    try:
        event = Event.from_bytes(canonical)
    except WireError:
        reading.fault(position, Fault.ALTERED)
        reading.link = _Link(position, computed, last.incarnation, last.seq + 1)
        return
    told = [event.incarnation, event.seq, event.id, event.type, event.subject, event.prev_hash]
    if computed != stored_hash or columns != told:
        reading.fault(position, Fault.ALTERED)
    _place(reading, position, event)
    _signatures(reading, position, event)
    if from_the_start:
        _press(reading, position, event, computed)
    reading.link = _Link(position, computed, event.incarnation, event.seq)


def _place(reading: _Reading, position: int, event: Event) -> None:
    last = reading.link
    skipped = position - last.position - 1
    if skipped > 0 and reading.gaps.get(last.position + 1) == position - 1:
        reading.lost += skipped
        # What was lost cannot be followed; that nothing else is missing can still be seen.
        if event.incarnation == last.incarnation and event.seq != last.seq + skipped + 1:
            reading.fault(position, Fault.OUT_OF_ORDER)
        return
    if event.prev_hash != last.hash:
        reading.fault(position, Fault.UNLINKED)
    expected_seq = last.seq + 1 if event.incarnation == last.incarnation else 1
    if event.incarnation < last.incarnation or event.seq < expected_seq:
        reading.fault(position, Fault.OUT_OF_ORDER)
    elif skipped or event.seq > expected_seq:
        reading.fault(position, Fault.MISSING)


def _signatures(reading: _Reading, position: int, event: Event) -> None:
    witnesses = reading.witnesses
    if witnesses is None:
        if event.type == LogSigned.TYPE:
            reading.last_signed = position
        return
    if event.station != witnesses.station or event.incarnation > witnesses.incarnation:
        reading.fault(position, Fault.FOREIGN)
    if event.type == LogSigned.TYPE:
        if is_true_checkpoint(event, position, witnesses.key):
            reading.last_signed = position
        else:
            reading.fault(position, Fault.FORGED_SIGNATURE)
    if event.type == StoreSalvaged.TYPE and declared_gaps(event, witnesses.key) is None:
        reading.fault(position, Fault.FORGED_SIGNATURE)


def _press(reading: _Reading, position: int, event: Event, computed: str) -> None:
    if event.type != PressCaptured.TYPE or event.subject is None:
        return
    before = reading.presses.get(event.subject, GENESIS_HASH)
    chained = event.version > 1
    # A declared loss may have held the press that this one names.
    if chained and not reading.lost and event.data.get(PREVIOUS_PRESS) != before:
        reading.fault(position, Fault.PRESS_UNLINKED)
    reading.presses[event.subject] = computed
