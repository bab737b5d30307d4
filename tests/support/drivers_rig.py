"""Pictures and command answers for the tests of drivers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np

Outcome = TypeVar("Outcome")


def finger_folder(folder: Path, fingers: int = 2, impressions: int = 3) -> Path:
    """Fill a folder with small striped pictures named as the FVC sets are."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = np.arange(96)[:, None]
    for finger in range(1, fingers + 1):
        for impression in range(1, impressions + 1):
            wave = np.sin(rows / (1.0 + 0.3 * finger) + impression) * np.ones((1, 80))
            picture = (127 + 100 * wave).astype(np.uint8)
            cv2.imwrite(str(folder / f"{finger}_{impression}.png"), picture)
    return folder


def in_background(call: Callable[[], Outcome]) -> Future[Outcome]:
    """Run a blocking call on a thread of its own."""
    future: Future[Outcome] = Future()

    def work() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # noqa: BLE001 - handed to whoever asks for the result
            future.set_exception(error)

    threading.Thread(target=work, daemon=True).start()
    return future
