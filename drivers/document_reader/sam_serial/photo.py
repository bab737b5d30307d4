"""The photo of a card, through a decoder of the reader's maker.

Cards hold 1,024 bytes in a format (WLT) that only the makers' libraries decode. Such a library is
wrapped in a small program: the bytes come on its standard input, the picture leaves on its
standard output as a 24-bit BMP of 102×126. A crash or a hang there costs the photo, not the
station, and no file is written.
"""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path
from typing import Protocol

import numpy as np

from drivers.api import Image

WIDTH_PX, HEIGHT_PX = 102, 126
_HEADER_BYTES = 54
_ROW_BYTES = (3 * WIDTH_PX + 3) // 4 * 4  # rows end on multiples of four
BMP_BYTES = _HEADER_BYTES + HEIGHT_PX * _ROW_BYTES
TIMEOUT_S = 3.0


class PhotoDecoder(Protocol):
    """Turns a card's photo bytes into a picture."""

    def decoded(self, photo: bytes) -> Image | None:
        """RGB (126, 102, 3), or None when it cannot."""


class DecoderProgram:
    """A decoder that runs as a program of its own."""

    def __init__(self, program: Path) -> None:
        self._program = program

    def decoded(self, photo: bytes) -> Image | None:
        """Run the program once; None for every way in which it fails."""
        try:
            done = subprocess.run(
                [str(self._program)],
                input=photo,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # vendors print what they decode
                timeout=TIMEOUT_S,
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            return None
        return picture_of(done.stdout)


def picture_of(bmp: bytes) -> Image | None:
    """The picture of the one kind of BMP a card's photo can be; None for anything else."""
    if len(bmp) != BMP_BYTES or not bmp.startswith(b"BM"):
        return None
    (offset,) = struct.unpack_from("<I", bmp, 10)
    width, height, planes, bits, compression = struct.unpack_from("<iiHHI", bmp, 18)
    if (offset, width, abs(height), planes, bits, compression) != (
        _HEADER_BYTES,
        WIDTH_PX,
        HEIGHT_PX,
        1,
        24,
        0,
    ):
        return None
    rows = np.frombuffer(bmp, np.uint8, offset=_HEADER_BYTES).reshape(HEIGHT_PX, _ROW_BYTES)
    picture = rows[:, : 3 * WIDTH_PX].reshape(HEIGHT_PX, WIDTH_PX, 3)[..., ::-1]
    return np.ascontiguousarray(picture[::-1] if height > 0 else picture)
