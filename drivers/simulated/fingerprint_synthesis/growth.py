"""Ridges grown from a few seeds under filters tuned to orientation and period.

After Cappelli, Erol, Maio and Maltoni (2000); minutiae arise by themselves where growths from
different seeds meet and where rows do not fit.
"""

from __future__ import annotations

import cv2
import numpy as np

from drivers.simulated.fingerprint_synthesis.orientation import Floats

ROUNDS = 14
PIXELS_PER_SEED = 500
# Filters in their own axes: taps along the ridge (pixels) and across it (periods).
ALONG_TAPS, ALONG_STEP_PX, ALONG_DEVIATION_PX = 4, 2.37, 5.0
ACROSS_TAPS, ACROSS_DEVIATION = 6, 0.42
STEEPNESS = 2.0

_Tap = tuple[float, Floats, Floats]


def grow_ridges(rng: np.random.Generator, orientation: Floats, period: Floats) -> Floats:
    """Ridge field, HxW float32, +1 on ridges and -1 in valleys.

    orientation: radians with y up, HxW; period: pixels, HxW.
    """
    taps = _taps(orientation, period)
    ridges = _seeded(rng, orientation.shape)
    for _ in range(ROUNDS):
        for line in taps:
            ridges = _filtered(ridges, line)
        ridges = _saturated(ridges)
    return ridges


def _seeded(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    count = shape[0] * shape[1] // PIXELS_PER_SEED
    ridges = rng.normal(0, 1e-3, shape).astype(np.float32)
    rows, columns = rng.integers(0, shape[0], count), rng.integers(0, shape[1], count)
    ridges[rows, columns] = rng.choice((-1.0, 1.0), count)
    return np.asarray(cv2.GaussianBlur(ridges, (0, 0), 1.2), dtype=np.float32)


def _saturated(ridges: Floats) -> Floats:
    """Every grown place at full strength; places far from any seed stay for a later round."""
    strength = cv2.GaussianBlur(np.abs(ridges), (0, 0), 8.0)
    return np.asarray(np.tanh(ridges * (STEEPNESS / (strength + 0.02))), dtype=np.float32)


def _taps(orientation: Floats, period: Floats) -> tuple[list[_Tap], list[_Tap]]:
    """Where each tap of the two one-dimensional filters looks, for every pixel: across, along.

    A Gabor filter is separable in its own axes: smoothing along the ridge, a damped cosine across
    it. Sampling along axes turned for every pixel gives the exact local orientation and period.
    """
    y, x = np.mgrid[0 : orientation.shape[0], 0 : orientation.shape[1]].astype(np.float32)
    cos, sin = np.cos(orientation), -np.sin(orientation)
    # Steps that are no whole pixels: whole ones would let a one-pixel checkerboard through.
    steps = [ALONG_STEP_PX * k for k in range(-ALONG_TAPS, ALONG_TAPS + 1)]
    along = [
        (float(np.exp(-0.5 * (t / ALONG_DEVIATION_PX) ** 2)), x + t * cos, y + t * sin)
        for t in map(np.float32, steps)
    ]
    across = []
    for k in range(-ACROSS_TAPS, ACROSS_TAPS + 1):
        fraction = k / ACROSS_TAPS  # of one period
        damped = np.exp(-0.5 * (fraction / ACROSS_DEVIATION) ** 2)
        reach = np.float32(fraction) * period
        across.append(
            (float(np.cos(2 * np.pi * fraction) * damped), x - reach * sin, y + reach * cos)
        )
    mean = sum(weight for weight, _, _ in across) / len(across)
    return [(weight - mean, there_x, there_y) for weight, there_x, there_y in across], along


def _filtered(picture: Floats, taps: list[_Tap]) -> Floats:
    total = np.zeros_like(picture)
    for weight, map_x, map_y in taps:
        seen = cv2.remap(picture, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        cv2.scaleAdd(seen, weight, total, dst=total)
    return total
