"""The picture from a camera or fingerprint reader, whole and in proportion."""

from enum import Enum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from station.ui.fonts import font
from station.ui.theme import ACCENT, DISABLED_SOFT, INK, LINE_STRONG, MUTED, SURFACE, Theme
from station.ui.widgets.base import StationWidget


class Guide(Enum):
    """What is drawn over the picture to help placing."""

    NONE = "none"
    FACE = "face"
    FINGER = "finger"


def image_from_array(pixels: NDArray[np.uint8]) -> QImage:
    """An owned QImage from (height, width) grey or (height, width, 3) RGB, 8 bit.

    Raises ValueError for any other shape or an empty array.
    """
    if pixels.size == 0 or pixels.dtype != np.uint8:
        raise ValueError("a picture is a non-empty array of 8-bit values")
    packed = np.ascontiguousarray(pixels)
    if packed.ndim == 2:
        kind, channels = QImage.Format.Format_Grayscale8, 1
    elif packed.ndim == 3 and packed.shape[2] == 3:
        kind, channels = QImage.Format.Format_RGB888, 3
    else:
        raise ValueError("a picture is grey (h, w) or RGB (h, w, 3)")
    height, width = packed.shape[:2]
    return QImage(packed.tobytes(), width, height, channels * width, kind).copy()


class LivePicture(StationWidget):
    """Letterboxed picture with an optional guide; a sentence where there is no picture yet."""

    def __init__(
        self, theme: Theme, *, ground: str = SURFACE, parent: QWidget | None = None
    ) -> None:
        """`ground` fills what the picture leaves free: white for fingers, ink for cameras."""
        super().__init__(theme, parent)
        self._ground = ground
        self._image = QImage()
        self._guide = Guide.NONE
        self._placeholder = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_frame(self, pixels: NDArray[np.uint8] | None) -> None:
        """Show one frame, (h, w) grey or (h, w, 3) RGB; None shows the placeholder."""
        self.set_image(None if pixels is None else image_from_array(pixels))

    def set_image(self, image: QImage | None) -> None:
        """Show a QImage, or the placeholder."""
        self._image = QImage() if image is None else image
        self.update()

    def has_picture(self) -> bool:
        """Whether a frame is shown."""
        return not self._image.isNull()

    def set_guide(self, guide: Guide) -> None:
        """Choose the guide drawn over the picture."""
        self._guide = guide
        self.update()

    def placeholder(self) -> str:
        """What is said in place of a picture."""
        return self._placeholder

    def set_placeholder(self, text: str) -> None:
        """The sentence shown without a picture."""
        self._placeholder = text
        self.update()

    def sizeHint(self) -> QSize:
        """A good size on the canvas."""
        return QSize(self.theme.space(360), self.theme.space(360))

    def minimumSizeHint(self) -> QSize:
        """Smaller than this shows nothing useful."""
        return QSize(self.theme.space(120), self.theme.space(120))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, picture, guide, hairline."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        empty = self._image.isNull()
        painter.fillRect(frame, QColor(DISABLED_SOFT if empty else self._ground))
        if empty:
            self._draw_placeholder(painter, frame)
        else:
            target = self._target(frame)
            painter.drawImage(target, self._image)
            self._draw_guide(painter, target)
        painter.setPen(QPen(QColor(LINE_STRONG), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(frame)

    def _target(self, frame: QRectF) -> QRectF:
        size = self._image.size().scaled(
            self.size() - QSize(4, 4), Qt.AspectRatioMode.KeepAspectRatio
        )
        target = QRectF(0, 0, size.width(), size.height())
        target.moveCenter(frame.center())
        return target

    def _draw_placeholder(self, painter: QPainter, frame: QRectF) -> None:
        pad = self.theme.space(16)
        painter.setFont(font(self.theme.lead))
        painter.setPen(QColor(MUTED))
        painter.drawText(
            frame.adjusted(pad, pad, -pad, -pad),
            int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap),
            self._placeholder,
        )

    def _draw_guide(self, painter: QPainter, target: QRectF) -> None:
        if self._guide is Guide.NONE:
            return
        face = self._guide is Guide.FACE
        shape = _face_oval(target) if face else _finger_oval(target)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((INK, 4.0), (SURFACE, 2.0)) if face else ((ACCENT, 2.0),):
            pen = QPen(QColor(colour), width * self.theme.space_scale)
            if colour != INK:
                pen.setDashPattern([5, 4])
            painter.setPen(pen)
            painter.drawEllipse(shape)


def _face_oval(target: QRectF) -> QRectF:
    """Where the head belongs on a 33 : 48 picture (head 68 % wide and 63 % high at most)."""
    width = min(target.width(), target.height() * 33 / 48)
    oval = QRectF(0, 0, width * 0.68, width * 48 / 33 * 0.63)
    oval.moveCenter(target.center())
    oval.moveTop(target.top() + target.height() * 0.1)
    return oval


def _finger_oval(target: QRectF) -> QRectF:
    height = min(target.height() * 0.88, target.width() * 1.15)
    oval = QRectF(0, 0, height * 0.68, height)
    oval.moveCenter(target.center())
    return oval
