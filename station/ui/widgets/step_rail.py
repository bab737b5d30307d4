"""The steps of the task, down the left side."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from station.ui.fonts import font
from station.ui.theme import (
    ACCENT,
    ACCENT_SOFT,
    DONE,
    INK,
    LINE,
    LINE_STRONG,
    MUTED,
    SURFACE,
    Level,
    Theme,
)
from station.ui.widgets.base import StationWidget
from station.ui.widgets.shapes import draw_level

WIDTH_PX = 220
ROW_PX = 56
MARK_PX = 24


class StepState(Enum):
    """Where a step stands."""

    DONE = "done"
    CURRENT = "current"
    WAITING = "waiting"


@dataclass(frozen=True)
class RailStep:
    """One step; `progress` is a short count such as 13/24, shown beside the title."""

    title: str
    state: StepState
    progress: str = ""


class StepRail(StationWidget):
    """✓ what is done, ● what is on, ○ what comes, joined by a line from first to last."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """An empty rail."""
        super().__init__(theme, parent)
        self._steps: tuple[RailStep, ...] = ()
        self.setFixedWidth(theme.space(WIDTH_PX))

    def set_steps(self, steps: Sequence[RailStep]) -> None:
        """Replace all steps."""
        self._steps = tuple(steps)
        self.setAccessibleName("；".join(f"{s.title} {s.progress}".strip() for s in steps))
        self.updateGeometry()
        self.update()

    def steps(self) -> tuple[RailStep, ...]:
        """The steps shown."""
        return self._steps

    def sizeHint(self) -> QSize:
        """Room for every row."""
        rows = len(self._steps) * self.theme.row(ROW_PX)
        return QSize(self.width(), rows + 2 * self.theme.space(16))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Connecting line first, rows over it."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, step in enumerate(self._steps):
            row = self._row(index)
            if step.state is StepState.CURRENT:
                self._draw_ground(painter, row)
            if index:
                self._draw_link(painter, row, done=step.state is not StepState.WAITING)
            self._draw_step(painter, row, index + 1, step)

    def _row(self, index: int) -> QRectF:
        height = self.theme.row(ROW_PX)
        return QRectF(0, self.theme.space(16) + index * height, self.width() - 1, height)

    def _mark(self, row: QRectF) -> QRectF:
        side = self.theme.row(MARK_PX)
        return QRectF(self.theme.space(20), row.center().y() - side / 2, side, side)

    def _draw_ground(self, painter: QPainter, row: QRectF) -> None:
        painter.fillRect(row, QColor(ACCENT_SOFT))
        painter.fillRect(QRectF(0, row.top(), self.theme.space(4), row.height()), QColor(ACCENT))

    def _draw_link(self, painter: QPainter, row: QRectF, *, done: bool) -> None:
        mark = self._mark(row)
        painter.setPen(QPen(QColor(DONE if done else LINE), 2))
        gap = self.theme.row(4)
        above = mark.top() - row.height() + mark.height()
        x = mark.center().x()
        painter.drawLine(round(x), round(above + gap), round(x), round(mark.top() - gap))

    def _draw_step(self, painter: QPainter, row: QRectF, number: int, step: RailStep) -> None:
        mark = self._mark(row)
        current = step.state is StepState.CURRENT
        if step.state is StepState.DONE:
            draw_level(painter, mark, Level.DONE)
        else:
            self._draw_number(painter, mark, number, current=current)
        left = mark.right() + self.theme.space(12)
        text = QRectF(left, row.top(), row.right() - self.theme.space(14) - left, row.height())
        painter.setFont(font(self.theme.body, bold=current))
        painter.setPen(QColor(INK if step.state is not StepState.WAITING else MUTED))
        painter.drawText(
            text,
            int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextWordWrap),
            step.title,
        )
        painter.setPen(QColor(ACCENT if current else MUTED))
        painter.drawText(
            text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, step.progress
        )

    def _draw_number(self, painter: QPainter, mark: QRectF, number: int, *, current: bool) -> None:
        painter.setPen(QPen(QColor(ACCENT if current else LINE_STRONG), 1.5))
        painter.setBrush(QColor(ACCENT if current else SURFACE))
        painter.drawEllipse(mark.adjusted(0.75, 0.75, -0.75, -0.75))
        painter.setFont(font(round(mark.height() * 0.62), bold=True))
        painter.setPen(QColor(SURFACE if current else MUTED))
        painter.drawText(mark, Qt.AlignmentFlag.AlignCenter, str(number))
