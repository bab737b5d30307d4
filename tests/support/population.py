"""Seeded templates of fictional fingers, for rosters larger than pictures can be extracted for.

Minutiae are strewn over a finger's orientation field and pressed again and again. Scores between
them prove plumbing, order and speed; they are never quoted as field accuracy.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from drivers.simulated.fingerprint_synthesis.orientation import draw_model, orientation_at
from drivers.simulated.fingerprint_synthesis.patterns import draw_pattern
from matcher import Template

WIDTH_PX, HEIGHT_PX, PPI = 256, 360, 500.0
FINGER_PX = (320, 440)
# Of these presses people give six: both thumbs, index and middle fingers, as ISO positions.
POSITIONS = (1, 2, 3, 6, 7, 8, 4, 9, 5, 10)
CANDIDATES, LEAST_SPACING_PX, SPACINGS_PX = 230, 7.0, (9.0, 24.0)
MISSING, SPURIOUS = (0.15, 0.30), (0.05, 0.15)
JITTER_PX, JITTER_RAD = 1.5, np.radians(8)
TURN_DEVIATION_DEG, GREATEST_TURN_DEG = 9.0, 25.0
ENDINGS = 0.65

_Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Finger:
    """Minutiae in finger pixels from its middle, y down; directions with y up."""

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
            place,
            angle + rng.normal(0, np.radians(6), n),
            100 * rng.beta(7, 1.0, n),
            rng.random(n) < ENDINGS,
        )


def _strewn(rng: np.random.Generator) -> _Doubles:
    """Places in an ellipse, each with a room of its own that no later one enters."""
    radius, bearing = np.sqrt(rng.random(CANDIDATES)), rng.uniform(0, 2 * np.pi, CANDIDATES)
    place = np.column_stack((128 * radius * np.cos(bearing), 180 * radius * np.sin(bearing)))
    room = np.maximum(rng.uniform(*SPACINGS_PX, CANDIDATES) * rng.uniform(0.85, 1.2), 7)
    gap = np.hypot(*(place[:, None] - place[None]).transpose(2, 0, 1))
    crowded = gap < (room[:, None] + room[None]) / 2
    kept = np.zeros(CANDIDATES, dtype=bool)
    for index in range(CANDIDATES):
        kept[index] = not (crowded[index] & kept).any()
    return np.asarray(place[kept])


def _flipped(rng: np.random.Generator, place: _Doubles) -> NDArray[np.bool_]:
    """Which way minutiae point along their ridges: neighbours mostly the same way."""
    wave = rng.normal(0, 1 / 45, (2, 4))
    side = np.cos(place @ wave + rng.uniform(0, 2 * np.pi, 4)).sum(axis=1)
    return np.asarray(side + rng.normal(0, 1.0, len(place)) > 0)


def _pressed(rng: np.random.Generator, finger: _Finger) -> Template:
    n = len(finger.place)
    seen = rng.random(n) >= rng.uniform(*MISSING)
    spoiled = n * rng.uniform(*SPURIOUS)
    extra = rng.poisson(spoiled)
    place = finger.place[seen] + rng.normal(0, JITTER_PX, (int(seen.sum()), 2))
    angle = finger.angle_rad[seen] + rng.normal(0, JITTER_RAD, len(place))
    place, angle = _turned(rng, _slid(rng, place), angle)
    place = np.vstack((place, rng.uniform((8, 8), (WIDTH_PX - 8, HEIGHT_PX - 8), (extra, 2))))
    angle = np.concatenate((angle, rng.uniform(-np.pi, np.pi, extra)))
    quality = np.clip(finger.quality[seen] + rng.normal(0, 6, int(seen.sum())), 20, 99)
    quality = np.concatenate((quality, rng.uniform(20, 70, extra)))
    ending = np.concatenate((finger.ending[seen], rng.random(extra) < ENDINGS))
    ending ^= rng.random(len(ending)) < 0.12
    inside = _touched(rng, place)
    x, y = np.round(place[inside]).T
    return Template(
        WIDTH_PX,
        HEIGHT_PX,
        PPI,
        x.astype(np.float32),
        y.astype(np.float32),
        angle[inside].astype(np.float32),
        quality[inside].astype(np.uint8),
        np.where(ending[inside], 1, 2).astype(np.uint8),
    )


def _slid(rng: np.random.Generator, place: _Doubles) -> _Doubles:
    """Skin sticks in the middle and slides and turns towards the rim."""
    from_middle = place - rng.normal(0, (12, 18))
    reach = np.hypot(from_middle[:, 0] / 55, from_middle[:, 1] / 75)
    slides = (1 - np.cos(np.pi * np.clip((reach - 1) / 1.4, 0, 1))) / 2
    turn = np.radians(rng.normal(0, 2.2))
    push = rng.normal(0, (3, 4)) + turn * np.column_stack((place[:, 1], -place[:, 0]))
    return np.asarray(place + slides[:, None] * push)


def _turned(
    rng: np.random.Generator, place: _Doubles, angle: _Doubles
) -> tuple[_Doubles, _Doubles]:
    """Laid on the glass: turned counter-clockwise as seen, moved; in pixels of the picture."""
    degrees = np.clip(rng.normal(0, TURN_DEVIATION_DEG), -GREATEST_TURN_DEG, GREATEST_TURN_DEG)
    turn = np.radians(degrees)
    cos, sin = np.cos(turn), np.sin(turn)
    turned = place @ np.array(((cos, -sin), (sin, cos)))
    offset = rng.normal((WIDTH_PX / 2, HEIGHT_PX / 2), (12, 17))
    return turned + offset, angle + turn


def _touched(rng: np.random.Generator, place: _Doubles) -> NDArray[np.bool_]:
    """What lies in the contact region and on the glass."""
    size = rng.uniform(0.85, 1.05)
    from_middle = (place - (WIDTH_PX / 2, HEIGHT_PX / 2)) / (120 * size, 172 * size)
    on_glass = (place >= 4).all(axis=1) & (place < (WIDTH_PX - 4, HEIGHT_PX - 4)).all(axis=1)
    return np.asarray(on_glass & (np.hypot(*from_middle.T) < 1))
