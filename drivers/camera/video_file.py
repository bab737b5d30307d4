"""A film in place of a camera, at its own rate and over and over: for trials and demonstrations.

It calls itself simulated, so a live station refuses it: nobody sits before it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

from drivers.api import DeviceFacts, DeviceStatus, Frame, Photo
from drivers.camera.capture import open_film
from drivers.camera.frame_pump import FramePump, PumpLimits
from drivers.options import Options

NAME = "video_file"
FRESH_TIMEOUT_S = 2.0


class VideoFileCamera:
    """See `drivers.api.Camera`. The plug is pulled while the file is away."""

    simulated: ClassVar[bool] = True

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Whatever FFmpeg inside OpenCV can play."""
        self._pump = FramePump(
            NAME,
            lambda: open_film(path),
            path.is_file,
            PumpLimits(same_picture_s=None),
            clock,
        )

    @classmethod
    def from_options(cls, options: Mapping[str, object], **parts: Any) -> VideoFileCamera:
        """Option: `path`."""
        return cls(Options(NAME, options).path("path"))

    def open(self) -> DeviceFacts:
        """Raises DeviceNotFound if there is no film, DeviceFault if it holds no picture."""
        height_px, width_px = self._pump.start().image.shape[:2]
        model = f"film {width_px}x{height_px}"
        return DeviceFacts(NAME, "Simulated", model, "", "", simulated=True)

    def status(self) -> DeviceStatus:
        """State now; any thread."""
        return self._pump.status()

    def frame(self) -> Frame:
        """Newest RGB picture; raises DeviceUnplugged or DeviceFault."""
        return self._pump.newest()

    def still(self) -> Photo:
        """A picture that came after this call."""
        return Photo(self._pump.fresh(FRESH_TIMEOUT_S).image)

    def close(self) -> None:
        """Let the film go."""
        self._pump.stop()
