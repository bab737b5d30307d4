"""Ridge orientation of a synthetic finger from its singular points.

Zero-pole model of Sherlock and Monro (1993) with the piecewise linear correction of Vizcaya and
Gerhardt (1996): round over a core and straight between a loop's legs, where the bare model fans
out. Arches by a sinusoid. Image coordinates: x right, y down; angles have y up.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from drivers.simulated.fingerprint_synthesis.patterns import PatternClass

Floats = npt.NDArray[np.float32]
Point = tuple[float, float]

# Slow individual turns of the ridges: without them two fingers of a class would bend alike.
TURN_WAVES, TURN_DEVIATION_RAD = 7, 0.13
TURN_LENGTHS_PX = (90.0, 260.0)
CORRECTION_KNOTS, CORRECTION_DEVIATION_RAD = 8, 0.12
ROUNDNESS = (0.45, 0.85)
FIELD_STEP_PX = 4


@dataclass(frozen=True)
class OrientationModel:
    """One finger's field: singular points as (x, y) pixels, and how its ridges bend.

    size_px: width and height of the finger. bends: for every singular point, cores first, what is
    added to its argument at evenly spread angles. waves: rows of x and y radians per pixel, phase
    and amplitude in radians, of the individual turns. dome_per_px: curvature of the ridges towards
    the finger's sides. rise: steepness of an arch. tilt_rad: turn of the whole finger.
    """

    pattern: PatternClass
    size_px: tuple[int, int]
    cores: tuple[Point, ...]
    deltas: tuple[Point, ...]
    bends: tuple[tuple[float, ...], ...]
    waves: tuple[tuple[float, ...], ...]
    dome_per_px: float
    rise: float
    tilt_rad: float


def draw_model(
    rng: np.random.Generator, pattern: PatternClass, size_px: tuple[int, int]
) -> OrientationModel:
    """Place the singular points of a class, at random within what fingers show."""
    centre = size_px[0] / 2 + rng.normal(0, 9), size_px[1] * 0.45 + rng.normal(0, 16)
    cores, deltas = _singular_points(rng, pattern, *centre)
    return OrientationModel(
        pattern,
        size_px,
        cores,
        deltas,
        _bends(rng, cores, deltas),
        _waves(rng),
        dome_per_px=float(rng.uniform(0.0004, 0.0014)),
        rise=float(rng.uniform(0.5, 1.1)),
        tilt_rad=float(rng.normal(0, 0.07)),
    )


def _singular_points(
    rng: np.random.Generator, pattern: PatternClass, x: float, y: float
) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    down, aside = rng.uniform(60, 130), rng.uniform(50, 110)
    match pattern:
        case PatternClass.ARCH:
            return (), ()
        case PatternClass.TENTED_ARCH:
            return ((x, y),), ((x + rng.normal(0, 6), y + rng.uniform(45, 100)),)
        case PatternClass.LEFT_LOOP:  # ridges leave to the left, the delta lies on the right
            return ((x, y),), ((x + aside, y + down),)
        case PatternClass.RIGHT_LOOP:
            return ((x, y),), ((x - aside, y + down),)
        case PatternClass.WHORL:
            return _two_cored(rng, x, y, across=rng.normal(0, 5), apart=rng.uniform(6, 32))
        case PatternClass.DOUBLE_LOOP:
            across = rng.choice((-1, 1)) * rng.uniform(14, 28)
            return _two_cored(rng, x, y, across, apart=rng.uniform(10, 28))


def _two_cored(
    rng: np.random.Generator, x: float, y: float, across: float, apart: float
) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    cores = ((x - across, y - apart), (x + across, y + apart))
    left, right = rng.uniform(70, 125, 2)
    drop, slant = rng.uniform(55, 115), rng.normal(0, 18)
    return cores, ((x - left, y + drop - slant), (x + right, y + drop + slant))


def _bends(
    rng: np.random.Generator, cores: tuple[Point, ...], deltas: tuple[Point, ...]
) -> tuple[tuple[float, ...], ...]:
    knots = _knots()[:-1]
    bends = []
    for core in cores:
        legs = sum(_argument(core, one) for one in cores if one != core)
        legs -= sum(_argument(core, one) for one in deltas)
        from_dome = np.mod(knots - legs, 2 * np.pi) - np.pi
        triangle = np.sign(from_dome) * np.minimum(np.abs(from_dome), np.pi - np.abs(from_dome))
        bends.append(rng.uniform(*ROUNDNESS) * triangle)
    bends += [np.zeros(CORRECTION_KNOTS) for _ in deltas]
    return tuple(
        tuple(bend + rng.normal(0, CORRECTION_DEVIATION_RAD, CORRECTION_KNOTS)) for bend in bends
    )


def _argument(seen_from: Point, point: Point) -> float:
    return float(np.arctan2(point[1] - seen_from[1], seen_from[0] - point[0]))


def _knots() -> npt.NDArray[np.float64]:
    return np.linspace(-np.pi, np.pi, CORRECTION_KNOTS + 1)


def _waves(rng: np.random.Generator) -> tuple[tuple[float, ...], ...]:
    towards = rng.uniform(0, 2 * np.pi, TURN_WAVES)
    number = 2 * np.pi / rng.uniform(*TURN_LENGTHS_PX, TURN_WAVES)
    phase = rng.uniform(0, 2 * np.pi, TURN_WAVES)
    size = rng.uniform(0.5, 1.5, TURN_WAVES) * TURN_DEVIATION_RAD * np.sqrt(2 / TURN_WAVES)
    rows = zip(number * np.cos(towards), number * np.sin(towards), phase, size, strict=True)
    return tuple(tuple(float(value) for value in row) for row in rows)


def orientation_at(model: OrientationModel, x: Floats, y: Floats) -> Floats:
    """Ridge orientation at points of the finger, radians with y up, any multiple of pi.

    x and y of one shape, in pixels; the result has their shape.
    """
    middle_x, middle_y = model.size_px[0] / 2, model.size_px[1] / 2
    cos, sin = np.float32(np.cos(model.tilt_rad)), np.float32(np.sin(model.tilt_rad))
    dx, dy = x - np.float32(middle_x), y - np.float32(middle_y)
    upright_x, upright_y = middle_x + cos * dx - sin * dy, middle_y + sin * dx + cos * dy
    field = _arch if model.pattern is PatternClass.ARCH else _zero_pole
    total = field(model, upright_x, upright_y) + np.float32(model.tilt_rad)
    for along_x, along_y, phase, size in model.waves:
        total += np.float32(size) * np.sin(
            np.float32(along_x) * x + np.float32(along_y) * y + np.float32(phase)
        )
    return np.asarray(total, dtype=np.float32)


def _zero_pole(model: OrientationModel, x: Floats, y: Floats) -> Floats:
    width, height = model.size_px
    from_axis = x - width / 2
    # Ridges bend down towards the sides of a finger, more at the tip than at the crease.
    dome = model.dome_per_px * np.clip(1.25 - y / height, 0.2, 1.25)
    total = np.zeros_like(x)
    signs = [0.5] * len(model.cores) + [-0.5] * len(model.deltas)
    for sign, (px, py), bend in zip(signs, model.cores + model.deltas, model.bends, strict=True):
        argument = np.arctan2(py - y, x - px)
        total += sign * (argument + np.interp(argument, _knots(), (*bend, bend[0])))
    slope = np.sin(total) - 2 * dome * from_axis * np.cos(total)
    return np.asarray(np.arctan2(slope, np.cos(total)), dtype=np.float32)


def _arch(model: OrientationModel, x: Floats, y: Floats) -> Floats:
    width, height = model.size_px
    across = (x - width / 2) / (width / 2)
    rise = model.rise * np.exp(-(((y - height * 0.55) / (height * 0.3)) ** 2))
    dome = 0.3 + 0.9 * np.clip(0.6 - y / height, 0, 1)
    slope = -1.1 * rise * np.sin(np.pi * across) - dome * across
    return np.asarray(np.arctan(slope), dtype=np.float32)


def orientation_field(model: OrientationModel) -> Floats:
    """`orientation_at` every pixel of the finger, HxW."""
    width, height = model.size_px
    y, x = np.mgrid[0 : height + 1 : FIELD_STEP_PX, 0 : width + 1 : FIELD_STEP_PX]
    coarse = 2 * orientation_at(model, x.astype(np.float32), y.astype(np.float32))
    # Doubled, so that an orientation and its opposite meet; zero only at the singular points.
    place_y, place_x = np.mgrid[0:height, 0:width].astype(np.float32) / FIELD_STEP_PX
    cos, sin = (
        cv2.remap(part, place_x, place_y, cv2.INTER_LINEAR)
        for part in (np.cos(coarse), np.sin(coarse))
    )
    return np.asarray(np.arctan2(sin, cos) / 2, dtype=np.float32)
