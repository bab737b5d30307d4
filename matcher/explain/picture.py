"""Two impressions side by side with their minutiae, the pairing, and the score's parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.drawing import Colour, Figure, Polyline, Shape, Words, drawn
from matcher.engine import Comparison
from matcher.explain.marks import LINE, mark
from matcher.explain.panel import MUTED, RULE, WIDTH_PX, panel, panel_height
from matcher.template import Template

Grey = NDArray[np.uint8]
Point = tuple[float, float]

PICTURE_HEIGHT_PX, MOST_WIDTH_PX = 720, 1280
MARGIN, GAP, CAPTION = 32, 72, 58
PALER = 0.5
"""How much of the grey is kept, so that the marks stand out."""


@dataclass(frozen=True)
class Shown:
    """One impression: its picture, uint8 (height, width) of any resolution, and what was found.

    The template's width and height are of the same picture in its own resolution.
    """

    caption: str
    image: Grey = field(repr=False)
    template: Template
    quality: int


@dataclass(frozen=True)
class _Card:
    """Where one impression stands in the figure."""

    shown: Shown
    left: float
    zoom: float

    @property
    def size(self) -> tuple[int, int]:
        template = self.shown.template
        return round(template.width * self.zoom), round(template.height * self.zoom)

    def place(self, k: int) -> Point:
        """Where minutia k stands in the figure; a minutia lies at the middle of its pixel."""
        template = self.shown.template
        x, y = float(template.x[k]) + 0.5, float(template.y[k]) + 0.5
        return self.left + x * self.zoom, MARGIN + CAPTION + y * self.zoom


def pairing_picture(probe: Shown, reference: Shown, comparison: Comparison) -> Colour:
    """The picture, uint8 (height, width, 3) in OpenCV's order of colours.

    `comparison` is of the templates shown, which are at 500 ppi as the extractor makes them.
    """
    templates = probe.template, reference.template
    zoom = min(
        PICTURE_HEIGHT_PX / max(one.height for one in templates),
        MOST_WIDTH_PX / max(one.width for one in templates),
    )
    first = _Card(probe, MARGIN, zoom)
    second = _Card(reference, MARGIN + first.size[0] + GAP, zoom)
    words_left = second.left + second.size[0] + MARGIN + 8
    figure = Figure(
        width=round(words_left) + WIDTH_PX,
        height=max(2 * MARGIN + CAPTION + PICTURE_HEIGHT_PX, MARGIN + panel_height(comparison)),
        shapes=(
            *_caption(first),
            *_caption(second),
            *_pairing((first, second), comparison.pairs),
            *panel(comparison, words_left, MARGIN),
        ),
        title="Pairing of two impressions",
    )
    return drawn(figure, _ground(figure, (first, second)))


def _ground(figure: Figure, cards: Sequence[_Card]) -> Colour:
    ground = np.full((figure.height, figure.width, 3), 255, np.uint8)
    top = MARGIN + CAPTION
    for card in cards:
        width, height = card.size
        large = cv2.resize(card.shown.image, (width, height), interpolation=cv2.INTER_CUBIC)
        paler = 255 - (255 - large.astype(np.float32)) * PALER
        left = round(card.left)
        ground[top : top + height, left : left + width] = np.rint(paler)[..., np.newaxis]
    return ground


def _caption(card: _Card) -> Iterator[Shape]:
    shown, (width, height) = card.shown, card.size
    yield Words(card.left, MARGIN + 18, shown.caption, 18, bold=True)
    facts = f"{len(shown.template)} minutiae, quality {shown.quality} of 100"
    yield Words(card.left, MARGIN + 42, facts, 14, MUTED)
    top = MARGIN + CAPTION
    right, bottom = card.left + width, top + height
    corners = ((card.left, top), (right, top), (right, bottom), (card.left, bottom))
    yield Polyline(corners, RULE, closed=True)


def _pairing(cards: tuple[_Card, _Card], pairs: NDArray[np.int32]) -> Iterator[Shape]:
    first, second = cards
    for i, j in pairs.tolist():
        yield Polyline((first.place(i), second.place(j)), LINE, 0.8)
    for side, card in enumerate(cards):
        paired = set(pairs[:, side].tolist())
        for k, minutia in enumerate(card.shown.template):
            yield from mark(minutia, card.place(k), k in paired)
