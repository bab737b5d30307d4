"""Checks that the log is what was written: nothing edited, removed, reordered or slipped in.

From inside, the chain shows every change that does not recompute what follows. Who holds the
database key can recompute everything, or cut off the end; that is told by what lies outside:
the station's signatures (its key is in the keyring), the head file, and the platform's receipts.
`docs/decisions/0015-trail.md` says who detects what.
"""

from collections.abc import Callable, Iterator

from station.store.chain_report import ChainReport, HeadWitness, Witnesses
from station.store.database import Database
from station.store.signing import SIGN_EVERY
from station.store.witnesses import head_witness, receipts_witness
from sync.errors import WireError
from sync.log_chain import ChainFault, Fault, LogWalk, declared_gaps
from sync.seal import VerifyKey
from sync.wire import Event, EventType, sha256_hex

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
    key = witnesses.key if witnesses else None
    walk = LogWalk(witnesses.station if witnesses else None, key, _excused(database, key))
    for row in _rows(database, 0):
        _read_row(walk, row)
        if walk.events % TELL_EVERY == 0:
            progress(walk.events)
    queued = database.row("SELECT max(position) FROM outbox")
    if queued is not None and (queued[0] or 0) > walk.position:
        walk.fault(walk.position + 1, Fault.MISSING)
    return _report(walk) if witnesses is None else _witnessed(database, walk, witnesses)


def verify_tail(database: Database, events: int) -> ChainReport:
    """The same for the last `events` events only, from inside: quick enough for every start."""
    before = database.row(
        "SELECT position, canonical FROM event ORDER BY position DESC LIMIT 1 OFFSET ?", (events,)
    )
    walk = LogWalk(gaps=_excused(database, None), chained_presses=before is None)
    if before is not None:
        position, canonical = int(before[0]), bytes(before[1])
        try:
            event = Event.from_bytes(canonical)
            walk.start_after(position, sha256_hex(canonical), event.incarnation, event.seq)
        except WireError:
            walk.unreadable(position, sha256_hex(canonical))
    for row in _rows(database, walk.position):
        _read_row(walk, row)
    return _report(walk)


def _rows(database: Database, after: int) -> Iterator[tuple[object, ...]]:
    return database.each(
        "SELECT position, incarnation, seq, id, type, subject, prev_hash, hash, canonical"
        " FROM event WHERE position > ? ORDER BY position",
        (after,),
    )


def _read_row(walk: LogWalk, row: tuple[object, ...]) -> None:
    position, *columns, stored_hash, canonical = row
    assert isinstance(position, int)
    assert isinstance(canonical, bytes)
    computed = sha256_hex(canonical)
    try:
        event = Event.from_bytes(canonical)
    except WireError:
        walk.unreadable(position, computed)
        return
    told = [event.incarnation, event.seq, event.id, event.type, event.subject, event.prev_hash]
    if computed != stored_hash or columns != told:
        walk.fault(position, Fault.ALTERED)
    walk.step(position, event, computed)


def _witnessed(database: Database, walk: LogWalk, witnesses: Witnesses) -> ChainReport:
    last = walk.position
    if last - walk.last_signed > SIGN_EVERY:
        walk.fault(walk.last_signed + 1, Fault.UNSIGNED)
    latest = database.row("SELECT max(incarnation) FROM event")
    if latest is not None and (latest[0] or 0) > witnesses.incarnation:
        walk.fault(last, Fault.FOREIGN)
    receipts, missing = receipts_witness(database, witnesses, last, walk.lost)
    witness, contradictions = head_witness(database, witnesses, last)
    walk.faults += [*missing, *contradictions]
    return _report(walk, witness, receipts)


def _report(
    walk: LogWalk, witness: HeadWitness = HeadWitness.NOT_ASKED, receipts: int = 0
) -> ChainReport:
    faults = tuple(sorted(walk.faults, key=lambda fault: fault.position))
    return ChainReport(
        walk.events, walk.head, faults, walk.lost, walk.last_signed, witness, receipts
    )


def _excused(database: Database, key: VerifyKey | None) -> dict[int, int]:
    """Gaps that a salvage declared: first lost position to last. What is badly signed excuses none.

    The fault of a bad declaration is found when its event is read.
    """
    rows = database.rows(
        "SELECT canonical FROM event WHERE type = ? ORDER BY position",
        (EventType.STORE_SALVAGED.value,),
    )
    excused: dict[int, int] = {}
    for (canonical,) in rows:
        try:
            excused.update(declared_gaps(Event.from_bytes(bytes(canonical)), key) or ())
        except WireError:
            continue
    return excused
