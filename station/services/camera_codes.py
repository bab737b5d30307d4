"""Codes held before the camera: looked for in its newest picture, told once while they are held."""

from collections.abc import Callable

import numpy as np

from drivers.api import Frame, Image
from drivers.barcode.camera_codes import codes_in
from drivers.barcode.wedge import Scan
from station.services.devices import DeviceService
from station.services.runner import Lane, Runner

# A code is told again once it has been out of sight for so long.
SAME_CODE_AFTER_S = 3.0
# A picture is coarsely compared with the one before it: nothing moved, nothing to look for. A code
# that is held still gets a few more looks, until the camera is sharp.
COARSE_STEP_PX = 16
MOVED_GREY_LEVELS = 10.0
LOOKS_AFTER_MOVEMENT = 4


class CameraCodes:
    """`look` is called on the UI thread; pictures are read on the pool, one at a time."""

    def __init__(
        self, devices: DeviceService, runner: Runner, clock_s: Callable[[], float]
    ) -> None:
        """`clock_s` never goes back."""
        self._devices = devices
        self._runner = runner
        self._clock_s = clock_s
        self._looking = False
        self._seen_s: dict[str, float] = {}
        self._coarse: Image | None = None
        self._looks_left = 0

    def look(self, found: Callable[[str], None]) -> None:
        """Look once; `found` gets each new code on the UI thread. Busy or calm: nothing happens."""
        if self._looking:
            return
        self._looking = True

        def deliver(codes: tuple[Scan, ...]) -> None:
            self._looking = False
            for code in codes:
                if self._is_new(code.text):
                    found(code.text)

        self._runner.call(Lane.POOL, self._codes, deliver)

    def _codes(self) -> tuple[Scan, ...]:
        frame = self._devices.camera_frame()
        if frame is None or not self._may_show_something(frame):
            return ()
        return codes_in(frame.image)

    def _may_show_something(self, frame: Frame) -> bool:
        coarse = frame.image[::COARSE_STEP_PX, ::COARSE_STEP_PX, 1].copy()
        before, self._coarse = self._coarse, coarse
        if before is None or before.shape != coarse.shape or _has_moved(before, coarse):
            self._looks_left = LOOKS_AFTER_MOVEMENT
        self._looks_left -= 1
        return self._looks_left >= 0

    def _is_new(self, text: str) -> bool:
        now_s = self._clock_s()
        recent = {one: at for one, at in self._seen_s.items() if now_s - at < SAME_CODE_AFTER_S}
        self._seen_s = {**recent, text: now_s}
        return text not in recent


def _has_moved(before: Image, now: Image) -> bool:
    """Whether some part of the picture changed by more than a sensor's noise."""
    height, width = (now.shape[0] // 4 * 4, now.shape[1] // 4 * 4)
    change = np.abs(now[:height, :width].astype(np.int16) - before[:height, :width])
    patches = change.reshape(height // 4, 4, width // 4, 4).mean(axis=(1, 3))
    return patches.size > 0 and float(patches.max()) > MOVED_GREY_LEVELS
