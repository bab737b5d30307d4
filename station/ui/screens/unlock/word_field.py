"""One of the 24 words: completed when it is clear which is meant, marked when it is none."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from station.services.recovery_words import completed, completions
from station.ui.scans import take_scans
from station.ui.screens.base import named
from station.ui.theme import LEVEL_COLOURS, Level
from station.ui.widgets.shapes import draw_level

LONGEST_WORD = 12


class WordField(QLineEdit):
    """Space goes on to the next field; leaving it completes a word that is begun clearly.

    A right word has the colour and shape of what is done, an impossible one those of a stop; both
    are also said in the accessible name, and the latter in the line under the fields.
    """

    went_on = Signal()
    went_back = Signal()

    def __init__(self, place: int, parent: QWidget | None = None) -> None:
        """`place` counts from 1."""
        super().__init__(parent)
        self.place = place
        named(self, f"unlock.word.{place}")
        self.setMaxLength(LONGEST_WORD)
        take_scans(self, numbers_only=True)
        self.textChanged.connect(lambda _text: self._show())
        self._show()

    def typed(self) -> str:
        """What was typed, in the spelling of the list."""
        return self.text().strip().lower()

    def word(self) -> str:
        """The word that is meant; empty while that is not clear."""
        return completed(self.typed()) or ""

    def is_impossible(self) -> bool:
        """Whether no word begins like this."""
        return bool(self.typed()) and not completions(self.typed())

    def complete(self) -> None:
        """Write the whole word where it is clear."""
        if self.word() and self.text() != self.word():
            self.setText(self.word())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space: on to the next; Backspace in an empty field: back to the one before."""
        if event.key() == Qt.Key.Key_Space:
            self.complete()
            if self.typed():
                self.went_on.emit()
        elif event.key() == Qt.Key.Key_Backspace and not self.text():
            self.went_back.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving by Tab, Enter or touch completes, too."""
        self.complete()
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The word, then the shape that says whether it is one."""
        super().paintEvent(event)
        level = self._level()
        if level is not None:
            side = self.fontMetrics().ascent()
            top = (self.height() - side) / 2
            draw_level(
                QPainter(self), QRectF(self.width() - side - top / 2, top, side, side), level
            )

    def _level(self) -> Level | None:
        if not self.typed():
            return None
        if self.is_impossible():
            return Level.STOP
        return Level.DONE if self.word() == self.typed() else None

    def _show(self) -> None:
        level = self._level()
        style = "QLineEdit {{ color: {}; font-weight: 700; }}"
        self.setStyleSheet(style.format(LEVEL_COLOURS[level][0]) if level else "")
        mark = {Level.STOP: "✕", Level.DONE: "✓"}.get(level, "") if level else ""
        self.setAccessibleName(f"{self.place} {self.text()} {mark}".strip())
