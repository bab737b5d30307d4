"""Seeded templates of fictional fingers, for rosters larger than pictures can be extracted for.

Minutiae are strewn over a finger's orientation field and pressed again and again. Scores between
them prove plumbing, order and speed; they are never quoted as field accuracy.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from drivers.simulated.fingerprint_synthesis.orientation import (
    OrientationModel,
    draw_model,
    orientation_at,
)
from drivers.simulated.fingerprint_synthesis.patterns import draw_pattern
from matcher import MinutiaKind, Template
from matcher.ridge_field import BACKGROUND, HALF_TURN_DEG, RidgeField, cells_for

WIDTH_PX, HEIGHT_PX, PPI = 256, 360, 500.0
FINGER_PX = (320, 440)
# Of these presses people give six: both thumbs, index and middle fingers, as ISO positions.
POSITIONS = (1, 2, 3, 6, 7, 8, 4, 9, 5, 10)
CANDIDATES, SPACINGS_PX, SIZES = 170, (9.0, 24.0), (0.9, 1.2)
LEAST_SPACING_PX = 7.0
MISSING, SPURIOUS = (0.15, 0.30), (0.05, 0.15)
JITTER_PX, JITTER_RAD = 1.5, np.radians(8)
TURN_DEVIATION_DEG, GREATEST_TURN_DEG = 9.0, 25.0
ENDINGS, MISTAKEN_KIND = 0.65, 0.12
CONTACT_SIZES, RIM_PX = (0.88, 1.1), 4
CELL_PX, FIELD_RAD = 16, np.radians(4)

_Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Finger:
    """Minutiae in finger pixels from its middle, y down; directions with y up."""

    model: OrientationModel
    place: _Doubles
    angle_rad: _Doubles
    quality: _Doubles
    ending: NDArray[np.bool_]


class Population:
    """`people` fictional persons of `fingers` fingers each; the same for the same seed, always."""

    def __init__(self, seed: int, people: int, fingers: int = 6) -> None:
        if not 1 <= fingers <= len(POSITIONS):
            raise ValueError("a person has one to ten fingers")
        self.people, self.fingers = people, fingers
        self._seed = seed
        self._finger = lru_cache(maxsize=4096)(self._grown)

    def template(self, person: int, finger: int, impression: int) -> Template:
        """Impression n (from 0) of a finger; 256x360 at 500 ppi, about 35 to 60 minutiae."""
        if not (0 <= person < self.people and 0 <= finger < self.fingers and impression >= 0):
            raise IndexError("no such person, finger or impression")
        rng = np.random.default_rng((self._seed, person, finger, 1 + impression))
        return _pressed(rng, self._finger(person, finger))

    def _grown(self, person: int, finger: int) -> _Finger:
        rng = np.random.default_rng((self._seed, person, finger, 0))
        model = draw_model(rng, draw_pattern(rng, POSITIONS[finger]), FINGER_PX)
        place = _strewn(rng)
        x, y = (place + np.array(FINGER_PX) / 2).T.astype(np.float32)
        n = len(place)
        angle = orientation_at(model, x, y) + np.pi * _flipped(rng, place)
        return _Finger(
            model,
            place,
            angle + rng.normal(0, np.radians(3), n),
            100 * rng.beta(7, 1.0, n),
            rng.random(n) < ENDINGS,
        )


def _strewn(rng: np.random.Generator) -> _Doubles:
    """Places in an ellipse, each with a room of its own that no later one enters."""
    radius, bearing = np.sqrt(rng.random(CANDIDATES)), rng.uniform(0, 2 * np.pi, CANDIDATES)
    place = np.column_stack((128 * radius * np.cos(bearing), 180 * radius * np.sin(bearing)))
    room = rng.uniform(*SPACINGS_PX, CANDIDATES) * rng.uniform(*SIZES)
    square = (place[:, :1] - place[:, 0]) ** 2 + (place[:, 1:] - place[:, 1]) ** 2
    crowded = square < ((room[:, None] + room) / 2) ** 2
    taken = np.zeros(CANDIDATES, dtype=bool)
    kept = []
    for index in range(CANDIDATES):
        if not taken[index]:
            kept.append(index)
            taken |= crowded[index]
    return np.asarray(place[kept])


def _flipped(rng: np.random.Generator, place: _Doubles) -> NDArray[np.bool_]:
    """Which way minutiae point along their ridges: neighbours mostly the same way."""
    wave = rng.normal(0, 1 / 45, (2, 4))
    side = np.cos(place @ wave + rng.uniform(0, 2 * np.pi, 4)).sum(axis=1)
    return np.asarray(side + rng.normal(0, 0.6, len(place)) > 0)


@dataclass(frozen=True)
class _Placement:
    """How the finger lies on the glass; `size` is that of the contact region."""

    turn_rad: float
    middle: _Doubles
    size: float

    def on_glass(self, place: _Doubles) -> _Doubles:
        """Finger pixels to pixels of the picture, turned counter-clockwise as seen."""
        return np.asarray(place @ self._matrix() + self.middle)

    def on_finger(self, place: _Doubles) -> _Doubles:
        """Back again."""
        return np.asarray((place - self.middle) @ self._matrix().T)

    def touches(self, place: _Doubles) -> NDArray[np.bool_]:
        """Which places of the picture lie in the contact region."""
        reach = (place - np.array((WIDTH_PX, HEIGHT_PX)) / 2) / (122 * self.size, 176 * self.size)
        return np.asarray(np.hypot(*reach.T) < 1)

    def _matrix(self) -> _Doubles:
        cos, sin = np.cos(self.turn_rad), np.sin(self.turn_rad)
        return np.array(((cos, -sin), (sin, cos)))


def _placement(rng: np.random.Generator) -> _Placement:
    degrees = np.clip(rng.normal(0, TURN_DEVIATION_DEG), -GREATEST_TURN_DEG, GREATEST_TURN_DEG)
    middle = rng.normal((WIDTH_PX / 2, HEIGHT_PX / 2), (11, 16))
    return _Placement(float(np.radians(degrees)), middle, float(rng.uniform(*CONTACT_SIZES)))


def _pressed(rng: np.random.Generator, finger: _Finger) -> Template:
    placement = _placement(rng)
    seen = rng.random(len(finger.place)) >= rng.uniform(*MISSING)
    n = int(seen.sum())
    skin = _slid(rng, finger.place[seen]) + rng.normal(0, JITTER_PX, (n, 2))
    place = placement.on_glass(skin)
    angle = finger.angle_rad[seen] + rng.normal(0, JITTER_RAD, n) + placement.turn_rad
    quality = np.clip(finger.quality[seen] + rng.normal(0, 6, n), 20, 99)
    ending = finger.ending[seen] ^ (rng.random(n) < MISTAKEN_KIND)

    extra = _spurious_places(rng, place, rng.poisson(n * rng.uniform(*SPURIOUS)))
    m = len(extra)
    place = np.asarray(np.rint(np.vstack((place, extra))), dtype=np.float64)
    angle = np.concatenate((angle, rng.uniform(-np.pi, np.pi, m)))
    quality = np.concatenate((quality, rng.uniform(20, 70, m)))
    ending = np.concatenate((ending, rng.random(m) < ENDINGS))
    kept = placement.touches(place) & (place >= RIM_PX).all(axis=1)
    kept &= (place < (WIDTH_PX - RIM_PX, HEIGHT_PX - RIM_PX)).all(axis=1)
    return Template(
        WIDTH_PX,
        HEIGHT_PX,
        PPI,
        place[kept, 0].astype(np.float32),
        place[kept, 1].astype(np.float32),
        angle[kept].astype(np.float32),
        quality[kept].astype(np.uint8),
        np.where(ending[kept], MinutiaKind.ENDING, MinutiaKind.BIFURCATION).astype(np.uint8),
        _field(rng, finger.model, placement),
    )


def _slid(rng: np.random.Generator, place: _Doubles) -> _Doubles:
    """Skin sticks in the middle and slides and turns towards the rim."""
    from_middle = place - rng.normal(0, (12, 18))
    reach = np.hypot(from_middle[:, 0] / 55, from_middle[:, 1] / 75)
    slides = (1 - np.cos(np.pi * np.clip((reach - 1) / 1.4, 0, 1))) / 2
    turn = np.radians(rng.normal(0, 2.2))
    push = rng.normal(0, (3, 4)) + turn * np.column_stack((place[:, 1], -place[:, 0]))
    return np.asarray(place + slides[:, None] * push)


def _spurious_places(rng: np.random.Generator, real: _Doubles, wanted: int) -> _Doubles:
    """Anywhere on the glass, but no nearer to a real minutia than minutiae lie."""
    place = rng.uniform((0, 0), (WIDTH_PX, HEIGHT_PX), (wanted, 2))
    gap = np.hypot(*(place[:, None] - real[None]).transpose(2, 0, 1))
    return np.asarray(place[(gap >= LEAST_SPACING_PX).all(axis=1)])


def _field(rng: np.random.Generator, model: OrientationModel, placement: _Placement) -> RidgeField:
    rows, columns = cells_for(WIDTH_PX, HEIGHT_PX, CELL_PX)
    r, c = np.divmod(np.arange(rows * columns), columns)
    middle = np.column_stack((c, r)) * CELL_PX + CELL_PX / 2
    x, y = (placement.on_finger(middle) + np.array(FINGER_PX) / 2).T.astype(np.float32)
    turn_rad = placement.turn_rad + rng.normal(0, FIELD_RAD, len(x))
    degrees = np.rint(np.degrees(orientation_at(model, x, y) + turn_rad)) % HALF_TURN_DEG
    cells = np.where(placement.touches(middle), degrees, BACKGROUND)
    return RidgeField(CELL_PX, cells.reshape(rows, columns).astype(np.uint8))
