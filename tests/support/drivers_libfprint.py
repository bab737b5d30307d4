"""The hand on libfprint's virtual reader: a socket on which pictures and errors are pressed.

Wire of libfprint's `virtual_image`: two native 32-bit integers, width and height, then the grey
pixels; a width of -1 announces a retry, -2 a device error, the height being its code.
"""

from __future__ import annotations

import socket
import struct
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SOCKET_VARIABLE = "FP_VIRTUAL_IMAGE"
OPTIONS = {"libfprint_driver": "virtual_image"}
RETRY, ERROR = -1, -2
PATIENCE_S = 20.0


class VirtualGlass:
    """Presses pictures on the reader that listens at a socket."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def press(self, picture: NDArray[np.uint8]) -> None:
        height, width = picture.shape
        self._say(struct.pack("ii", width, height) + picture.tobytes())

    def fail(self, kind: int, code: int) -> None:
        self._say(struct.pack("ii", kind, code))

    def _say(self, message: bytes) -> None:
        """Say it once the reader listens, and stay until it was heard."""
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                with socket.socket(socket.AF_UNIX) as line:
                    line.connect(str(self.path))
                    line.sendall(message)
                    line.shutdown(socket.SHUT_WR)
                    line.settimeout(PATIENCE_S)
                    line.recv(1)
                return
            except (FileNotFoundError, ConnectionRefusedError):
                if time.monotonic() > end:
                    raise
                time.sleep(0.01)
