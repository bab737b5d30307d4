"""The log held against what lies outside of it: the head file and the platform's receipts."""

from collections.abc import Iterator

from station.store.chain_report import HeadWitness, Witnesses
from station.store.database import Database
from sync.errors import SealError, WireError
from sync.log_chain import ChainFault, Fault
from sync.seal import VerifyKey
from sync.wire import Receipt, parse_json, sha256_hex

MAX_RECEIPT_BYTES = 1024 * 1024


def head_witness(
    database: Database, witnesses: Witnesses, last: int
) -> tuple[HeadWitness, tuple[ChainFault, ...]]:
    """What the head file says about a log that ends at position `last`."""
    signed = witnesses.head
    if signed is None or signed.head.station != witnesses.station:
        return HeadWitness.SILENT, ()
    if not signed.is_from(witnesses.key):
        return HeadWitness.SILENT, ()
    if signed.head.incarnation < witnesses.incarnation:
        return HeadWitness.EARLIER_LIFE, ()
    if signed.head.position > last:
        return HeadWitness.CONTRADICTS, (ChainFault(last + 1, Fault.CUT_OFF),)
    if _hash_at(database, signed.head.position) != signed.head.head:
        return HeadWitness.CONTRADICTS, (ChainFault(signed.head.position, Fault.REPLACED),)
    return HeadWitness.AGREES, ()


def receipts_witness(
    database: Database, witnesses: Witnesses, last: int, lost: int
) -> tuple[int, tuple[ChainFault, ...]]:
    """How many receipts verified; every event the platform signed for must be here.

    `lost` events are excused: so many were declared lost by a signed salvage.
    """
    if witnesses.platform_key is None:
        return 0, ()
    verified, missing, faults = 0, set[str](), list[ChainFault]()
    for (content,) in database.each("SELECT content FROM receipt ORDER BY batch_id"):
        receipt = _receipt(bytes(content), witnesses.station, witnesses.platform_key)
        if receipt is None:
            faults.append(ChainFault(last, Fault.FORGED_SIGNATURE))
            continue
        verified += 1
        missing.update(_not_here(database, receipt))
    if len(missing) > lost:
        faults.append(ChainFault(last + 1, Fault.CUT_OFF))
    return verified, tuple(faults)


def _hash_at(database: Database, position: int) -> str:
    row = database.row("SELECT canonical FROM event WHERE position = ?", (position,))
    return "" if row is None else sha256_hex(bytes(row[0]))


def _receipt(content: bytes, station: str, platform_key: VerifyKey) -> Receipt | None:
    try:
        receipt = Receipt.from_json(parse_json(content, MAX_RECEIPT_BYTES))
        platform_key.verify(receipt.signature, receipt.signed_bytes())
    except (WireError, SealError):
        return None
    return receipt if receipt.station == station else None


def _not_here(database: Database, receipt: Receipt) -> Iterator[str]:
    for event_id in receipt.settled:
        if database.row("SELECT 1 FROM event WHERE id = ?", (event_id,)) is None:
            yield event_id
