"""Ridge orientation of a synthetic finger from its singular points.

Zero-pole model of Sherlock and Monro (1993) with the piecewise linear correction of Vizcaya and
Gerhardt (1996); arches by a sinusoid. Image coordinates: x right, y down; angles have y up.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


class PatternClass(StrEnum):
    """Henry's classes, as far as orientation is concerned."""

    ARCH = "arch"
    TENTED_ARCH = "tented_arch"
    LEFT_LOOP = "left_loop"
    RIGHT_LOOP = "right_loop"
    WHORL = "whorl"


# Shares of the classes over all fingers (Cappelli and others); loops then follow the hand.
ARCH_SHARE, TENTED_SHARE, WHORL_SHARE = 0.037, 0.029, 0.279
# Left loops belong mostly to the left hand, right loops to the right.
LOOP_FOLLOWS_HAND = 0.95

TURN_GRID, TURN_DEVIATION_RAD = (7, 6), 0.15


@dataclass(frozen=True)
class OrientationModel:
    """One finger's field: singular points as (x, y) pixels, and how its ridges bend."""

    pattern: PatternClass
    cores: tuple[tuple[float, float], ...]
    deltas: tuple[tuple[float, float], ...]
    corrections: tuple[tuple[float, ...], ...]
    dome_per_px: float
    arch_height: float
    # Slow individual turns of the ridges, radians on a coarse grid: without them the minutiae of
    # two fingers of one class would arise in the same places.
    turns: tuple[tuple[float, ...], ...]


def draw_pattern(rng: np.random.Generator, right_hand: bool) -> PatternClass:
    """A class with the frequency it has among people."""
    share = rng.random()
    if share < ARCH_SHARE:
        return PatternClass.ARCH
    if share < ARCH_SHARE + TENTED_SHARE:
        return PatternClass.TENTED_ARCH
    if share < ARCH_SHARE + TENTED_SHARE + WHORL_SHARE:
        return PatternClass.WHORL
    follows = rng.random() < LOOP_FOLLOWS_HAND
    return PatternClass.RIGHT_LOOP if follows == right_hand else PatternClass.LEFT_LOOP


def draw_model(
    rng: np.random.Generator, pattern: PatternClass, width_px: int, height_px: int
) -> OrientationModel:
    """Place the singular points of a class, at random within what fingers show."""
    centre_x = width_px / 2 + rng.normal(0, 8)
    centre_y = height_px * 0.46 + rng.normal(0, 14)
    cores, deltas = _singular_points(rng, pattern, centre_x, centre_y)
    corrections = tuple(
        tuple(rng.normal(0, 0.2, _CORRECTION_KNOTS)) for _ in range(len(cores) + len(deltas))
    )
    return OrientationModel(
        pattern,
        cores,
        deltas,
        corrections,
        dome_per_px=float(rng.uniform(0.0006, 0.0022)),
        arch_height=float(rng.uniform(0.6, 1.0)),
        turns=tuple(tuple(row) for row in rng.normal(0, TURN_DEVIATION_RAD, TURN_GRID)),
    )


_Points = tuple[tuple[float, float], ...]


def _singular_points(
    rng: np.random.Generator, pattern: PatternClass, x: float, y: float
) -> tuple[_Points, _Points]:
    down = rng.uniform(65, 135)
    aside = rng.uniform(45, 105)
    match pattern:
        case PatternClass.ARCH:
            return (), ()
        case PatternClass.TENTED_ARCH:
            return ((x, y),), ((x + rng.normal(0, 4), y + down * 0.9),)
        case PatternClass.LEFT_LOOP:  # ridges leave to the left, the delta lies on the right
            return ((x, y),), ((x + aside, y + down),)
        case PatternClass.RIGHT_LOOP:
            return ((x, y),), ((x - aside, y + down),)
        case PatternClass.WHORL:
            apart, tilt = rng.uniform(10, 60), rng.normal(0, 14)
            cores = ((x - tilt, y - apart / 2), (x + tilt, y + apart / 2))
            drop = rng.uniform(50, 115)
            return cores, (
                (x - rng.uniform(65, 120), y + drop),
                (x + rng.uniform(65, 120), y + drop + rng.normal(0, 20)),
            )


_CORRECTION_KNOTS = 8


def _corrected(angle: Floats, offsets: tuple[float, ...]) -> Floats:
    """Bend an argument piecewise linearly, keeping one full turn a full turn."""
    knots = np.linspace(-np.pi, np.pi, _CORRECTION_KNOTS + 1)
    bent = knots + np.array((*offsets, offsets[0]))
    return np.asarray(np.interp(angle, knots, bent), dtype=np.float32)


def orientation_field(model: OrientationModel, width_px: int, height_px: int) -> Floats:
    """Ridge orientation in radians, HxW, counter-clockwise with y up, any multiple of pi."""
    grid = np.array(model.turns, dtype=np.float32)
    turns = cv2.resize(grid, (width_px, height_px), interpolation=cv2.INTER_CUBIC)
    return np.asarray(_class_field(model, width_px, height_px) + turns, dtype=np.float32)


def _class_field(model: OrientationModel, width_px: int, height_px: int) -> Floats:
    y, x = np.mgrid[0:height_px, 0:width_px].astype(np.float32)
    if model.pattern is PatternClass.ARCH:
        return _arch_field(model, x, y, width_px, height_px)
    from_axis = x - width_px / 2
    # Ridges bend down towards the sides of a finger, more at the tip than at the crease.
    dome = model.dome_per_px * np.clip(1.3 - y / height_px, 0.35, 1.3)
    warped_y = -(y - dome * from_axis**2)
    total = np.zeros_like(x)
    for sign, points, offsets in (
        (0.5, model.cores, model.corrections),
        (-0.5, model.deltas, model.corrections[len(model.cores) :]),
    ):
        for (px, py), bend in zip(points, offsets, strict=False):
            at_y = -(py - float(model.dome_per_px) * (px - width_px / 2) ** 2)
            total += sign * _corrected(np.arctan2(warped_y - at_y, x - px), bend)
    slope = np.sin(total) - 2 * dome * from_axis * np.cos(total)
    return np.asarray(np.arctan2(slope, np.cos(total)), dtype=np.float32)


def _arch_field(
    model: OrientationModel, x: Floats, y: Floats, width_px: int, height_px: int
) -> Floats:
    rise = model.arch_height * 1.9 * np.exp(-(((y - height_px * 0.55) / (height_px * 0.3)) ** 2))
    across = (x - width_px / 2) / (width_px / 2)
    slope = -0.8 * rise * np.sin(np.pi * across) - 0.35 * across
    return np.asarray(np.arctan(slope), dtype=np.float32)
