"""A box to choose one of a few from, with an arrow that says so."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import (
    QComboBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from station.ui.screens.base import named
from station.ui.theme import MUTED, Theme

ARROW_PX = 48


class ChoiceBox(QComboBox):
    """A QComboBox whose arrow is drawn, for the style sheet leaves it empty.

    It is never wider than its form: a choice too long for it ends in …, and is whole in the list.
    """

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        """`name` is the object name."""
        super().__init__(parent)
        self._theme = theme
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        # The box's own rows do not follow the style sheet: too low for a finger.
        self.setItemDelegate(QStyledItemDelegate(self))
        named(self, name)

    def showPopup(self) -> None:  # noqa: N802 - Qt calls it by this name
        """The list is as wide as its longest choice."""
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 2 * self._theme.space(16))
        super().showPopup()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The box as the style draws it, then a chevron."""
        painter = QStylePainter(self)
        shown = QStyleOptionComboBox()
        self.initStyleOption(shown)
        room = self.width() - self._theme.space(ARROW_PX + 12)
        text = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)
        shown.currentText = text  # type: ignore[attr-defined]  # a field the stubs leave out
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, shown)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, shown)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(MUTED), self._theme.space(2)))
        half = self._theme.space(6)
        x, y = self.width() - self._theme.space(ARROW_PX // 2), self.height() / 2
        corners = [QPointF(x - half, y - half / 2), QPointF(x, y + half / 2)]
        painter.drawPolyline(QPolygonF([*corners, QPointF(x + half, y - half / 2)]))
