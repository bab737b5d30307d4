"""What every kind of device has: its kind, state, facts and pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Image: TypeAlias = npt.NDArray[np.uint8]


def read_only(image: Image) -> Image:
    """The same picture as an array that nobody can write to (a copy if it was writable)."""
    if not image.flags.writeable:
        return image
    frozen = np.array(image, dtype=np.uint8, order="C")
    frozen.setflags(write=False)
    return frozen


class DriverKind(StrEnum):
    """What a driver is for; the first half of its entry point's name."""

    FINGERPRINT_READER = "fingerprint_reader"
    CAMERA = "camera"
    DOCUMENT_READER = "document_reader"
    PRINTER = "printer"
    SMART_CARD = "smart_card"


class DeviceState(StrEnum):
    """What a status light can say."""

    READY = "ready"
    BUSY = "busy"
    UNPLUGGED = "unplugged"
    FAULT = "fault"


@dataclass(frozen=True)
class DeviceStatus:
    """State now; `detail` is a short machine word, never personal data."""

    state: DeviceState
    detail: str = ""


@dataclass(frozen=True)
class DeviceFacts:
    """What a device says of itself; stored beside every capture."""

    driver: str
    make: str
    model: str
    serial: str
    firmware: str
    simulated: bool


@dataclass(frozen=True, eq=False)
class Frame:
    """A preview picture: HxW grey or HxWx3 RGB; `sequence` grows with every new picture."""

    image: Image = field(repr=False)
    sequence: int
    finger_present: bool = False
