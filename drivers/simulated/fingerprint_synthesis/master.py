"""Master fingerprint: the ridge pattern of one finger before anybody presses it.

Ridges grow out of noise under filters tuned to the local orientation and period (after Cappelli,
Erol, Maio and Maltoni 2000); minutiae arise by themselves where rows do not fit.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from drivers.simulated.fingerprint_synthesis.orientation import (
    Floats,
    PatternClass,
    draw_model,
    draw_pattern,
    orientation_field,
)

MASTER_WIDTH_PX, MASTER_HEIGHT_PX = 320, 440
MEAN_PERIOD_PX = 9.0
GROWTH_ROUNDS = 12


@dataclass(frozen=True, eq=False)
class Master:
    """Ridge field of a finger at 500 ppi: HxW float32, +1 on ridges, -1 in valleys; read-only."""

    ridges: Floats
    pattern: PatternClass


def grow_master(rng: np.random.Generator, right_hand: bool) -> Master:
    """Grow one finger; the same generator state gives the same finger."""
    pattern = draw_pattern(rng, right_hand)
    model = draw_model(rng, pattern, MASTER_WIDTH_PX, MASTER_HEIGHT_PX)
    orientation = orientation_field(model, MASTER_WIDTH_PX, MASTER_HEIGHT_PX)
    period = _period_map(rng)
    ridges = _grow(rng, orientation, period)
    ridges.setflags(write=False)
    return Master(ridges, pattern)


def _period_map(rng: np.random.Generator) -> Floats:
    """Ridge period in pixels: 7.5 to 10.5, wider towards the crease, with slow variation."""
    coarse = rng.normal(0, 1.0, (7, 6)).astype(np.float32)
    slow = cv2.resize(coarse, (MASTER_WIDTH_PX, MASTER_HEIGHT_PX), interpolation=cv2.INTER_CUBIC)
    down = np.linspace(-0.5, 0.6, MASTER_HEIGHT_PX, dtype=np.float32)[:, None]
    base = MEAN_PERIOD_PX + rng.normal(0, 0.5)
    return np.asarray(np.clip(base + slow + down, 7.5, 10.5), dtype=np.float32)


def _grow(rng: np.random.Generator, orientation: Floats, period: Floats) -> Floats:
    along, across = _tap_maps(orientation, period)
    ridges = rng.normal(0, 1, orientation.shape).astype(np.float32)
    for _ in range(GROWTH_ROUNDS):
        ridges = _filtered(ridges, across)
        ridges = _filtered(ridges, along)
        ridges = np.tanh(ridges * (2.0 / max(float(ridges.std()), 1e-6))).astype(np.float32)
    return ridges


_Tap = tuple[float, Floats, Floats]


def _tap_maps(orientation: Floats, period: Floats) -> tuple[list[_Tap], list[_Tap]]:
    """Where each tap of the two one-dimensional filters looks, for every pixel.

    A Gabor filter is separable in its own axes: smoothing along the ridge, a damped cosine across
    it. Sampling along curved-in axes per pixel gives the exact local orientation and period.
    """
    y, x = np.mgrid[0 : orientation.shape[0], 0 : orientation.shape[1]].astype(np.float32)
    cos, sin = np.cos(orientation), -np.sin(orientation)
    # Steps that are no whole pixels: whole ones would let a one-pixel checkerboard through.
    steps = [1.62 * k for k in range(-6, 7)]
    along = [(float(np.exp(-0.5 * (t / 5.0) ** 2)), x + t * cos, y + t * sin) for t in steps]
    across = []
    for k in range(-6, 7):
        fraction = k / 6.0  # of one period
        weight = float(np.cos(2 * np.pi * fraction) * np.exp(-0.5 * (fraction / 0.42) ** 2))
        reach = fraction * period
        across.append((weight, x - reach * sin, y + reach * cos))
    mean = sum(w for w, _, _ in across) / len(across)
    return along, [(w - mean, mx, my) for w, mx, my in across]


def _filtered(picture: Floats, taps: list[_Tap]) -> Floats:
    total = np.zeros_like(picture)
    for weight, map_x, map_y in taps:
        seen = cv2.remap(picture, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        total += np.float32(weight) * seen
    return total
