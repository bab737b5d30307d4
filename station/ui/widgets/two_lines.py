"""Two short lines of staff text, one above the other."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from station.ui.fonts import font
from station.ui.theme import INK, MUTED, Theme


class TwoLines(QWidget):
    """A first line and a quieter second one; a line too long ends in … and shows whole on hover."""

    def __init__(
        self, theme: Theme, *, bold_first: bool = False, parent: QWidget | None = None
    ) -> None:
        """Empty until `set_lines`."""
        super().__init__(parent)
        self._theme = theme
        self._bold_first = bold_first
        self._first = ""
        self._second = ""
        self._colour = INK
        self._second_colour = MUTED

    def set_lines(
        self, first: str, second: str, colour: str = INK, second_colour: str = MUTED
    ) -> None:
        """Set both lines and their colours; a second line alone is in ink."""
        self._first, self._second = first, second
        self._colour, self._second_colour = colour, second_colour
        text = f"{first} {second}".strip()
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.updateGeometry()
        self.update()

    def lines(self) -> tuple[str, str]:
        """Both lines, whole."""
        return self._first, self._second

    def sizeHint(self) -> QSize:
        """As wide as the longer line."""
        first = QFontMetrics(font(self._theme.body, bold=self._bold_first))
        second = QFontMetrics(font(self._theme.body))
        width = max(first.horizontalAdvance(self._first), second.horizontalAdvance(self._second))
        return QSize(width + 1, 2 * self._line_height())

    def minimumSizeHint(self) -> QSize:
        """May be squeezed in width."""
        return QSize(0, 2 * self._line_height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw one line, or both, centred in height."""
        shown = [
            (self._first, self._colour, self._bold_first),
            (self._second, self._second_colour if self._first else INK, False),
        ]
        shown = [line for line in shown if line[0]]
        painter = QPainter(self)
        height = self._line_height()
        top = (self.height() - height * len(shown)) // 2
        for text, colour, bold in shown:
            chosen = font(self._theme.body, bold=bold)
            painter.setFont(chosen)
            painter.setPen(QColor(colour))
            fitted = QFontMetrics(chosen).elidedText(
                text, Qt.TextElideMode.ElideRight, self.width()
            )
            painter.drawText(
                QRect(0, top, self.width(), height), Qt.AlignmentFlag.AlignVCenter, fitted
            )
            top += height

    def _line_height(self) -> int:
        return round(self._theme.body * 1.4)
