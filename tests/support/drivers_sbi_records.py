"""Finger image records (ISO/IEC 19794-4:2011) as github.com/mosip/bio-utils writes them."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import cv2
import numpy as np

from drivers.api import Image
from drivers.fingerprint_reader.sbi.image_record import Compression

WIDTH_PX, HEIGHT_PX = 256, 360


def ridges(period_px: int = 9) -> Image:
    """Stripes with a rim, as a finger fills a glass."""
    rows, columns = np.mgrid[0:HEIGHT_PX, 0:WIDTH_PX]
    wave = 128 + 100 * np.sin(2 * np.pi * (rows + 0.3 * columns) / period_px)
    inside = np.hypot((columns - 128) / 110, (rows - 180) / 160) < 1
    return np.where(inside, wave, 250).astype(np.uint8)


def empty_glass() -> Image:
    return np.full((HEIGHT_PX, WIDTH_PX), 250, np.uint8)


def encoded(image: Image, ending: str) -> bytes:
    """As a file of OpenCV's; `j2k` is a bare codestream."""
    # For JPEG 2000: nothing is lost.
    settings = [cv2.IMWRITE_JPEG2000_COMPRESSION_X1000, 1000] if ending in ("jp2", "j2k") else []
    done, data = cv2.imencode(".jp2" if ending == "j2k" else f".{ending}", image, settings)
    assert done
    file = data.tobytes()
    return file[file.index(b"\xff\x4f\xff\x51") :] if ending == "j2k" else file


@dataclass(frozen=True)
class Record:
    """The fields of one record; what is None is computed."""

    picture: bytes
    compression: int = Compression.NONE
    magic: bytes = b"FIR\0"
    version: bytes = b"020\0"
    length: int | None = None
    representations: int = 1
    certified: int = 0
    certification_blocks: bytes = b""
    stated: int | None = None
    quality_blocks: bytes = b""
    unit: int = 1
    across: int = 500
    down: int = 500
    depth: int = 8
    width: int = WIDTH_PX
    height: int = HEIGHT_PX
    size: int | None = None
    extended: bytes = b""

    def to_bytes(self) -> bytes:
        size = len(self.picture) if self.size is None else self.size
        rest = self._date_to_blocks() + struct.pack(
            ">BBBHHHHBBBHHI",
            *(0, 1, self.unit, 500, 500, self.across, self.down),
            *(self.depth, self.compression, 0, self.width, self.height, size),
        )
        rest += self.picture + self.extended
        stated = len(rest) + 4 if self.stated is None else self.stated
        length = len(rest) + 4 + 16 if self.length is None else self.length
        general = struct.pack(
            ">4s4sIHBB", self.magic, self.version, length, self.representations, self.certified, 1
        )
        return general + struct.pack(">I", stated) + rest

    def _date_to_blocks(self) -> bytes:
        """2026-11-21 09:00:00, unknown technology, vendor and type; quality; certificates."""
        head = bytes.fromhex("07ea0b1509000000000000000000")
        blocks = bytes([len(self.quality_blocks) // 5]) + self.quality_blocks
        if self.certified:
            blocks += bytes([len(self.certification_blocks) // 3]) + self.certification_blocks
        return head + blocks


def plain_record(image: Image) -> bytes:
    height, width = image.shape
    return Record(image.tobytes(), width=width, height=height).to_bytes()


def lossless_record(image: Image) -> bytes:
    """What the platform asks of registration devices."""
    height, width = image.shape
    return Record(
        encoded(image, "jp2"), Compression.JPEG_2000_LOSSLESS, width=width, height=height
    ).to_bytes()
