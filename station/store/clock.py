"""What time an event says it happened, and how much that is worth.

The wall clock of a desk PC is often wrong. Every event therefore carries the station's own
instant, the last measured offset to the platform, and the boot and monotonic time that place it
between its neighbours whatever the wall clock did.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sync.wire import ClockReading, format_instant


@dataclass(frozen=True)
class Stamp:
    """One reading of the clock. `at` is UTC to the millisecond, uncorrected."""

    at: str
    clock: ClockReading
    boot: str
    monotonic_ms: int


Clock = Callable[[], Stamp]


class StationClock:
    """The clock of this machine, with the platform's correction once there is one."""

    def __init__(
        self,
        boot: str,
        now_s: Callable[[], float] = time.time,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._boot = boot
        self._now_s = now_s
        self._monotonic_s = monotonic_s
        self._reading = ClockReading("station", 0, None)
        self._proof: tuple[float, float] | None = None

    def __call__(self) -> Stamp:
        return Stamp(
            format_instant(self._now_s()),
            self._reading,
            self._boot,
            int(self._monotonic_s() * 1000),
        )

    def correct(self, hub_time_s: float) -> None:
        """Take over the platform's time, read just now (seconds since 1970)."""
        now_s = self._now_s()
        offset_ms = round((hub_time_s - now_s) * 1000)
        self._reading = ClockReading("hub", offset_ms, format_instant(now_s))
        self._proof = (hub_time_s, self._monotonic_s())

    def corrected_s(self) -> float:
        """Seconds since 1970 as the platform would count them, for rules with windows."""
        return self._now_s() + self._reading.offset_ms / 1000

    def proven_s(self) -> float | None:
        """Seconds since 1970 that have surely passed; None before the platform told its time.

        The platform's time when it was last read, and what the monotonic clock counted since:
        setting the wall clock moves it neither way, and a sleeping machine only makes it late.
        """
        if self._proof is None:
            return None
        hub_time_s, read_at_s = self._proof
        return hub_time_s + self._monotonic_s() - read_at_s


def this_boot(source: Path = Path("/proc/sys/kernel/random/boot_id")) -> str:
    """Name of the current boot; where the system has none, of this run of the program."""
    try:
        return source.read_text(encoding="ascii").strip()
    except OSError:
        return secrets.token_hex(16)
