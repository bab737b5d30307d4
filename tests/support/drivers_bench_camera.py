"""A network camera of 1280x720 whose pictures tell when they were sent."""

from __future__ import annotations

import time

import numpy as np

from drivers.api import Frame, Image
from tests.support.drivers_camera_stream import StreamCamera

FRAMES_PER_S = 25
# Pictures are numbered round and round, as black and white squares in their first row.
ROUND, BITS, SQUARE_PX = 64, 6, 16


class TellingCamera(StreamCamera):
    """Its pictures are made beforehand: what is measured is not the making."""

    def __init__(self) -> None:
        self._jpegs: list[bytes] = []
        self._sent_s = [0.0] * ROUND
        super().__init__(_numbered, FRAMES_PER_S)
        self._jpegs = [super(TellingCamera, self).jpeg(number) for number in range(ROUND)]

    def jpeg(self, number: int) -> bytes:
        """The picture that is sent now."""
        self._sent_s[number % ROUND] = time.monotonic()
        return self._jpegs[number % ROUND]

    def sent_s(self, frame: Frame) -> float:
        """When it was sent."""
        row = frame.image[SQUARE_PX // 2, SQUARE_PX // 2 : BITS * SQUARE_PX : SQUARE_PX, 1]
        return self._sent_s[sum(1 << bit for bit in range(BITS) if row[bit] > 127)]


def _numbered(number: int) -> Image:
    lot = np.random.default_rng(number)
    coarse = lot.integers(60, 200, (45, 80, 3), np.uint8)
    image = np.repeat(np.repeat(coarse, 16, axis=0), 16, axis=1)
    for bit in range(BITS):
        image[:SQUARE_PX, bit * SQUARE_PX : (bit + 1) * SQUARE_PX] = 255 * (number >> bit & 1)
    return np.ascontiguousarray(image)
