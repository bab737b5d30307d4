"""A box to choose one of a few from, with an arrow that says so."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QComboBox, QWidget

from station.ui.screens.base import named
from station.ui.theme import MUTED, Theme


class ChoiceBox(QComboBox):
    """A QComboBox whose arrow is drawn, for the style sheet leaves it empty."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        """`name` is the object name."""
        super().__init__(parent)
        self._theme = theme
        named(self, name)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The box as the style draws it, then a chevron."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(MUTED), self._theme.space(2)))
        half = self._theme.space(6)
        x, y = self.width() - self._theme.space(24), self.height() / 2
        corners = [QPointF(x - half, y - half / 2), QPointF(x, y + half / 2)]
        painter.drawPolyline(QPolygonF([*corners, QPointF(x + half, y - half / 2)]))
