"""Views to bytes, refusing what the reader would refuse."""

from collections.abc import Iterator, Sequence
from math import tau

import numpy as np

from matcher.errors import RecordError, RecordReason
from matcher.iso19794_2.record import (
    ANGLE_STEPS,
    COORDINATE_MASK,
    EXTENDED_LENGTH,
    HEADER,
    LONGEST_RECORD,
    MAGIC,
    MINUTIA,
    MOST_MINUTIAE,
    VERSION,
    VIEW_HEADER,
    View,
    per_cm_of,
)
from matcher.iso19794_2.rules import HIGHEST_QUALITY, check_order, check_view
from matcher.template import Template

_MOST_VIEWS = 255
_MOST_EXTENDED = 0xFFFF
_HIGHEST_DEVICE = 0xFFF
_HIGHEST_CERTIFICATION = 0xF
_HIGHEST_KIND = 2


def to_record(views: Sequence[View], device_id: int = 0, certification: int = 0) -> bytes:
    """Write views of one resolution; the header's image is large enough for each of them.

    Positions are rounded to whole pixels and directions to 256ths of a turn. Raises `RecordError`
    when the views cannot stand in one record.
    """
    if not views:
        raise RecordError(RecordReason.NO_VIEWS)
    if len(views) > _MOST_VIEWS:
        raise RecordError(RecordReason.TOO_MANY_VIEWS)
    if not (0 <= device_id <= _HIGHEST_DEVICE and 0 <= certification <= _HIGHEST_CERTIFICATION):
        raise ValueError("device id has twelve bits, certification four")
    check_order(views)
    body = b"".join(_view(view) for view in views)
    resolutions = {per_cm_of(view.template.resolution_ppi) for view in views}
    if len(resolutions) != 1:
        raise RecordError(RecordReason.MIXED_IMAGES, "one record has one resolution")
    per_cm = resolutions.pop()
    if not 0 < per_cm <= 0xFFFF:
        raise RecordError(RecordReason.WRONG_RESOLUTION)
    width = max(view.template.width for view in views)
    height = max(view.template.height for view in views)
    if max(width, height) > COORDINATE_MASK + 1:
        raise RecordError(RecordReason.WRONG_SIZE)
    length = HEADER.size + len(body)
    if length > LONGEST_RECORD:
        raise RecordError(RecordReason.TOO_LONG)
    equipment = certification << 12 | device_id
    image = (width, height, per_cm, per_cm)
    return HEADER.pack(MAGIC, VERSION, length, equipment, *image, len(views), 0) + body


def _view(view: View) -> bytes:
    check_view(view)
    if len(view.template) > MOST_MINUTIAE:
        raise RecordError(RecordReason.TOO_MANY_MINUTIAE)
    if len(view.extended) > _MOST_EXTENDED:
        raise RecordError(RecordReason.WRONG_EXTENDED_DATA)
    packed = view.number << 4 | view.impression_type
    header = VIEW_HEADER.pack(view.position, packed, view.quality, len(view.template))
    extended = EXTENDED_LENGTH.pack(len(view.extended)) + view.extended
    return header + b"".join(_minutiae(view.template)) + extended


def _minutiae(template: Template) -> Iterator[bytes]:
    x, y = np.rint(template.x).astype(int), np.rint(template.y).astype(int)
    # Half a pixel beyond the last one is a rounding, more is a mistake.
    x[x == template.width], y[y == template.height] = template.width - 1, template.height - 1
    if ((x < 0) | (x >= template.width) | (y < 0) | (y >= template.height)).any():
        raise RecordError(RecordReason.MINUTIA_OUTSIDE)
    if (template.kind > _HIGHEST_KIND).any():
        raise RecordError(RecordReason.WRONG_MINUTIA_TYPE)
    if (template.quality > HIGHEST_QUALITY).any():
        raise RecordError(RecordReason.WRONG_QUALITY)
    steps = np.rint(template.angle_rad.astype(np.float64) * (ANGLE_STEPS / tau)).astype(int)
    rows = zip(x, y, template.kind, steps % ANGLE_STEPS, template.quality, strict=True)
    for at_x, at_y, kind, step, quality in rows:
        yield MINUTIA.pack(int(kind) << 14 | int(at_x), int(at_y), int(step), int(quality))
