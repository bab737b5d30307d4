"""The picture of a press as it travels: PNG (ISO/IEC 15948), 8 bits of grey, nothing lost.

Its header is read before anything is decoded, so that no few bytes make a reader allocate much.
"""

import struct
import zlib

from sync.errors import WireError

MAX_SIDE_PX = 2000
"""Four times the largest reader's at 500 ppi."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Width, height, bit depth, colour type, compression, filter, interlace: clause 11.2.1 (IHDR).
_HEADER = struct.Struct(">IIBBBBB")
_BEGINNING = _SIGNATURE + struct.pack(">I", _HEADER.size)
_GREY_OF_8_BITS = (8, 0, 0, 0, 0)


def check_press_png(data: bytes) -> None:
    """Refuse what is not the beginning of a grey PNG of bearable size. Raises WireError."""
    named = data[len(_BEGINNING) : len(_BEGINNING) + 4 + _HEADER.size]
    checksum = data[len(_BEGINNING) + len(named) :][:4]
    if not data.startswith(_BEGINNING) or not named.startswith(b"IHDR"):
        raise WireError("press: not a PNG")
    if checksum != struct.pack(">I", zlib.crc32(named)):
        raise WireError("press: PNG header damaged")
    width_px, height_px, *kind = _HEADER.unpack(named[4:])
    if tuple(kind) != _GREY_OF_8_BITS:
        raise WireError("press: not a plain grey picture of 8 bits")
    if not (1 <= width_px <= MAX_SIDE_PX and 1 <= height_px <= MAX_SIDE_PX):
        raise WireError("press: impossible size")
