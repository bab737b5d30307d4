"""What the sensor sees of the ridges that touch it: thickness, gaps, pores, scratches, ground."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from drivers.simulated.fingerprint_synthesis.orientation import Floats
from drivers.simulated.fingerprint_synthesis.skin import HEIGHT_PX, WIDTH_PX, noise

# A pore for every so many pixels, on ridges: about one for every ridge period.
PIXELS_PER_PORE, PORE_CREST = 320, 0.6
MEAN_SCRATCHES = 0.5
GROUND_GREY, SENSOR_DEVIATION = 238.0, 2.0
RIDGE_STEEPNESS = 3.6
LONGEST_SMEAR_PX = 28


def inked(
    ridges: Floats,
    contact: Floats,
    rng: np.random.Generator,
    *,
    pressure: float,
    dryness: float,
    smear: float,
) -> npt.NDArray[np.uint8]:
    """Dark ridges on a light ground, uint8 HxW.

    ridges: +1 on ridges to -1 in valleys; contact, pressure and smear: 0 to 1; dryness: -1 to 1.
    """
    if smear > 0:
        ridges = _smeared(ridges, smear)
    # Pressure and moisture thicken ridges (dilation), lightness and dryness thin them (erosion):
    # on a continuous ridge field that is a shift of the threshold.
    thickness = 1.1 * (pressure - 0.5) - 0.5 * dryness
    # Dry skin touches in grains, wet skin floods whole patches.
    grains = noise(rng, 2.2) * (0.28 + 0.75 * max(dryness, 0.0))
    patches = noise(rng, 24) * (0.2 + 0.3 * abs(dryness))
    level = ridges * 1.25 + thickness + grains + patches - (1.0 - contact) * 1.9
    level -= 2.0 * _scratches(rng)
    dark = 1.0 / (1.0 + np.exp(-RIDGE_STEEPNESS * level))
    dark *= 1.0 - 0.75 * _pores(ridges, rng)
    dark *= contact > 0
    dark = cv2.GaussianBlur(dark.astype(np.float32), (0, 0), 0.75)
    ink = 178 + 22 * pressure + 9 * noise(rng, 26)
    return np.asarray(np.clip(_ground(rng) - ink * dark, 0, 255), dtype=np.uint8)


def _ground(rng: np.random.Generator) -> Floats:
    """The empty glass: lit a little unevenly, with the sensor's own noise."""
    slope_x, slope_y = rng.normal(0, 2.5, 2)
    lit = slope_x * np.linspace(-1, 1, WIDTH_PX) + slope_y * np.linspace(-1, 1, HEIGHT_PX)[:, None]
    grain = rng.standard_normal(lit.shape, dtype=np.float32) * np.float32(SENSOR_DEVIATION)
    return np.asarray(np.float32(GROUND_GREY) + lit.astype(np.float32) + grain, dtype=np.float32)


def _smeared(ridges: Floats, smear: float) -> Floats:
    length = 1 + 2 * round(smear * LONGEST_SMEAR_PX / 2)
    kernel = np.full((1, length), 1 / length, np.float32)
    return np.asarray(cv2.filter2D(ridges, -1, kernel), dtype=np.float32)


def _scratches(rng: np.random.Generator) -> Floats:
    """Hairs and fibres under the finger: thin lines where no ridge touches, 0 to 1."""
    lines = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
    for _ in range(rng.poisson(MEAN_SCRATCHES)):
        x, y = rng.uniform((30, 40), (WIDTH_PX - 30, HEIGHT_PX - 40))
        towards, bow = rng.uniform(0, np.pi), rng.normal(0, 0.15)
        length = rng.uniform(20, 70)
        along = np.linspace(-0.5, 0.5, 9)
        angle = towards + bow * along
        path = np.column_stack(
            (x + length * along * np.cos(angle), y + length * along * np.sin(angle))
        )
        cv2.polylines(lines, [path.round().astype(np.int32)], False, (1.0,), 1, cv2.LINE_8)
    return np.asarray(cv2.GaussianBlur(lines, (0, 0), 0.8) * 1.8, dtype=np.float32)


def _pores(ridges: Floats, rng: np.random.Generator) -> Floats:
    """Sweat pores: small light dots on the crests."""
    dots = np.zeros_like(ridges)
    count = ridges.size // PIXELS_PER_PORE
    rows = rng.integers(1, HEIGHT_PX - 1, count)
    columns = rng.integers(1, WIDTH_PX - 1, count)
    on_crest = ridges[rows, columns] > PORE_CREST
    dots[rows[on_crest], columns[on_crest]] = 1.0
    blurred = cv2.GaussianBlur(dots, (0, 0), 0.85)
    return np.asarray(np.clip(blurred * 4.5, 0, 1), dtype=np.float32)
