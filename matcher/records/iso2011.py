"""ISO/IEC 19794-2:2011, clause 8: every representation with its own image and capture."""

import struct

from matcher.errors import RecordError, RecordReason
from matcher.records.capture import (
    Capture,
    QualityBlock,
    RidgeEnding,
    certification_bytes,
    device_bytes,
    quality_bytes,
    read_certifications,
    read_device,
    read_qualities,
    read_time,
    time_bytes,
)
from matcher.records.cursor import Cursor
from matcher.records.finger_views import body_bytes, read_body
from matcher.records.minutiae import HIGHEST_QUALITY, MinutiaLayout
from matcher.records.record import FingerPosition, ImpressionType, Record, Standard, View
from matcher.records.rules import (
    MOST_VIEWS_A_FINGER,
    check_size,
    check_unique,
    check_view,
    gathered,
    image_of,
    impression_type_of,
    per_cm_of,
)

MAGIC = b"FMR\0"
VERSION = b"030\0"
# magic, version, length, representations, certification flag
_HEADER = struct.Struct(">4s4sIHB")
_LENGTH = struct.Struct(">I")
# position, number, x and y resolution, impression type, width, height, layout, minutiae
_IMPRESSION = struct.Struct(">BBHHBHHBB")
_MOST_VIEWS = MOST_VIEWS_A_FINGER * len(FingerPosition)
_UNREPORTED = 254
_LAYOUTS = {
    5: MinutiaLayout(angle_steps=256, has_quality=False),
    6: MinutiaLayout(angle_steps=256, unreported=_UNREPORTED, no_quality_from=_UNREPORTED),
}


def read(data: bytes) -> Record:
    """Read a record. Raises `RecordError`."""
    cursor = Cursor(data)
    magic, version, length, count, certified = cursor.unpack(_HEADER)
    if magic != MAGIC:
        raise RecordError(RecordReason.WRONG_MAGIC)
    if version != VERSION:
        raise RecordError(RecordReason.WRONG_VERSION)
    if length != len(data):
        raise RecordError(RecordReason.WRONG_LENGTH)
    if count == 0:
        raise RecordError(RecordReason.NO_VIEWS)
    if count > _MOST_VIEWS:
        raise RecordError(RecordReason.TOO_MANY_VIEWS)
    if certified > 1:
        raise RecordError(RecordReason.RESERVED_BITS, "certification flag")
    views = gathered(_read_representation(cursor, bool(certified)) for _ in range(count))
    cursor.end()
    check_unique(views)
    return Record(views, Standard.ISO_2011)


def written(record: Record) -> bytes:
    """Write a record. Raises `RecordError`."""
    views = record.views
    if not views:
        raise RecordError(RecordReason.NO_VIEWS)
    if len(views) > _MOST_VIEWS:
        raise RecordError(RecordReason.TOO_MANY_VIEWS)
    check_unique(views)
    certified = any(view.capture and view.capture.certifications for view in views)
    body = b"".join(_representation_bytes(view, certified) for view in gathered(views))
    length = _HEADER.size + len(body)
    return _HEADER.pack(MAGIC, VERSION, length, len(views), certified) + body


def _read_representation(record: Cursor, certified: bool) -> View:
    (length,) = record.unpack(_LENGTH)
    if length < _LENGTH.size:
        raise RecordError(RecordReason.WRONG_LENGTH, "representation")
    cursor = record.part(length - _LENGTH.size)
    time, device, qualities = read_time(cursor), read_device(cursor), read_qualities(cursor)
    certifications = read_certifications(cursor) if certified else ()
    position, number, x_per_cm, y_per_cm, impression, width, height, packed, count = cursor.unpack(
        _IMPRESSION
    )
    layout = _LAYOUTS.get(packed >> 4)
    if layout is None or packed & 0xF not in RidgeEnding.__members__.values():
        raise RecordError(RecordReason.WRONG_MINUTIA_LAYOUT)
    image = image_of(width, height, x_per_cm, y_per_cm)
    impression_type = impression_type_of(impression, ImpressionType)
    template, own = read_body(cursor, count, layout, image)
    cursor.end()
    ending = RidgeEnding(packed & 0xF)
    capture = Capture(time, *device, qualities, certifications, ending)
    quality = _first_score(qualities)
    view = View(
        position, number, quality, template, impression_type, own.others, own.origin, capture
    )
    check_view(view, ImpressionType)
    return view


def _representation_bytes(view: View, certified: bool) -> bytes:
    check_view(view, ImpressionType)
    capture = view.capture or Capture()
    template = view.template
    check_size(template.width, template.height)
    per_cm = per_cm_of(template.resolution_ppi)
    row_bytes = 6 if template.quality.any() else 5
    body = body_bytes(view, _LAYOUTS[row_bytes])
    parts = [
        time_bytes(capture.time),
        device_bytes(capture),
        quality_bytes(_qualities(view)),
        certification_bytes(capture.certifications) if certified else b"",
        _IMPRESSION.pack(
            view.position,
            view.number,
            per_cm,
            per_cm,
            view.impression_type,
            template.width,
            template.height,
            row_bytes << 4 | capture.ridge_ending,
            len(template),
        ),
        body,
    ]
    content = b"".join(parts)
    return _LENGTH.pack(_LENGTH.size + len(content)) + content


def _qualities(view: View) -> tuple[QualityBlock, ...]:
    """Those of the capture, after the view's own where that is not the one they tell first."""
    own = QualityBlock(view.quality)
    if view.capture is None:
        return (own,)
    told = view.capture.qualities
    return told if _first_score(told) == view.quality else (own, *told)


def _first_score(qualities: tuple[QualityBlock, ...]) -> int:
    """The first algorithm's score; 0 when there is none or it failed."""
    scores = [block.score for block in qualities if block.score <= HIGHEST_QUALITY]
    return scores[0] if scores else 0
