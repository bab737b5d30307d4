"""The strip over the full width: the finger to use, then the verdict in its place."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from station.ui.screens.gate_words import BandWords
from station.ui.theme import ACCENT, ACCENT_SOFT, Theme
from station.ui.widgets.base import StationWidget
from station.ui.widgets.fit_label import FitLabel
from station.ui.widgets.verdict_band import VerdictBand

HEIGHT_PX = 196


class GateBand(QStackedWidget):
    """Always of one height, so that nothing jumps when a verdict comes."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Empty until `show_finger` or `show_verdict`."""
        super().__init__(parent)
        self._finger = _FingerStrip(theme)
        self._verdict = _SaidBand(theme)
        self._verdict.setObjectName("gate.verdict")
        self.setFixedHeight(theme.row(HEIGHT_PX))
        self.addWidget(self._finger)
        self.addWidget(self._verdict)

    def show_finger(self, words: str) -> None:
        """No verdict yet: which finger to lay on the glass."""
        self._verdict.clear()
        self._finger.set_words(words)
        self.setCurrentWidget(self._finger)

    def show_verdict(self, said: BandWords) -> None:
        """A verdict in its colour, sign and words."""
        self._verdict.say(said)
        self.setCurrentWidget(self._verdict)

    def text(self) -> str:
        """What the strip says."""
        if self.currentWidget() is self._verdict:
            return self._verdict.text()
        return self._finger.words.text()


class _SaidBand(VerdictBand):
    """The verdict band with words that the gate chooses itself."""

    def __init__(self, theme: Theme) -> None:
        self._said = ""
        super().__init__(theme)

    def say(self, said: BandWords) -> None:
        """Style, words and detail at once."""
        self._said = said.words
        self.set_verdict(said.style, said.detail)

    def retranslate(self) -> None:
        """The screen sets the words anew when the language changes."""
        self._words.set_text(self._said if self.verdict() is not None else "")
        self.setAccessibleName(self.text())


class _FingerStrip(StationWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.words = FitLabel(
            (theme.verdict, theme.display),
            bold=True,
            colour=ACCENT,
            align=Qt.AlignmentFlag.AlignHCenter,
        )
        self.words.setObjectName("gate.finger")
        page = QVBoxLayout(self)
        page.setContentsMargins(theme.space(48), 0, theme.space(48), 0)
        page.addStretch(1)
        page.addWidget(self.words)
        page.addStretch(1)

    def set_words(self, words: str) -> None:
        self.words.set_text(words)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(ACCENT_SOFT))
