"""Drawn faces of people who do not exist: one stable face per person, on a plain blue ground."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import cv2
import numpy as np

from drivers.api import Image

RGB = tuple[int, int, int]

BACKGROUND: RGB = (67, 142, 219)  # the blue of Chinese certificate photos
SKINS: tuple[RGB, ...] = (
    (247, 217, 190),
    (240, 205, 174),
    (231, 192, 158),
    (221, 178, 143),
    (206, 161, 126),
)
HAIRS: tuple[RGB, ...] = ((24, 21, 22), (38, 31, 28), (54, 43, 36), (31, 28, 34))
CLOTHES: tuple[RGB, ...] = (
    (38, 48, 74),
    (70, 74, 80),
    (112, 40, 48),
    (46, 84, 76),
    (226, 228, 232),
    (92, 76, 112),
)
LIPS: RGB = (186, 98, 92)
# Drawn this much larger and shrunk again, which rounds every edge off.
OVERSAMPLING = 2


@dataclass(frozen=True)
class Face:
    """What tells one drawn face from another; lengths in units of half a head's width."""

    skin: RGB
    hair: RGB
    clothes: RGB
    long_hair: bool
    parting: float
    jaw: float
    eye_gap: float
    eye_size: float
    brow_arch: float
    nose_length: float
    mouth_width: float
    glasses: bool


def face_of(person: str, female: bool) -> Face:
    """The face of a fictional person; always the same for the same arguments."""
    digest = hashlib.sha256(f"face|{person}".encode()).digest()
    rng = np.random.default_rng(int.from_bytes(digest[:8], "big"))

    def between(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    return Face(
        skin=SKINS[rng.integers(len(SKINS))],
        hair=HAIRS[rng.integers(len(HAIRS))],
        clothes=CLOTHES[rng.integers(len(CLOTHES))],
        long_hair=female and rng.random() < 0.8,
        parting=between(-0.55, 0.55),
        jaw=between(0.72, 0.9) - (0.06 if female else 0.0),
        eye_gap=between(0.39, 0.46),
        eye_size=between(0.17, 0.21),
        brow_arch=between(-0.03, 0.03),
        nose_length=between(0.36, 0.48),
        mouth_width=between(0.30, 0.40),
        glasses=bool(rng.random() < 0.3),
    )


def draw_face(face: Face, width_px: int, height_px: int, *, eyes_open: bool = True) -> Image:
    """Head and shoulders, HxWx3 RGB."""
    canvas = _Canvas(width_px * OVERSAMPLING, height_px * OVERSAMPLING)
    _draw_body(canvas, face)
    _draw_head(canvas, face)
    _draw_features(canvas, face, eyes_open)
    _draw_hair(canvas, face)
    if face.glasses:
        _draw_glasses(canvas)
    small = cv2.resize(canvas.picture, (width_px, height_px), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)


class _Canvas:
    """A picture with the head's middle as origin and half a head's width as unit."""

    def __init__(self, width_px: int, height_px: int) -> None:
        down = np.linspace(1.05, 0.92, height_px)[:, None, None]
        ground = np.clip(np.array(BACKGROUND) * down, 0, 255)
        self.picture = np.repeat(ground, width_px, axis=1).astype(np.uint8)
        self.unit = height_px * 0.195
        self._middle = (width_px / 2, height_px * 0.45)

    def point(self, x: float, y: float) -> tuple[int, int]:
        return round(self._middle[0] + x * self.unit), round(self._middle[1] + y * self.unit)

    def ellipse(
        self, x: float, y: float, half_width: float, half_height: float, colour: RGB
    ) -> None:
        axes = (max(1, round(half_width * self.unit)), max(1, round(half_height * self.unit)))
        cv2.ellipse(self.picture, self.point(x, y), axes, 0, 0, 360, colour, -1, cv2.LINE_AA)

    def arc(
        self, x: float, y: float, axes: tuple[float, float], turn: tuple[int, int], pen: _Pen
    ) -> None:
        size = (round(axes[0] * self.unit), round(axes[1] * self.unit))
        thick = max(1, round(pen.thickness * self.unit))
        at = self.point(x, y)
        cv2.ellipse(self.picture, at, size, 0, *turn, pen.colour, thick, cv2.LINE_AA)

    def line(self, points: list[tuple[float, float]], pen: _Pen) -> None:
        corners = np.array([self.point(*p) for p in points], np.int32)
        thick = max(1, round(pen.thickness * self.unit))
        cv2.polylines(self.picture, [corners], False, pen.colour, thick, cv2.LINE_AA)

    def area(self, points: list[tuple[float, float]], colour: RGB) -> None:
        corners = np.array([self.point(*p) for p in points], np.int32)
        cv2.fillPoly(self.picture, [corners], colour, cv2.LINE_AA)

    def shade(self, x: float, y: float, axes: tuple[float, float], strength: float) -> None:
        """Darken (or lighten, if negative) softly around a point."""
        blur = 0.09 * self.unit
        column, row = self.point(x, y)
        half_width, half_height = round(axes[0] * self.unit), round(axes[1] * self.unit)
        reach_x, reach_y = half_width + round(3 * blur), half_height + round(3 * blur)
        left, top = max(column - reach_x, 0), max(row - reach_y, 0)
        # A view of the few pixels concerned: the whole picture would take a hundred times as long.
        part = self.picture[top : row + reach_y, left : column + reach_x]
        mask = np.zeros(part.shape[:2], np.float32)
        at = (column - left, row - top)
        cv2.ellipse(mask, at, (half_width, half_height), 0, 0, 360, 1.0, -1)
        mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), blur), np.float32)
        part[:] = np.clip(part * (1.0 - strength * mask[..., None]), 0, 255).astype(np.uint8)


