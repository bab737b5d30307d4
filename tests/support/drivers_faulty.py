"""A reader driver that misbehaves on demand, for the tests of driver processes.

It stands for a vendor's library: it crashes, hangs, holds the interpreter, prints and leaks. What
to do next is written into a file, which the driver deletes as it obeys.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
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
from drivers.errors import DeviceFault, DeviceUnplugged
from drivers.options import Options

NAME = "faulty"
FACTS = ReaderFacts(
    DeviceFacts(NAME, "Test", "Faulty", "1", "1", simulated=False), 500.0, 256, 360, True, True
)
LEAK_BYTES = 64 * 1024 * 1024
LONG_S = 60.0

METADATA = "Metadata-Version: 2.1\nName: faulty-reader\nVersion: 1\n"


def install(folder: Path, name: str, target: str, group: str) -> None:
    """Make `target` an installed driver of Python processes whose path holds `folder`."""
    info = folder / f"{name.replace(':', '_')}_driver-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(METADATA, encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[{group}]\n{name} = {target}\n", encoding="utf-8")


def picture(number: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """A striped picture that holds its number in its first eight pixels."""
    wave = np.sin(np.arange(360)[:, None] / 3 + number) * np.ones((1, 256))
    image = (127 + 100 * wave).astype(np.uint8)
    image[0, :8] = np.frombuffer(number.to_bytes(8, "big"), np.uint8)
    return image


def number_of(image: np.ndarray[Any, np.dtype[np.uint8]]) -> int:
    """The number that a picture holds."""
    return int.from_bytes(image[0, :8].tobytes(), "big")


class FaultyReader:
    """Every capture succeeds at once, but for what the file says."""

    simulated: ClassVar[bool] = False

    def __init__(self, orders: Path) -> None:
        self._orders = orders
        self._open = False
        self._unplugged = False
        self._at_rest = DeviceStatus(DeviceState.READY)
        self._captures = 0
        self._leaked: list[bytes] = []
        self._cancelled = threading.Event()
        self._running = False

    @classmethod
    def from_options(cls, options: Mapping[str, object], **parts: Any) -> FaultyReader:
        return cls(Options(NAME, options).path("orders"))

    def open(self) -> ReaderFacts:
        self._obey("open")
        self._open = True
        return FACTS

    def status(self) -> DeviceStatus:
        self._obey("status")
        if self._unplugged:
            return DeviceStatus(DeviceState.UNPLUGGED, "cable")
        return DeviceStatus(DeviceState.BUSY) if self._running else self._at_rest

    def preview(self) -> Frame | None:
        return Frame(picture(self._captures), self._captures + 1)

    def capture(self, timeout_s: float, on_phase: OnPhase) -> Capture | Retry:
        if not self._open:
            raise RuntimeError("not open")
        self._running = True
        self._cancelled.clear()
        try:
            on_phase(CapturePhase.WAITING)
            ordered = self._obey("capture", timeout_s)
            if ordered is not None:
                return ordered
            on_phase(CapturePhase.PRESENT)
            on_phase(CapturePhase.READING)
        finally:
            self._running = False
        self._captures += 1
        return Capture(picture(self._captures), 500.0, FACTS)

    def await_lift(self, timeout_s: float) -> bool:
        return True

    def cancel(self) -> None:
        self._cancelled.set()

    def close(self) -> None:
        self._open = False

    def _obey(self, where: str, timeout_s: float = 0.0) -> Retry | None:
        order = self._orders.read_text(encoding="utf-8") if self._orders.exists() else ""
        place, _, deed = order.partition(" ")
        if place != where:
            return None
        if not deed.startswith("always_"):
            self._orders.unlink()
        return self._do(deed.removeprefix("always_"), timeout_s)

    def _do(self, deed: str, timeout_s: float) -> Retry | None:
        match deed:
            case "crash":
                os.abort()
            case "bug":
                raise KeyError("somebody's name")
            case "hang":
                time.sleep(LONG_S)
            case "hold_interpreter":
                ctypes.PyDLL(None).sleep(int(LONG_S))
            case "print":
                for _ in range(2000):
                    os.write(1, b"vendor library says hello\n" * 10)
                print("and Python, too", flush=True)
            case "leak":
                self._leaked.append(b"x" * LEAK_BYTES)
            case "fault":
                raise DeviceFault(NAME, "sensor")
            case "plug_in":
                self._unplugged = False
            case _ if deed.startswith("say "):
                _, state, detail = deed.split(" ", 2)
                self._at_rest = DeviceStatus(DeviceState(state), detail)
            case _ if deed.startswith("press "):
                self._captures = int(deed.removeprefix("press ")) - 1
            case "unplug":
                self._unplugged = True
                raise DeviceUnplugged(NAME, "cable")
            case "wait":
                cancelled = self._cancelled.wait(timeout_s)
                return Retry(RetryReason.CANCELLED if cancelled else RetryReason.TIMEOUT)
            case _:
                sys.exit(f"unknown order {deed}")
        return None
