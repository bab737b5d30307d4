"""What every driver promises: the values that cross the boundary and one protocol per kind.

Contract, for all kinds:

* `open` may be slow and is called on the device's worker thread; calling it again is allowed and
  renews the facts. Blocking calls run on that one thread; `status`, `preview`, `frame` and
  `cancel` may be called from any thread and return at once.
* "The person tries again" is a value (`Retry`, `NoCard`); "the operator acts" is a `DeviceError`.
* After a `DeviceUnplugged` the same object works again as soon as the plug is back: `status` says
  `READY` and the next call succeeds, without a new `open`.
* `cancel` ends the blocking call that is running, promptly; with none running it does nothing.
* Calling a device that was never opened, or was closed, is a bug and raises `RuntimeError`.
* A capture names no person and no finger: whose press it was is the caller's knowledge only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

Image: TypeAlias = npt.NDArray[np.uint8]


def read_only(image: Image) -> Image:
    """The same picture as an array that nobody can write to (a copy if it was writable)."""
    if not image.flags.writeable:
        return image
    frozen = np.array(image, dtype=np.uint8, order="C")
    frozen.setflags(write=False)
    return frozen


# --- states and facts -----------------------------------------------------------------------------


class DeviceState(StrEnum):
    """What a status light can say."""

    READY = "ready"
    BUSY = "busy"
    UNPLUGGED = "unplugged"
    FAULT = "fault"


@dataclass(frozen=True)
class DeviceStatus:
    """State now; `detail` is a short machine word, never personal data."""

    state: DeviceState
    detail: str = ""


@dataclass(frozen=True)
class DeviceFacts:
    """What a device says of itself; stored beside every capture."""

    driver: str
    make: str
    model: str
    serial: str
    firmware: str
    simulated: bool


@dataclass(frozen=True)
class ReaderFacts:
    """Facts of a fingerprint reader; size in pixels of a full picture."""

    device: DeviceFacts
    resolution_ppi: float
    width_px: int
    height_px: int
    senses_lift: bool
    previews: bool


# --- fingerprint reader ---------------------------------------------------------------------------


class RetryReason(StrEnum):
    """Why there is no good picture although the reader works."""

    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    TOO_FAST = "too_fast"
    OFF_CENTRE = "off_centre"
    TOO_LIGHT = "too_light"
    TOO_HARD = "too_hard"
    TOO_DRY = "too_dry"
    TOO_WET = "too_wet"
    SMEARED = "smeared"
    BAD_IMAGE = "bad_image"


class CapturePhase(StrEnum):
    """How far a capture has come, for the prompt on screen."""

    WAITING = "waiting"
    PRESENT = "present"
    READING = "reading"


OnPhase: TypeAlias = Callable[[CapturePhase], None]


@dataclass(frozen=True, eq=False)
class Frame:
    """A preview picture: HxW grey or HxWx3 RGB; `sequence` grows with every new picture."""

    image: Image = field(repr=False)
    sequence: int
    finger_present: bool = False


@dataclass(frozen=True, eq=False)
class Capture:
    """One impression, dark ridges on light ground: read-only HxW uint8 and how it was made.

    `captured_monotonic_ms` is the reader's own monotonic clock, if it has one.
    """

    image: Image = field(repr=False)
    resolution_ppi: float
    facts: ReaderFacts
    captured_monotonic_ms: int | None = None

    def __post_init__(self) -> None:
        if self.image.ndim != 2 or self.image.dtype != np.uint8:
            raise ValueError("a capture is one grey picture of 8-bit pixels")
        object.__setattr__(self, "image", read_only(self.image))


@dataclass(frozen=True)
class Retry:
    """The press gave no capture; the person may try again."""

    reason: RetryReason


class FingerprintReader(Protocol):
    """One finger at a time on one glass."""

    simulated: ClassVar[bool]

    def open(self) -> ReaderFacts:
        """Take the device. Raises DeviceNotFound, DeviceBusy, DeviceUnplugged or DeviceFault."""

    def status(self) -> DeviceStatus:
        """State of the device now; any thread, never raises a DeviceError."""

    def preview(self) -> Frame | None:
        """Newest picture of the glass; any thread. None: nothing yet, or no previews."""

    def capture(self, timeout_s: float, on_phase: OnPhase) -> Capture | Retry:
        """Wait for a finger and read it; blocks. `on_phase` is called on the same thread.

        Raises DeviceUnplugged, DeviceFault or DeviceBusy (another capture is running).
        """

    def await_lift(self, timeout_s: float) -> bool:
        """Block until the glass is empty. False: still covered at the end, or cancelled."""

    def cancel(self) -> None:
        """End the running `capture` (as Retry CANCELLED) or `await_lift`; any thread."""

    def close(self) -> None:
        """Give the device back; a second call does nothing."""


# --- camera ---------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Photo:
    """A still picture: read-only HxWx3 RGB."""

    image: Image = field(repr=False)

    def __post_init__(self) -> None:
        if self.image.ndim != 3 or self.image.shape[2] != 3 or self.image.dtype != np.uint8:
            raise ValueError("a photo is an RGB picture of 8-bit samples")
        object.__setattr__(self, "image", read_only(self.image))


class Camera(Protocol):
    """A camera that looks at the person."""

    simulated: ClassVar[bool]

    def open(self) -> DeviceFacts:
        """Take the device. Raises DeviceNotFound, DeviceBusy or DeviceFault."""

    def status(self) -> DeviceStatus:
        """State of the device now; a frozen picture is a FAULT. Never raises a DeviceError."""

    def frame(self) -> Frame:
        """Newest RGB picture; any thread. Raises DeviceUnplugged or DeviceFault."""

    def still(self) -> Photo:
        """One picture at full size; blocks. Raises DeviceUnplugged or DeviceFault."""

    def close(self) -> None:
        """Give the device back; a second call does nothing."""


# --- document reader ------------------------------------------------------------------------------


class DocumentType(StrEnum):
    """The four text-record layouts of Chinese ID cards."""

    RESIDENT = "resident"
    HK_MACAO_TAIWAN = "hk_macao_taiwan"
    FOREIGN_2017 = "foreign_2017"
    FOREIGN_2023 = "foreign_2023"


class Sex(StrEnum):
    """Sex as printed on the card; values of GB/T 2261.1."""

    MALE = "1"
    FEMALE = "2"


@dataclass(frozen=True, eq=False)
class CardText:
    """What an ID card says. Personal data throughout: nothing of it appears in the repr.

    `nation_code` is GB/T 3304 ("01" to "56", "97", "98"; "" where the layout has none);
    `valid_to` None means for life (长期); `photo` is HxWx3 RGB, None without a photo decoder.
    """

    document_type: DocumentType
    name: str = field(repr=False)
    sex: Sex = field(repr=False)
    nation_code: str = field(repr=False)
    birth: date = field(repr=False)
    address: str = field(repr=False)
    number: str = field(repr=False)
    authority: str = field(repr=False)
    valid_from: date | None = field(repr=False)
    valid_to: date | None = field(repr=False)
    photo: Image | None = field(default=None, repr=False)


class NoCardReason(StrEnum):
    """Why no card was read although the reader works."""

    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    MOVED_AWAY = "moved_away"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class NoCard:
    """No card was read; the person may lay it on again."""

    reason: NoCardReason


class DocumentReader(Protocol):
    """A reader of ID cards."""

    simulated: ClassVar[bool]

    def open(self) -> DeviceFacts:
        """Take the device. Raises DeviceNotFound, DeviceBusy, DeviceUnplugged or DeviceFault."""

    def status(self) -> DeviceStatus:
        """State of the device now; any thread, never raises a DeviceError."""

    def read(self, timeout_s: float) -> CardText | NoCard:
        """Wait for a card and read it whole; blocks. Raises DeviceUnplugged or DeviceFault."""

    def cancel(self) -> None:
        """End the running `read` as NoCard CANCELLED; any thread."""

    def close(self) -> None:
        """Give the device back; a second call does nothing."""


# --- printer --------------------------------------------------------------------------------------


class PrintPhase(StrEnum):
    """How far a job has come; DONE and FAILED are final."""

    WAITING = "waiting"
    PRINTING = "printing"
    DONE = "done"
    FAILED = "failed"


class PrintTrouble(StrEnum):
    """What keeps a job from coming out."""

    PAPER_OUT = "paper_out"
    JAM = "jam"
    OFFLINE = "offline"
    STOPPED = "stopped"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    LOST = "lost"


@dataclass(frozen=True)
class PrintJob:
    """A job as its printer names it; `saved_to` where the medium is a file."""

    job_id: str
    printer: str
    saved_to: Path | None = field(default=None, repr=False)


@dataclass(frozen=True)
class PrintJobState:
    """State of a job; `trouble` explains FAILED, and WAITING while somebody must act."""

    phase: PrintPhase
    trouble: PrintTrouble | None = None


class Printer(Protocol):
    """A queue that takes whole PDF documents."""

    simulated: ClassVar[bool]

    def status(self) -> DeviceStatus:
        """State of the printer now; never raises a DeviceError. May take a moment."""

    def submit(self, pdf: bytes, title: str, copies: int) -> PrintJob:
        """Hand over a document at true size, A4. The title must name nobody: queues log it.

        Raises DeviceNotFound, DeviceUnplugged, DeviceFault; ValueError for bytes that are no PDF.
        """

    def job_state(self, job: PrintJob) -> PrintJobState:
        """What became of a job; never guesses DONE: a job nobody knows is FAILED, LOST."""
