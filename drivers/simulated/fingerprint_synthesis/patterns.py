"""Henry's pattern classes and how often each finger shows them."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

LAST_RIGHT_POSITION = 5


class PatternClass(StrEnum):
    """Henry's classes, as far as orientation is concerned."""

    ARCH = "arch"
    TENTED_ARCH = "tented_arch"
    LEFT_LOOP = "left_loop"
    RIGHT_LOOP = "right_loop"
    WHORL = "whorl"
    DOUBLE_LOOP = "double_loop"


# Shares of arch, tented arch, radial loop, whorl and double loop from thumb to little finger;
# ulnar loops are the rest. Averaged over the fingers they give the shares that NIST's sets show
# (3.7, 2.9, 65.5 % loops, 27.9 % whorls of both kinds); how they spread over the fingers follows
# what Galton saw: radial loops and arches on the index, whorls on thumb and ring finger, twin
# loops on the thumb.
_DRAWN = (
    PatternClass.ARCH,
    PatternClass.TENTED_ARCH,
    None,
    PatternClass.WHORL,
    PatternClass.DOUBLE_LOOP,
)
_SHARES = (
    (0.030, 0.015, 0.005, 0.26, 0.10),
    (0.060, 0.065, 0.200, 0.26, 0.05),
    (0.060, 0.040, 0.030, 0.16, 0.03),
    (0.020, 0.015, 0.010, 0.35, 0.05),
    (0.015, 0.010, 0.005, 0.11, 0.025),
)


def draw_pattern(rng: np.random.Generator, finger_position: int) -> PatternClass:
    """A class with the frequency it has on an ISO finger position, 1 to 10."""
    if not 1 <= finger_position <= 10:
        raise ValueError("ISO finger positions are 1 to 10")
    right_hand = finger_position <= LAST_RIGHT_POSITION
    shares = _SHARES[(finger_position - 1) % 5]
    drawn = int(np.searchsorted(np.cumsum(shares), rng.random(), side="right"))
    ulnar, radial = PatternClass.LEFT_LOOP, PatternClass.RIGHT_LOOP
    if right_hand:
        ulnar, radial = radial, ulnar
    return (_DRAWN[drawn] or radial) if drawn < len(_DRAWN) else ulnar
