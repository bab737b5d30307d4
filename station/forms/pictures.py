"""Photos at true size and the code, drawn as vectors."""

import segno
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath

from station.forms.blocks import CENTRE
from station.forms.paper import INK, QUIET_INK, Setting, draw_frame, draw_text_centred, mm

PHOTO_WIDTH = mm(33)
PHOTO_HEIGHT = mm(48)
QR_SIDE = mm(22)
MISSING = Setting(9, align=CENTRE, colour=QUIET_INK)
LARGEST_SIDE_PX = 4096
NEARLY_SAME_ASPECT = 0.02


def photo_image(encoded: bytes) -> QImage:
    """The decoded photo, null when there is none, it is no picture, or it is absurdly large."""
    image = QImage.fromData(encoded) if encoded else QImage()
    if max(image.width(), image.height()) > LARGEST_SIDE_PX:
        return QImage()
    return image


def draw_photo(painter: QPainter, image: QImage, missing: str, frame: QRectF) -> None:
    """The whole photo in a frame of 33 × 48 mm; `missing` is said where there is none."""
    if image.isNull():
        draw_text_centred(painter, missing, MISSING, frame)
    else:
        painter.drawImage(_target(image.size(), frame), image)
    draw_frame(painter, frame)


def draw_qr(painter: QPainter, content: str, area: QRectF) -> None:
    """A QR code (level M) filling `area`; the quiet zone is the paper around it."""
    rows = [bytes(row) for row in segno.make_qr(content, error="m", boost_error=False).matrix]
    module = area.width() / len(rows)
    path = QPainterPath()
    for y, row in enumerate(rows):
        for start, end in _runs(row):
            path.addRect(
                QRectF(
                    area.left() + start * module,
                    area.top() + y * module,
                    (end - start) * module,
                    module,
                )
            )
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(INK))
    path.setFillRule(Qt.FillRule.WindingFill)
    painter.drawPath(path)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Start and end of every run of dark modules."""
    runs: list[tuple[int, int]] = []
    start: int | None = None
    for x, dark in enumerate([*row, 0]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            runs.append((start, x))
            start = None
    return runs


def _target(size: QSize, frame: QRectF) -> QRectF:
    """Where the photo goes: the full frame for a certificate photo, letterboxed otherwise."""
    aspect = size.width() / size.height()
    if abs(aspect / (frame.width() / frame.height()) - 1) < NEARLY_SAME_ASPECT:
        return frame
    fitted = size.scaled(frame.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
    target = QRectF(0, 0, fitted.width(), fitted.height())
    target.moveCenter(frame.center())
    return target
