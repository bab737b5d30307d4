"""Rows out of single pages, without the tree above them (sqlite.org/fileformat2.html, 1.6 and 2).

Every number read is checked against what it may be: a page that is not proven may say anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from station.store.salvage.pages import DamagedPages, PageImage
from sync.seal.database_page import USABLE_BYTES

TABLE_LEAF, INDEX_LEAF, INDEX_INTERIOR = 0x0D, 0x0A, 0x02
_FILE_HEADER_BYTES = 100
_POINTERS_AT = {TABLE_LEAF: 8, INDEX_LEAF: 8, INDEX_INTERIOR: 12}
_LEAST_LOCAL = (USABLE_BYTES - 12) * 32 // 255 - 23
_MOST_LOCAL_TABLE = USABLE_BYTES - 35
_MOST_LOCAL_INDEX = (USABLE_BYTES - 12) * 64 // 255 - 23
_CHAINED_BYTES = USABLE_BYTES - 4
MAX_ROW_BYTES = 64 * 1024 * 1024
_INTEGER_BYTES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
Cell = None | int | bytes | str


class Torn(Exception):
    """What lies here is no row, or not a whole one."""


@dataclass(frozen=True)
class Row:
    """One row as it lies in a page, with what does not fit there still to be fetched.

    `kinds` are the serial types of its columns; they tell which table it may be of, and how long
    each text and blob is. `rowid` is None for rows of an index or of a table without row ids.
    """

    image: PageImage
    rowid: int | None
    kinds: tuple[int, ...]
    body_at: int
    size: int
    local: bytes = field(repr=False)
    chain: int

    def values(self, pages: DamagedPages) -> tuple[tuple[Cell, ...], bool]:
        """All columns, and whether every page that brought them is proven. Raises Torn."""
        record, proven = self.local, self.image.proven
        if self.chain:
            rest, chain_proven = _chained(pages, self.chain, self.size - len(record))
            record, proven = record + rest, proven and chain_proven
        return _columns(record, self.body_at, self.kinds), proven


def rows(image: PageImage) -> Iterator[Row]:
    """The rows of a page, those that can be made out; none of a page of another kind."""
    content = image.content
    start = _FILE_HEADER_BYTES if image.place.number == 1 else 0
    kind = content[start]
    if kind not in _POINTERS_AT:
        return
    pointers = start + _POINTERS_AT[kind]
    count = int.from_bytes(content[start + 3 : start + 5], "big")
    for number in range(min(count, (USABLE_BYTES - pointers) // 2)):
        at = int.from_bytes(content[pointers + 2 * number : pointers + 2 * number + 2], "big")
        try:
            yield _row(image, kind, at)
        except Torn:
            continue


def _row(image: PageImage, kind: int, at: int) -> Row:
    content = image.content
    if kind == INDEX_INTERIOR:
        at += 4  # the child's page number
    size, at = _varint(content, at)
    rowid = None
    if kind == TABLE_LEAF:
        rowid, at = _varint(content, at)
    if not 0 < size <= MAX_ROW_BYTES:
        raise Torn
    local = _local_bytes(size, _MOST_LOCAL_TABLE if kind == TABLE_LEAF else _MOST_LOCAL_INDEX)
    chain = 0
    if local < size:
        chain = int.from_bytes(content[at + local : at + local + 4], "big")
    if at + local > USABLE_BYTES or (local < size and not chain):
        raise Torn
    record = content[at : at + local]
    kinds, body_at = _kinds(record)
    if body_at + sum(map(_width, kinds)) != size:
        raise Torn
    return Row(image, rowid, kinds, body_at, size, record, chain)


def _local_bytes(size: int, most: int) -> int:
    if size <= most:
        return size
    fitting = _LEAST_LOCAL + (size - _LEAST_LOCAL) % _CHAINED_BYTES
    return fitting if fitting <= most else _LEAST_LOCAL


def _kinds(record: bytes) -> tuple[tuple[int, ...], int]:
    """Serial types of the columns, and where the first value begins."""
    header, at = _varint(record, 0)
    if header > len(record):
        raise Torn
    kinds = []
    while at < header:
        kind, at = _varint(record, at)
        if kind in (10, 11):
            raise Torn
        kinds.append(kind)
    if at != header:
        raise Torn
    return tuple(kinds), header


def _width(kind: int) -> int:
    if kind >= 12:
        return (kind - 12) // 2
    return 8 if kind == 7 else _INTEGER_BYTES.get(kind, 0)


def _columns(record: bytes, at: int, kinds: tuple[int, ...]) -> tuple[Cell, ...]:
    values: list[Cell] = []
    for kind in kinds:
        width = _width(kind)
        values.append(_value(kind, record[at : at + width]))
        at += width
    return tuple(values)


def _value(kind: int, octets: bytes) -> Cell:
    if kind in (8, 9):
        return kind - 8
    if kind in _INTEGER_BYTES:
        return int.from_bytes(octets, "big", signed=True)
    if kind >= 12 and kind % 2:
        try:
            return octets.decode("utf-8")
        except UnicodeDecodeError:
            raise Torn from None
    return octets if kind >= 12 else None


def _chained(pages: DamagedPages, first: int, size: int) -> tuple[bytes, bool]:
    """The rest of a row from its chain of overflow pages, and whether all of them are proven."""
    parts, number, left, proven = list[bytes](), first, size, True
    while left > 0:
        image = pages.best(number) if number else None
        if image is None:
            raise Torn
        parts.append(image.content[4 : 4 + min(left, _CHAINED_BYTES)])
        left -= _CHAINED_BYTES
        number = int.from_bytes(image.content[:4], "big")
        proven = proven and image.proven
    return b"".join(parts), proven


def _varint(content: bytes, at: int) -> tuple[int, int]:
    """A variable-length integer of 1 to 9 bytes, and where it ends."""
    value = 0
    for place in range(9):
        if at + place >= len(content):
            raise Torn
        octet = content[at + place]
        if place == 8:
            return value << 8 | octet, at + 9
        value = value << 7 | octet & 0x7F
        if octet < 0x80:
            return value, at + place + 1
    raise Torn
