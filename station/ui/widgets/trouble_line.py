"""What is wrong with a form, under its fields."""

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from station.ui.theme import STOP, Level, Theme
from station.ui.widgets.fit_label import FitLabel
from station.ui.widgets.shapes import draw_level


class TroubleLine(FitLabel):
    """A sentence in the colour of a stop with its shape before it: red alone is no sign."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        """Hidden until `set_text`; `name` is the object name."""
        super().__init__((theme.body,), colour=STOP, parent=parent)
        self.setObjectName(name)
        self._side_px = theme.row(20)
        self._indent_px = self._side_px + theme.space(8)

    def heightForWidth(self, width: int) -> int:
        """Height in pixels that shows the whole sentence beside its shape."""
        return super().heightForWidth(width - self._indent_px)

    def sizeHint(self) -> QSize:
        """One line, and the shape."""
        return super().sizeHint() + QSize(self._indent_px, 0)

    def text_rect(self) -> QRect:
        """Beside the shape."""
        return self.rect().adjusted(self._indent_px, 0, 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The shape at the first line, then the sentence."""
        super().paintEvent(event)
        if self.text():
            top = (self.height() - self.heightForWidth(self.width())) / 2
            top += (self.minimumSizeHint().height() - self._side_px) / 2
            square = QRectF(0, top, self._side_px, self._side_px)
            draw_level(QPainter(self), square, Level.STOP)
