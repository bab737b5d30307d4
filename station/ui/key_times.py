"""When keys were pressed, however late a busy window hears of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QKeyEvent


class KeyTimes:
    """A time for each key, in milliseconds from an unknown start.

    The window system stamps a key when it is pressed; a clock can only tell when the window heard
    of it. Behind a slow drawing the keys of one scan seem further apart than they were, and a
    person's keys that queued up seem to come from a scanner. So between two stamped keys the stamps
    count. What an input method commits carries no stamp: before and after it the clock counts.
    """

    def __init__(self, clock_s: Callable[[], float]) -> None:
        self._clock_s = clock_s
        self._time_ms = self._heard_ms = clock_s() * 1000
        self._stamp_ms = 0

    def of(self, event: QKeyEvent) -> float:
        """When this key was pressed."""
        before_ms, before_stamp_ms = self._time_ms, self._stamp_ms
        self.now()
        self._stamp_ms = event.timestamp()
        gap_ms = self._stamp_ms - before_stamp_ms
        # A stamp of zero is none; stamps begin anew after 49 days.
        if before_stamp_ms and self._stamp_ms and gap_ms >= 0:
            self._time_ms = before_ms + gap_ms
        return self._time_ms

    def now(self) -> float:
        """The time of something that carries no stamp."""
        heard_ms = self._clock_s() * 1000
        self._time_ms += heard_ms - self._heard_ms
        self._heard_ms, self._stamp_ms = heard_ms, 0
        return self._time_ms
