"""Fingerprint readers: one finger at a time on one glass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias

import numpy as np

from drivers.api.device import DeviceFacts, DeviceStatus, Frame, Image, read_only


@dataclass(frozen=True)
class ReaderFacts:
    """Facts of a fingerprint reader; size in pixels of a full picture."""

    device: DeviceFacts
    resolution_ppi: float
    width_px: int
    height_px: int
    senses_lift: bool
    previews: bool


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

    @property
    def simulated(self) -> bool:
        """Whether it plays; known before it is open. A driver's class states it as a constant."""

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
