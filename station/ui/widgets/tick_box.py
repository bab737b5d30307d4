"""A box to tick."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QStyle, QStyleOptionButton

from station.ui.theme import SURFACE
from station.ui.widgets.shapes import draw_tick


class TickBox(QCheckBox):
    """A QCheckBox with a tick in it: the style sheet can only colour the box."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The box as the style draws it, then the tick."""
        super().paintEvent(event)
        if not self.isChecked():
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        box = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        draw_tick(QPainter(self), QRectF(box), SURFACE)
