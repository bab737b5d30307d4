"""Cameras that look at the person."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from drivers.api.device import DeviceFacts, DeviceStatus, Frame, Image, read_only


@dataclass(frozen=True, eq=False)
class Photo:
    """A still picture: read-only HxWx3 RGB."""

    image: Image = field(repr=False)

    def __post_init__(self) -> None:
        if self.image.ndim != 3 or self.image.shape[2] != 3 or self.image.dtype != np.uint8:
            raise ValueError("a photo is an RGB picture of 8-bit samples")
        object.__setattr__(self, "image", read_only(self.image))


class Camera(Protocol):
    """A camera that looks at the person."""

    @property
    def simulated(self) -> bool:
        """Whether it plays; known before it is open. A driver's class states it as a constant."""

    def open(self) -> DeviceFacts:
        """Take the device. Raises DeviceNotFound, DeviceBusy or DeviceFault."""

    def status(self) -> DeviceStatus:
        """State of the device now; a frozen picture is a FAULT. Never raises a DeviceError."""

    def frame(self) -> Frame:
        """Newest RGB picture; any thread. Raises DeviceUnplugged or DeviceFault."""

    def still(self) -> Photo:
        """One picture at full size; blocks. Raises DeviceUnplugged or DeviceFault."""

    def close(self) -> None:
        """Give the device back; a second call does nothing."""
