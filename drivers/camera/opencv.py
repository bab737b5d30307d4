"""A real camera through OpenCV's capture back ends: V4L2, DirectShow, or a network camera's stream.

It may be pulled out and put back at any time: it is looked up by its name again and goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from drivers.api import DeviceFacts, DeviceStatus, Frame, Photo
from drivers.camera.capture import Capture, Wishes, open_camera
from drivers.camera.frame_pump import FramePump, PumpLimits
from drivers.camera.source import FoundCamera, find_camera, is_source
from drivers.errors import OptionInvalid
from drivers.options import Options

NAME = "opencv"
FRESH_TIMEOUT_S = 2.0
# DirectShow and some USB cameras need seconds to open and for their first picture.
FIRST_PICTURE_S = 8.0


class OpenCvCamera:
    """See `drivers.api.Camera`; `source` as in `drivers.camera.source`."""

    simulated: ClassVar[bool] = False

    def __init__(
        self,
        source: int | str,
        wishes: Wishes | None = None,
        limits: PumpLimits | None = None,
        *,
        find: Callable[[int | str], FoundCamera | None] = find_camera,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is opened yet; `find` says which camera the source means now."""
        self._source = source
        self._wishes = wishes or Wishes()
        self._find = find
        self._clock = clock
        self._found: FoundCamera | None = None
        limits = limits or PumpLimits(first_picture_s=FIRST_PICTURE_S)
        self._pump = FramePump(NAME, self._connect, self._is_there, limits, clock)

    @classmethod
    def from_options(cls, options: Mapping[str, object], **parts: Any) -> OpenCvCamera:
        """Options: `source` (0), `width_px` (1280), `height_px` (720), `lock_exposure` (false).

        `frozen_after_s` (3): when pictures without any change are a fault.
        """
        chosen = Options(NAME, options)
        source = options.get("source", 0)
        if not isinstance(source, int | str) or not is_source(source):
            raise OptionInvalid(NAME, "option source: not a number, name or address of a camera")
        lock_exposure = options.get("lock_exposure", False)
        if not isinstance(lock_exposure, bool):
            raise OptionInvalid(NAME, "option lock_exposure: not true or false")
        wishes = Wishes(
            width_px=chosen.integer("width_px", 1280, 160, 7680),
            height_px=chosen.integer("height_px", 720, 120, 4320),
            lock_exposure=lock_exposure,
        )
        frozen_after_s = chosen.number("frozen_after_s", 3.0, 1.0, 60.0)
        limits = PumpLimits(same_picture_s=frozen_after_s, first_picture_s=FIRST_PICTURE_S)
        return cls(source, wishes, limits)

    def open(self) -> DeviceFacts:
        """Start reading and wait for a first picture; its real size stands behind the model.

        Raises DeviceNotFound if nothing opens, DeviceFault if no picture comes.
        """
        height_px, width_px = self._pump.start().image.shape[:2]
        found = self._found
        name, serial = (found.name, found.serial) if found is not None else ("", "")
        model = f"{name} {width_px}x{height_px}".strip()
        return DeviceFacts(NAME, "", model, serial, "", simulated=False)

    def status(self) -> DeviceStatus:
        """State now; any thread."""
        return self._pump.status()

    def frame(self) -> Frame:
        """Newest RGB picture; raises DeviceUnplugged, or DeviceFault if it is too old or frozen."""
        return self._pump.newest()

    def still(self) -> Photo:
        """A picture taken after this call; the stream already has the size asked for."""
        return Photo(self._pump.fresh(FRESH_TIMEOUT_S).image)

    def close(self) -> None:
        """Stop reading and let the camera go."""
        self._pump.stop()

    def _connect(self) -> Capture | None:
        self._found = found = self._find(self._source)
        return None if found is None else open_camera(found, self._wishes, self._clock)

    def _is_there(self) -> bool:
        return self._found is not None and self._found.is_plugged_in()
