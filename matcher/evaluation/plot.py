"""One chart of several curves, as a figure for SVG or PNG.

Curves differ by marker as well as by colour, so that they can be told apart in print and by
readers who see few colours (palette of Okabe and Ito, 2008).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import cycle, islice, pairwise
from math import cos, dist, pi, sin
from pathlib import Path

import cv2

from matcher.drawing import Anchor, Disc, Figure, Polyline, Shape, Words, drawn, to_svg

Point = tuple[float, float]

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56b4e9", "#333333")
CORNERS = (0, 4, 3, 5)
"""Corners of the curves' markers, 0 for a disc."""
INK, PALE = "#1b1f24", "#d5dae0"
LEFT, TOP, RIGHT, BOTTOM = 76, 76, 24, 62
LEGEND_LINE, LEGEND_WIDTH = 19, 210
MARKERS = 9
"""Markers along one curve."""


@dataclass(frozen=True)
class Axis:
    """From `low` to `high` with marks at values; `place` maps values so that steps are even."""

    label: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    place: Callable[[float], float] = float

    def share(self, value: float) -> float:
        """Where a value lies on the axis, 0 at its beginning and 1 at its end."""
        low, high = self.place(self.low), self.place(self.high)
        return (self.place(min(max(value, self.low), self.high)) - low) / (high - low)


@dataclass(frozen=True)
class Series:
    """A named curve; points in the order they are joined, in the values of the axes."""

    name: str
    points: tuple[Point, ...]


class LegendPlace(StrEnum):
    """Where the names of the curves stand inside the frame."""

    BOTTOM_LEFT = "bottom left"
    TOP_RIGHT = "top right"


def chart(
    title: str,
    x: Axis,
    y: Axis,
    series: Sequence[Series],
    size_px: tuple[int, int] = (720, 520),
    legend: LegendPlace = LegendPlace.BOTTOM_LEFT,
) -> Figure:
    """Axes with a grid, the curves, and their names inside the frame."""
    width, height = size_px
    frame = _Frame(width, height, x, y)
    shapes: list[Shape] = [
        Words(LEFT, 28, title, 17, INK, bold=True),
        Words(LEFT, TOP - 16, y.label, 13, INK),
        Words(width - RIGHT, height - 16, x.label, 13, INK, Anchor.END),
        *frame.grid(),
    ]
    colours = list(islice(cycle(COLOURS), len(series)))
    corners = list(islice(cycle(CORNERS), len(series)))
    for one, colour, corner in zip(series, colours, corners, strict=True):
        shapes.extend(_curve(frame.placed(one.points), colour, corner))
    at_top = legend is LegendPlace.TOP_RIGHT
    left = width - RIGHT - LEGEND_WIDTH if at_top else LEFT
    first = TOP + 26 if at_top else height - BOTTOM - 14 - LEGEND_LINE * (len(series) - 1)
    for k, (one, colour, corner) in enumerate(zip(series, colours, corners, strict=True)):
        at = first + LEGEND_LINE * k
        shapes.append(Polyline(((left + 12, at - 4), (left + 42, at - 4)), colour, 2.0))
        shapes.append(_marker((left + 27, at - 4), colour, corner))
        shapes.append(Words(left + 50, at, one.name, 13, INK))
    return Figure(width, height, tuple(shapes), title)


def write_chart(figure: Figure, path: Path) -> None:
    """Write as SVG, or as PNG where the name says so. Raises `ValueError` for other names."""
    match path.suffix.lower():
        case ".svg":
            path.write_text(to_svg(figure), encoding="utf-8")
        case ".png":
            _, data = cv2.imencode(".png", drawn(figure))
            path.write_bytes(data.tobytes())
        case other:
            raise ValueError(f"a chart is written as .svg or .png, not {other or 'without suffix'}")


@dataclass(frozen=True)
class _Frame:
    width: int
    height: int
    x: Axis
    y: Axis

    def placed(self, points: Sequence[Point]) -> list[Point]:
        return [(self._across(x), self._down(y)) for x, y in points]

    def grid(self) -> Iterator[Shape]:
        bottom, right = self.height - BOTTOM, self.width - RIGHT
        for value, name in self.x.ticks:
            at = self._across(value)
            yield Polyline(((at, TOP), (at, bottom)), PALE)
            yield Words(at, bottom + 20, name, 12, INK, Anchor.MIDDLE)
        for value, name in self.y.ticks:
            at = self._down(value)
            yield Polyline(((LEFT, at), (right, at)), PALE)
            yield Words(LEFT - 9, at + 4, name, 12, INK, Anchor.END)
        corners = ((LEFT, TOP), (right, TOP), (right, bottom), (LEFT, bottom))
        yield Polyline(corners, INK, closed=True)

    def _across(self, value: float) -> float:
        return LEFT + self.x.share(value) * (self.width - LEFT - RIGHT)

    def _down(self, value: float) -> float:
        return self.height - BOTTOM - self.y.share(value) * (self.height - TOP - BOTTOM)


def _curve(points: list[Point], colour: str, corners: int) -> Iterator[Shape]:
    if not points:
        return
    yield Polyline(tuple(points), colour, 2.0)
    for point in _along(points):
        yield _marker(point, colour, corners)


def _along(points: list[Point]) -> Iterator[Point]:
    """Points of the curve, evenly far from each other along it."""
    lengths = [dist(a, b) for a, b in pairwise(points)]
    gap, gone = sum(lengths) / MARKERS, 0.0
    wanted = gap / 2
    for (a, b), length in zip(pairwise(points), lengths, strict=True):
        while gap > 0 and wanted <= gone + length:
            share = (wanted - gone) / length
            yield a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])
            wanted += gap
        gone += length


def _marker(at: Point, colour: str, corners: int) -> Shape:
    if not corners:
        return Disc(*at, 4.0, colour, 1.5, "#ffffff")
    angles = [2 * pi * k / corners - pi / 2 for k in range(corners)]
    outline = tuple((at[0] + 5 * cos(a), at[1] + 5 * sin(a)) for a in angles)
    return Polyline(outline, colour, 1.5, closed=True, fill="#ffffff")
