"""Whether a finger lies on the glass, and whether it lies still: from pictures alone.

For readers that deliver one picture after the other and leave the looking to the program. An empty
glass is even, also a dirty one; ridges make small squares vary.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from drivers.api import Image

SQUARE_PX = 16
# A square of ridges varies by 30 to 80 grey levels, a dirty glass by less than 10.
LEAST_DEVIATION = 15.0
# More of the glass to say that a finger came than to say that it is still there.
COMES_AT, GOES_AT = 0.15, 0.05
STILL_CHANGE = 0.06
STILL_PICTURES = 3


@dataclass(frozen=True)
class Sensed:
    """What one picture tells, with those before it."""

    present: bool
    still: bool
    covered: float


def covered_share(picture: Image) -> float:
    """The share of the glass, 0 to 1, whose squares vary as ridges do."""
    grey = picture.astype(np.float32)
    mean = cv2.blur(grey, (SQUARE_PX, SQUARE_PX))
    mean_square = cv2.blur(grey * grey, (SQUARE_PX, SQUARE_PX))
    variance = (mean_square - mean * mean)[::SQUARE_PX, ::SQUARE_PX]
    return float((variance > LEAST_DEVIATION**2).mean())


class FingerSensing:
    """Follows the pictures of one glass."""

    def __init__(self) -> None:
        self._present = False
        self._covered = 0.0
        self._still_for = 0

    def look(self, picture: Image) -> Sensed:
        """Take the next picture."""
        covered = covered_share(picture)
        self._present = covered >= (GOES_AT if self._present else COMES_AT)
        calm = self._present and abs(covered - self._covered) < STILL_CHANGE
        self._still_for = self._still_for + 1 if calm else 0
        self._covered = covered
        return Sensed(self._present, self._still_for >= STILL_PICTURES, covered)
