"""Reads the codes in a camera's picture: QR, Code 128 and PDF417, as tickets and letters bear them.

Pure and quick (milliseconds for a picture of 1280x720); any thread.
"""

from __future__ import annotations

import cv2
import numpy as np
import zxingcpp

from drivers.api import Image
from drivers.barcode.wedge import MAX_SCAN_LENGTH, Scan

LINES = zxingcpp.BarcodeFormat.Code128
AREAS = (zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.PDF417)
MAX_CODES = 8
# Bars are fine and found along single lines, so they are looked for in all pixels there are. What
# fills an area is found in fewer: more only cost time, and the noise that averaging takes away
# costs even more.
WIDEST_PX = 800


def codes_in(image: Image) -> tuple[Scan, ...]:
    """The codes in an 8-bit picture, HxW grey or HxWx3 RGB; empty when there is none.

    A code that is no line of printable text of at most 512 characters is left out, as one from a
    scanner would be. Never raises for a picture, whatever it shows.
    """
    if image.size == 0:
        return ()
    grey = np.ascontiguousarray(image if image.ndim == 2 else image[:, :, 1])  # the sharpest colour
    bars = zxingcpp.read_barcodes(
        grey, formats=zxingcpp.BarcodeFormats(LINES), try_downscale=False, try_invert=False
    )
    areas = zxingcpp.BarcodeFormats(AREAS)
    found = [*bars, *zxingcpp.read_barcodes(_shrunk(grey), formats=areas, try_invert=False)]
    texts = dict.fromkeys(one.text.strip() for one in found if one.valid)
    return tuple(Scan(text) for text in texts if _is_a_line(text))[:MAX_CODES]


def _shrunk(grey: Image) -> Image:
    height_px, width_px = grey.shape
    if width_px <= WIDEST_PX:
        return grey
    size = (WIDEST_PX, max(1, round(height_px * WIDEST_PX / width_px)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def _is_a_line(text: str) -> bool:
    return 0 < len(text) <= MAX_SCAN_LENGTH and text.isprintable()
