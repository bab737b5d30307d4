"""A real camera through OpenCV's capture back ends (V4L2, Media Foundation, or a video file).

A thread of its own reads continuously, so that `frame` is always the newest picture and a camera
that hangs is noticed by the age of that picture instead of by a frozen screen.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import cv2
import numpy as np

from drivers.api import DeviceFacts, DeviceState, DeviceStatus, Frame, Image, Photo, read_only
from drivers.errors import DeviceFault, DeviceNotFound, DeviceUnplugged, OptionInvalid
from drivers.options import Options

NAME = "opencv"
# Older than this, a picture is no longer "now": the driver or the cable hangs.
MAX_FRAME_AGE_S = 1.0
# A camera may miss single pictures; this many in a row mean that it is gone.
MISSES_UNTIL_GONE = 5
MISS_PAUSE_S = 0.02
REOPEN_PAUSE_S = 0.5
FIRST_FRAME_TIMEOUT_S = 5.0
CLOSE_TIMEOUT_S = 3.0


class OpenCvCamera:
    """`source` is a camera's number, its device path, or a video file, which plays in a loop."""

    simulated: ClassVar[bool] = False

    def __init__(
        self,
        source: int | str,
        *,
        width_px: int = 1280,
        height_px: int = 720,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._size = (width_px, height_px)
        self._clock = clock
        self._is_file = isinstance(source, str) and Path(source).is_file()
        self._news = threading.Condition()
        self._frame: Frame | None = None
        self._frame_at_s = 0.0
        self._gone = False
        self._stop = threading.Event()
        self._reader: threading.Thread | None = None

    @classmethod
    def from_options(cls, options: Mapping[str, object], **parts: Any) -> OpenCvCamera:
        """Options: `source` (0), `width_px` (1280), `height_px` (720)."""
        chosen = Options(NAME, options)
        source = options.get("source", 0)
        if isinstance(source, bool) or not isinstance(source, int | str | Path):
            raise OptionInvalid(NAME, "option source: not a number, path or file")
        return cls(
            source if isinstance(source, int) else str(source),
            width_px=chosen.integer("width_px", 1280, 160, 7680),
            height_px=chosen.integer("height_px", 720, 120, 4320),
        )

    def open(self) -> DeviceFacts:
        """Start reading and wait for a first picture.

        Raises DeviceNotFound if nothing opens, DeviceFault if no picture comes.
        """
        if self._reader is None:
            capture = self._opened()
            if capture is None:
                raise DeviceNotFound(NAME, "no camera answers at this source")
            self._stop.clear()
            self._reader = threading.Thread(
                target=self._read_on, args=(capture,), name="camera", daemon=True
            )
            self._reader.start()
        with self._news:
            if not self._news.wait_for(lambda: self._frame is not None, FIRST_FRAME_TIMEOUT_S):
                raise DeviceFault(NAME, "no_picture")
        model = "video file" if self._is_file else "UVC camera"
        return DeviceFacts(NAME, "OpenCV", model, "", cv2.__version__, simulated=False)

    def status(self) -> DeviceStatus:
        """State now; any thread."""
        with self._news:
            if self._reader is None:
                return DeviceStatus(DeviceState.READY, "closed")
            if self._gone:
                return DeviceStatus(DeviceState.UNPLUGGED, "no_pictures")
            if self._frozen():
                return DeviceStatus(DeviceState.FAULT, "frozen")
            return DeviceStatus(DeviceState.READY)

    def frame(self) -> Frame:
        """Newest RGB picture; raises DeviceUnplugged, or DeviceFault if it is too old."""
        with self._news:
            if self._reader is None or self._frame is None:
                raise RuntimeError("the camera is not open")
            if self._gone:
                raise DeviceUnplugged(NAME, "no_pictures")
            if self._frozen():
                raise DeviceFault(NAME, "frozen")
            return self._frame

    def still(self) -> Photo:
        """The newest picture; the stream already has the size asked for."""
        return Photo(self.frame().image)

    def close(self) -> None:
        """Stop reading and let the camera go."""
        reader, self._reader = self._reader, None
        self._stop.set()
        if reader is not None:
            reader.join(CLOSE_TIMEOUT_S)
        self._frame, self._gone = None, False

    def _frozen(self) -> bool:
        return self._clock() - self._frame_at_s > MAX_FRAME_AGE_S

    def _opened(self) -> cv2.VideoCapture | None:
        capture = cv2.VideoCapture(self._source)
        if not capture.isOpened():
            capture.release()
            return None
        if not self._is_file:
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._size[0])
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._size[1])
            # One buffered picture, so that the newest is not seconds old.
            capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        return capture

    def _read_on(self, first: cv2.VideoCapture) -> None:
        capture: cv2.VideoCapture | None = first
        while not self._stop.is_set():
            if capture is None:
                capture = self._opened()
            if capture is None or not self._read_until_gone(capture):
                with self._news:
                    self._gone = True
                if capture is not None:
                    capture.release()
                    capture = None
                self._stop.wait(REOPEN_PAUSE_S)
        if capture is not None:
            capture.release()

    def _read_until_gone(self, capture: cv2.VideoCapture) -> bool:
        """Read until asked to stop (True) or until the camera gives nothing any more (False)."""
        misses = 0
        pause_s = self._file_pause_s(capture)
        while not self._stop.wait(pause_s):
            good, picture = capture.read()
            if good:
                misses = 0
                self._publish(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
                continue
            misses += 1
            if misses >= MISSES_UNTIL_GONE:
                return False
            if self._is_file:
                capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
            self._stop.wait(MISS_PAUSE_S)
        return True

    def _file_pause_s(self, capture: cv2.VideoCapture) -> float:
        """A file would be read as fast as the disk allows; a camera sets its own pace."""
        if not self._is_file:
            return 0.0
        frames_per_s = float(capture.get(cv2.CAP_PROP_FPS))
        return 1 / frames_per_s if 1 <= frames_per_s <= 240 else 0.04

    def _publish(self, picture: Any) -> None:
        image: Image = read_only(np.asarray(picture, dtype=np.uint8))
        with self._news:
            sequence = self._frame.sequence + 1 if self._frame else 1
            self._frame, self._frame_at_s, self._gone = Frame(image, sequence), self._clock(), False
            self._news.notify_all()
