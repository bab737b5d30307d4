"""The presses of the capture plan as dots: six fingers across, four presses down."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from station.ui.fonts import font
from station.ui.theme import ACCENT, DONE, INK, LINE_STRONG, MUTED, STOP, SURFACE, Theme
from station.ui.widgets.base import StationWidget
from station.ui.widgets.shapes import draw_tick

PRESSES_PER_FINGER = 4


@dataclass(frozen=True)
class DotColumn:
    """One finger: a short caption such as 左拇, presses taken, and whether it is excepted."""

    caption: str
    taken: int
    excepted: bool = False


class PressDots(StationWidget):
    """Filled and ticked: taken. Ring with centre: next. Empty: to come. Bar: excepted."""

    def __init__(
        self,
        theme: Theme,
        *,
        for_applicant: bool = False,
        presses_per_finger: int = PRESSES_PER_FINGER,
        parent: QWidget | None = None,
    ) -> None:
        """`for_applicant` enlarges dots and captions."""
        super().__init__(theme, parent)
        self._caption_px = theme.applicant if for_applicant else theme.body
        self._pitch = theme.row(44 if for_applicant else 28)
        self._column = max(theme.row(84 if for_applicant else 56), self._caption_px * 3)
        self._presses = presses_per_finger
        self._columns: tuple[DotColumn, ...] = ()
        self._current: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_progress(self, columns: Sequence[DotColumn], current: int | None) -> None:
        """Show the columns; `current` is the index of the finger in hand, None when all is done."""
        self._columns = tuple(columns)
        self._current = current
        taken, whole = self.counts()
        self.setAccessibleName(f"{taken}/{whole}")
        self.updateGeometry()
        self.update()

    def counts(self) -> tuple[int, int]:
        """Presses taken and presses planned, without excepted fingers."""
        counted = [column for column in self._columns if not column.excepted]
        return sum(c.taken for c in counted), len(counted) * self._presses

    def sizeHint(self) -> QSize:
        """Captions above, dots below."""
        width = self._column * max(1, len(self._columns))
        return QSize(width, round(self._caption_px * 1.6) + self._pitch * self._presses)

    def minimumSizeHint(self) -> QSize:
        """Dots are not squeezed."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Column by column."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, column in enumerate(self._columns):
            self._draw_column(painter, index, column)

    def _draw_column(self, painter: QPainter, index: int, column: DotColumn) -> None:
        current = index == self._current
        top = self._caption_px * 1.6
        left = index * self._column
        painter.setFont(font(self._caption_px, bold=current))
        painter.setPen(QColor(ACCENT if current else INK if column.taken else MUTED))
        painter.drawText(
            QRectF(left, 0, self._column, top), Qt.AlignmentFlag.AlignCenter, column.caption
        )
        for press in range(self._presses):
            centre = QPointF(left + self._column / 2, top + self._pitch * (press + 0.5))
            if column.excepted:
                self._draw_excepted(painter, centre)
            elif press < column.taken:
                self._draw_taken(painter, centre)
            else:
                self._draw_open(painter, centre, upcoming=current and press == column.taken)

    def _radius(self) -> float:
        return self._pitch * 0.36

    def _draw_taken(self, painter: QPainter, centre: QPointF) -> None:
        radius = self._radius()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(DONE))
        painter.drawEllipse(centre, radius, radius)
        box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
        draw_tick(painter, box, SURFACE)

    def _draw_open(self, painter: QPainter, centre: QPointF, *, upcoming: bool) -> None:
        radius = self._radius() - 1
        width = 3.0 if upcoming else 1.5
        painter.setPen(QPen(QColor(ACCENT if upcoming else LINE_STRONG), width))
        painter.setBrush(QColor(SURFACE))
        painter.drawEllipse(centre, radius, radius)
        if upcoming:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ACCENT))
            painter.drawEllipse(centre, radius * 0.42, radius * 0.42)

    def _draw_excepted(self, painter: QPainter, centre: QPointF) -> None:
        pen = QPen(QColor(STOP), 3)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        reach = QPointF(self._radius() * 0.7, 0)
        painter.drawLine(centre - reach, centre + reach)
