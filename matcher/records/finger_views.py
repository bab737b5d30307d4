"""Views as ISO/IEC 19794-2:2005 and ANSI INCITS 378-2004 write them, which is alike.

Position, view number and impression type, quality, count of minutiae; minutiae; extended data.
"""

import struct
from collections.abc import Sequence

from matcher.errors import RecordError, RecordReason
from matcher.records.cursor import Cursor
from matcher.records.extended import area_bytes, read_areas
from matcher.records.minutiae import (
    Image,
    MinutiaLayout,
    minutia_bytes,
    read_template,
)
from matcher.records.own_areas import OwnData, own_areas, read_own
from matcher.records.record import ANY_EDITION, View
from matcher.records.rules import (
    check_order,
    check_size,
    check_view,
    gathered,
    image_of,
    impression_type_of,
    per_cm_of,
)
from matcher.template import Template

IMAGE_AND_COUNT = struct.Struct(">HHHHBB")
"""Width, height, x and y resolution, views, a reserved byte: the end of both headers."""
_VIEW = struct.Struct(">BBBB")
_LENGTH = struct.Struct(">H")
_MOST_VIEWS = 255
_HIGHEST_DEVICE = 0xFFF
_HIGHEST_CERTIFICATION = 0xF


def read_views(
    cursor: Cursor, layout: MinutiaLayout, maybe_uncounted: bool = False
) -> tuple[View, ...]:
    """The end of the header and all views. Raises `RecordError`."""
    *numbers, count, reserved = cursor.unpack(IMAGE_AND_COUNT)
    image = image_of(*numbers)
    if reserved:
        raise RecordError(RecordReason.RESERVED_BITS, "header")
    if count == 0:
        raise RecordError(RecordReason.NO_VIEWS)
    views = gathered(_read_view(cursor, layout, image, maybe_uncounted) for _ in range(count))
    cursor.end()
    check_order(views)
    return views


def view_bytes(views: Sequence[View], layout: MinutiaLayout) -> bytes:
    """The end of the header and all views; its image is large enough for each of them."""
    if not views:
        raise RecordError(RecordReason.NO_VIEWS)
    if len(views) > _MOST_VIEWS:
        raise RecordError(RecordReason.TOO_MANY_VIEWS)
    check_order(views)
    resolutions = {per_cm_of(view.template.resolution_ppi) for view in views}
    if len(resolutions) != 1:
        raise RecordError(RecordReason.MIXED_IMAGES, "one record has one resolution")
    per_cm = resolutions.pop()
    width = max(view.template.width for view in views)
    height = max(view.template.height for view in views)
    check_size(width, height)
    head = IMAGE_AND_COUNT.pack(width, height, per_cm, per_cm, len(views), 0)
    return head + b"".join(_view_bytes(view, layout) for view in gathered(views))


def equipment_of(device_id: int, certification: int) -> int:
    """The sixteen bits of the capture equipment."""
    if not (0 <= device_id <= _HIGHEST_DEVICE and 0 <= certification <= _HIGHEST_CERTIFICATION):
        raise ValueError("device id has twelve bits, certification four")
    return certification << 12 | device_id


def device_of(equipment: int) -> tuple[int, int]:
    """Device id and certification."""
    return equipment & _HIGHEST_DEVICE, equipment >> 12


def read_body(
    cursor: Cursor, count: int, layout: MinutiaLayout, image: Image, maybe_uncounted: bool = False
) -> tuple[Template, OwnData]:
    """Minutiae and extended data, the end of a view in each standard."""
    rows = cursor.take(count * layout.row_bytes)
    (length,) = cursor.unpack(_LENGTH)
    own = read_own(read_areas(cursor.take(length), maybe_uncounted), image)
    return read_template(rows, layout, own.image, own.field), own


def body_bytes(view: View, layout: MinutiaLayout) -> bytes:
    """Minutiae and extended data, ours before that of others."""
    rows = minutia_bytes(view.template, layout)
    block = area_bytes((*own_areas(view), *view.extended))
    return rows + _LENGTH.pack(len(block)) + block


def _read_view(cursor: Cursor, layout: MinutiaLayout, image: Image, maybe_uncounted: bool) -> View:
    position, packed, quality, count = cursor.unpack(_VIEW)
    impression_type = impression_type_of(packed & 0xF, ANY_EDITION)
    template, own = read_body(cursor, count, layout, image, maybe_uncounted)
    view = View(position, packed >> 4, quality, template, impression_type, own.others, own.origin)
    check_view(view, ANY_EDITION)
    return view


def _view_bytes(view: View, layout: MinutiaLayout) -> bytes:
    check_view(view, ANY_EDITION)
    body = body_bytes(view, layout)
    packed = view.number << 4 | view.impression_type
    return _VIEW.pack(view.position, packed, view.quality, len(view.template)) + body
