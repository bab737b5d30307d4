"""Bytes to record. Every length and count is hostile until checked."""

from math import tau

import numpy as np
from numpy.typing import NDArray

from matcher.errors import RecordError, RecordReason
from matcher.iso19794_2.record import (
    ANGLE_STEPS,
    COORDINATE_MASK,
    EXTENDED_LENGTH,
    HEADER,
    LONGEST_RECORD,
    MAGIC,
    MINUTIA,
    VERSION,
    VIEW_HEADER,
    ImpressionType,
    Record,
    View,
    ppi_of,
)
from matcher.iso19794_2.rules import HIGHEST_QUALITY, check_order, check_view
from matcher.template import Template

_ROW = np.dtype([("x", ">u2"), ("y", ">u2"), ("angle", "u1"), ("quality", "u1")])
_RESERVED_TYPE = 3


def from_record(data: bytes) -> Record:
    """Read a record. Templates keep the record's pixels and resolution.

    Raises `RecordError` with the rule that was broken.
    """
    if len(data) > LONGEST_RECORD:
        raise RecordError(RecordReason.TOO_LONG)
    if len(data) < HEADER.size:
        raise RecordError(RecordReason.TRUNCATED, "header")
    (magic, version, length, equipment, width, height, x_per_cm, y_per_cm, count, reserved) = (
        HEADER.unpack_from(data)
    )
    if magic != MAGIC:
        raise RecordError(RecordReason.WRONG_MAGIC)
    if version != VERSION:
        raise RecordError(RecordReason.WRONG_VERSION)
    if length != len(data):
        raise RecordError(RecordReason.WRONG_LENGTH)
    if not (0 < width <= COORDINATE_MASK + 1 and 0 < height <= COORDINATE_MASK + 1):
        raise RecordError(RecordReason.WRONG_SIZE)
    if x_per_cm == 0 or x_per_cm != y_per_cm:
        raise RecordError(RecordReason.WRONG_RESOLUTION, "pixels must be square")
    if reserved:
        raise RecordError(RecordReason.RESERVED_BITS, "header")
    if count == 0:
        raise RecordError(RecordReason.NO_VIEWS)
    views = _Views(data, width, height, ppi_of(x_per_cm)).read(count)
    check_order(views)
    return Record(views, device_id=equipment & 0xFFF, certification=equipment >> 12)


class _Views:
    """A cursor over the views of one record."""

    def __init__(self, data: bytes, width: int, height: int, resolution_ppi: float) -> None:
        self._data = data
        self._at = HEADER.size
        self._image = (width, height, resolution_ppi)

    def read(self, count: int) -> tuple[View, ...]:
        views = tuple(self._view() for _ in range(count))
        if self._at != len(self._data):
            raise RecordError(RecordReason.WRONG_LENGTH, "bytes after the last view")
        return views

    def _view(self) -> View:
        position, packed, quality, minutiae = VIEW_HEADER.unpack(self._take(VIEW_HEADER.size))
        if packed & 0xF not in list(ImpressionType):
            raise RecordError(RecordReason.WRONG_IMPRESSION_TYPE)
        rows = np.frombuffer(self._take(minutiae * MINUTIA.size), dtype=_ROW)
        (extended,) = EXTENDED_LENGTH.unpack(self._take(EXTENDED_LENGTH.size))
        view = View(
            position=position,
            number=packed >> 4,
            quality=quality,
            template=self._template(rows),
            impression_type=ImpressionType(packed & 0xF),
            extended=self._take(extended),
        )
        check_view(view)
        return view

    def _template(self, rows: NDArray[np.void]) -> Template:
        width, height, resolution_ppi = self._image
        x, y = rows["x"] & COORDINATE_MASK, rows["y"] & COORDINATE_MASK
        kind = rows["x"] >> 14
        if (rows["y"] >> 14).any():
            raise RecordError(RecordReason.RESERVED_BITS, "minutia")
        if (kind == _RESERVED_TYPE).any():
            raise RecordError(RecordReason.WRONG_MINUTIA_TYPE)
        if (x >= width).any() or (y >= height).any():
            raise RecordError(RecordReason.MINUTIA_OUTSIDE)
        if (rows["quality"] > HIGHEST_QUALITY).any():
            raise RecordError(RecordReason.WRONG_QUALITY)
        angle = rows["angle"].astype(np.float32) * np.float32(tau / ANGLE_STEPS)
        return Template(
            width,
            height,
            resolution_ppi,
            x.astype(np.float32),
            y.astype(np.float32),
            angle,
            rows["quality"].astype(np.uint8),
            kind.astype(np.uint8),
        )

    def _take(self, size: int) -> bytes:
        if size > len(self._data) - self._at:
            raise RecordError(RecordReason.TRUNCATED, "view")
        self._at += size
        return self._data[self._at - size : self._at]
