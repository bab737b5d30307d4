"""Fingers and the capture plan.

Positions are the codes of ISO/IEC 19794-2 (right thumb 1 … left little finger 10). The plan of six
fingers with four presses each is the programme's own and does not vary by unit.
"""

from enum import IntEnum


class FingerPosition(IntEnum):
    """ISO/IEC 19794-2 finger position."""

    RIGHT_THUMB = 1
    RIGHT_INDEX = 2
    RIGHT_MIDDLE = 3
    RIGHT_RING = 4
    RIGHT_LITTLE = 5
    LEFT_THUMB = 6
    LEFT_INDEX = 7
    LEFT_MIDDLE = 8
    LEFT_RING = 9
    LEFT_LITTLE = 10


CAPTURE_PLAN: tuple[FingerPosition, ...] = (
    FingerPosition.LEFT_THUMB,
    FingerPosition.RIGHT_THUMB,
    FingerPosition.LEFT_INDEX,
    FingerPosition.RIGHT_INDEX,
    FingerPosition.LEFT_MIDDLE,
    FingerPosition.RIGHT_MIDDLE,
)
PRESSES_PER_FINGER = 4
PLANNED_PRESSES = len(CAPTURE_PLAN) * PRESSES_PER_FINGER
