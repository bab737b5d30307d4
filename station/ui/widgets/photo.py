"""A portrait in its own proportions, or a quiet silhouette where there is none."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from station.ui.theme import DISABLED_SOFT, LINE, LINE_STRONG, Theme

ASPECT = 48 / 33
"""Height over width of the certificate photo."""


class Photo(QWidget):
    """A fixed-size frame of 33 : 48 that shows a picture whole, letterboxed when it differs."""

    def __init__(self, theme: Theme, width_px: int, parent: QWidget | None = None) -> None:
        """`width_px` is the final width, already scaled."""
        super().__init__(parent)
        self._theme = theme
        self._image = QImage()
        self.setFixedSize(width_px, round(width_px * ASPECT))

    def set_image(self, image: QImage | None) -> None:
        """Show `image`; None or a null image shows the silhouette."""
        self._image = QImage() if image is None else image
        self.update()

    def has_image(self) -> bool:
        """Whether a picture is shown."""
        return not self._image.isNull()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Picture or silhouette inside a hairline."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.fillRect(frame, QColor(DISABLED_SOFT))
        if self._image.isNull():
            _draw_silhouette(painter, frame)
        else:
            size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            target = QRectF(0, 0, size.width(), size.height())
            target.moveCenter(frame.center())
            painter.drawImage(target, self._image)
        painter.setPen(QPen(QColor(LINE), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(frame)


def _draw_silhouette(painter: QPainter, frame: QRectF) -> None:
    painter.save()
    painter.setClipRect(frame)
    unit = frame.width()
    centre = frame.center().x()
    head = QRectF(0, 0, unit * 0.36, unit * 0.44)
    head.moveCenter(frame.center())
    head.moveTop(frame.top() + frame.height() * 0.22)
    shoulders = QPainterPath()
    shoulders.addEllipse(
        QRectF(centre - unit * 0.38, head.bottom() + unit * 0.08, unit * 0.76, unit * 1.1)
    )
    painter.setPen(QPen(QColor(LINE_STRONG), 1.5))
    painter.setBrush(QColor(LINE))
    painter.drawPath(shoulders)
    painter.drawEllipse(head)
    painter.restore()
