"""What a record holds, whichever standard it is written in."""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from matcher.origin import Origin
from matcher.records.capture import Capture
from matcher.template import Template


class Standard(StrEnum):
    """The formats that are read and written."""

    ISO_2005 = "ISO/IEC 19794-2:2005"
    ISO_2011 = "ISO/IEC 19794-2:2011"
    ANSI_2004 = "ANSI INCITS 378-2004"


class FingerPosition(IntEnum):
    """Finger positions, the same in all three standards (ISO/IEC 19794-2:2005, table 2)."""

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
    """Impression types. Those of `ANY_EDITION` are in all three standards, all in the 2011 one."""

    LIVE_PLAIN = 0
    LIVE_ROLLED = 1
    NONLIVE_PLAIN = 2
    NONLIVE_ROLLED = 3
    LATENT_IMPRESSION = 4
    LATENT_TRACING = 5
    LATENT_PHOTO = 6
    LATENT_LIFT = 7
    SWIPE = 8
    VERTICAL_ROLL = 9
    LIVE_CONTACTLESS = 24
    OTHER = 28
    UNKNOWN = 29


ANY_EDITION = frozenset(
    {
        ImpressionType.LIVE_PLAIN,
        ImpressionType.LIVE_ROLLED,
        ImpressionType.NONLIVE_PLAIN,
        ImpressionType.NONLIVE_ROLLED,
        ImpressionType.SWIPE,
    }
)


@dataclass(frozen=True, slots=True)
class ExtendedArea:
    """Extended data of a type code that this library gives no meaning to, kept as it is."""

    code: int
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class View:
    """One impression of one finger; views of a finger count from 0 without gaps.

    quality: 0-100; in ISO/IEC 19794-2:2011 the first of several. origin: what made the template,
    None in records of others. capture: what only ISO/IEC 19794-2:2011 tells; other standards leave
    it out.
    """

    position: int
    number: int
    quality: int
    template: Template
    impression_type: ImpressionType = ImpressionType.LIVE_PLAIN
    extended: tuple[ExtendedArea, ...] = ()
    origin: Origin | None = None
    capture: Capture | None = None


UNKNOWN_OWNER = 0x0103
"""CBEFF product owner of a vendor without a registered number (IBIA)."""


@dataclass(frozen=True)
class Record:
    """Views and what the header says of them.

    device_id: twelve bits, certification: four bits; both lie in `View.capture` in the standard of
    2011. owner, product: sixteen bits each, the CBEFF product identifier of ANSI INCITS 378.
    """

    views: tuple[View, ...]
    standard: Standard = Standard.ISO_2005
    device_id: int = 0
    certification: int = 0
    owner: int = UNKNOWN_OWNER
    product: int = 0
