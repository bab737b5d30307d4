"""The finger image record that `bioValue` holds: ISO/IEC 19794-4:2011.

Lay-out as github.com/mosip/bio-utils reads and writes it (`GeneralHeader`, `RepresentationHeader`,
`ImageData` under `biometrics/util/finger`). One finger, one representation, 8 bits grey.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np

from drivers.api import Image, read_only
from drivers.fingerprint_reader.image_file import UnreadableImage, decode_image
from drivers.fingerprint_reader.sbi.picture import checked_size, decoded_jpeg, decoded_jpeg2000
from drivers.fingerprint_reader.sbi.strict_json import AnswerInvalid

MAX_RECORD_BYTES = 5_000_000
LEAST_PPI, GREATEST_PPI = 250.0, 1300.0
_GENERAL = struct.Struct(">4s4sIHBB")
# Length, date (9 bytes), technology, vendor, type, number of quality blocks.
_BEGINNING = struct.Struct(">I9xBHHB")
# Position, number, scale units, sampling rates of scan and image, bit depth, compression,
# impression, width, height, length of the picture.
_END = struct.Struct(">BBBHHHHBBBHHI")
_QUALITY_BLOCK_BYTES, _CERTIFICATION_BLOCK_BYTES = 5, 3
_PER_INCH, _PER_CENTIMETRE = 1, 2
_CM_PER_INCH = 2.54


class Compression(IntEnum):
    """Table 9. WSQ and packed bits have no decoder here and are refused."""

    NONE = 0
    PACKED = 1
    WSQ = 2
    JPEG = 3
    JPEG_2000_LOSSY = 4
    JPEG_2000_LOSSLESS = 5
    PNG = 6


@dataclass(frozen=True, eq=False)
class Impression:
    """Read-only HxW uint8, dark ridges on light ground, and its resolution."""

    image: Image = field(repr=False)
    resolution_ppi: float


def read_impression(record: bytes) -> Impression:
    """The one impression in a record. Raises AnswerInvalid."""
    if len(record) > MAX_RECORD_BYTES:
        raise AnswerInvalid("record too long")
    try:
        return _read(record)
    except struct.error as error:
        raise AnswerInvalid("record cut short") from error


def _read(record: bytes) -> Impression:
    magic, version, length, representations, certified, _ = _GENERAL.unpack_from(record)
    if (magic, version) != (b"FIR\0", b"020\0"):
        raise AnswerInvalid("no finger image record of 2011")
    if length != len(record) or certified > 1:
        raise AnswerInvalid("broken record")
    if representations != 1:
        raise AnswerInvalid("not one finger in the record")
    stated, _, _, _, quality_blocks = _BEGINNING.unpack_from(record, _GENERAL.size)
    offset = _GENERAL.size + _BEGINNING.size + _QUALITY_BLOCK_BYTES * quality_blocks
    if certified:
        (blocks,) = struct.unpack_from(">B", record, offset)
        offset += 1 + _CERTIFICATION_BLOCK_BYTES * blocks
    (_, _, unit, _, _, across, down, depth, code, _, width, height, size) = _END.unpack_from(
        record, offset
    )
    offset += _END.size
    # After the picture the representation may hold extended data, which say nothing to us.
    if stated != length - _GENERAL.size or offset + size > len(record):
        raise AnswerInvalid("broken record")
    if depth != 8:
        raise AnswerInvalid("picture not of 8 bits")
    resolution_ppi = _resolution_ppi(unit, across, down)
    size_px = checked_size(width, height)
    image = _image(record[offset : offset + size], code, size_px, resolution_ppi)
    if image.shape != (height, width):
        raise AnswerInvalid("broken record")
    return Impression(image, resolution_ppi)


def _resolution_ppi(unit: int, across: int, down: int) -> float:
    if across != down:
        raise AnswerInvalid("picture with two resolutions")
    if unit not in (_PER_INCH, _PER_CENTIMETRE):
        raise AnswerInvalid("no resolution")
    resolution_ppi = across * (1.0 if unit == _PER_INCH else _CM_PER_INCH)
    if not LEAST_PPI <= resolution_ppi <= GREATEST_PPI:
        raise AnswerInvalid("impossible resolution")
    return resolution_ppi


def _image(data: bytes, code: int, size_px: tuple[int, int], resolution_ppi: float) -> Image:
    match code:
        case Compression.NONE:
            if len(data) != size_px[0] * size_px[1]:
                raise AnswerInvalid("broken record")
            return read_only(np.frombuffer(data, np.uint8).reshape(size_px[1], size_px[0]))
        case Compression.JPEG:
            return decoded_jpeg(data)
        case Compression.JPEG_2000_LOSSY | Compression.JPEG_2000_LOSSLESS:
            return decoded_jpeg2000(data)
        case Compression.PNG:
            return _png(data, resolution_ppi)
        case Compression.WSQ:
            raise AnswerInvalid("WSQ pictures cannot be decoded")
        case _:
            raise AnswerInvalid("unknown compression")


def _png(data: bytes, resolution_ppi: float) -> Image:
    if not data.startswith(b"\x89PNG"):
        raise AnswerInvalid("no PNG picture")
    try:
        return decode_image(data, resolution_ppi)
    except UnreadableImage as error:
        raise AnswerInvalid("broken picture") from error
