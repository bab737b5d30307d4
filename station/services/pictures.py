"""Photographs as bytes for the store."""

import cv2

from drivers.api import Photo

JPEG_QUALITY = 92


def jpeg_of(photo: Photo) -> bytes:
    """The photo as JPEG; empty when it cannot be encoded."""
    bgr = cv2.cvtColor(photo.image, cv2.COLOR_RGB2BGR)
    done, jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return jpeg.tobytes() if done else b""
