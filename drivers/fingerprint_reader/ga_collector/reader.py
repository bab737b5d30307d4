"""The driver over a collector's library; see `drivers.api.FingerprintReader`. Runs isolated."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from drivers.api import (
    Capture,
    CapturePhase,
    DeviceFacts,
    DeviceState,
    DeviceStatus,
    Frame,
    OnPhase,
    ReaderFacts,
    Retry,
    RetryReason,
)
from drivers.errors import DeviceBusy, DeviceError, DeviceNotFound, DeviceUnplugged
from drivers.fingerprint_reader.ga_collector.glass import Glass, Look
from drivers.fingerprint_reader.ga_collector.library import NAME, Library
from drivers.options import Options

RESOLUTION_PPI = 500.0


class GaCollectorReader:
    """One glass of a collector. It delivers pictures; where the finger is, is seen in them."""

    simulated: ClassVar[bool] = False

    def __init__(self, library: Library, channel: int = 0) -> None:
        self._library = library
        self._channel = channel
        self._facts: ReaderFacts | None = None
        self._glass: Glass | None = None
        self._running = threading.Lock()
        self._cancelled = False

    @classmethod
    def from_options(cls, options: Mapping[str, object], **_parts: Any) -> GaCollectorReader:
        """Options: `library` (path or name of the maker's library), `channel` (0).

        Raises DriverMissing when the library cannot be loaded.
        """
        read = Options(NAME, options)
        return cls(Library(read.text("library")), read.integer("channel", 0, 0, 15))

    def open(self) -> ReaderFacts:
        """Take the collector and begin to look at its glass."""
        self.close()
        library = self._library
        try:
            library.start()
            if library.channels() <= self._channel:
                raise DeviceNotFound(NAME, "no such channel")
            size_px = library.size_px(self._channel)
            library.begin(self._channel)
        except DeviceUnplugged as error:
            raise DeviceNotFound(NAME, error.detail) from error
        model, version = library.description()
        device = DeviceFacts(NAME, "GA/T 1011", model, "", version, simulated=False)
        self._facts = ReaderFacts(device, RESOLUTION_PPI, *size_px, senses_lift=True, previews=True)
        self._glass = Glass(library, self._channel, size_px)
        self._glass.start()
        return self._facts

    def status(self) -> DeviceStatus:
        """State now; any thread."""
        glass = self._glass
        error = glass.newest.error if glass else None
        if isinstance(error, DeviceUnplugged):
            return DeviceStatus(DeviceState.UNPLUGGED)
        if error is not None:
            return DeviceStatus(DeviceState.FAULT, error.detail)
        return DeviceStatus(DeviceState.BUSY if self._running.locked() else DeviceState.READY)

    def preview(self) -> Frame | None:
        """The newest picture of the glass; any thread."""
        glass = self._glass
        return glass.newest.frame() if glass else None

    def capture(self, timeout_s: float, on_phase: OnPhase) -> Capture | Retry:
        """Wait for a finger that lies still."""
        with self._operation() as (glass, facts):
            on_phase(CapturePhase.WAITING)
            end = time.monotonic() + timeout_s
            first = self._until(glass, end, lambda look: _present(look))
            if isinstance(first, Retry):
                return first
            on_phase(CapturePhase.PRESENT)
            still = self._until(glass, end, lambda look: not _present(look) or _still(look))
            if isinstance(still, Retry):
                return still
            if not _present(still) or still.image is None:
                return Retry(RetryReason.TOO_FAST)
            on_phase(CapturePhase.READING)
            return Capture(still.image, facts.resolution_ppi, facts, _now_ms())

    def await_lift(self, timeout_s: float) -> bool:
        """Wait until the glass is empty."""
        with self._operation() as (glass, _facts):
            end = time.monotonic() + timeout_s
            empty = self._until(glass, end, lambda look: not _present(look))
            return isinstance(empty, Look)

    def cancel(self) -> None:
        """End the call that is running."""
        glass = self._glass
        if glass is not None:
            with glass.changed:
                self._cancelled = True
                glass.changed.notify_all()

    def close(self) -> None:
        """Give the collector back."""
        self.cancel()
        with self._running:
            glass, self._glass, self._facts = self._glass, None, None
            if glass is not None:
                glass.stop()

    @contextmanager
    def _operation(self) -> Iterator[tuple[Glass, ReaderFacts]]:
        if not self._running.acquire(blocking=False):
            raise DeviceBusy(NAME, "capture_running")
        try:
            if self._glass is None or self._facts is None:
                raise RuntimeError("the reader is not open")
            self._cancelled = False
            self._glass.watch(True)
            try:
                yield self._glass, self._facts
            finally:
                self._glass.watch(False)
        finally:
            self._running.release()

    def _until(self, glass: Glass, end: float, fits: Callable[[Look], bool]) -> Look | Retry:
        """The first new look that fits. Raises the error that came instead of a picture."""
        look = glass.newest
        while True:
            newer = self._newer(glass, look, end)
            if self._cancelled:
                return Retry(RetryReason.CANCELLED)
            if newer.error is not None:
                raise _again(newer.error)
            if newer is not look and fits(newer):
                return newer
            if time.monotonic() >= end:
                return Retry(RetryReason.TIMEOUT)
            look = newer

    def _newer(self, glass: Glass, known: Look, end: float) -> Look:
        """What was seen after `known`, or `known` when the time is over or `cancel` came."""
        with glass.changed:
            glass.changed.wait_for(
                lambda: glass.newest is not known or self._cancelled,
                max(0.0, end - time.monotonic()),
            )
            return glass.newest


def _present(look: Look) -> bool:
    return look.sensed is not None and look.sensed.present


def _still(look: Look) -> bool:
    return look.sensed is not None and look.sensed.still


def _again(error: DeviceError) -> DeviceError:
    """The error as one of its own: it is raised once for each call that meets it."""
    return type(error)(error.device, error.detail)


def _now_ms() -> int:
    return int(time.monotonic() * 1000)
