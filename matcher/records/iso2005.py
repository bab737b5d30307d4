"""ISO/IEC 19794-2:2005, clause 7: the format this product stores and sends.

Magic, version, length u32, capture equipment u16, then what `finger_views` reads.
"""

import struct

from matcher.errors import RecordError, RecordReason
from matcher.records.cursor import Cursor
from matcher.records.finger_views import device_of, equipment_of, read_views, view_bytes
from matcher.records.minutiae import MinutiaLayout
from matcher.records.record import Record, Standard

MAGIC = b"FMR\0"
VERSION = b" 20\0"
_HEADER = struct.Struct(">4s4sIH")
_LAYOUT = MinutiaLayout(angle_steps=256)


def read(data: bytes) -> Record:
    """Read a record. Raises `RecordError`."""
    cursor = Cursor(data)
    magic, version, length, equipment = cursor.unpack(_HEADER)
    if magic != MAGIC:
        raise RecordError(RecordReason.WRONG_MAGIC)
    if version != VERSION:
        raise RecordError(RecordReason.WRONG_VERSION)
    if length != len(data):
        raise RecordError(RecordReason.WRONG_LENGTH)
    views = read_views(cursor, _LAYOUT, maybe_uncounted=True)
    device_id, certification = device_of(equipment)
    return Record(views, Standard.ISO_2005, device_id, certification)


def written(record: Record) -> bytes:
    """Write a record. Raises `RecordError`."""
    equipment = equipment_of(record.device_id, record.certification)
    body = view_bytes(record.views, _LAYOUT)
    return _HEADER.pack(MAGIC, VERSION, _HEADER.size + len(body), equipment) + body
