"""What ISO/IEC 19794-2:2011 tells of each representation's capture (clause 8.4)."""

import struct
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from enum import IntEnum

from matcher.errors import RecordError, RecordReason
from matcher.records.cursor import Cursor

_TIME = struct.Struct(">HBBBBBH")
_ABSENT = (0xFFFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFFFF)
_TIME_RANGES = ((1, 0xFFFE), (1, 12), (1, 31), (0, 23), (0, 59), (0, 59), (0, 999))
_DEVICE = struct.Struct(">BHH")
_HIGHEST_TECHNOLOGY = 20
_QUALITY = struct.Struct(">BHH")
_CERTIFICATION = struct.Struct(">HB")
_HIGHEST_SCORE = 100
FAILED_SCORE = 255
"""Score of a quality algorithm that gave none."""


@dataclass(frozen=True)
class CaptureTime:
    """UTC, as exact as it is known: once a part is None, so are all smaller ones."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    hour: int | None = None
    minute: int | None = None
    second: int | None = None
    millisecond: int | None = None


@dataclass(frozen=True)
class QualityBlock:
    """A score, 0-100 or `FAILED_SCORE`, and whose algorithm gave it (IBIA numbers, 0 unknown)."""

    score: int
    vendor: int = 0
    algorithm: int = 0


@dataclass(frozen=True)
class Certification:
    """A device certification: who certifies, and by which scheme."""

    authority: int
    scheme: int


class RidgeEnding(IntEnum):
    """Where a ridge ending lies."""

    VALLEY_BIFURCATION = 0
    RIDGE_END = 1


@dataclass(frozen=True)
class Capture:
    """How an impression was captured. technology: 0 unknown to 20; vendor, device: 16 bits."""

    time: CaptureTime = CaptureTime()
    technology: int = 0
    vendor: int = 0
    device: int = 0
    qualities: tuple[QualityBlock, ...] = ()
    certifications: tuple[Certification, ...] = ()
    ridge_ending: RidgeEnding = RidgeEnding.VALLEY_BIFURCATION


def read_time(cursor: Cursor) -> CaptureTime:
    """Nine bytes; all ones mean a part is not known. Raises `RecordError`."""
    parts = cursor.unpack(_TIME)
    known = [None if part == gap else part for part, gap in zip(parts, _ABSENT, strict=True)]
    time = CaptureTime(*known)
    check_time(time)
    return time


def check_time(time: CaptureTime) -> None:
    """Refuse hours of no day and parts that hang in the air."""
    parts = astuple(time)
    told = sum(part is not None for part in parts)
    for part, (least, most) in zip(parts[:told], _TIME_RANGES, strict=False):
        if part is None or not least <= part <= most:
            raise RecordError(RecordReason.WRONG_CAPTURE_TIME)


def time_bytes(time: CaptureTime) -> bytes:
    """The nine bytes of a time."""
    check_time(time)
    parts = zip(astuple(time), _ABSENT, strict=True)
    return _TIME.pack(*(gap if part is None else part for part, gap in parts))


def read_device(cursor: Cursor) -> tuple[int, int, int]:
    """Technology, vendor, device."""
    technology, vendor, device = cursor.unpack(_DEVICE)
    if technology > _HIGHEST_TECHNOLOGY:
        raise RecordError(RecordReason.WRONG_TECHNOLOGY)
    return technology, vendor, device


def device_bytes(capture: Capture) -> bytes:
    """Technology, vendor, device."""
    if not 0 <= capture.technology <= _HIGHEST_TECHNOLOGY:
        raise RecordError(RecordReason.WRONG_TECHNOLOGY)
    return _DEVICE.pack(capture.technology, capture.vendor, capture.device)


def read_qualities(cursor: Cursor) -> tuple[QualityBlock, ...]:
    """A count and as many blocks."""
    blocks = tuple(QualityBlock(*parts) for parts in cursor.rows(_QUALITY))
    _check_scores(blocks)
    return blocks


def quality_bytes(blocks: tuple[QualityBlock, ...]) -> bytes:
    """A count and as many blocks."""
    _check_scores(blocks)
    return bytes([len(blocks)]) + b"".join(_QUALITY.pack(*astuple(block)) for block in blocks)


def read_certifications(cursor: Cursor) -> tuple[Certification, ...]:
    """A count and as many blocks."""
    return tuple(Certification(*parts) for parts in cursor.rows(_CERTIFICATION))


def certification_bytes(blocks: tuple[Certification, ...]) -> bytes:
    """A count and as many blocks."""
    return bytes([len(blocks)]) + b"".join(_CERTIFICATION.pack(*astuple(b)) for b in blocks)


def _check_scores(blocks: Iterable[QualityBlock]) -> None:
    if any(not 0 <= b.score <= _HIGHEST_SCORE and b.score != FAILED_SCORE for b in blocks):
        raise RecordError(RecordReason.WRONG_QUALITY)
