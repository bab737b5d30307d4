"""BER-TLV as cards use it (ISO/IEC 7816-4:2013, 5.2.2), read strictly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from drivers.smartcard.refusal import CardNonsense

MAX_TAG_BYTES = 3
MAX_LENGTH_BYTES = 3


@dataclass(frozen=True)
class Tlv:
    """A data object: its tag with all its bytes as a number, and its value."""

    tag: int
    value: bytes = field(repr=False)


def tlv(tag: int, value: bytes) -> bytes:
    """The bytes of a data object, its length written as short as possible."""
    size = len(value)
    if size < 0x80:
        length = bytes([size])
    else:
        digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
        length = bytes([0x80 | len(digits)]) + digits
    return tag.to_bytes((tag.bit_length() + 7) // 8 or 1, "big") + length + value


def read_tlvs(data: bytes) -> Iterator[Tlv]:
    """The data objects one after the other. Raises CardNonsense where the bytes end too soon."""
    at = 0
    while at < len(data):
        tag, at = _tag(data, at)
        length, at = _length(data, at)
        if length > len(data) - at:
            raise CardNonsense("TLV: value cut short")
        yield Tlv(tag, data[at : at + length])
        at += length


def one(data: bytes, tag: int) -> bytes:
    """The value of the only data object. Raises CardNonsense unless it is there alone."""
    found = list(read_tlvs(data))
    if len(found) != 1 or found[0].tag != tag:
        raise CardNonsense(f"TLV: not {tag:X} alone")
    return found[0].value


def fields(data: bytes) -> dict[int, bytes]:
    """Values by tag. Raises CardNonsense if a tag comes twice."""
    known: dict[int, bytes] = {}
    for found in read_tlvs(data):
        if found.tag in known:
            raise CardNonsense(f"TLV: {found.tag:X} twice")
        known[found.tag] = found.value
    return known


def _tag(data: bytes, at: int) -> tuple[int, int]:
    start = at
    more = data[at] & 0x1F == 0x1F
    at += 1
    while more:
        if at >= len(data) or at - start >= MAX_TAG_BYTES:
            raise CardNonsense("TLV: tag")
        more = bool(data[at] & 0x80)
        at += 1
    return int.from_bytes(data[start:at], "big"), at


def _length(data: bytes, at: int) -> tuple[int, int]:
    if at >= len(data):
        raise CardNonsense("TLV: no length")
    first = data[at]
    at += 1
    if first < 0x80:
        return first, at
    count = first & 0x7F
    if not 1 <= count <= MAX_LENGTH_BYTES or at + count > len(data):
        raise CardNonsense("TLV: length")
    return int.from_bytes(data[at : at + count], "big"), at + count
