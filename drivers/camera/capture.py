"""OpenCV's VideoCapture as the pump of frames needs it: grab cheaply, decode on demand, RGB."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np

from drivers.api import Image
from drivers.camera.source import FoundCamera

OPEN_TIMEOUT_MS = 3000
READ_TIMEOUT_MS = 1500
# So long a camera's own exposure and white balance settle before they are held.
SETTLING_S = 2.0
# V4L2's numbers; DirectShow takes anything but 1 for "by hand".
EXPOSURE_BY_HAND = {cv2.CAP_V4L2: 1.0, cv2.CAP_DSHOW: 0.0}
UNTOLD_FRAMES_PER_S = 25.0


class Capture(Protocol):
    """A camera or film that is open; one thread uses it."""

    def grab(self) -> bool:
        """Wait for the next picture and keep it undecoded; False when none came."""

    def picture(self) -> Image | None:
        """What was grabbed last, as read-only HxWx3 RGB; None if it is damaged."""

    def release(self) -> None:
        """Give it back."""


@dataclass(frozen=True)
class Wishes:
    """What is asked of a camera; it may give other sizes and rates, and what it gives is used."""

    width_px: int = 1280
    height_px: int = 720
    lock_exposure: bool = False


class CameraCapture:
    """A camera; its exposure is held, if wished, once it has settled."""

    def __init__(
        self, capture: Any, backend: int, lock_exposure: bool, clock: Callable[[], float]
    ) -> None:
        """`capture` is an open cv2.VideoCapture."""
        self._capture = capture
        self._by_hand = EXPOSURE_BY_HAND.get(backend) if lock_exposure else None
        self._clock = clock
        self._opened_s = clock()

    def grab(self) -> bool:
        """As the camera paces it."""
        if self._by_hand is not None and self._clock() - self._opened_s > SETTLING_S:
            self._capture.set(cv2.CAP_PROP_AUTO_EXPOSURE, self._by_hand)
            self._capture.set(cv2.CAP_PROP_AUTO_WB, 0)
            self._by_hand = None
        return bool(self._capture.grab())

    def picture(self) -> Image | None:
        """OpenCV decodes to BGR."""
        return _as_rgb(self._capture)

    def release(self) -> None:
        """To other programs."""
        self._capture.release()


class FilmCapture:
    """A film at its own rate, over and over."""

    def __init__(self, capture: Any, clock: Callable[[], float] = time.monotonic) -> None:
        """`capture` is an open cv2.VideoCapture of a file."""
        self._capture = capture
        self._clock = clock
        rate = float(capture.get(cv2.CAP_PROP_FPS))
        self._pause_s = 1 / (rate if 1 <= rate <= 240 else UNTOLD_FRAMES_PER_S)
        self._due_s = clock()

    def grab(self) -> bool:
        """Wait until the next picture is due; after the last comes the first."""
        self._due_s = max(self._due_s + self._pause_s, self._clock() - self._pause_s)
        time.sleep(max(0.0, self._due_s - self._clock()))
        if self._capture.grab():
            return True
        self._capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
        return bool(self._capture.grab())

    def picture(self) -> Image | None:
        """OpenCV decodes to BGR."""
        return _as_rgb(self._capture)

    def release(self) -> None:
        """Let the file go."""
        self._capture.release()


def open_camera(found: FoundCamera, wishes: Wishes, clock: Callable[[], float]) -> Capture | None:
    """The camera, asked for what is wished; None if it does not open."""
    _say_nothing()
    timeouts = [
        *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_TIMEOUT_MS),
        *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, READ_TIMEOUT_MS),
    ]
    over_network = found.backend == cv2.CAP_FFMPEG
    capture = cv2.VideoCapture(found.target, found.backend, timeouts if over_network else [])
    if not capture.isOpened():
        capture.release()
        return None
    if not over_network:
        # Compressed pictures first: many cameras give their full size at 30 a second only so.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, wishes.width_px)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, wishes.height_px)
        # One buffered picture, so that the newest is not seconds old.
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return CameraCapture(capture, found.backend, wishes.lock_exposure, clock)


def open_film(path: Path) -> Capture | None:
    """A film; None if the file is not there or cannot be played."""
    _say_nothing()
    if not path.is_file():
        return None
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    if not capture.isOpened():
        capture.release()
        return None
    return FilmCapture(capture)


def _say_nothing() -> None:
    """OpenCV and FFmpeg would tell the terminal of every vain try, addresses included."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def _as_rgb(capture: Any) -> Image | None:
    good, picture = capture.retrieve()
    if not good or picture is None:
        return None
    image: Image = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), dtype=np.uint8)
    image.setflags(write=False)
    return image
