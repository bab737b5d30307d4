"""What has to be known to run a driver in a process of its own, and why such a process failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from drivers.api import DriverKind


class Failure(StrEnum):
    """Why a child is no use any more; the detail of the DeviceFault that callers get."""

    CRASHED = "driver_crashed"
    HUNG = "driver_hung"
    NONSENSE = "driver_sent_nonsense"
    LEAKED = "driver_leaked"
    ENDED = "driver_ended"


@dataclass(frozen=True)
class HostLimits:
    """How long and how large a child may be; seconds and bytes."""

    start_s: float = 30.0
    pulse_s: float = 5.0
    memory_bytes: int = 1024**3
    first_pause_s: float = 0.25
    longest_pause_s: float = 8.0


@dataclass(frozen=True)
class HostPlan:
    """Everything needed to start a driver's process, again and again.

    `simulated` is what the station expects of the driver; another answer is refused. `commands`
    names a file whose lines move the hand of a simulated device.
    """

    kind: DriverKind
    name: str
    options: Mapping[str, object] = field(repr=False)
    command: tuple[str, ...]
    simulated: bool = False
    commands: Path | None = None
    limits: HostLimits = HostLimits()
