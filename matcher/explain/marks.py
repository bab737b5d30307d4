"""How a minutia is drawn: its kind by the shape, its direction by a tail, its quality by the size.

Paired ones are coloured and drawn stronger, so that they stand out without the colour too.
"""

from collections.abc import Iterator
from math import cos, pi, sin

from matcher.drawing import Disc, Polyline, Shape
from matcher.minutia import Minutia, MinutiaKind

Point = tuple[float, float]

PAIRED, UNPAIRED, LINE = "#0b4f9e", "#7a828c", "#1f8a70"
GROUND = "#ffffff"
_CORNERS = {MinutiaKind.BIFURCATION: 4, MinutiaKind.OTHER: 3}
_LEAST_RADIUS, _FURTHER_RADIUS, _TAIL = 3.0, 3.0, 13.0


def mark(minutia: Minutia, at: Point, is_paired: bool) -> Iterator[Shape]:
    """The shapes of one minutia whose place in the picture is `at`."""
    colour, width = (PAIRED, 2.0) if is_paired else (UNPAIRED, 1.2)
    radius = _LEAST_RADIUS + _FURTHER_RADIUS * minutia.quality / 100
    # Directions turn counter-clockwise as seen, and y runs down the picture.
    ray = (cos(minutia.angle_rad), -sin(minutia.angle_rad))
    start, end = ((at[0] + far * ray[0], at[1] + far * ray[1]) for far in (radius, radius + _TAIL))
    yield Polyline((start, end), colour, width)
    yield _body(minutia.kind, at, radius, colour, width)


def _body(kind: MinutiaKind, at: Point, radius: float, colour: str, width: float) -> Shape:
    if kind is MinutiaKind.ENDING:
        return Disc(*at, radius, colour, width, GROUND)
    corners = _CORNERS[kind]
    far = radius * 1.25
    angles = [2 * pi * k / corners - pi / 2 for k in range(corners)]
    outline = tuple((at[0] + far * cos(a), at[1] + far * sin(a)) for a in angles)
    return Polyline(outline, colour, width, closed=True, fill=GROUND)
