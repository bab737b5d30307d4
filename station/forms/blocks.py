"""Blocks a page is built from. Each knows its height for a width and draws itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from station.forms.paper import (
    FRAME_LINE,
    QUIET_INK,
    TEXT_HEIGHT,
    Setting,
    draw_frame,
    draw_rule,
    draw_text,
    draw_text_centred,
    mm,
    text_height,
    text_width,
)

CENTRE = Qt.AlignmentFlag.AlignHCenter
LABEL = Setting(9, align=CENTRE, colour=QUIET_INK)
VALUE_SIZES = (Setting(10), Setting(9))
CAPTION = Setting(9, bold=True, align=CENTRE)
CAPTION_WIDTH = mm(9)
LABEL_WIDTH = mm(23)
ROW_HEIGHT = mm(6.1)
PADDING = mm(1.6)
CLEARANCE = mm(1.2)


class Block(Protocol):
    """Something that is placed on pages from top to bottom."""

    def height(self, width: float) -> float:
        """Height in units when set to `width`."""

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Draw into an area of exactly that height."""

    def split(self, width: float, room: float) -> tuple["Block", "Block"] | None:
        """The part that fits into `room` and the rest, or None when it cannot be divided."""


@dataclass(frozen=True)
class Space:
    """White space."""

    units: float

    def height(self, width: float) -> float:
        """The space."""
        return self.units

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Nothing."""

    def split(self, width: float, room: float) -> None:
        """Never."""


@dataclass(frozen=True)
class Text:
    """A paragraph that stays together."""

    text: str = field(repr=False)
    setting: Setting
    indent: float = 0.0

    def height(self, width: float) -> float:
        """All lines."""
        return text_height(self.text, self.setting, width - self.indent)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Set the lines."""
        draw_text(painter, self.text, self.setting, area.adjusted(self.indent, 0, 0, 0))

    def split(self, width: float, room: float) -> None:
        """Never."""


@dataclass(frozen=True)
class Cell:
    """A label with its value; `share` is its part of the row. Without label the value has all."""

    label: str
    value: str = field(repr=False)
    share: float = 1.0
    setting: Setting | None = None

    def label_width(self) -> float:
        """Room for the label, none for none."""
        return LABEL_WIDTH if self.label else 0.0

    def fitted(self, width: float) -> Setting:
        """The first size that holds the value on one line, else the smallest, to be wrapped."""
        if self.setting is not None:
            return self.setting
        room = width - self.label_width() - 2 * PADDING
        for setting in VALUE_SIZES:
            if text_width(self.value, setting) <= room:
                return setting
        return VALUE_SIZES[-1]

    def height(self, width: float) -> float:
        """Room for label and value, never below a row."""
        room = width - self.label_width() - 2 * PADDING
        value = text_height(self.value, self.fitted(width), room)
        label = text_height(self.label, LABEL, self.label_width() - mm(2)) if self.label else 0
        return max(ROW_HEIGHT, value + CLEARANCE, label + CLEARANCE)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Label box and value box."""
        left = self.label_width()
        if left:
            box = QRectF(area.left(), area.top(), left, area.height())
            draw_frame(painter, box)
            draw_text_centred(painter, self.label, LABEL, box.adjusted(mm(1), 0, -mm(1), 0))
        box = area.adjusted(left, 0, 0, 0)
        draw_frame(painter, box)
        inner = box.adjusted(PADDING, 0, -PADDING, 0)
        draw_text_centred(painter, self.value, self.fitted(area.width()), inner)


@dataclass(frozen=True)
class Row:
    """Cells side by side in one height."""

    cells: tuple[Cell, ...]

    def widths(self, width: float) -> list[float]:
        """The width of each cell."""
        whole = sum(cell.share for cell in self.cells)
        return [width * cell.share / whole for cell in self.cells]

    def height(self, width: float) -> float:
        """The tallest cell."""
        pairs = zip(self.cells, self.widths(width), strict=True)
        return max(cell.height(part) for cell, part in pairs)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Cell by cell."""
        left = area.left()
        for cell, part in zip(self.cells, self.widths(area.width()), strict=True):
            cell.draw(painter, QRectF(left, area.top(), part, area.height()))
            left += part

    def split(self, width: float, room: float) -> None:
        """Never."""


def table_row(texts: Sequence[str], shares: Sequence[float], setting: Setting) -> Row:
    """One row of a table: cells without labels, all in one setting."""
    pairs = zip(texts, shares, strict=True)
    return Row(tuple(Cell("", text, share, setting) for text, share in pairs))


@dataclass(frozen=True)
class Group:
    """Rows under one caption, which stands upright in a column on the left.

    `head` is a row repeated on every page the group reaches.
    """

    caption: str
    rows: tuple[Row, ...]
    head: Row | None = None
    divisible: bool = False

    def all_rows(self) -> tuple[Row, ...]:
        """Head and rows."""
        return (self.head, *self.rows) if self.head is not None else self.rows

    def height(self, width: float) -> float:
        """All rows, or the upright caption if that is taller."""
        rows = sum(row.height(width - CAPTION_WIDTH) for row in self.all_rows())
        return max(rows, self._caption_height())

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Caption column, rows stretched to the height, heavier frame."""
        inner = area.adjusted(CAPTION_WIDTH, 0, 0, 0)
        draw_rows(painter, self.all_rows(), inner)
        column = QRectF(area.left(), area.top(), CAPTION_WIDTH, area.height())
        upright = "\n".join(self.caption)
        draw_text_centred(painter, upright, CAPTION, column)
        draw_rule(painter, column.topRight(), column.bottomRight())
        draw_frame(painter, area, FRAME_LINE)

    def split(self, width: float, room: float) -> tuple[Block, Block] | None:
        """As many rows as fit; the caption comes again with the rest.

        A group that may stay whole is divided only when no page could hold it.
        """
        if not self.divisible and self.height(width) <= TEXT_HEIGHT:
            return None
        used = self.head.height(width - CAPTION_WIDTH) if self.head is not None else 0.0
        fitting = 0
        for row in self.rows:
            used += row.height(width - CAPTION_WIDTH)
            if used > room:
                break
            fitting += 1
        if fitting in (0, len(self.rows)):
            return None
        first = Group(self.caption, self.rows[:fitting], self.head, divisible=True)
        rest = Group(self.caption, self.rows[fitting:], self.head, divisible=True)
        return (first, rest) if first.height(width) <= room else None

    def _caption_height(self) -> float:
        return text_height("\n".join(self.caption), CAPTION, CAPTION_WIDTH) + mm(1)


def draw_rows(painter: QPainter, rows: Sequence[Row], area: QRectF) -> None:
    """Rows from top to bottom; height left over is shared out evenly."""
    heights = [row.height(area.width()) for row in rows]
    extra = (area.height() - sum(heights)) / len(rows) if rows else 0.0
    top = area.top()
    for row, height in zip(rows, heights, strict=True):
        row.draw(painter, QRectF(area.left(), top, area.width(), height + extra))
        top += height + extra


def draw_signature_line(painter: QPainter, label: str, setting: Setting, area: QRectF) -> None:
    """A label at the foot of `area` and a line to write on up to its right edge."""
    baseline = area.bottom() - setting.pitch
    draw_text(painter, label, setting, QRectF(area.left(), baseline, area.width(), setting.pitch))
    start = area.left() + text_width(label, setting) + mm(1)
    foot = area.bottom() - mm(0.4)
    draw_rule(painter, QPointF(start, foot), QPointF(area.right(), foot))
