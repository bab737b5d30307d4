"""What a record holds, and the numbers of its layout (ISO/IEC 19794-2:2005, clause 7)."""

import struct
from dataclasses import dataclass, field
from enum import IntEnum

from matcher.template import Template

MAGIC = b"FMR\0"
VERSION = b" 20\0"
# magic, version, length, equipment, width, height, x and y resolution, views, reserved
HEADER = struct.Struct(">4s4sIHHHHHBB")
# position, view number and impression type, quality, minutiae
VIEW_HEADER = struct.Struct(">BBBB")
# type and x, reserved and y, angle, quality
MINUTIA = struct.Struct(">HHBB")
EXTENDED_LENGTH = struct.Struct(">H")
EXTENDED_AREA = struct.Struct(">HH")

ANGLE_STEPS = 256
COORDINATE_MASK = 0x3FFF
MOST_MINUTIAE = 255
MOST_VIEWS_A_FINGER = 16
LONGEST_RECORD = 1 << 20


class FingerPosition(IntEnum):
    """Finger positions of table 2."""

    UNKNOWN = 0
    RIGHT_THUMB = 1
    RIGHT_INDEX = 2
    RIGHT_MIDDLE = 3
    RIGHT_RING = 4
    RIGHT_LITTLE = 5
    LEFT_THUMB = 6
    LEFT_INDEX = 7
    LEFT_MIDDLE = 8
    LEFT_RING = 9
    LEFT_LITTLE = 10


class ImpressionType(IntEnum):
    """Impression types of table 3."""

    LIVE_PLAIN = 0
    LIVE_ROLLED = 1
    NONLIVE_PLAIN = 2
    NONLIVE_ROLLED = 3
    SWIPE = 8


@dataclass(frozen=True)
class View:
    """One impression of one finger; views of a finger count from 0 without gaps.

    `extended` holds the extended data areas as they lie in the record, without their length.
    """

    position: int
    number: int
    quality: int
    template: Template
    impression_type: ImpressionType = ImpressionType.LIVE_PLAIN
    extended: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Record:
    """A record read from bytes. `certification` has four bits, `device_id` twelve."""

    views: tuple[View, ...]
    device_id: int = 0
    certification: int = 0


def ppi_of(per_cm: int) -> float:
    """Pixels an inch. 197 a centimetre is how the standard writes 500 an inch."""
    return 500.0 if per_cm == 197 else per_cm * 2.54


def per_cm_of(ppi: float) -> int:
    """Pixels a centimetre, rounded."""
    return round(ppi / 2.54)
