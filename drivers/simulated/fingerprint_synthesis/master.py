"""Master fingerprint: the ridge pattern of one finger before anybody presses it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from drivers.simulated.fingerprint_synthesis.growth import grow_ridges
from drivers.simulated.fingerprint_synthesis.orientation import (
    Floats,
    draw_model,
    orientation_field,
)
from drivers.simulated.fingerprint_synthesis.patterns import PatternClass, draw_pattern
from drivers.simulated.fingerprint_synthesis.period import draw_period

MASTER_WIDTH_PX, MASTER_HEIGHT_PX = 320, 440


@dataclass(frozen=True, eq=False)
class Master:
    """Ridge field of a finger at 500 ppi: HxW float32, +1 on ridges, -1 in valleys; read-only."""

    ridges: Floats
    pattern: PatternClass


def grow_master(rng: np.random.Generator, finger_position: int) -> Master:
    """Grow a finger of an ISO position; the same generator state gives the same finger."""
    pattern = draw_pattern(rng, finger_position)
    model = draw_model(rng, pattern, (MASTER_WIDTH_PX, MASTER_HEIGHT_PX))
    period = draw_period(rng, model)
    ridges = grow_ridges(rng, orientation_field(model), period)
    ridges.setflags(write=False)
    return Master(ridges, pattern)
