"""The thread that reads a camera without end, and what is told of it: newest picture, gone, frozen.

Nobody who asks ever waits for the camera. While nobody looks at the picture it is grabbed and not
decoded, which costs next to nothing; a camera whose thread hangs is given to a new thread.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from drivers.api import DeviceState, DeviceStatus, Frame, Image
from drivers.camera.capture import Capture
from drivers.errors import DeviceFault, DeviceNotFound, DeviceUnplugged

# A camera may miss single pictures; this many in a row mean that it is gone.
MISSES_UNTIL_GONE = 5
MISS_PAUSE_S = 0.02
REOPEN_PAUSE_S = 0.4
CLOSE_TIMEOUT_S = 3.0
# Whoever shows the picture asks at least so often; then every picture is decoded for a while.
LOOKED_AT_S = 0.25
DECODE_ALL_FOR_S = 1.0
# With nobody looking, one picture in so long keeps the newest new and betrays a frozen camera.
DECODE_AT_REST_S = 0.5
# Threads that hang in a driver of the system cannot be ended; no more than these are left behind.
MAX_LEFT_BEHIND = 3


@dataclass(frozen=True)
class PumpLimits:
    """When a camera is no longer believed, in seconds.

    `frame_age_s`: since a picture came. `same_picture_s`: since one came that differed from the
    one before (a sensor's noise makes every picture different); None for films, which may stand
    still. `hang_s`: since a call into the system began.
    """

    frame_age_s: float = 1.0
    same_picture_s: float | None = 3.0
    hang_s: float = 10.0
    first_picture_s: float = 5.0


class _Reading:
    """One thread's turn at the camera."""

    def __init__(self, now_s: float) -> None:
        self.stop = threading.Event()
        self.beat_s = now_s
        self.thread: threading.Thread | None = None

    def is_alive(self) -> bool:
        return self.thread is not None and self.thread.is_alive()


class FramePump:
    """Reads between `start` and `stop`; every other method is for any thread and returns at once.

    `connect` opens the camera and may block or hang; `is_there` says at once whether the system
    still has it.
    """

    def __init__(
        self,
        name: str,
        connect: Callable[[], Capture | None],
        is_there: Callable[[], bool],
        limits: PumpLimits,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._connect = connect
        self._is_there = is_there
        self._limits = limits
        self._clock = clock
        self._news = threading.Condition()
        self._reading: _Reading | None = None
        self._left_behind: list[_Reading] = []
        self._frame: Frame | None = None
        self._gone = False
        self._grabbed_s = self._changed_s = self._decoded_s = 0.0
        self._asked_s = self._decode_all_until_s = 0.0

    def start(self) -> Frame:
        """Read until `stop`; blocks for the first picture and returns it.

        Raises DeviceNotFound if nothing opens, DeviceFault if no picture comes.
        """
        with self._news:
            if self._reading is None:
                self._gone, self._frame = False, None
                self._take_turn()
            came = self._news.wait_for(
                lambda: self._frame is not None or self._gone, self._limits.first_picture_s
            )
            frame, gone = self._frame, self._gone
        if frame is not None:
            return frame
        self.stop()
        if came and gone:
            raise DeviceNotFound(self._name, "no camera answers at this source")
        raise DeviceFault(self._name, "no_picture")

    def stop(self) -> None:
        """Stop reading and let the camera go; a thread that hangs is left behind."""
        with self._news:
            reading, self._reading = self._reading, None
        if reading is not None:
            reading.stop.set()
            assert reading.thread is not None
            reading.thread.join(CLOSE_TIMEOUT_S)
            if reading.is_alive():
                self._left_behind.append(reading)

    def status(self) -> DeviceStatus:
        """State now."""
        with self._news:
            if self._reading is None:
                return DeviceStatus(DeviceState.READY, "closed")
            self._replace_if_hung(self._reading)
            if self._gone or not self._is_there():
                return DeviceStatus(DeviceState.UNPLUGGED, "no_pictures")
            if self._is_frozen():
                return DeviceStatus(DeviceState.FAULT, "frozen")
            return DeviceStatus(DeviceState.READY)

    def newest(self) -> Frame:
        """The newest picture; raises DeviceUnplugged, or DeviceFault if it is old or frozen."""
        with self._news:
            now_s = self._clock()
            if now_s - self._asked_s < LOOKED_AT_S:
                self._decode_all_until_s = now_s + DECODE_ALL_FOR_S
            self._asked_s = now_s
            return self._believed()

    def fresh(self, timeout_s: float) -> Frame:
        """A picture grabbed after this call; blocks. Raises as `newest` does."""
        with self._news:
            seen = self._believed().sequence
            self._decode_all_until_s = self._clock() + DECODE_ALL_FOR_S
            # Two further: the one on its way may have been grabbed before the call.
            self._news.wait_for(
                lambda: self._gone or self._believed().sequence > seen + 1, timeout_s
            )
            frame = self._believed()
        if frame.sequence <= seen:
            raise DeviceFault(self._name, "no_picture")
        return frame

    def _believed(self) -> Frame:
        if self._reading is None or self._frame is None:
            raise RuntimeError("the camera is not open")
        if self._gone or not self._is_there():
            raise DeviceUnplugged(self._name, "no_pictures")
        if self._is_frozen():
            raise DeviceFault(self._name, "frozen")
        return self._frame

    def _is_frozen(self) -> bool:
        now_s, limits = self._clock(), self._limits
        same_s = limits.same_picture_s
        return now_s - self._grabbed_s > limits.frame_age_s or (
            same_s is not None and now_s - self._changed_s > same_s
        )

    # --- the thread -----------------------------------------------------------------------------

    def _take_turn(self) -> None:
        self._reading = reading = _Reading(self._clock())
        reading.thread = threading.Thread(
            target=self._read_on, args=(reading,), name="camera", daemon=True
        )
        reading.thread.start()

    def _replace_if_hung(self, reading: _Reading) -> None:
        if self._clock() - reading.beat_s <= self._limits.hang_s:
            return
        self._left_behind = [one for one in self._left_behind if one.is_alive()]
        if len(self._left_behind) < MAX_LEFT_BEHIND:
            reading.stop.set()
            self._left_behind.append(reading)
            self._take_turn()

    def _read_on(self, reading: _Reading) -> None:
        while not reading.stop.is_set():
            reading.beat_s = self._clock()
            capture = self._connect()
            if capture is not None:
                try:
                    self._read_until_gone(reading, capture)
                finally:
                    capture.release()
            if not reading.stop.is_set():
                self._tell_gone(reading)
                reading.beat_s = self._clock()
                reading.stop.wait(REOPEN_PAUSE_S)

    def _read_until_gone(self, reading: _Reading, capture: Capture) -> None:
        misses = 0
        while not reading.stop.is_set() and misses < MISSES_UNTIL_GONE:
            reading.beat_s = self._clock()
            if self._take_one(reading, capture):
                misses = 0
            else:
                misses += 1
                reading.stop.wait(MISS_PAUSE_S)

    def _take_one(self, reading: _Reading, capture: Capture) -> bool:
        if not capture.grab():
            return False
        picture = None
        if not self._may_rest():
            picture = capture.picture()
            if picture is None:  # damaged on its way
                return False
        self._tell(reading, picture)
        return True

    def _may_rest(self) -> bool:
        now_s = self._clock()
        looked_at = now_s <= self._decode_all_until_s
        due = now_s - self._decoded_s >= DECODE_AT_REST_S
        return not (looked_at or due or self._gone or self._frame is None)

    def _tell(self, reading: _Reading, picture: Image | None) -> None:
        """A picture was grabbed; None: it was not decoded."""
        now_s, before = self._clock(), self._frame
        same = picture is not None and before is not None and _is_same(before.image, picture)
        with self._news:
            if self._reading is not reading:
                return
            self._grabbed_s = now_s
            if picture is None:
                return
            self._decoded_s = now_s
            if not same or self._gone:
                self._changed_s = now_s
            self._frame = Frame(picture, before.sequence + 1 if before else 1)
            self._gone = False
            self._news.notify_all()

    def _tell_gone(self, reading: _Reading) -> None:
        with self._news:
            if self._reading is reading:
                self._gone = True
                self._news.notify_all()


def _is_same(before: Image, now: Image) -> bool:
    """Whether two pictures are one and the same; a covered lens may give plain black for ever."""
    if before.shape != now.shape or not np.array_equal(before[::16], now[::16]):
        return False
    return np.array_equal(before, now) and bool((now != now[0, 0]).any())
