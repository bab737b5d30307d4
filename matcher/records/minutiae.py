"""The rows of minutiae that all three standards share, but for the angle and the quality.

A row is type (2 bits) and x (14 bits), two reserved bits and y (14 bits), angle, quality.
"""

from dataclasses import dataclass
from math import tau
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.errors import RecordError, RecordReason
from matcher.ridge_field import RidgeField
from matcher.template import Template

COORDINATE_MASK = 0x3FFF
HIGHEST_QUALITY = 100
MOST_MINUTIAE = 255
_HIGHEST_KIND = 2
_PLACE = [("x", ">u2"), ("y", ">u2"), ("angle", "u1")]
_ROW = np.dtype(_PLACE)
_ROW_WITH_QUALITY = np.dtype([*_PLACE, ("quality", "u1")])


class Image(NamedTuple):
    """The pixels that minutiae count in."""

    width: int
    height: int
    resolution_ppi: float


@dataclass(frozen=True)
class MinutiaLayout:
    """How one standard writes a minutia.

    angle_steps: steps of a full turn. highest_angle: the most steps a row may have, whole turns
    among them count for nothing; angle_steps - 1 unless told. has_quality: six bytes a row,
    otherwise five.
    unreported: the byte that stands for a quality that nobody gave, written for 0.
    no_quality_from: bytes from here on mean no quality instead of a wrong one.
    """

    angle_steps: int
    highest_angle: int | None = None
    has_quality: bool = True
    unreported: int = 0
    no_quality_from: int = 0x100

    @property
    def row(self) -> np.dtype[np.void]:
        """One minutia as it lies in the record."""
        return _ROW_WITH_QUALITY if self.has_quality else _ROW

    @property
    def row_bytes(self) -> int:
        return int(self.row.itemsize)


def read_template(
    data: memoryview, layout: MinutiaLayout, image: Image, field: RidgeField | None
) -> Template:
    """Rows to a template. Raises `RecordError`."""
    rows = np.frombuffer(data, dtype=layout.row)
    x, y = rows["x"] & COORDINATE_MASK, rows["y"] & COORDINATE_MASK
    kind = rows["x"] >> 14
    if (rows["y"] >> 14).any():
        raise RecordError(RecordReason.RESERVED_BITS, "minutia")
    if (kind > _HIGHEST_KIND).any():
        raise RecordError(RecordReason.WRONG_MINUTIA_TYPE)
    if (x >= image.width).any() or (y >= image.height).any():
        raise RecordError(RecordReason.MINUTIA_OUTSIDE)
    highest = layout.angle_steps - 1 if layout.highest_angle is None else layout.highest_angle
    if (rows["angle"] > highest).any():
        raise RecordError(RecordReason.WRONG_ANGLE)
    angle = (rows["angle"].astype(np.int64) % layout.angle_steps).astype(np.float32) * np.float32(
        tau / layout.angle_steps
    )
    return Template(
        *image,
        x.astype(np.float32),
        y.astype(np.float32),
        angle,
        _read_quality(rows, layout),
        kind.astype(np.uint8),
        field,
    )


def _read_quality(rows: NDArray[np.void], layout: MinutiaLayout) -> NDArray[np.uint8]:
    if not layout.has_quality:
        return np.zeros(len(rows), np.uint8)
    given = rows["quality"]
    quality = np.where(given >= layout.no_quality_from, 0, given).astype(np.uint8)
    if (quality > HIGHEST_QUALITY).any():
        raise RecordError(RecordReason.WRONG_QUALITY)
    return quality


def minutia_bytes(template: Template, layout: MinutiaLayout) -> bytes:
    """Rows of a template: whole pixels and steps of a turn. Raises `RecordError`."""
    if len(template) > MOST_MINUTIAE:
        raise RecordError(RecordReason.TOO_MANY_MINUTIAE)
    if (template.kind > _HIGHEST_KIND).any():
        raise RecordError(RecordReason.WRONG_MINUTIA_TYPE)
    if (template.quality > HIGHEST_QUALITY).any():
        raise RecordError(RecordReason.WRONG_QUALITY)
    x, y = _whole(template.x, template.width), _whole(template.y, template.height)
    steps = np.rint(template.angle_rad.astype(np.float64) * (layout.angle_steps / tau))
    rows = np.empty(len(template), dtype=layout.row)
    rows["x"] = template.kind.astype(np.int64) << 14 | x
    rows["y"] = y
    rows["angle"] = steps.astype(np.int64) % layout.angle_steps
    if layout.has_quality:
        rows["quality"] = np.where(template.quality == 0, layout.unreported, template.quality)
    return rows.tobytes()


def _whole(places: NDArray[np.float32], side: int) -> NDArray[np.int64]:
    whole = np.rint(places).astype(np.int64)
    whole[whole == side] = side - 1  # half a pixel beyond the last is a rounding, more a mistake
    if ((whole < 0) | (whole >= side)).any():
        raise RecordError(RecordReason.MINUTIA_OUTSIDE)
    return whole
