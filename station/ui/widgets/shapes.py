"""Drawn shapes: one for each level, one for each kind of device. They read in black and white."""

from enum import Enum
from math import cos, pi, sin

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF

from station.ui.theme import LEVEL_COLOURS, SURFACE, Level

BOX = 24.0
"""Shapes are designed in a square of 24 units."""


class DeviceIcon(Enum):
    """Pictogram of a device chip."""

    FINGERPRINT_READER = "fingerprint_reader"
    DOCUMENT_READER = "document_reader"
    CAMERA = "camera"
    PRINTER = "printer"
    SCANNER = "scanner"
    SMART_CARD = "smart_card"


def draw_level(
    painter: QPainter, rect: QRectF, level: Level, colour: str = "", mark: str = SURFACE
) -> None:
    """Disc with tick, triangle with bar, octagon with cross, disc with dot."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.topLeft())
    painter.scale(rect.width() / BOX, rect.height() / BOX)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour or LEVEL_COLOURS[level][0]))
    painter.drawPath(_outline(level))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(mark, 2.6))
    painter.drawPath(_mark(level))
    painter.restore()


def draw_device(painter: QPainter, rect: QRectF, icon: DeviceIcon, colour: str) -> None:
    """Line drawing of a device."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.topLeft())
    painter.scale(rect.width() / BOX, rect.height() / BOX)
    painter.setPen(_pen(colour, 1.8))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_DEVICE_PATHS[icon]())
    painter.restore()


def draw_tick(painter: QPainter, rect: QRectF, colour: str, width: float = 2.6) -> None:
    """A bare tick."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.topLeft())
    painter.scale(rect.width() / BOX, rect.height() / BOX)
    painter.setBrush(QBrush(Qt.BrushStyle.NoBrush))
    painter.setPen(_pen(colour, width))
    painter.drawPath(_mark(Level.DONE))
    painter.restore()


def _pen(colour: str, width: float) -> QPen:
    return QPen(
        QColor(colour),
        width,
        Qt.PenStyle.SolidLine,
        Qt.PenCapStyle.RoundCap,
        Qt.PenJoinStyle.RoundJoin,
    )


def _outline(level: Level) -> QPainterPath:
    path = QPainterPath()
    if level is Level.ATTENTION:
        path.addPolygon(QPolygonF([QPointF(12, 1.5), QPointF(23.5, 22), QPointF(0.5, 22)]))
        path.closeSubpath()
    elif level is Level.STOP:
        turns = [pi / 8 + k * pi / 4 for k in range(8)]
        path.addPolygon(QPolygonF([QPointF(12 + 12 * cos(a), 12 + 12 * sin(a)) for a in turns]))
        path.closeSubpath()
    else:
        path.addEllipse(QRectF(0.5, 0.5, 23, 23))
    return path


def _mark(level: Level) -> QPainterPath:
    path = QPainterPath()
    strokes: tuple[tuple[tuple[float, float], ...], ...] = {
        Level.DONE: (((6.5, 12.6), (10.4, 16.4), (17.6, 8.2)),),
        Level.ATTENTION: (((12, 9), (12, 14.6)), ((12, 18.6), (12, 18.7))),
        Level.STOP: (((8, 8), (16, 16)), ((16, 8), (8, 16))),
        Level.PLAIN: (((12, 11), (12, 17.2)), ((12, 6.8), (12, 6.9))),
    }[level]
    for stroke in strokes:
        path.moveTo(*stroke[0])
        for point in stroke[1:]:
            path.lineTo(*point)
    return path


def _fingerprint_reader() -> QPainterPath:
    path = QPainterPath()
    for radius, drop in ((3.0, 5.0), (6.0, 7.0), (9.0, 5.0)):
        path.moveTo(12 - radius, 12 + drop)
        path.lineTo(12 - radius, 11)
        path.arcTo(QRectF(12 - radius, 11 - radius, 2 * radius, 2 * radius), 180, -180)
        path.lineTo(12 + radius, 12 + drop)
    path.moveTo(12, 11)
    path.lineTo(12, 20)
    return path


def _document_reader() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(2, 5, 20, 14), 2, 2)
    path.addEllipse(QRectF(5.5, 8, 4, 4))
    path.moveTo(4.8, 16)
    path.arcTo(QRectF(4.8, 13.2, 5.4, 5.6), 180, -180)
    for y in (9.5, 13.0):
        path.moveTo(13.5, y)
        path.lineTo(18.5, y)
    return path


def _camera() -> QPainterPath:
    path = QPainterPath()
    path.moveTo(8, 7)
    path.lineTo(9.8, 4.5)
    path.lineTo(14.2, 4.5)
    path.lineTo(16, 7)
    path.addRoundedRect(QRectF(2, 7, 20, 13), 2, 2)
    path.addEllipse(QRectF(8, 9.5, 8, 8))
    return path


def _printer() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(2, 9, 20, 8), 1.5, 1.5)
    path.addRect(QRectF(6.5, 3, 11, 6))
    path.addRect(QRectF(6.5, 14, 11, 7))
    return path


def _scanner() -> QPainterPath:
    path = QPainterPath()
    for x in (4, 8, 10.5, 14.5, 17, 20):
        path.moveTo(x, 6)
        path.lineTo(x, 18)
    return path


def _smart_card() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(2, 5, 20, 14), 2, 2)
    path.addRoundedRect(QRectF(5, 8.5, 6.5, 5.5), 1, 1)
    path.moveTo(5, 11.2)
    path.lineTo(11.5, 11.2)
    path.moveTo(5, 16.5)
    path.lineTo(14, 16.5)
    return path


_DEVICE_PATHS = {
    DeviceIcon.FINGERPRINT_READER: _fingerprint_reader,
    DeviceIcon.DOCUMENT_READER: _document_reader,
    DeviceIcon.CAMERA: _camera,
    DeviceIcon.PRINTER: _printer,
    DeviceIcon.SCANNER: _scanner,
    DeviceIcon.SMART_CARD: _smart_card,
}
