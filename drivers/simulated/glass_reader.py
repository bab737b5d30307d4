"""The client half of every reader that plays presses of a `Hand`: simulated and image folder."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, Protocol

import numpy as np

from drivers.api import (
    Capture,
    CapturePhase,
    DeviceStatus,
    Frame,
    Image,
    OnPhase,
    ReaderFacts,
    Retry,
    RetryReason,
    read_only,
)
from drivers.errors import DeviceBusy, DeviceFault, DeviceUnplugged
from drivers.fingerprint_reader.image_file import UnreadableImage
from drivers.simulated.hand import Hand, HandQuality, Press

BLANK_GLASS = 240


class ImpressionSource(Protocol):
    """Where the picture of a press comes from."""

    def facts(self) -> ReaderFacts:
        """What the reader says of itself; raises a DeviceError if it cannot be used."""

    def impression(self, press: Press) -> Image:
        """HxW uint8 of a press; raises UnreadableImage."""


# Beyond these a real reader gives no picture worth having; within them quality is a matter of
# degree and left to the quality check that follows a capture.
TOO_LIGHT_PRESSURE, TOO_HARD_PRESSURE = 0.1, 0.95
TOO_DRY, TOO_WET = 0.9, -0.9
OFF_CENTRE_MM = 5.0
SMEARED = 0.6


def complaint(quality: HandQuality) -> RetryReason | None:
    """What a reader would complain about, if anything."""
    if max(abs(quality.offset_x_mm), abs(quality.offset_y_mm)) > OFF_CENTRE_MM:
        return RetryReason.OFF_CENTRE
    if quality.pressure < TOO_LIGHT_PRESSURE:
        return RetryReason.TOO_LIGHT
    if quality.pressure > TOO_HARD_PRESSURE:
        return RetryReason.TOO_HARD
    if quality.dryness > TOO_DRY:
        return RetryReason.TOO_DRY
    if quality.dryness < TOO_WET:
        return RetryReason.TOO_WET
    return RetryReason.SMEARED if quality.smear > SMEARED else None


class GlassReader:
    """A fingerprint reader under a `Hand`; see `drivers.api.FingerprintReader`.

    `settle_ms` is how long a finger must stay before it is read: a lift within it is TOO_FAST.
    """

    simulated: ClassVar[bool] = True

    def __init__(self, name: str, source: ImpressionSource, hand: Hand, settle_ms: int) -> None:
        self.hand = hand
        self._name = name
        self._source = source
        self._settle_s = settle_ms / 1000
        self._facts: ReaderFacts | None = None
        self._running = False
        self._cancelled = False
        self._picture: tuple[int, Image] | None = None
        self._preview_lock = threading.Lock()
        self._shown: Frame | None = None
        self._shown_key: tuple[int, bool] | None = None

    def open(self) -> ReaderFacts:
        """Take the reader; raises DeviceUnplugged, DeviceFault or DeviceNotFound."""
        self.hand.require_answering(self._name)
        self._facts = self._source.facts()
        return self._facts

    def status(self) -> DeviceStatus:
        """State now; any thread."""
        return self.hand.status(busy=self._running)

    def preview(self) -> Frame | None:
        """The glass as it looks now: blank, or the finger once it has been imaged; any thread."""
        if self._facts is None or not self.hand.plugged:
            return None
        press, picture = self.hand.on_glass, self._picture
        number = press.number if press else 0
        imaged = picture is not None and picture[0] == number
        with self._preview_lock:
            if self._shown is None or self._shown_key != (number, imaged):
                image = picture[1] if picture and imaged else self._blank()
                sequence = self._shown.sequence + 1 if self._shown else 1
                self._shown = Frame(image, sequence, finger_present=press is not None)
                self._shown_key = (number, imaged)
            return self._shown

    def capture(self, timeout_s: float, on_phase: OnPhase) -> Capture | Retry:
        """Wait for a press and read it; blocks until there is one, `timeout_s`, or `cancel`."""
        facts = self._opened()
        with self._operation():
            plugs = self.hand.times_unplugged
            on_phase(CapturePhase.WAITING)
            press = self._await_press(time.monotonic() + timeout_s, plugs)
            if isinstance(press, Retry):
                return press
            on_phase(CapturePhase.PRESENT)
            return self._read(facts, press, plugs, on_phase)

    def await_lift(self, timeout_s: float) -> bool:
        """Block until the glass is empty; raises DeviceUnplugged or DeviceFault."""
        self._opened()
        with self._operation(), self.hand.changed:
            plugs = self.hand.times_unplugged
            self.hand.changed.wait_for(
                lambda: self.hand.on_glass is None or self._interrupted(plugs), timeout_s
            )
            self._raise_if_gone(plugs)
            return self.hand.on_glass is None and not self._cancelled

    def cancel(self) -> None:
        """End the call that is running; any thread."""
        with self.hand.changed:
            if self._running:
                self._cancelled = True
                self.hand.changed.notify_all()

    def close(self) -> None:
        """Give the reader back, ending a call that is still running."""
        self.cancel()
        self._facts = None

    def _opened(self) -> ReaderFacts:
        if self._facts is None:
            raise RuntimeError("the reader is not open")
        return self._facts

    @contextmanager
    def _operation(self) -> Iterator[None]:
        with self.hand.changed:
            if self._running:
                raise DeviceBusy(self._name, "capture_running")
            self.hand.require_plugged(self._name)
            self._running, self._cancelled = True, False
        try:
            yield
        finally:
            with self.hand.changed:
                self._running = False

    def _await_press(self, deadline: float, plugs: int) -> Press | Retry:
        with self.hand.changed:
            self.hand.changed.wait_for(
                lambda: self._seen() is not None or self._interrupted(plugs),
                max(0.0, deadline - time.monotonic()),
            )
            self._raise_if_gone(plugs)
            if self._cancelled:
                return Retry(RetryReason.CANCELLED)
            if self.hand.stalled:
                raise DeviceFault(self._name, "not_answering")
            return self._seen() or Retry(RetryReason.TIMEOUT)

    def _read(
        self, facts: ReaderFacts, press: Press, plugs: int, on_phase: OnPhase
    ) -> Capture | Retry:
        try:
            image = read_only(self._source.impression(press))
        except UnreadableImage:
            return Retry(RetryReason.BAD_IMAGE)
        self._picture = (press.number, image)
        disturbed = self._settle(press, plugs)
        if disturbed:
            return Retry(disturbed)
        on_phase(CapturePhase.READING)
        disturbed = self._disturbance(press, plugs) or complaint(press.quality)
        if disturbed:
            return Retry(disturbed)
        now_ms = int(time.monotonic() * 1000)
        return Capture(image, facts.resolution_ppi, facts, now_ms)

    def _settle(self, press: Press, plugs: int) -> RetryReason | None:
        with self.hand.changed:
            self.hand.changed.wait_for(
                lambda: self.hand.on_glass is not press or self._interrupted(plugs),
                self._settle_s,
            )
        return self._disturbance(press, plugs)

    def _disturbance(self, press: Press, plugs: int) -> RetryReason | None:
        with self.hand.changed:
            self._raise_if_gone(plugs)
            if self._cancelled:
                return RetryReason.CANCELLED
            if self.hand.stalled:
                raise DeviceFault(self._name, "not_answering")
            return None if self.hand.on_glass is press else RetryReason.TOO_FAST

    def _seen(self) -> Press | None:
        return None if self.hand.stalled else self.hand.on_glass

    def _interrupted(self, plugs: int) -> bool:
        return self._cancelled or self.hand.times_unplugged != plugs

    def _raise_if_gone(self, plugs: int) -> None:
        if self.hand.times_unplugged != plugs:
            raise DeviceUnplugged(self._name, "cable")

    def _blank(self) -> Image:
        facts = self._opened()
        return read_only(np.full((facts.height_px, facts.width_px), BLANK_GLASS, np.uint8))
