"""ANSI INCITS 378-2004, clause 6.

Magic, version, length u16 (or 0 and u32), CBEFF product owner and type u16 each, capture equipment
u16, then what `finger_views` reads, with angles in steps of two degrees.

The FingerprintIO sample keeps the layout but not all rules: its version begins with a zero instead
of the blank that the standard has and NIST's tools write, its length counts a header of 24 bytes as
ISO's is, and some of its angles exceed a turn. Records that spell the version so are read so.
"""

import struct

from matcher.errors import RecordError, RecordReason
from matcher.records.cursor import Cursor
from matcher.records.finger_views import device_of, equipment_of, read_views, view_bytes
from matcher.records.minutiae import MinutiaLayout
from matcher.records.record import Record, Standard

MAGIC = b"FMR\0"
VERSION = b" 20\0"
LOOSE_VERSION = b"020\0"
_LOOSE_SHORTER = 2
_MAGIC = struct.Struct(">4s4s")
_SHORT = struct.Struct(">H")
_LONG = struct.Struct(">I")
_PRODUCT = struct.Struct(">HHH")
_SHORT_HEADER = _MAGIC.size + _SHORT.size
_LONG_HEADER = _SHORT_HEADER + _LONG.size
_LAYOUT = MinutiaLayout(angle_steps=180)
_LOOSE_LAYOUT = MinutiaLayout(angle_steps=180, highest_angle=255)


def is_ansi(data: bytes) -> bool:
    """Whether the length lies where this standard has it; magic and version are ISO's of 2005."""
    if data[4:8] == LOOSE_VERSION:
        return True
    if len(data) < _LONG_HEADER or _LONG.unpack_from(data, 8)[0] == len(data):
        return False
    (short,) = _SHORT.unpack_from(data, 8)
    (long,) = _LONG.unpack_from(data, _SHORT_HEADER)
    return bool(len(data) == (short or long))


def read(data: bytes) -> Record:
    """Read a record. Raises `RecordError`."""
    cursor = Cursor(data)
    magic, version = cursor.unpack(_MAGIC)
    if magic != MAGIC:
        raise RecordError(RecordReason.WRONG_MAGIC)
    if version not in (VERSION, LOOSE_VERSION):
        raise RecordError(RecordReason.WRONG_VERSION)
    loose = version == LOOSE_VERSION
    uncounted = len(data) - _read_length(cursor)
    if uncounted and not (loose and uncounted == _LOOSE_SHORTER):
        raise RecordError(RecordReason.WRONG_LENGTH)
    owner, product, equipment = cursor.unpack(_PRODUCT)
    if owner == 0:
        raise RecordError(RecordReason.WRONG_OWNER)
    views = read_views(cursor, _LOOSE_LAYOUT if loose else _LAYOUT)
    return Record(views, Standard.ANSI_2004, *device_of(equipment), owner, product)


def written(record: Record) -> bytes:
    """Write a record. Raises `RecordError`."""
    if not 0 < record.owner <= 0xFFFF:
        raise RecordError(RecordReason.WRONG_OWNER)
    if not 0 <= record.product <= 0xFFFF:
        raise ValueError("a product type has sixteen bits")
    equipment = equipment_of(record.device_id, record.certification)
    body = _PRODUCT.pack(record.owner, record.product, equipment)
    body += view_bytes(record.views, _LAYOUT)
    return _MAGIC.pack(MAGIC, VERSION) + _length_bytes(len(body)) + body


def _read_length(cursor: Cursor) -> int:
    (short,) = cursor.unpack(_SHORT)
    if short:
        return int(short)
    (long,) = cursor.unpack(_LONG)
    return int(long) if long > 0xFFFF else 0  # less is told in two bytes


def _length_bytes(body: int) -> bytes:
    if _SHORT_HEADER + body <= 0xFFFF:
        return _SHORT.pack(_SHORT_HEADER + body)
    return _SHORT.pack(0) + _LONG.pack(_LONG_HEADER + body)
