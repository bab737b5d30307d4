"""The striped banner that says: these devices are not real."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from station.ui.fonts import font
from station.ui.theme import INK, SIMULATION, Theme
from station.ui.widgets.base import StationWidget

HEIGHT_PX = 36
STRIPE_PX = 18


class SimulationBanner(StationWidget):
    """Diagonal stripes over the full width, with the words on a plain plate in the middle."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Shown whenever a simulated device is in use."""
        super().__init__(theme, parent)
        self.setFixedHeight(theme.row(HEIGHT_PX))
        self._text = ""
        self.retranslate()

    def retranslate(self) -> None:
        """The words in the current language."""
        self._text = self.tr("模拟设备 · 仅供演示和练习，记录不作正式使用")
        self.setAccessibleName(self._text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Stripes, plate, words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height, step = self.height(), self.theme.space(STRIPE_PX)
        painter.fillRect(self.rect(), QColor(SIMULATION))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(INK))
        for left in range(-height, self.width() + height, 2 * step):
            painter.drawPolygon(
                QPolygonF(
                    [
                        QPointF(left, height),
                        QPointF(left + height, 0),
                        QPointF(left + height + step, 0),
                        QPointF(left + step, height),
                    ]
                )
            )
        chosen = font(self.theme.body, bold=True)
        width = QFontMetrics(chosen).horizontalAdvance(self._text) + self.theme.space(48)
        plate = QRectF((self.width() - width) / 2, 0, width, height)
        painter.fillRect(plate, QColor(SIMULATION))
        painter.setFont(chosen)
        painter.setPen(QColor(INK))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, self._text)
