"""How a finger lies on the glass: where, which part of it, and how its skin gives way."""

from __future__ import annotations

import cv2
import numpy as np

from drivers.simulated.fingerprint_synthesis.orientation import Floats

WIDTH_PX, HEIGHT_PX, RESOLUTION_PPI = 256, 360, 500.0
PX_PER_MM = RESOLUTION_PPI / 25.4

HALF_WIDTH_PX, TIP_PX, CREASE_PX = 122.0, 176.0, 186.0
# A tip is rounder than an ellipse: an exponent above 2 fills its corners.
ROUNDNESS = 2.3
RIM_STEEPNESS = 6.0
ROLL_X_PX, ROLL_Y_PX = 5.0, 9.0

STICKING_X_PX, STICKING_Y_PX, TRANSITION = 55.0, 75.0, 1.4
PUSH_X_PX, PUSH_Y_PX, TURN_DEG = 3.5, 4.5, 2.5


def placed(offset_x_mm: float, offset_y_mm: float, rotation_deg: float) -> tuple[Floats, Floats]:
    """Finger coordinates of every pixel of the glass: pixels from the finger's centre, HxW.

    Offsets on the glass, rotation counter-clockwise as seen.
    """
    y, x = np.mgrid[0:HEIGHT_PX, 0:WIDTH_PX].astype(np.float32)
    dx = x - np.float32(WIDTH_PX / 2 + offset_x_mm * PX_PER_MM)
    dy = y - np.float32(HEIGHT_PX / 2 + offset_y_mm * PX_PER_MM)
    angle = np.deg2rad(rotation_deg)
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    return dx * cos - dy * sin, dx * sin + dy * cos


def contact(x: Floats, y: Floats, pressure: float, rng: np.random.Generator) -> Floats:
    """How firmly each pixel is touched, 0 to 1: an oval with an uneven rim, larger when pressed."""
    grow = 0.84 + 0.32 * pressure
    from_x = x - np.float32(rng.normal(0, ROLL_X_PX))
    from_y = y - np.float32(rng.normal(0, ROLL_Y_PX))
    half_height = np.where(from_y < 0, np.float32(TIP_PX * grow), np.float32(CREASE_PX * grow))
    across = np.abs(from_x / np.float32(HALF_WIDTH_PX * grow)) ** ROUNDNESS
    radius = (across + np.abs(from_y / half_height) ** ROUNDNESS) ** (1 / ROUNDNESS)
    uneven = noise(rng, 12) * 0.025 + noise(rng, 55) * 0.035
    return np.asarray(np.clip((1.0 - radius + uneven) * RIM_STEEPNESS, 0, 1), dtype=np.float32)


def distorted(x: Floats, y: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Plastic skin (Cappelli, Maio and Maltoni 2001).

    It sticks inside an ellipse, slides and turns outside it, and stretches smoothly between.
    """
    from_x = (x - np.float32(rng.normal(0, 12))) / np.float32(STICKING_X_PX)
    from_y = (y - np.float32(rng.normal(-5, 18))) / np.float32(STICKING_Y_PX)
    outside = np.clip((np.hypot(from_x, from_y) - 1) / np.float32(TRANSITION), 0, 1)
    slides = (1 - np.cos(np.float32(np.pi) * outside)) / 2
    turn = np.float32(np.deg2rad(rng.normal(0, TURN_DEG)))
    push_x, push_y = np.float32(rng.normal(0, PUSH_X_PX)), np.float32(rng.normal(0, PUSH_Y_PX))
    return x + slides * (push_x + turn * y), y + slides * (push_y - turn * x)


def noise(rng: np.random.Generator, grain_px: float) -> Floats:
    """Smooth noise of about unit deviation with a given grain, HxW of the glass."""
    rows, columns = int(HEIGHT_PX / grain_px) + 4, int(WIDTH_PX / grain_px) + 4
    coarse = rng.standard_normal((rows, columns), dtype=np.float32)
    fine = cv2.resize(coarse, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_CUBIC)
    return np.asarray(fine, dtype=np.float32)
