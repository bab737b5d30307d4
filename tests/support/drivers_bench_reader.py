"""A reader that streams, for measuring: each preview's sequence tells when it was made."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from drivers.api import (
    Capture,
    CapturePhase,
    DeviceFacts,
    DeviceState,
    DeviceStatus,
    DriverKind,
    Frame,
    OnPhase,
    ReaderFacts,
    Retry,
)
from drivers.host.isolated import IsolatedReader
from drivers.host.plan import HostPlan
from drivers.registry import ISOLATED_GROUP, host_command
from tests.support.drivers_faulty import install

NAME = "streaming"
KEY = f"{DriverKind.FINGERPRINT_READER}:{NAME}"
TARGET = "tests.support.drivers_bench_reader:StreamingReader"
FRAMES_PER_S = 25
WIDTH_PX, HEIGHT_PX, RESOLUTION_PPI = 256, 360, 500.0
DEVICE = DeviceFacts(NAME, "Test", "Streaming", "1", "1", simulated=False)
FACTS = ReaderFacts(DEVICE, RESOLUTION_PPI, WIDTH_PX, HEIGHT_PX, senses_lift=True, previews=True)
# As costly to send as a press: ridges do not shrink to nothing.
FINGER = np.random.default_rng(1).integers(0, 255, (HEIGHT_PX, WIDTH_PX), np.uint8)
FINGER.setflags(write=False)


def made_at_s(sequence: int) -> float:
    """When a preview was made, on the clock that all processes of the machine share."""
    return sequence / FRAMES_PER_S


class StreamingReader:
    """A finger lies on it for ever; every capture succeeds at once."""

    simulated: ClassVar[bool] = False

    @classmethod
    def from_options(cls, options: Mapping[str, object], **parts: Any) -> StreamingReader:
        return cls()

    def open(self) -> ReaderFacts:
        return FACTS

    def status(self) -> DeviceStatus:
        return DeviceStatus(DeviceState.READY)

    def preview(self) -> Frame | None:
        return Frame(FINGER, int(time.monotonic() * FRAMES_PER_S), finger_present=True)

    def capture(self, timeout_s: float, on_phase: OnPhase) -> Capture | Retry:
        for phase in (CapturePhase.WAITING, CapturePhase.PRESENT, CapturePhase.READING):
            on_phase(phase)
        return Capture(FINGER, RESOLUTION_PPI, FACTS)

    def await_lift(self, timeout_s: float) -> bool:
        return True

    def cancel(self) -> None:
        """Nothing takes long."""

    def close(self) -> None:
        """Nothing is held."""


@contextmanager
def isolated_reader(folder: Path) -> Iterator[IsolatedReader]:
    """The same reader in a process of its own, open; `folder` announces it and is on sys.path."""
    if not list(folder.glob("*.dist-info")):
        install(folder, KEY, TARGET, ISOLATED_GROUP)
    plan = HostPlan(DriverKind.FINGERPRINT_READER, NAME, {}, host_command(KEY))
    reader = IsolatedReader(plan)
    reader.open()
    try:
        yield reader
    finally:
        reader.close()
