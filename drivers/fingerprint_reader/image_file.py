"""Reads one fingerprint picture from a file, strictly: its header is judged before it is decoded.

PNG, BMP and TIFF. A file that claims to be huge is refused by its header, so that no few bytes
can make the program fill the memory.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import cv2
import numpy as np

from drivers.api import Image, read_only

MAX_FILE_BYTES = 16_000_000
MIN_SIDE_PX, MAX_SIDE_PX = 64, 2_000
METRE_IN_INCHES = 39.37007874
# Outside this range a declared resolution is a default of some paint program, not a statement.
PLAUSIBLE_PPI = (250.0, 1300.0)
RESOLUTION_TOLERANCE = 0.05
# Length, kind and check of a chunk; scanners write a dozen chunks.
_PNG_CHUNK_FRAME = 12
_PNG_MOST_CHUNKS = 5_000


class ImageRefusal(StrEnum):
    """Why a file is no fingerprint picture for us."""

    MISSING = "missing"
    EMPTY = "empty"
    FILE_TOO_LARGE = "file_too_large"
    NOT_AN_IMAGE = "not_an_image"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    WRONG_RESOLUTION = "wrong_resolution"


class UnreadableImage(Exception):
    """The picture cannot be used; the text is the machine word of its reason, no file name."""

    def __init__(self, reason: ImageRefusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Header:
    """Size in pixels and, where the file states it, the resolution in ppi."""

    width_px: int
    height_px: int
    resolution_ppi: float | None = None


def read_image_file(path: Path, resolution_ppi: float) -> Image:
    """The picture in `path` as read-only HxW uint8. Raises UnreadableImage.

    A file that plausibly states another resolution than `resolution_ppi` is refused: matched at
    the wrong scale a finger would look like somebody else's.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise UnreadableImage(ImageRefusal.MISSING) from error
    return decode_image(data, resolution_ppi)


def decode_image(data: bytes, resolution_ppi: float) -> Image:
    """The picture in the bytes of an image file; see `read_image_file`."""
    if not data:
        raise UnreadableImage(ImageRefusal.EMPTY)
    if len(data) > MAX_FILE_BYTES:
        raise UnreadableImage(ImageRefusal.FILE_TOO_LARGE)
    header = read_header(data)
    _check(header, resolution_ppi)
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error as error:
        raise UnreadableImage(ImageRefusal.NOT_AN_IMAGE) from error
    # The decoder may shrug and return nothing; and what it returns must be what was announced.
    if not isinstance(image, np.ndarray) or image.shape != (header.height_px, header.width_px):
        raise UnreadableImage(ImageRefusal.NOT_AN_IMAGE)
    return read_only(np.asarray(image, dtype=np.uint8))


def read_header(data: bytes) -> Header:
    """Size and resolution from the first bytes; raises UnreadableImage NOT_AN_IMAGE."""
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return _png_header(data)
        if data.startswith(b"BM"):
            return _bmp_header(data)
        if data[:4] in (b"II*\0", b"MM\0*"):
            return _tiff_header(data)
    except struct.error as error:
        raise UnreadableImage(ImageRefusal.NOT_AN_IMAGE) from error
    raise UnreadableImage(ImageRefusal.NOT_AN_IMAGE)


def _check(header: Header, resolution_ppi: float) -> None:
    if min(header.width_px, header.height_px) < MIN_SIDE_PX:
        raise UnreadableImage(ImageRefusal.TOO_SMALL)
    if max(header.width_px, header.height_px) > MAX_SIDE_PX:
        raise UnreadableImage(ImageRefusal.TOO_LARGE)
    stated = header.resolution_ppi
    if stated is None or not PLAUSIBLE_PPI[0] <= stated <= PLAUSIBLE_PPI[1]:
        return
    if abs(stated / resolution_ppi - 1) > RESOLUTION_TOLERANCE:
        raise UnreadableImage(ImageRefusal.WRONG_RESOLUTION)


def _png_header(data: bytes) -> Header:
    """ISO/IEC 15948: IHDR comes first, IEND last, and every chunk lies inside the file.

    The decoder makes room for whatever length a chunk claims, so claims are checked before.
    """
    if data[12:16] != b"IHDR":
        raise UnreadableImage(ImageRefusal.NOT_AN_IMAGE)
    width, height = struct.unpack_from(">II", data, 16)
    stated: float | None = None
    start = 8
    for _ in range(_PNG_MOST_CHUNKS):
        length, kind = struct.unpack_from(">I4s", data, start)
        end = start + _PNG_CHUNK_FRAME + length
        if end > len(data):
            break
        if kind == b"IEND":
            return Header(width, height, stated)
        if kind == b"pHYs":
            per_metre, _, unit = struct.unpack_from(">IIB", data, start + 8)
            stated = per_metre / METRE_IN_INCHES if unit == 1 else None
        start = end
    raise UnreadableImage(ImageRefusal.NOT_AN_IMAGE)


def _bmp_header(data: bytes) -> Header:
    """BITMAPINFOHEADER: a negative height means rows from the top."""
    width, height = struct.unpack_from("<ii", data, 18)
    per_metre = struct.unpack_from("<i", data, 38)[0]
    stated = per_metre / METRE_IN_INCHES if per_metre > 0 else None
    return Header(max(width, 0), abs(height), stated)


_TIFF_WIDTH, _TIFF_HEIGHT = 256, 257
_TIFF_SHORT = 3


def _tiff_header(data: bytes) -> Header:
    """TIFF 6.0: width and height are entries of the first directory."""
    order = "<" if data[:2] == b"II" else ">"
    directory = struct.unpack_from(order + "I", data, 4)[0]
    count = struct.unpack_from(order + "H", data, directory)[0]
    sizes: dict[int, int] = {}
    for index in range(count):
        entry = directory + 2 + 12 * index
        tag, kind = struct.unpack_from(order + "HH", data, entry)
        if tag in (_TIFF_WIDTH, _TIFF_HEIGHT):
            form = "H" if kind == _TIFF_SHORT else "I"
            sizes[tag] = struct.unpack_from(order + form, data, entry + 8)[0]
    if len(sizes) != 2:
        raise UnreadableImage(ImageRefusal.NOT_AN_IMAGE)
    return Header(sizes[_TIFF_WIDTH], sizes[_TIFF_HEIGHT])
