"""A simulated camera: drawn faces that move a little, and the hand that seats people before it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, ClassVar

import cv2
import numpy as np

from drivers.api import DeviceFacts, DeviceState, DeviceStatus, Frame, Image, Photo, read_only
from drivers.errors import DeviceFault
from drivers.simulated.cable import Cable
from drivers.simulated.faces import BACKGROUND, draw_face
from drivers.simulated.people import face

NAME = "simulated"
FACTS = DeviceFacts(NAME, "Simulated", "Drawn faces", "SIM-CAM-1", "1", simulated=True)
WIDTH_PX, HEIGHT_PX = 640, 480
STILL_WIDTH_PX, STILL_HEIGHT_PX = 1280, 960
FRAMES_PER_S = 25
# A picture older than this is not "now" any more.
MAX_FRAME_AGE_S = 1.0
BLINK_EVERY_S, BLINK_S = 4.0, 0.15
COVERED_GREY = 14


class CameraHand(Cable):
    """Who sits before the camera, and what is done to it; thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.clock = clock
        self._person: str | None = None
        self._covered = False
        self._frozen_at: float | None = None

    def sit_down(self, person: str) -> None:
        """A fictional person takes the chair."""
        with self.changed:
            self._person = person

    def stand_up(self) -> None:
        """The chair is empty."""
        with self.changed:
            self._person = None

    def cover_lens(self) -> None:
        """Something dark lies over the lens."""
        with self.changed:
            self._covered = True

    def uncover_lens(self) -> None:
        """The lens is free again."""
        with self.changed:
            self._covered = False

    def freeze(self) -> None:
        """The camera delivers the same picture for ever."""
        with self.changed:
            self._frozen_at = self.clock()

    def thaw(self) -> None:
        """Pictures flow again."""
        with self.changed:
            self._frozen_at = None

    @property
    def person(self) -> str | None:
        """Who sits there."""
        return self._person

    @property
    def covered(self) -> bool:
        """Whether the lens is covered."""
        return self._covered

    def picture_time_s(self) -> float:
        """When the newest picture was made."""
        frozen_at = self._frozen_at
        return self.clock() if frozen_at is None else frozen_at


class SimulatedCamera:
    """Client half; see `drivers.api.Camera`."""

    simulated: ClassVar[bool] = True

    def __init__(self, hand: CameraHand) -> None:
        self.hand = hand
        self._open = False
        self._lock = threading.Lock()
        self._drawn: dict[tuple[str, bool, int], Image] = {}

    @classmethod
    def from_options(cls, options: Mapping[str, object], **parts: Any) -> SimulatedCamera:
        """No options. Part: `hand`."""
        return cls(parts.get("hand") or CameraHand())

    def open(self) -> DeviceFacts:
        """Take the camera; raises DeviceUnplugged or DeviceFault."""
        self.hand.require_answering(NAME)
        self._open = True
        return FACTS

    def status(self) -> DeviceStatus:
        """State now; a picture that stands still for a second is a fault."""
        status = self.hand.status()
        if status.state is DeviceState.READY and self._frozen():
            return DeviceStatus(DeviceState.FAULT, "frozen")
        return status

    def frame(self) -> Frame:
        """Newest 480x640 RGB picture."""
        return Frame(self._picture(WIDTH_PX, HEIGHT_PX), self._sequence())

    def still(self) -> Photo:
        """A 960x1280 RGB picture; whoever sits there holds still and keeps their eyes open."""
        return Photo(self._picture(STILL_WIDTH_PX, STILL_HEIGHT_PX, may_blink=False))

    def close(self) -> None:
        """Give the camera back."""
        self._open = False

    def _sequence(self) -> int:
        return int(self.hand.picture_time_s() * FRAMES_PER_S) + 1

    def _frozen(self) -> bool:
        return self.hand.clock() - self.hand.picture_time_s() > MAX_FRAME_AGE_S

    def _picture(self, width_px: int, height_px: int, *, may_blink: bool = True) -> Image:
        if not self._open:
            raise RuntimeError("the camera is not open")
        self.hand.require_answering(NAME)
        if self._frozen():
            raise DeviceFault(NAME, "frozen")
        if self.hand.covered:
            return _plain((COVERED_GREY,) * 3, width_px, height_px)
        seated = self.hand.person
        if seated is None:
            return _plain(BACKGROUND, width_px, height_px)
        return self._moving(seated, width_px, height_px, may_blink)

    def _moving(self, seated: str, width_px: int, height_px: int, may_blink: bool) -> Image:
        at_s = self.hand.picture_time_s()
        eyes_open = not may_blink or at_s % BLINK_EVERY_S > BLINK_S
        base = self._face(seated, eyes_open, width_px, height_px)
        scale = width_px / WIDTH_PX
        turn = cv2.getRotationMatrix2D(
            (width_px / 2, height_px * 0.9), 0.7 * float(np.sin(at_s * 0.8)), 1.0
        )
        turn[:, 2] += (5 * scale * np.sin(at_s * 0.6), 2.5 * scale * np.sin(at_s * 1.1))
        moved = cv2.warpAffine(base, turn, (width_px, height_px), borderMode=cv2.BORDER_REPLICATE)
        return read_only(np.asarray(moved, dtype=np.uint8))

    def _face(self, seated: str, eyes_open: bool, width_px: int, height_px: int) -> Image:
        key = (seated, eyes_open, width_px)
        with self._lock:
            if key not in self._drawn:
                if len(self._drawn) >= 8:  # two people, eyes open and shut, two sizes
                    self._drawn.clear()
                self._drawn[key] = draw_face(face(seated), width_px, height_px, eyes_open=eyes_open)
            return self._drawn[key]


@cache
def _plain(colour: tuple[int, int, int], width_px: int, height_px: int) -> Image:
    """Drawn once: an empty chair is looked at all day."""
    return read_only(np.full((height_px, width_px, 3), colour, np.uint8))
