"""The driver over libfprint; see `drivers.api.FingerprintReader`. Runs in a process of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

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
from drivers.errors import DeviceBusy, DeviceError, DeviceFault, DeviceNotFound, DeviceUnplugged
from drivers.fingerprint_reader.libfprint.library import (
    NAME,
    READY_CALLBACK,
    ErrorCode,
    Failure,
    Library,
    RetryCode,
)
from drivers.options import Options

DEFAULT_RESOLUTION_PPI = 500.0
DEFAULT_WIDTH_PX, DEFAULT_HEIGHT_PX = 256, 360
GREATEST_SIDE_PX = 2000
MM_PER_INCH = 25.4
STOP_PATIENCE_S = 1.0
_POLL_S = 0.01
_RETRIES = {
    RetryCode.TOO_SHORT: RetryReason.TOO_FAST,
    RetryCode.CENTER_FINGER: RetryReason.OFF_CENTRE,
    RetryCode.REMOVE_FINGER: RetryReason.BAD_IMAGE,
}


class LibraryStuck(RuntimeError):
    """libfprint holds the reader and does not come back. Only a new process gets the reader again.

    No DeviceError, which a driver outlives: it ends the driver's process, and that is replaced.
    """


class LibfprintReader:
    """The first reader that libfprint finds, or the one of a given libfprint driver.

    libfprint ends a capture when the finger was lifted, so there is never a lift to wait for. It
    gives no live picture, and mostly no resolution and no size before the first capture: what the
    settings say of them holds until then.
    """

    simulated: ClassVar[bool] = False

    def __init__(
        self, library: Library, wanted: str, resolution_ppi: float, size_px: tuple[int, int]
    ) -> None:
        """`wanted`: name of a libfprint driver, empty for any."""
        self._library = library
        self._wanted = wanted
        self._resolution_ppi = resolution_ppi
        self._size_px = size_px
        # libfprint belongs to one thread at a time; a status asked meanwhile must not wait.
        self._in_use = threading.Lock()
        self._context: int | None = None
        self._device: int | None = None
        self._facts: ReaderFacts | None = None
        self._cancelled = threading.Event()
        self._capturing = False
        self._gone = False

    @classmethod
    def from_options(cls, options: Mapping[str, object], **_parts: Any) -> LibfprintReader:
        """Options: `libfprint_driver` (its name for the reader), `resolution_ppi` (500),
        `width_px` (256), `height_px` (360). Raises DriverMissing without libfprint.
        """
        read = Options(NAME, options)
        size_px = (
            read.integer("width_px", DEFAULT_WIDTH_PX, 64, GREATEST_SIDE_PX),
            read.integer("height_px", DEFAULT_HEIGHT_PX, 64, GREATEST_SIDE_PX),
        )
        resolution_ppi = read.number("resolution_ppi", DEFAULT_RESOLUTION_PPI, 250, 1000)
        wanted = read.text("libfprint_driver") if "libfprint_driver" in options else ""
        return cls(Library(), wanted, resolution_ppi, size_px)

    def open(self) -> ReaderFacts:
        """Find the reader and take it."""
        with self._in_use:
            self._let_go()
            device = self._found()
            driver, name, device_id = self._library.names(device)
            about = DeviceFacts(NAME, f"libfprint {driver}", name, device_id, "", simulated=False)
            self._facts = ReaderFacts(
                about, self._resolution_ppi, *self._size_px, senses_lift=False, previews=False
            )
            return self._facts

    def status(self) -> DeviceStatus:
        """State now; any thread."""
        if self._capturing:
            return DeviceStatus(DeviceState.BUSY)
        if self._in_use.acquire(blocking=False):
            try:
                self._notice_unplugging()
            finally:
                self._in_use.release()
        return DeviceStatus(DeviceState.UNPLUGGED if self._gone else DeviceState.READY)

    def preview(self) -> Frame | None:
        """libfprint shows no live picture."""
        return None

    def capture(self, timeout_s: float, on_phase: OnPhase) -> Capture | Retry:
        """Wait for a finger, read it, and wait until it is lifted."""
        if self._facts is None:
            raise RuntimeError("the reader is not open")
        if self._capturing or not self._in_use.acquire(timeout=1):
            raise DeviceBusy(NAME, "capture_running")
        try:
            self._cancelled.clear()
            self._capturing = True
            device = self._device if self._device is not None else self._found_again()
            return self._captured(device, timeout_s, on_phase, self._facts)
        finally:
            self._capturing = False
            self._in_use.release()

    def await_lift(self, timeout_s: float) -> bool:
        """The finger was lifted before its picture came."""
        if self._facts is None:
            raise RuntimeError("the reader is not open")
        return True

    def cancel(self) -> None:
        """End the capture that is running."""
        self._cancelled.set()

    def close(self) -> None:
        """Give the reader back."""
        self._cancelled.set()
        with self._in_use:
            self._let_go()
            self._facts = None

    def _found(self) -> int:
        """Look for the reader anew and open it."""
        library = self._library
        self._context = library.new_context()
        for device in library.devices(self._context):
            if self._is_wanted(library.names(device)[0]) and library.gives_pictures(device):
                failure = library.open(device)
                if failure is not None:
                    self._let_go()
                    raise _error_of(failure)
                self._device, self._gone = device, False
                return device
        self._let_go()
        raise DeviceNotFound(NAME, "no reader that gives pictures")

    def _is_wanted(self, driver: str) -> bool:
        # libfprint's own test devices are taken only by name: nothing touches their glass.
        return driver == self._wanted or not (self._wanted or driver.startswith("virtual"))

    def _found_again(self) -> int:
        try:
            return self._found()
        except DeviceNotFound:
            self._gone = True
            raise DeviceUnplugged(NAME, "reader") from None

    def _captured(
        self, device: int, timeout_s: float, on_phase: OnPhase, facts: ReaderFacts
    ) -> Capture | Retry:
        on_phase(CapturePhase.WAITING)
        outcome, timed_out = self._wait_for_image(device, timeout_s, on_phase)
        if isinstance(outcome, Failure):
            if outcome.cancelled:
                return Retry(RetryReason.TIMEOUT if timed_out else RetryReason.CANCELLED)
            if outcome.retry:
                reason = _RETRIES.get(_retry_code(outcome.code), RetryReason.BAD_IMAGE)
                return Retry(reason)
            error = _error_of(outcome)
            self._gone = isinstance(error, DeviceUnplugged)
            self._let_go()
            raise error
        try:
            return self._capture_of(outcome, facts)
        finally:
            self._library.release(outcome)

    def _wait_for_image(
        self, device: int, timeout_s: float, on_phase: OnPhase
    ) -> tuple[int | Failure, bool]:
        """The image or why there is none, and whether the time was over before."""
        library = self._library
        results: list[int] = []
        callback = READY_CALLBACK(
            lambda _source, result, _data: results.append(library.retain(result))
        )
        cancellable = library.new_cancellable()
        end, timed_out, present = time.monotonic() + timeout_s, False, False
        library.start_capture(device, cancellable, callback)
        while not results:
            if not library.iterate():
                time.sleep(_POLL_S)
            if not present and library.finger_present(device):
                present = True
                on_phase(CapturePhase.PRESENT)
            if self._cancelled.is_set() or time.monotonic() >= end:
                timed_out = not self._cancelled.is_set()
                end = min(end, time.monotonic())
                library.cancel(cancellable)
                if time.monotonic() > end + STOP_PATIENCE_S:
                    raise LibraryStuck("a cancelled capture does not end")
        outcome = library.finish_capture(device, results[0])
        library.release(results[0])
        library.release(cancellable)
        if not isinstance(outcome, Failure):
            if not present:  # it came and went between two looks
                on_phase(CapturePhase.PRESENT)
            on_phase(CapturePhase.READING)
        return outcome, timed_out

    def _capture_of(self, image: int, facts: ReaderFacts) -> Capture | Retry:
        width, height, pixels, ppmm = self._library.picture(image)
        sides = (width, height)
        if min(sides) < 1 or max(sides) > GREATEST_SIDE_PX or len(pixels) != width * height:
            return Retry(RetryReason.BAD_IMAGE)
        picture = np.frombuffer(pixels, np.uint8).reshape(height, width)
        resolution_ppi = ppmm * MM_PER_INCH if ppmm > 0 else facts.resolution_ppi
        return Capture(picture, resolution_ppi, facts, time.monotonic_ns() // 1_000_000)

    def _notice_unplugging(self) -> None:
        """At rest nobody else lets the library hear of plugs."""
        if self._facts is None:
            return
        while self._library.iterate():
            pass
        if self._context is None or self._device is None:
            context = self._library.new_context()
            self._gone = not any(
                self._is_wanted(self._library.names(device)[0])
                for device in self._library.devices(context)
            )
            self._library.release(context)
        elif self._device not in self._library.devices(self._context):
            self._gone = True
            self._let_go()

    def _let_go(self) -> None:
        if self._device is not None:
            self._library.close(self._device)
        if self._context is not None:
            self._library.release(self._context)
        self._device = self._context = None


def _retry_code(code: int) -> RetryCode:
    known = {int(entry) for entry in RetryCode}
    return RetryCode(code) if code in known else RetryCode.GENERAL


def _error_of(failure: Failure) -> DeviceError:
    if failure.code == ErrorCode.REMOVED:
        return DeviceUnplugged(NAME, "reader")
    if failure.code == ErrorCode.BUSY:
        return DeviceBusy(NAME, "another program holds the reader")
    if failure.code == ErrorCode.TOO_HOT:
        return DeviceFault(NAME, "reader is too hot")
    return DeviceFault(NAME, f"libfprint error {failure.code}")
