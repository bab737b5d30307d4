"""A ring that turns beside a word while the station works."""

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from station.ui.theme import ACCENT, LINE, Theme
from station.ui.widgets.base import StationWidget, label

STEP_MS = 50
STEP_DEGREES = 18
SWEEP_DEGREES = 100


class ProgressRing(StationWidget):
    """The ring turns only while it is shown."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts hidden."""
        super().__init__(theme, parent)
        self._ring = _Ring(theme.row(36))
        self._word = label(size="lead")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.space(14))
        line.addStretch(1)
        line.addWidget(self._ring)
        line.addWidget(self._word)
        line.addStretch(1)
        self.hide()

    def show_word(self, word: str) -> None:
        """Turn and say what is going on; an empty word hides the ring."""
        self._word.setText(word)
        self.setAccessibleName(word)
        self.setVisible(bool(word))

    def word(self) -> str:
        """What is shown."""
        return self._word.text()


class _Ring(QWidget):
    def __init__(self, side_px: int) -> None:
        super().__init__()
        self.setFixedSize(side_px, side_px)
        self._angle = 90
        self._timer = QTimer(self)
        self._timer.setInterval(STEP_MS)
        self._timer.timeout.connect(self._turn)

    def showEvent(self, event: QShowEvent) -> None:
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def _turn(self) -> None:
        self._angle = (self._angle - STEP_DEGREES) % 360
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self.width() / 9
        box = QRectF(self.rect()).adjusted(width, width, -width, -width)
        painter.setPen(QPen(QColor(LINE), width))
        painter.drawEllipse(box)
        pen = QPen(QColor(ACCENT), width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawArc(box, self._angle * 16, -SWEEP_DEGREES * 16)
