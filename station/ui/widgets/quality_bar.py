"""Quality 0 to 100 with the least value marked, and a word for it."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from station.ui.fonts import font
from station.ui.theme import DISABLED_SOFT, INK, LEVEL_COLOURS, LINE, MUTED, Level, Theme
from station.ui.widgets.base import StationWidget
from station.ui.widgets.shapes import draw_level

FULL = 100


class QualityBar(StationWidget):
    """A bar with a notch at the minimum; shape, number and word above it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Empty until `set_quality`."""
        super().__init__(theme, parent)
        self._value: int | None = None
        self._minimum = 0
        self._word = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_quality(self, value: int | None, minimum: int, word: str = "") -> None:
        """Show a value 0..100 (None: nothing measured), the least that will do, and its word."""
        self._value = None if value is None else max(0, min(FULL, value))
        self._minimum = max(0, min(FULL, minimum))
        self._word = word
        self.setAccessibleName(f"{self.tr('质量')} {'—' if value is None else value} {word}")
        self.update()

    def level(self) -> Level:
        """Done from the minimum on, attention below, plain while nothing is measured."""
        if self._value is None:
            return Level.PLAIN
        return Level.DONE if self._value >= self._minimum else Level.ATTENTION

    def sizeHint(self) -> QSize:
        """Text line, bar, notch."""
        return QSize(self.theme.space(280), self.theme.row(62))

    def minimumSizeHint(self) -> QSize:
        """Height is fixed."""
        return QSize(self.theme.space(160), self.theme.row(62))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Words above, bar below."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_words(painter)
        self._draw_bar(painter)

    def _draw_words(self, painter: QPainter) -> None:
        row = self.theme.row
        line = QRectF(0, 0, self.width(), row(30))
        left = 0.0
        if self._value is not None:
            side = row(20)
            draw_level(painter, QRectF(0, (line.height() - side) / 2, side, side), self.level())
            left = side + row(8)
        painter.setFont(font(self.theme.body, bold=True))
        painter.setPen(QColor(LEVEL_COLOURS[self.level()][0] if self._value is not None else MUTED))
        align = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(line.adjusted(left, 0, 0, 0), align, self._word or self.tr("等待按指"))
        if self._value is not None:
            painter.setPen(QColor(INK))
            painter.drawText(line, align | Qt.AlignmentFlag.AlignRight, str(self._value))

    def _draw_bar(self, painter: QPainter) -> None:
        row = self.theme.row
        height = row(14)
        bar = QRectF(0.5, row(34), self.width() - 1, height)
        painter.setPen(QColor(LINE))
        painter.setBrush(QColor(DISABLED_SOFT))
        painter.drawRoundedRect(bar, height / 2, height / 2)
        if self._value:
            filled = QRectF(bar)
            filled.setWidth(max(height, bar.width() * self._value / FULL))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(LEVEL_COLOURS[self.level()][0]))
            painter.drawRoundedRect(filled, height / 2, height / 2)
        x = bar.left() + bar.width() * self._minimum / FULL
        tip, base = bar.bottom() + row(2), bar.bottom() + row(11)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(INK))
        painter.drawRect(QRectF(x - 1, bar.top() - row(2), 2, height + row(4)))
        painter.drawPolygon(
            QPolygonF([QPointF(x, tip), QPointF(x - row(6), base), QPointF(x + row(6), base)])
        )
