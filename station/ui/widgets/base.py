"""What all widgets share: a theme, a styled ground, and words that follow the language."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QLabel, QLayout, QWidget

from station.ui.theme import Theme


class StationWidget(QWidget):
    """A widget with a theme. Subclasses put every visible word into `retranslate`."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """`theme` gives all lengths; it does not change during the widget's life."""
        super().__init__(parent)
        self.theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def retranslate(self) -> None:
        """Set all words anew in the current language."""

    def changeEvent(self, event: QEvent) -> None:
        """Follow a language switch at once."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


class Panel(QFrame):
    """A white sheet with a hairline border, to group what belongs together."""


def label(
    text: str = "", *, size: str = "", bold: bool = False, tone: str = "", wrap: bool = False
) -> QLabel:
    """A QLabel in one of the style sheet's sizes (`lead`, `applicant`, `display`) and tones."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("textSize", size)
    made.setProperty("tone", tone)
    made.setProperty("weight", "bold" if bold else "")
    made.setWordWrap(wrap)
    return made


def clear_layout(layout: QLayout) -> None:
    """Take everything out of a layout; its widgets vanish at once and are freed later."""
    while layout.count():
        old = layout.takeAt(0).widget()
        if old is not None:
            old.hide()
            old.deleteLater()