@dataclass(frozen=True)
class _Pen:
    colour: RGB
    thickness: float


def _tint(colour: RGB, factor: float) -> RGB:
    red, green, blue = (min(255, round(c * factor)) for c in colour)
    return red, green, blue


def _draw_body(canvas: _Canvas, face: Face) -> None:
    if face.long_hair:
        canvas.ellipse(0, 0.35, 1.22, 1.75, _tint(face.hair, 0.85))
    canvas.area([(-0.42, 0.8), (0.42, 0.8), (0.55, 1.9), (-0.55, 1.9)], _tint(face.skin, 0.86))
    canvas.ellipse(0, 2.85, 2.15, 1.25, face.clothes)
    canvas.area(
        [(-0.47, 1.5), (0.47, 1.5), (0.5, 1.63), (0, 2.25), (-0.5, 1.63)], _tint(face.skin, 0.92)
    )
    lapel = _Pen(_tint(face.clothes, 0.7), 0.06)
    canvas.line([(-0.5, 1.6), (0, 2.28), (0.5, 1.6)], lapel)
    canvas.line([(0, 2.28), (0, 3.2)], lapel)


def _draw_head(canvas: _Canvas, face: Face) -> None:
    for side in (-1, 1):
        canvas.ellipse(side * 0.98, 0.08, 0.15, 0.27, _tint(face.skin, 0.93))
    canvas.ellipse(0, -0.12, 0.98, 1.12, face.skin)
    canvas.ellipse(0, 0.42, face.jaw, 0.86, face.skin)
    canvas.shade(0, 1.34, (0.5, 0.1), 0.22)  # the chin's shadow on the neck
    for side in (-1, 1):
        canvas.shade(side * 0.72, 0.2, (0.08, 0.5), 0.10)
        canvas.shade(side * face.eye_gap, -0.02, (0.3, 0.15), 0.16)  # eye sockets
        canvas.shade(side * 0.48, 0.42, (0.22, 0.16), -0.05)
    canvas.shade(0, 0.2, (0.07, 0.34), -0.06)  # light on the nose


def _draw_features(canvas: _Canvas, face: Face, eyes_open: bool) -> None:
    dark = _tint(face.hair, 0.9)
    for side in (-1, 1):
        x, size = side * face.eye_gap, face.eye_size
        if eyes_open:
            canvas.ellipse(x, 0.02, size, size * 0.52, (246, 244, 240))
            canvas.ellipse(x, 0.02, size * 0.5, size * 0.5, (64, 42, 30))
            canvas.ellipse(x, 0.02, size * 0.26, size * 0.26, (12, 10, 10))
            canvas.ellipse(x + 0.04, -0.03, 0.03, 0.03, (250, 250, 250))
            canvas.arc(x, 0.03, (size * 1.05, size * 0.6), (190, 350), _Pen(dark, 0.045))
        else:
            canvas.arc(x, 0.0, (size, size * 0.4), (15, 165), _Pen(dark, 0.045))
        arch = face.brow_arch
        brow = [(x - side * 0.22, -0.27), (x, -0.33 - arch), (x + side * 0.24, -0.25)]
        canvas.line(brow, _Pen(dark, 0.075))
    tip = 0.08 + face.nose_length
    shadow = _tint(face.skin, 0.8)
    canvas.arc(0, tip, (0.13, 0.07), (20, 160), _Pen(shadow, 0.035))
    for side in (-1, 1):
        canvas.arc(side * 0.13, tip - 0.02, (0.05, 0.06), (60, 300), _Pen(shadow, 0.025))
    mouth = 0.82
    canvas.ellipse(0, mouth, face.mouth_width, 0.085, LIPS)
    canvas.arc(0, mouth - 0.05, (face.mouth_width, 0.07), (10, 170), _Pen(_tint(LIPS, 0.68), 0.025))
    canvas.shade(0, mouth + 0.17, (0.2, 0.03), 0.1)


def _draw_hair(canvas: _Canvas, face: Face) -> None:
    part = face.parting
    left = [(-1.0, -0.02), (-0.93, -0.32), (-0.72, -0.6), (part, -0.82)]
    right = [(0.72, -0.6), (0.93, -0.32), (1.0, -0.02)]
    angles = np.linspace(0, np.pi, 24)
    crown = [(1.07 * float(np.cos(a)), -0.1 - 1.24 * float(np.sin(a))) for a in angles]
    canvas.area([*left, *right, *crown], face.hair)
    gloss = _Pen(_tint(face.hair, 1.6), 0.03)
    canvas.arc(part * 0.4, -0.35, (0.72, 0.78), (215, 262), gloss)
    if face.long_hair:
        for side in (-1, 1):
            outer = [(side * 1.06, -0.2), (side * 1.22, 0.9), (side * 1.1, 1.75)]
            inner = [(side * 0.82, 1.75), (side * 0.92, 0.7), (side * 0.93, -0.2)]
            canvas.area([*outer, *inner], face.hair)


def _draw_glasses(canvas: _Canvas) -> None:
    frame = _Pen((42, 40, 46), 0.04)
    for side in (-1, 1):
        canvas.arc(side * 0.43, 0.03, (0.31, 0.23), (0, 360), frame)
        canvas.line([(side * 0.74, 0.0), (side * 0.98, -0.05)], frame)
    canvas.arc(0, 0.02, (0.12, 0.06), (180, 360), frame)
