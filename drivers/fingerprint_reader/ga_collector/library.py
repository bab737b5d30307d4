"""The collectors' common interface (`ID_FprCap.dll`, on Linux `lib*.so`), through ctypes.

The prototypes are those of GA/T 626.1-2010 and GA/T 1011-2012, whose texts are not public; each
stands here as two independent public sources give it: doc.deepsign.cn/pages/8bfd78 (manual of a
collector of 256x360 pixels) and github.com/paipeng, `FingerPrintCaptureAPI.java`. All return 1 for
success or a negative code. Only what a capture needs is declared.

Loaded in the driver's own process: what crashes in here must not be the station.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, c_char, c_int, c_ubyte
from enum import IntEnum

import numpy as np

from drivers.api import Image
from drivers.errors import DeviceError, DeviceFault, DeviceUnplugged, DriverMissing

NAME = "ga_collector"
SUCCESS = 1
GREATEST_SIDE_PX = 2000
_DESCRIPTION_BYTES = 1024


class ErrorCode(IntEnum):
    """Error codes of the interface, annex A of the standard as the sources quote it."""

    PARAMETER = -1
    MEMORY = -2
    NOT_IMPLEMENTED = -3
    NO_DEVICE = -4
    NOT_INITIALISED = -5
    CODE_INVALID = -6
    LICENCE = -7
    SYSTEM = -8


class Library:
    """One loaded collector library. Calls come from one thread at a time."""

    def __init__(self, path: str) -> None:
        """Load it. Raises DriverMissing when it, or a function of it, is not there."""
        # On Windows these libraries clean the stack themselves (stdcall).
        loader = getattr(ctypes, "WinDLL", ctypes.CDLL)
        try:
            self._library = loader(path)
            self._declare()
        except (OSError, AttributeError) as error:
            raise DriverMissing(NAME, "the collector's library cannot be loaded") from error

    def _declare(self) -> None:
        number = POINTER(c_int)
        for name, arguments in (
            ("LIVESCAN_Init", ()),
            ("LIVESCAN_Close", ()),
            ("LIVESCAN_GetChannelCount", ()),
            ("LIVESCAN_GetMaxImageSize", (c_int, number, number)),
            ("LIVESCAN_BeginCapture", (c_int,)),
            ("LIVESCAN_GetFPRawData", (c_int, POINTER(c_ubyte))),
            ("LIVESCAN_EndCapture", (c_int,)),
            ("LIVESCAN_GetVersion", ()),
            ("LIVESCAN_GetDesc", (POINTER(c_char),)),
        ):
            function = getattr(self._library, name)
            function.restype, function.argtypes = c_int, arguments

    def start(self) -> None:
        """Take the collector; a second call is allowed. Raises DeviceError."""
        _check(self._library.LIVESCAN_Init())

    def stop(self) -> None:
        """Give it back; one that is gone is given back."""
        self._library.LIVESCAN_Close()

    def channels(self) -> int:
        """How many glasses it has. Raises DeviceError."""
        count: int = self._library.LIVESCAN_GetChannelCount()
        if count < 1:
            _check(count)
        return count

    def size_px(self, channel: int) -> tuple[int, int]:
        """Width and height of its pictures. Raises DeviceError."""
        width, height = c_int(), c_int()
        _check(
            self._library.LIVESCAN_GetMaxImageSize(
                channel, ctypes.byref(width), ctypes.byref(height)
            )
        )
        sides = (width.value, height.value)
        if min(sides) < 1 or max(sides) > GREATEST_SIDE_PX:
            raise DeviceFault(NAME, "states an impossible picture size")
        return sides

    def description(self) -> tuple[str, str]:
        """What the maker says of it, and the version of the interface; empty where it is silent."""
        text = (c_char * _DESCRIPTION_BYTES)()
        said = self._library.LIVESCAN_GetDesc(text) == SUCCESS
        words = bytes(text).split(b"\0", 1)[0].decode("gb18030", "replace") if said else ""
        printable = "".join(char if char.isprintable() else " " for char in words)
        version = self._library.LIVESCAN_GetVersion()
        return " ".join(printable.split())[:80], str(version) if version > 0 else ""

    def begin(self, channel: int) -> None:
        """Get ready to take pictures. Raises DeviceError."""
        _check(self._library.LIVESCAN_BeginCapture(channel))

    def end(self, channel: int) -> None:
        """Stop taking pictures."""
        self._library.LIVESCAN_EndCapture(channel)

    def frame(self, channel: int, width_px: int, height_px: int) -> Image:
        """What lies on the glass now, dark ridges on light ground. Raises DeviceError.

        Twice the room of a picture: some makers write more than they state.
        """
        room = np.full(2 * width_px * height_px, 255, np.uint8)
        _check(self._library.LIVESCAN_GetFPRawData(channel, room.ctypes.data_as(POINTER(c_ubyte))))
        picture = room[: width_px * height_px].reshape(height_px, width_px).copy()
        picture.setflags(write=False)
        return picture


def _check(code: int) -> None:
    if code != SUCCESS:
        raise error_of(code)


def error_of(code: int) -> DeviceError:
    """The error for a code of the interface."""
    if code == ErrorCode.NO_DEVICE:
        return DeviceUnplugged(NAME, "collector")
    if code == ErrorCode.LICENCE:
        return DeviceFault(NAME, "the collector's licence is not valid")
    return DeviceFault(NAME, f"collector error {code}")
