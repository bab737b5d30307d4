"""One press of a synthetic finger on the glass.

After Cappelli's generator: placement, skin distortion (Cappelli, Maio and Maltoni 2001: a core that
sticks, a rim that slides, a transition between), ridge thickness by pressure and moisture, contact
region, noise. Out comes what a 256x360 reader at 500 ppi would deliver.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from drivers.simulated.fingerprint_synthesis.master import Master
from drivers.simulated.fingerprint_synthesis.orientation import Floats

WIDTH_PX, HEIGHT_PX, RESOLUTION_PPI = 256, 360, 500.0
PX_PER_MM = RESOLUTION_PPI / 25.4


@dataclass(frozen=True)
class PressStyle:
    """How a finger is pressed.

    `pressure` 0 to 1 (0.5 usual); `dryness` -1 wet to +1 dry; offsets in millimetres on the glass;
    `rotation_deg` counter-clockwise; `smear` 0 to 1.
    """

    pressure: float = 0.5
    dryness: float = 0.0
    offset_x_mm: float = 0.0
    offset_y_mm: float = 0.0
    rotation_deg: float = 0.0
    smear: float = 0.0


def press_master(
    master: Master, style: PressStyle, rng: np.random.Generator
) -> npt.NDArray[np.uint8]:
    """Picture of one press: 360x256 uint8, dark ridges on a light ground."""
    style = _with_natural_variation(style, rng)
    y, x = np.mgrid[0:HEIGHT_PX, 0:WIDTH_PX].astype(np.float32)
    finger_x, finger_y = _placed(x, y, style)
    contact = _contact(finger_x, finger_y, style, rng)
    slid_x, slid_y = _distorted(finger_x, finger_y, rng)
    rows, columns = master.ridges.shape
    there_x, there_y = slid_x + columns / 2, slid_y + rows * 0.48
    ridges = cv2.remap(master.ridges, there_x, there_y, cv2.INTER_LINEAR)
    return _inked(np.asarray(ridges, dtype=np.float32), contact, style, rng)


def _with_natural_variation(style: PressStyle, rng: np.random.Generator) -> PressStyle:
    """Nobody presses twice alike: small placement and pressure differences on top of the style."""
    return PressStyle(
        pressure=float(np.clip(style.pressure + rng.normal(0, 0.06), 0.02, 0.98)),
        dryness=float(np.clip(style.dryness + rng.normal(0, 0.08), -1, 1)),
        offset_x_mm=style.offset_x_mm + float(rng.normal(0, 0.55)),
        offset_y_mm=style.offset_y_mm + float(rng.normal(0, 0.75)),
        rotation_deg=style.rotation_deg + float(rng.normal(0, 5.0)),
        smear=style.smear,
    )


def _placed(x: Floats, y: Floats, style: PressStyle) -> tuple[Floats, Floats]:
    """Finger coordinates (pixels from the finger's centre) of every pixel of the glass."""
    dx = x - WIDTH_PX / 2 - style.offset_x_mm * PX_PER_MM
    dy = y - HEIGHT_PX / 2 - style.offset_y_mm * PX_PER_MM
    angle = np.deg2rad(style.rotation_deg)
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    return dx * cos - dy * sin, dx * sin + dy * cos


def _distorted(x: Floats, y: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Skin sticks inside an ellipse and slides and turns outside it, smoothly between."""
    centre_x, centre_y = rng.normal(0, 12), rng.normal(-5, 18)
    reach = np.sqrt(((x - centre_x) / 55) ** 2 + ((y - centre_y) / 75) ** 2)
    slides = np.clip(reach - 1, 0, 1.4) / 1.4
    slides = (0.5 * (1 - np.cos(np.pi * slides))).astype(np.float32)
    turn = np.float32(np.deg2rad(rng.normal(0, 2.2)))
    push_x, push_y = np.float32(rng.normal(0, 3.0)), np.float32(rng.normal(0, 4.0))
    return x + slides * (push_x + turn * y), y + slides * (push_y - turn * x)


def _contact(x: Floats, y: Floats, style: PressStyle, rng: np.random.Generator) -> Floats:
    """How firmly each pixel is touched, 0 to 1: an ellipse with a ragged edge."""
    grow = np.float32(0.80 + 0.32 * style.pressure)
    half_width, half_height = 112 * grow, np.where(y < 0, 158 * grow, 168 * grow)
    # A tip is rounder than an ellipse: exponent above 2 fills its corners.
    radius = (np.abs(x / half_width) ** 2.3 + np.abs(y / half_height) ** 2.3) ** (1 / 2.3)
    ragged = _noise(rng, 14) * 0.045 + _noise(rng, 40) * 0.04
    return np.asarray(np.clip((1.0 - radius + ragged) * 7.0, 0, 1), dtype=np.float32)


def _inked(
    ridges: Floats, contact: Floats, style: PressStyle, rng: np.random.Generator
) -> npt.NDArray[np.uint8]:
    if style.smear > 0:
        ridges = _smeared(ridges, style.smear)
    # Pressure and moisture thicken ridges (dilation), lightness and dryness thin them (erosion):
    # on a continuous ridge field that is a shift of the threshold.
    thickness = 1.1 * (style.pressure - 0.5) - 0.55 * style.dryness
    rough = _noise(rng, 2.2) * (0.30 + 0.55 * max(style.dryness, 0.0))
    patchy = _noise(rng, 22) * (0.22 + 0.25 * abs(style.dryness))
    level = ridges * 1.25 + thickness + rough + patchy - (1.0 - contact) * 1.9
    dark = 1.0 / (1.0 + np.exp(-3.6 * level))
    dark *= 1.0 - 0.75 * _pores(ridges, rng)
    dark *= contact > 0
    dark = cv2.GaussianBlur(dark.astype(np.float32), (0, 0), 0.75)
    ground = 238 + 3 * _noise(rng, 30) + rng.normal(0, 2.0, dark.shape)
    ink = 178 + 22 * style.pressure + 10 * _noise(rng, 18)
    return np.asarray(np.clip(ground - ink * dark, 0, 255), dtype=np.uint8)


def _smeared(ridges: Floats, smear: float) -> Floats:
    length = 1 + 2 * round(smear * 14)
    kernel = np.full((1, length), 1 / length, np.float32)
    return np.asarray(cv2.filter2D(ridges, -1, kernel), dtype=np.float32)


def _pores(ridges: Floats, rng: np.random.Generator) -> Floats:
    """Sweat pores: small light dots on the crests, about one for every ridge period."""
    dots = np.zeros_like(ridges)
    count = ridges.size // 320
    rows = rng.integers(1, HEIGHT_PX - 1, count)
    columns = rng.integers(1, WIDTH_PX - 1, count)
    on_crest = ridges[rows, columns] > 0.6
    dots[rows[on_crest], columns[on_crest]] = 1.0
    blurred = cv2.GaussianBlur(dots, (0, 0), 0.85)
    return np.asarray(np.clip(blurred * 4.5, 0, 1), dtype=np.float32)


def _noise(rng: np.random.Generator, grain_px: float) -> Floats:
    """Smooth noise of unit deviation with a given grain, HxW of the glass."""
    rows, columns = int(HEIGHT_PX / grain_px) + 4, int(WIDTH_PX / grain_px) + 4
    coarse = rng.standard_normal((rows, columns), dtype=np.float32)
    fine = cv2.resize(coarse, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_CUBIC)
    return np.asarray(fine, dtype=np.float32)
