"""Pictures and command answers for the tests of drivers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np

from drivers.printer.cups import Answer

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


class ScriptedCups:
    """Answers of `lp` and `lpstat` by the words of their command lines; remembers the calls."""

    def __init__(self, answers: dict[tuple[str, ...], Answer]) -> None:
        self.answers = answers
        self.calls: list[tuple[tuple[str, ...], bytes]] = []

    def __call__(self, arguments: Sequence[str], sent: bytes = b"") -> Answer:
        self.calls.append((tuple(arguments), sent))
        for words, answer in self.answers.items():
            if all(word in arguments for word in words):
                return answer
        raise AssertionError(f"unexpected command {arguments}")


# Text as lpstat of CUPS 2.4 prints it in the C locale.
IDLE = Answer(0, "printer desk is idle.  enabled since Sat Nov 21 05:00:00 2026\n", "")
NO_JOBS = Answer(0, "", "")
ACCEPTED = Answer(0, "request id is desk-7 (0 file(s))\n", "")


def listed(alert: str, job_id: str = "desk-7") -> Answer:
    """A long listing of one job with its alert."""
    first = f"{job_id}      operator      1024   Sat Nov 21 05:00:01 2026\n"
    return Answer(0, first + f"\tAlerts: {alert}\n\tqueued for desk\n", "")
