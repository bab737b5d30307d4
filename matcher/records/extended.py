"""Extended data areas: a type code, a length, and data that readers may skip.

The standards give 0x0001-0x0003 a meaning, reserve the rest of 0x00.. and every 0x..00, and leave
0x0101-0xFFFF to vendors (table "extended data area type codes"; nobody registers those codes).
"""

import struct
from collections.abc import Sequence

from matcher.errors import RecordError, RecordReason
from matcher.records.record import ExtendedArea

_AREA = struct.Struct(">HH")
_MOST_AREAS = 8
_LONGEST_BLOCK = 0xFFFF
_CODES = range(1, 0x10000)


def read_areas(block: memoryview, maybe_uncounted: bool = False) -> tuple[ExtendedArea, ...]:
    """The areas that fill a block exactly. Raises `RecordError`.

    An area's length counts its own four bytes: ANSI INCITS 378-2004 and ISO/IEC 19794-2:2011 say
    so and NIST reads all three so. The edition of 2005 says "the length of the data section"; the
    FingerprintIO sample of it (code 0x0221, six bytes of data, length 6) leaves the four out. With
    `maybe_uncounted` a block is read that way when the usual way does not fill it.
    """
    areas = _filling(block, 0)
    if areas is None and maybe_uncounted:
        areas = _filling(block, _AREA.size)
    if areas is None:
        raise RecordError(RecordReason.WRONG_EXTENDED_DATA)
    return areas


def _filling(block: memoryview, uncounted: int) -> tuple[ExtendedArea, ...] | None:
    areas: list[ExtendedArea] = []
    at = 0
    while at + _AREA.size <= len(block) and len(areas) < _MOST_AREAS:
        code, length = _AREA.unpack_from(block, at)
        end = at + length + uncounted
        if end < at + _AREA.size or end > len(block):
            return None
        areas.append(ExtendedArea(code, bytes(block[at + _AREA.size : end])))
        at = end
    return tuple(areas) if at == len(block) else None


def area_bytes(areas: Sequence[ExtendedArea]) -> bytes:
    """A block of areas, whose lengths count their own four bytes. Raises `RecordError`."""
    size = sum(_AREA.size + len(area.data) for area in areas)
    if len(areas) > _MOST_AREAS or size > _LONGEST_BLOCK:
        raise RecordError(RecordReason.WRONG_EXTENDED_DATA, "too much")
    if any(area.code not in _CODES for area in areas):
        raise RecordError(RecordReason.WRONG_EXTENDED_DATA, "type code")
    return b"".join(_AREA.pack(a.code, _AREA.size + len(a.data)) + a.data for a in areas)
