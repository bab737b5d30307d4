"""What a figure is made of. Coordinates are pixels from the top left, y down."""

from dataclasses import dataclass
from enum import StrEnum

Point = tuple[float, float]


class Anchor(StrEnum):
    """Which part of a line of words stands at its x; SVG's own names."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


@dataclass(frozen=True)
class Polyline:
    """A line through points. Closed and with a fill it is an area; colours are `#rrggbb`."""

    points: tuple[Point, ...]
    colour: str
    width: float = 1.0
    closed: bool = False
    fill: str | None = None


@dataclass(frozen=True)
class Disc:
    """A circle, open unless it has a fill."""

    x: float
    y: float
    radius: float
    colour: str
    width: float = 1.5
    fill: str | None = None


@dataclass(frozen=True)
class Words:
    """One line of words on its baseline; `size` is the height of the font in pixels."""

    x: float
    y: float
    text: str
    size: float = 13.0
    colour: str = "#1b1f24"
    anchor: Anchor = Anchor.START
    bold: bool = False


Shape = Polyline | Disc | Words


@dataclass(frozen=True)
class Figure:
    """Shapes in the order they are drawn, on a ground of one colour."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    title: str
    ground: str = "#ffffff"
