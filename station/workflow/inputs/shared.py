"""What can happen to every workflow: writes, devices, and the finger on the reader."""

from dataclasses import dataclass, field
from enum import StrEnum

from station.domain.facts import CorrectedPart, Fact
from station.workflow.notices import Notice


class DeviceKind(StrEnum):
    """The devices of a station; workflows can lose and get back all but the staff's cards."""

    READER = "reader"
    CAMERA = "camera"
    CARD_READER = "card_reader"
    PRINTER = "printer"
    SMART_CARD = "smart_card"


@dataclass(frozen=True)
class Recorded:
    """The facts of a `Record` effect are on disk."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class RecordFailed:
    """Nothing of a `Record` effect was written; the workflow still holds the facts."""

    notice: Notice


@dataclass(frozen=True)
class SaveAgain:
    """Try the failed write once more."""


@dataclass(frozen=True)
class CorrectSealed:
    """Say what is wrong in a sealed record; `approved_by` has just signed in as second person."""

    part: CorrectedPart
    reason: str = field(repr=False)
    approved_by: str


@dataclass(frozen=True)
class Failed:
    """An effect other than `Record` ended without its result."""

    notice: Notice


@dataclass(frozen=True)
class DeviceLost:
    """A device is gone, or (`fault`) there and not working. It is tried again by itself."""

    kind: DeviceKind
    fault: bool = False


@dataclass(frozen=True)
class DeviceBack:
    kind: DeviceKind


@dataclass(frozen=True)
class FingerSensed:
    attempt: int


@dataclass(frozen=True)
class PressRefused:
    """The driver or the extractor could not use the press; the person tries again."""

    attempt: int
    notice: Notice
    still_on_plate: bool = True


@dataclass(frozen=True)
class FingerLifted:
    attempt: int


@dataclass(frozen=True)
class FingerStillThere:
    attempt: int
