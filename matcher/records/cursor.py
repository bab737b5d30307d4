"""Walks over hostile bytes: nothing is taken that is not there."""

import struct
from collections.abc import Iterator
from typing import Any

from matcher.errors import RecordError, RecordReason


class Cursor:
    """A place in bytes. Parts are views of the same bytes, never copies."""

    def __init__(self, data: bytes | memoryview) -> None:
        self._data = memoryview(data)
        self._at = 0

    def take(self, size: int) -> memoryview:
        """The next bytes. Raises `RecordError` when there are fewer."""
        if size > len(self._data) - self._at:
            raise RecordError(RecordReason.TRUNCATED)
        self._at += size
        return self._data[self._at - size : self._at]

    def unpack(self, layout: struct.Struct) -> tuple[Any, ...]:
        """The next numbers of a layout."""
        return layout.unpack(self.take(layout.size))

    def rows(self, layout: struct.Struct) -> Iterator[tuple[Any, ...]]:
        """One byte that counts, and as many rows of a layout."""
        (count,) = self.take(1)
        return layout.iter_unpack(self.take(count * layout.size))

    def part(self, size: int) -> "Cursor":
        """A cursor over the next bytes alone."""
        return Cursor(self.take(size))

    def end(self) -> None:
        """Raises `RecordError` unless everything was taken."""
        if self._at != len(self._data):
            raise RecordError(RecordReason.WRONG_LENGTH, "bytes left over")
