"""Builds the collector without hardware and moves its hand half."""

from __future__ import annotations

import ctypes
import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SOURCE = Path(__file__).with_name("drivers_collector.c")
HEIGHT_PX, WIDTH_PX = 360, 256


def build(folder: Path) -> Path:
    """Compile the library once into a folder."""
    library = folder / "libcollector.so"
    if not library.exists():
        subprocess.run(
            ["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", str(library), str(SOURCE)],
            check=True,
        )
    return library


class CollectorHand:
    """The hand on the collector that this process has loaded."""

    def __init__(self, library: Path) -> None:
        self._library = ctypes.CDLL(str(library))
        self._library.hand_reset()

    def press(self, picture: NDArray[np.uint8]) -> None:
        assert picture.shape == (HEIGHT_PX, WIDTH_PX)
        self._library.hand_press(np.ascontiguousarray(picture).tobytes())

    def lift(self) -> None:
        self._library.hand_lift()

    def unplug(self) -> None:
        self._library.hand_unplug()

    def plug_in(self) -> None:
        self._library.hand_plug_in()

    def fail(self, code: int) -> None:
        self._library.hand_fail(code)

    def write_beyond(self, count: int) -> None:
        self._library.hand_write_beyond(count)


def ridges() -> NDArray[np.uint8]:
    """Ridges 9 px apart in the middle of the glass."""
    rows, columns = np.mgrid[:HEIGHT_PX, :WIDTH_PX]
    inside = np.hypot((rows - 180) / 150, (columns - 128) / 100) < 1
    wave = 127 + 90 * np.sin(rows / 9 * 2 * np.pi + columns / 40)
    return np.where(inside, wave, 240).astype(np.uint8)
