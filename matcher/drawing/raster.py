"""A figure as a picture: drawn four times as large and shrunk, so that every edge is smooth."""

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.drawing.shapes import Anchor, Disc, Figure, Polyline, Shape, Words

Colour = NDArray[np.uint8]

OVERSAMPLING = 4
_FONT = cv2.FONT_HERSHEY_SIMPLEX
_FONT_HEIGHT_PX = 30.0
"""Height that this font has at scale 1, ascenders and descenders included."""
_SHIFT = 4
"""Fraction bits of the coordinates that OpenCV takes."""


def drawn(figure: Figure, ground: Colour | None = None) -> Colour:
    """The picture, uint8 (height, width, 3) in OpenCV's order of blue, green and red.

    `ground` is what the shapes are drawn on, of the figure's size; without it one colour. The font
    knows ASCII only; other letters become question marks.
    """
    if ground is None:
        ground = np.full((figure.height, figure.width, 3), _bgr(figure.ground), np.uint8)
    size = (figure.width * OVERSAMPLING, figure.height * OVERSAMPLING)
    large = np.asarray(cv2.resize(ground, size, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
    for shape in figure.shapes:
        _draw(large, shape)
    small = cv2.resize(large, (figure.width, figure.height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)


def words_width(text: str, size: float, bold: bool = False) -> float:
    """Width in pixels that `drawn` gives a line of words."""
    (width, _), _ = cv2.getTextSize(text, _FONT, _font_scale(size), _stroke(size, bold))
    return width / OVERSAMPLING


def _draw(picture: Colour, shape: Shape) -> None:
    match shape:
        case Polyline():
            _draw_line(picture, shape)
        case Disc():
            centre = (_fixed(shape.x), _fixed(shape.y))
            radius = _fixed(shape.radius)
            if shape.fill is not None:
                cv2.circle(picture, centre, radius, _bgr(shape.fill), -1, cv2.LINE_AA, _SHIFT)
            width = _thickness(shape.width)
            cv2.circle(picture, centre, radius, _bgr(shape.colour), width, cv2.LINE_AA, _SHIFT)
        case Words():
            _draw_words(picture, shape)


def _draw_line(picture: Colour, shape: Polyline) -> None:
    points = np.array([[(_fixed(x), _fixed(y)) for x, y in shape.points]], dtype=np.int32)
    if shape.fill is not None:
        cv2.fillPoly(picture, [*points], _bgr(shape.fill), cv2.LINE_AA, _SHIFT)
    colour, width = _bgr(shape.colour), _thickness(shape.width)
    cv2.polylines(picture, [*points], shape.closed, colour, width, cv2.LINE_AA, _SHIFT)


def _draw_words(picture: Colour, shape: Words) -> None:
    width = words_width(shape.text, shape.size, shape.bold)
    left = {Anchor.START: 0.0, Anchor.MIDDLE: width / 2, Anchor.END: width}[shape.anchor]
    corner = (round((shape.x - left) * OVERSAMPLING), round(shape.y * OVERSAMPLING))
    scale, stroke = _font_scale(shape.size), _stroke(shape.size, shape.bold)
    cv2.putText(picture, shape.text, corner, _FONT, scale, _bgr(shape.colour), stroke, cv2.LINE_AA)


def _font_scale(size: float) -> float:
    return size * OVERSAMPLING / _FONT_HEIGHT_PX


def _stroke(size: float, bold: bool) -> int:
    return max(1, round(size * OVERSAMPLING * (0.14 if bold else 0.09)))


def _thickness(width: float) -> int:
    return max(1, round(width * OVERSAMPLING))


def _fixed(value: float) -> int:
    return round(value * OVERSAMPLING * (1 << _SHIFT))


def _bgr(colour: str) -> tuple[int, int, int]:
    """`#rrggbb` in OpenCV's order."""
    return int(colour[5:7], 16), int(colour[3:5], 16), int(colour[1:3], 16)
