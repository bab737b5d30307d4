"""Image files to grey arrays. The size is read from the header before anything is decoded."""

import struct

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.errors import ImageReason, ImageRefused
from matcher.parameters import ImageLimits

Grey = NDArray[np.uint8]

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_CHUNK_FRAME = 12
_PNG_MOST_CHUNKS = 4096
_BMP_CORE_HEADER = 12
_TIFF_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_TIFF_WIDTH, _TIFF_HEIGHT = 256, 257
_TIFF_INTEGERS = {1: "B", 3: "H", 4: "I"}
_TIFF_MOST_ENTRIES = 200
_COLOUR_DIMENSIONS = 3


def decode_image(data: bytes, limits: ImageLimits | None = None) -> Grey:
    """Decode a PNG, TIFF or BMP of 8-bit grey (or of colour that is grey throughout).

    Returns uint8 (height, width). Raises `ImageRefused`.
    """
    limits = limits or ImageLimits()
    if not data:
        raise ImageRefused(ImageReason.EMPTY)
    if len(data) > limits.bytes:
        raise ImageRefused(ImageReason.TOO_LARGE, "file")
    try:
        width, height = _size(data)
    except struct.error as error:
        raise ImageRefused(ImageReason.NOT_AN_IMAGE, "header cut short") from error
    check_size(width, height, limits)
    if data.startswith(_PNG):
        _check_chunks(data)
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise ImageRefused(ImageReason.NOT_AN_IMAGE, "damaged") from error
    if image is None:
        raise ImageRefused(ImageReason.NOT_AN_IMAGE, "damaged")
    return _grey(np.asarray(image))


def check_size(width: int, height: int, limits: ImageLimits) -> None:
    """Refuse what is too small to be an impression or too large to be tried."""
    if width < 1 or height < 1:
        raise ImageRefused(ImageReason.EMPTY)
    if min(width, height) < limits.least_side_px:
        raise ImageRefused(ImageReason.TOO_SMALL, f"{width}x{height}")
    if max(width, height) > limits.greatest_side_px:
        raise ImageRefused(ImageReason.TOO_LARGE, f"{width}x{height}")


def _size(data: bytes) -> tuple[int, int]:
    if data.startswith(_PNG):
        width, height = struct.unpack_from(">II", data, 16)
        return width, height
    if data.startswith(b"BM"):
        return _bmp_size(data)
    if data[:4] in _TIFF_ORDERS:
        return _tiff_size(data, _TIFF_ORDERS[data[:4]])
    raise ImageRefused(ImageReason.NOT_AN_IMAGE, "neither PNG, TIFF nor BMP")


def _check_chunks(png: bytes) -> None:
    """Refuse a PNG whose chunks reach beyond it: the decoder allocates any length it reads."""
    at = len(_PNG)
    for _ in range(_PNG_MOST_CHUNKS):
        if at + _PNG_CHUNK_FRAME > len(png):
            break
        length, kind = struct.unpack_from(">I4s", png, at)
        at += length + _PNG_CHUNK_FRAME
        if kind == b"IEND" and at <= len(png):
            return
    raise ImageRefused(ImageReason.NOT_AN_IMAGE, "PNG chunk beyond the file")


def _bmp_size(data: bytes) -> tuple[int, int]:
    (header,) = struct.unpack_from("<I", data, 14)
    if header == _BMP_CORE_HEADER:
        width, height = struct.unpack_from("<HH", data, 18)
    else:
        width, height = struct.unpack_from("<ii", data, 18)
    return width, abs(height)  # a negative height means rows from the top


def _tiff_size(data: bytes, order: str) -> tuple[int, int]:
    (directory,) = struct.unpack_from(f"{order}I", data, 4)
    (entries,) = struct.unpack_from(f"{order}H", data, directory)
    sides: dict[int, int] = {}
    for k in range(min(entries, _TIFF_MOST_ENTRIES)):
        at = directory + 2 + 12 * k
        tag, kind, _ = struct.unpack_from(f"{order}HHI", data, at)
        if tag in (_TIFF_WIDTH, _TIFF_HEIGHT) and kind in _TIFF_INTEGERS:
            if tag in sides:  # a decoder might believe the other one
                raise ImageRefused(ImageReason.NOT_AN_IMAGE, "TIFF with two sizes")
            (sides[tag],) = struct.unpack_from(order + _TIFF_INTEGERS[kind], data, at + 8)
    if len(sides) != 2:
        raise ImageRefused(ImageReason.NOT_AN_IMAGE, "TIFF without a size")
    return sides[_TIFF_WIDTH], sides[_TIFF_HEIGHT]


def _grey(image: NDArray[np.generic]) -> Grey:
    if image.dtype != np.uint8:
        raise ImageRefused(ImageReason.WRONG_TYPE, f"{image.dtype} pixels, not 8 bits of grey")
    if image.ndim == _COLOUR_DIMENSIONS:
        colours = image[..., :3]
        if not (colours == colours[..., :1]).all():
            raise ImageRefused(ImageReason.WRONG_TYPE, "colour, not grey")
        image = image[..., 0]
    return np.ascontiguousarray(image, dtype=np.uint8)
