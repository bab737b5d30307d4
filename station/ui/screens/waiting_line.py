"""A ring that turns beside a word while the station works."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from station.ui.theme import Theme
from station.ui.widgets.base import StationWidget, label
from station.ui.widgets.progress_ring import ProgressRing

STEP_MS = 60
STEP_DEGREES = 18
DIAMETER_PX = 36


class WaitingLine(StationWidget):
    """The ring turns only while it is shown."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts hidden."""
        super().__init__(theme, parent)
        self._ring = ProgressRing(theme, DIAMETER_PX)
        self._word = label(size="lead")
        self._angle = 0
        self._timer = QTimer(self)
        self._timer.setInterval(STEP_MS)
        self._timer.timeout.connect(self._turn)
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

    def showEvent(self, event: QShowEvent) -> None:
        """Start to turn."""
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest."""
        self._timer.stop()
        super().hideEvent(event)

    def _turn(self) -> None:
        self._angle = (self._angle + STEP_DEGREES) % 360
        self._ring.set_progress(self._angle, 0)
