"""Our own extended data: what made the template, its ridge field, and how clear the ridges are.

All codes lie among the vendors' (`extended`). Since nobody registers them, ours begin with a mark
of four bytes and the number of their layout; an area with another mark or layout is somebody
else's, or a later version's, and is kept as it is.

Origin:      mark, layout, model (8), extraction u16, comparison u16
Ridge field: mark, layout, width u16, height u16, cell_px u8, one bit a cell from the top left
             (1 where there are ridges, the last byte filled with 0), one byte a cell with ridges
Quality map: mark, layout, four bits a cell with ridges, in their order (the last byte filled
             with 0); only where there is a ridge field, for that says which cells have ridges

The field's width and height are those of the view's own image: the header of a record has room for
the largest one only.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.errors import RecordError, RecordReason
from matcher.origin import Origin
from matcher.records.minutiae import Image
from matcher.records.record import ExtendedArea, View
from matcher.ridge_field import BACKGROUND, HALF_TURN_DEG, RidgeField, cells_for

ORIGIN_CODE = 0x5444
FIELD_CODE = 0x5446
CLARITY_CODE = 0x5451
MARK = b"TDXL\x01"
MOST_CELLS_A_FIELD = 1 << 14
_OWN_CODES = (ORIGIN_CODE, FIELD_CODE, CLARITY_CODE)
_ORIGIN = struct.Struct(">8sHH")
_FIELD = struct.Struct(">HHB")


@dataclass(frozen=True)
class OwnData:
    """What our areas of one view hold, and the areas of others."""

    image: Image
    origin: Origin | None
    field: RidgeField | None
    others: tuple[ExtendedArea, ...]


def read_own(areas: Sequence[ExtendedArea], image: Image) -> OwnData:
    """Sort areas into ours and others'. Raises `RecordError` for ours when they are damaged."""
    ours: dict[int, bytes] = {}
    others = []
    for area in areas:
        if area.code in _OWN_CODES and area.code not in ours and area.data.startswith(MARK):
            ours[area.code] = area.data[len(MARK) :]
        else:
            others.append(area)
    origin, field = None, None
    if ORIGIN_CODE in ours:
        origin = _read_origin(ours[ORIGIN_CODE])
    if FIELD_CODE in ours:
        image, field = _read_field(ours[FIELD_CODE], image)
    if CLARITY_CODE in ours:
        field = _with_clarity(field, ours[CLARITY_CODE])
    return OwnData(image, origin, field, tuple(others))


def own_areas(view: View) -> tuple[ExtendedArea, ...]:
    """The areas of a view's origin, ridge field and quality map, as far as it has them."""
    areas = []
    field = view.template.field
    if view.origin is not None:
        areas.append(ExtendedArea(ORIGIN_CODE, MARK + _origin_bytes(view.origin)))
    if field is not None:
        size = view.template.width, view.template.height
        areas.append(ExtendedArea(FIELD_CODE, MARK + _field_bytes(field, *size)))
    if field is not None and field.clarity is not None:
        areas.append(ExtendedArea(CLARITY_CODE, MARK + _clarity_bytes(field, field.clarity)))
    return tuple(areas)


def _read_origin(data: bytes) -> Origin:
    if len(data) != _ORIGIN.size:
        raise _damaged("origin")
    model, extraction, comparison = _ORIGIN.unpack(data)
    return Origin(model.hex(), extraction, comparison)


def _origin_bytes(origin: Origin) -> bytes:
    return _ORIGIN.pack(bytes.fromhex(origin.model), origin.extraction, origin.comparison)


def _read_field(data: bytes, image: Image) -> tuple[Image, RidgeField]:
    if len(data) < _FIELD.size:
        raise _damaged("ridge field")
    width, height, cell_px = _FIELD.unpack_from(data)
    if not (0 < width <= image.width and 0 < height <= image.height and cell_px):
        raise _damaged("ridge field")
    rows, columns = cells_for(width, height, cell_px)
    cells = rows * columns
    foreground = _FIELD.size + -(-cells // 8)
    if cells > MOST_CELLS_A_FIELD or foreground > len(data):
        raise _damaged("ridge field")
    bits = np.frombuffer(data, np.uint8, foreground - _FIELD.size, _FIELD.size)
    ridged = np.unpackbits(bits)
    orientation = np.frombuffer(data, np.uint8, offset=foreground)
    if ridged[cells:].any() or ridged.sum() != len(orientation):
        raise _damaged("ridge field")
    if (orientation >= HALF_TURN_DEG).any():
        raise _damaged("ridge field")
    grid = np.full(cells, BACKGROUND, np.uint8)
    grid[ridged[:cells].astype(bool)] = orientation
    own = Image(width, height, image.resolution_ppi)
    return own, RidgeField(cell_px, grid.reshape(rows, columns))


def _field_bytes(field: RidgeField, width: int, height: int) -> bytes:
    if field.cell_px > 0xFF or field.orientation.size > MOST_CELLS_A_FIELD:
        raise RecordError(RecordReason.WRONG_EXTENDED_DATA, "ridge field too fine or too coarse")
    cells = field.orientation.ravel()
    ridged = cells != BACKGROUND
    head = _FIELD.pack(width, height, field.cell_px)
    mask = np.packbits(ridged)
    return head + bytes(mask) + bytes(cells[ridged])


def _with_clarity(field: RidgeField | None, data: bytes) -> RidgeField:
    if field is None:
        raise _damaged("quality map")
    ridged = field.orientation != BACKGROUND
    count = int(ridged.sum())
    levels = np.frombuffer(data, np.uint8)
    if len(levels) != -(-count // 2):
        raise _damaged("quality map")
    halves = np.stack([levels >> 4, levels & 0xF], axis=1).ravel()
    if halves[count:].any():
        raise _damaged("quality map")
    clarity = np.zeros(field.orientation.shape, np.uint8)
    clarity[ridged] = halves[:count]
    return replace(field, clarity=clarity)


def _clarity_bytes(field: RidgeField, clarity: NDArray[np.uint8]) -> bytes:
    levels = clarity[field.orientation != BACKGROUND]
    even = np.pad(levels, (0, len(levels) % 2)).reshape(-1, 2)
    return bytes(even[:, 0] << 4 | even[:, 1])


def _damaged(what: str) -> RecordError:
    return RecordError(RecordReason.WRONG_EXTENDED_DATA, f"own {what}")
