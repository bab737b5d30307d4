"""What the trail notes by itself: the start, the settings in force, a clock that was set, time.

A wall clock that moves against the machine's own count of time was set by somebody or something;
sleeping is no jump, for that count goes on meanwhile.
"""

import dataclasses
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version

from station.domain.audit import ClockJumped, StationStarted
from station.services.overview import DISTRIBUTION
from station.services.runner import Lane, Runner
from station.services.trail import SYSTEM, Trail
from station.settings import Settings
from sync.wire import canonical_bytes, sha256_hex

JUMP_MS = 2000
"""Slewing by a time service stays far below this between two looks."""
SIGN_EVERY_S = 300.0


def boot_time_s() -> float:
    """Seconds of this boot, those asleep included (Windows counts them by itself)."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


def settings_digest(settings: Settings) -> str:
    """SHA-256 of all settings in force, so that two starts with the same ones can be told."""
    return sha256_hex(canonical_bytes(_plain(settings)))


class TrailWatch:
    """Looks at the clocks; `tick` is called every few seconds on the UI thread."""

    def __init__(
        self,
        trail: Trail,
        runner: Runner,
        settings: Settings,
        wall_s: Callable[[], float] = time.time,
        counted_s: Callable[[], float] = boot_time_s,
    ) -> None:
        self._trail = trail
        self._runner = runner
        self._wall_s = wall_s
        self._counted_s = counted_s
        self._apart_s = wall_s() - counted_s()
        self._sign_at_s = counted_s() + SIGN_EVERY_S
        trail.note(StationStarted(version(DISTRIBUTION), settings_digest(settings)), SYSTEM)

    def tick(self) -> None:
        """Note a jump of the clock, write what could not be written, sign when it is time."""
        apart_s = self._wall_s() - self._counted_s()
        jump_ms = round((apart_s - self._apart_s) * 1000)
        if abs(jump_ms) >= JUMP_MS:
            self._trail.note(ClockJumped(jump_ms), SYSTEM)
        # Small steps are taken over, too: many of them are a drift and no jump.
        self._apart_s = apart_s
        if self._counted_s() >= self._sign_at_s:
            self._sign_at_s = self._counted_s() + SIGN_EVERY_S
            self._runner.call(Lane.DATABASE, self._trail.sign, lambda _: None)
        elif self._trail.standing.unwritten:
            self._trail.write_what_waits()


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value):
        fields = dataclasses.fields(value)
        return {field.name: _plain(getattr(value, field.name)) for field in fields}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, str) else value
