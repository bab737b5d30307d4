"""How far along: a ring that fills, with the count inside."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from station.ui.fonts import font
from station.ui.theme import ACCENT, DONE, INK, LINE, Theme
from station.ui.widgets.base import StationWidget

FULL_TURN = 360 * 16
"""Qt counts sixteenths of a degree."""


class ProgressRing(StationWidget):
    """A ring for done out of total; without a total, a short arc for waiting of unknown length."""

    def __init__(
        self, theme: Theme, diameter_px: float = 96, parent: QWidget | None = None
    ) -> None:
        """`diameter_px` on the canvas."""
        super().__init__(theme, parent)
        self._done = 0
        self._total = 0
        self._side = theme.space(diameter_px)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_progress(self, done: int, total: int) -> None:
        """Show `done` of `total`; a total of 0 means that the length is unknown."""
        self._total = max(0, total)
        self._done = max(0, min(done, self._total)) if total > 0 else done
        self.setAccessibleName(f"{self._done}/{self._total}" if self._total else "…")
        self.update()

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Track, arc, count."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self._side * 0.09
        ring = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.setPen(QPen(QColor(LINE), width))
        painter.drawEllipse(ring)
        complete = self._total > 0 and self._done == self._total
        pen = QPen(QColor(DONE if complete else ACCENT), width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if self._total:
            painter.drawArc(ring, 90 * 16, -round(FULL_TURN * self._done / self._total))
            self._draw_count(painter)
        else:
            painter.drawArc(ring, 90 * 16 - self._done * 16, -FULL_TURN // 4)

    def _draw_count(self, painter: QPainter) -> None:
        text = f"{self._done}/{self._total}"
        painter.setPen(QColor(INK))
        painter.setFont(font(max(self.theme.body, round(self._side * 0.22)), bold=True))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, text)
