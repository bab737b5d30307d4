"""Figures made of lines, discs and words, written as SVG or drawn into a picture."""

from matcher.drawing.raster import Colour, drawn
from matcher.drawing.shapes import Anchor, Disc, Figure, Polyline, Shape, Words
from matcher.drawing.svg import to_svg

__all__ = [
    "Anchor",
    "Colour",
    "Disc",
    "Figure",
    "Polyline",
    "Shape",
    "Words",
    "drawn",
    "to_svg",
]
