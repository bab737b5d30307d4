"""Tries used and left: ● ● ○."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from station.ui.fonts import font
from station.ui.theme import INK, SURFACE, Theme
from station.ui.widgets.base import StationWidget


class TriesDots(StationWidget):
    """A filled dot for every try used, a ring for every try left, and the count in words."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """No tries until `set_tries`."""
        super().__init__(theme, parent)
        self._used = 0
        self._allowed = 0
        self._text = ""
        self._side = theme.row(20)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_tries(self, used: int, allowed: int) -> None:
        """`used` of `allowed` tries are gone."""
        self._used, self._allowed = used, allowed
        self.retranslate()

    def retranslate(self) -> None:
        """The count in words."""
        self._text = (
            self.tr("已试 %1 次，共 %2 次")
            .replace("%1", str(self._used))
            .replace("%2", str(self._allowed))
        )
        self.setAccessibleName(self._text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Dots, gap, words."""
        words = QFontMetrics(font(self.theme.body)).horizontalAdvance(self._text)
        width = self._dots_width() + self.theme.row(12) + words + 2
        return QSize(width, self.theme.row(32))

    def minimumSizeHint(self) -> QSize:
        """Nothing is cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dots from the left, then the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(INK), 2))
        for index in range(self._allowed):
            painter.setBrush(QColor(INK if index < self._used else SURFACE))
            x = self._side * (1.4 * index + 0.5)
            radius = self._side / 2 - 2
            painter.drawEllipse(QPointF(x, self.height() / 2), radius, radius)
        left = self._dots_width() + self.theme.row(12)
        painter.setFont(font(self.theme.body))
        painter.drawText(
            QRectF(left, 0, self.width() - left, self.height()),
            Qt.AlignmentFlag.AlignVCenter,
            self._text,
        )

    def _dots_width(self) -> int:
        return round(self._side * (1.4 * self._allowed - 0.4)) if self._allowed else 0
