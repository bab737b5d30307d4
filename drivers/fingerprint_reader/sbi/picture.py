"""Pictures as services send them, decoded only after their own header was judged.

JPEG 2000 (ISO/IEC 15444-1) as the image specification of the platform asks of registration
devices, JPEG (ITU-T T.81) as the stream has it. A few bytes must not be able to fill the memory.
"""

from __future__ import annotations

import struct

import cv2
import numpy as np

from drivers.api import Image, read_only
from drivers.fingerprint_reader.sbi.strict_json import AnswerInvalid

MIN_SIDE_PX, MAX_SIDE_PX = 64, 2_000
# Every tile costs the decoder kilobytes before its first pixel.
MAX_TILES = 64
_CODESTREAM = b"\xff\x4f\xff\x51"
_JP2_SIGNATURE = bytes.fromhex("0000000c6a5020200d0a870a")
_JPEG_START = b"\xff\xd8"
_NO_FRAME_HEADERS = (0xC4, 0xC8, 0xCC)


def checked_size(width_px: int, height_px: int) -> tuple[int, int]:
    """The size, if a reader's picture can have it. Raises AnswerInvalid."""
    if not (MIN_SIDE_PX <= width_px <= MAX_SIDE_PX and MIN_SIDE_PX <= height_px <= MAX_SIDE_PX):
        raise AnswerInvalid("impossible picture size")
    return width_px, height_px


def decoded_jpeg2000(data: bytes) -> Image:
    """A grey JP2 file or codestream as HxW uint8. Raises AnswerInvalid."""
    return _decoded(data, _jpeg2000_size(data))


def decoded_jpeg(data: bytes) -> Image:
    """A JPEG picture as HxW uint8, colours made grey. Raises AnswerInvalid."""
    return _decoded(data, _jpeg_size(data))


def _decoded(data: bytes, size_px: tuple[int, int]) -> Image:
    width_px, height_px = checked_size(*size_px)
    how = cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), how)
    except cv2.error as error:
        raise AnswerInvalid("broken picture") from error
    # The decoder may return nothing, and what it returns must be what was announced.
    if not isinstance(image, np.ndarray) or image.shape != (height_px, width_px):
        raise AnswerInvalid("broken picture")
    return read_only(np.asarray(image, dtype=np.uint8))


def _jpeg2000_size(data: bytes) -> tuple[int, int]:
    """From the SIZ segment, A.5.1: one component of 8 bits, few tiles."""
    start = 0 if data.startswith(_CODESTREAM) else _codestream_start(data)
    try:
        marks, _, _, right, bottom, left, top, tile_width, tile_height = struct.unpack_from(
            ">4sHH6I", data, start
        )
        components, depth = struct.unpack_from(">HB", data, start + 40)
    except struct.error as error:
        raise AnswerInvalid("broken picture") from error
    if marks != _CODESTREAM or (components, depth) != (1, 7):
        raise AnswerInvalid("no grey JPEG 2000 picture")
    width_px, height_px = checked_size(right - left, bottom - top)
    if not tile_width or not tile_height:
        raise AnswerInvalid("broken picture")
    if -(-width_px // tile_width) * -(-height_px // tile_height) > MAX_TILES:
        raise AnswerInvalid("too many tiles")
    return width_px, height_px


def _codestream_start(data: bytes) -> int:
    """Where the contiguous codestream box of a JP2 file begins, I.4 and I.5.4."""
    if not data.startswith(_JP2_SIGNATURE):
        raise AnswerInvalid("no JPEG 2000 picture")
    offset = len(_JP2_SIGNATURE)
    while offset + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, offset)
        if kind == b"jp2c":
            return offset + 8
        if length < 8:
            break
        offset += length
    raise AnswerInvalid("broken picture")


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """From the frame header, B.2.2: eight bits, one or three components."""
    if not data.startswith(_JPEG_START):
        raise AnswerInvalid("no JPEG picture")
    offset = len(_JPEG_START)
    while offset + 10 <= len(data):
        mark, kind, length = struct.unpack_from(">BBH", data, offset)
        if mark != 0xFF or length < 2:
            break
        if 0xC0 <= kind <= 0xCF and kind not in _NO_FRAME_HEADERS:
            depth, height_px, width_px, components = struct.unpack_from(">BHHB", data, offset + 4)
            if depth != 8 or components not in (1, 3):
                break
            return width_px, height_px
        offset += 2 + length
    raise AnswerInvalid("broken picture")
