"""Photographs and impressions as bytes for the store."""

import cv2

from drivers.api import Image, Photo

JPEG_QUALITY = 92
# A finger has no strings that come again, so searching for them costs time and saves nothing; what
# saves a tenth is the filter that suits each row. Measured in docs/decisions/0018.
_LOSSLESS = (
    *(cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_ALL_FILTERS),
    *(cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE),
)
PORTRAIT_WIDTH, PORTRAIT_HEIGHT = 390, 567
"""Proportions of the degree-certificate photo, 33 x 48 mm (notice of 2011, annex 2)."""


def portrait(photo: Photo) -> Photo:
    """The middle of a picture in the proportions of a certificate photo, at full height."""
    height_px, width_px = photo.image.shape[:2]
    wanted_px = min(round(height_px * PORTRAIT_WIDTH / PORTRAIT_HEIGHT), width_px)
    left_px = (width_px - wanted_px) // 2
    return Photo(photo.image[:, left_px : left_px + wanted_px].copy())


def jpeg_of(photo: Photo) -> bytes:
    """The photo as JPEG; empty when it cannot be encoded."""
    bgr: Image = cv2.cvtColor(photo.image, cv2.COLOR_RGB2BGR).astype("uint8", copy=False)
    done, jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return jpeg.tobytes() if done else b""


def png_of(impression: Image) -> bytes:
    """A grey picture as PNG, every pixel as it was; empty when it cannot be encoded."""
    done, png = cv2.imencode(".png", impression, _LOSSLESS)
    return png.tobytes() if done else b""
