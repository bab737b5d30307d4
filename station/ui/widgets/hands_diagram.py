"""Two drawn hands, seen as one sees one's own on the table, with the finger to use lit."""

from collections.abc import Collection
from functools import cache

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPainterPath,
    QPainterPathStroker,
    QPaintEvent,
    QPen,
    QPolygonF,
    QTransform,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from station.ui.fonts import font
from station.ui.theme import ACCENT, DISABLED_SOFT, INK, LINE_STRONG, MUTED, SURFACE, Level, Theme
from station.ui.widgets.base import StationWidget
from station.ui.widgets.shapes import draw_level

HAND_WIDTH = 224.0
HAND_HEIGHT = 250.0
GAP = 36.0
CLEFT_RADIUS = 3.5
CORNER_DISTANCE = 1.0
"""Least distance of two corners of the hand's outline, in units of the drawing."""

FINE = 0.02
"""Curve threshold of strokes: fine enough to be drawn larger without corners."""

# Right hand, back up: base and tip of each finger and its thickness, thumb first (ISO 1..5).
RIGHT_FINGERS: tuple[tuple[tuple[float, float], tuple[float, float], float], ...] = (
    ((88, 196), (26, 138), 30),
    ((82, 146), (62, 46), 27),
    ((112, 142), (107, 22), 28),
    ((140, 146), (155, 36), 27),
    ((164, 158), (198, 84), 23),
)


class HandsDiagram(StationWidget):
    """Left hand left, right hand right. Positions are ISO/IEC 19794-2: 1 right thumb … 10."""

    def __init__(
        self, theme: Theme, *, for_applicant: bool = True, parent: QWidget | None = None
    ) -> None:
        """`for_applicant` sets captions in the size read at two metres."""
        super().__init__(theme, parent)
        self._caption_px = theme.applicant if for_applicant else theme.body
        self._current: int | None = None
        self._done: frozenset[int] = frozenset()
        self._excepted: frozenset[int] = frozenset()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_fingers(
        self,
        current: int | None,
        done: Collection[int] = (),
        excepted: Collection[int] = (),
    ) -> None:
        """Light `current`, tick `done`, cross `excepted` (a recorded exception)."""
        self._current = current
        self._done = frozenset(done)
        self._excepted = frozenset(excepted)
        self.setAccessibleName("" if current is None else self.finger_name(current))
        self.update()

    def finger_name(self, position: int) -> str:
        """Such as 左手拇指. Raises IndexError for a position outside 1..10."""
        names = (
            self.tr("右手拇指"),
            self.tr("右手食指"),
            self.tr("右手中指"),
            self.tr("右手无名指"),
            self.tr("右手小指"),
            self.tr("左手拇指"),
            self.tr("左手食指"),
            self.tr("左手中指"),
            self.tr("左手无名指"),
            self.tr("左手小指"),
        )
        if not 1 <= position <= len(names):
            raise IndexError("finger positions run from 1 to 10")
        return names[position - 1]

    def sizeHint(self) -> QSize:
        """A good size on the canvas."""
        return QSize(self.theme.space(460), self.theme.space(300))

    def minimumSizeHint(self) -> QSize:
        """Still readable."""
        return QSize(self.theme.space(200), self.theme.space(140))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Both hands in one scale, centred."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        caption = self._caption_px * 1.5
        width = 2 * HAND_WIDTH + GAP
        scale = min(self.width() / width, (self.height() - caption) / HAND_HEIGHT)
        painter.translate(
            (self.width() - width * scale) / 2,
            (self.height() - caption - HAND_HEIGHT * scale) / 2,
        )
        self._draw_hand(painter, 0.0, scale, right=False)
        self._draw_hand(painter, (HAND_WIDTH + GAP) * scale, scale, right=True)

    def _draw_hand(self, painter: QPainter, left: float, scale: float, *, right: bool) -> None:
        painter.save()
        painter.translate(left, 0)
        painter.save()
        painter.scale(scale, scale)
        active = self._current is not None and (self._current <= 5) == right
        painter.setPen(_pen(INK if active else LINE_STRONG, 2.4 if active else 1.8))
        painter.setBrush(QColor(SURFACE if active else DISABLED_SOFT))
        painter.drawPath(_hand_path(right=right))
        for index in range(5):
            self._draw_finger(painter, index, index + (1 if right else 6), right=right)
        painter.restore()
        self._draw_caption(painter, scale, active=active, right=right)
        painter.restore()

    def _draw_finger(self, painter: QPainter, index: int, position: int, *, right: bool) -> None:
        capsule, tip, thickness = _finger(index, right=right)
        if position == self._current:
            painter.setPen(_pen(ACCENT, 3))
            painter.setBrush(QColor(ACCENT))
            painter.drawPath(capsule)
            painter.setPen(_pen(SURFACE, 2.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            _draw_whorl(painter, tip, thickness)
            return
        mark = None
        if position in self._excepted:
            mark = Level.STOP
        elif position in self._done:
            mark = Level.DONE
        if mark is not None:
            side = thickness * 0.86
            draw_level(painter, QRectF(tip.x() - side / 2, tip.y() - side / 2, side, side), mark)

    def _draw_caption(self, painter: QPainter, scale: float, *, active: bool, right: bool) -> None:
        painter.setFont(font(self._caption_px, bold=active))
        painter.setPen(QColor(INK if active else MUTED))
        painter.drawText(
            QRectF(0, HAND_HEIGHT * scale, HAND_WIDTH * scale, self._caption_px * 1.5),
            Qt.AlignmentFlag.AlignCenter,
            self.tr("右手") if right else self.tr("左手"),
        )


def _pen(colour: str, width: float) -> QPen:
    pen = QPen(QColor(colour), width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    return pen


def _place(point: tuple[float, float], *, right: bool) -> QPointF:
    x, y = point
    return QPointF(x if right else HAND_WIDTH - x, y)


def _capsule(base: QPointF, tip: QPointF, thickness: float) -> QPainterPath:
    spine = QPainterPath(base)
    spine.lineTo(tip)
    stroker = QPainterPathStroker()
    stroker.setWidth(thickness)
    stroker.setCurveThreshold(FINE)
    stroker.setCapStyle(Qt.PenCapStyle.RoundCap)
    return stroker.createStroke(spine).simplified()


def _finger(index: int, *, right: bool) -> tuple[QPainterPath, QPointF, float]:
    """The part that lights up: the two outer joints, with the tip and the thickness."""
    base, tip, thickness = RIGHT_FINGERS[index]
    spine = QLineF(_place(tip, right=right), _place(base, right=right))
    outer = QLineF(spine.p1(), spine.pointAt(0.56))
    return _capsule(outer.p2(), outer.p1(), thickness), outer.p1(), thickness


@cache
def _hand_path(*, right: bool) -> QPainterPath:
    """The outline; the left hand is the mirrored right one."""
    if not right:
        return QTransform(-1, 0, 0, 1, HAND_WIDTH, 0).map(_hand_path(right=True))
    palm = QPainterPath(_place((66, 132), right=right))
    palm.lineTo(_place((180, 144), right=right))
    _curve(palm, (186, 186), (168, 206), (166, 250), right=right)
    palm.lineTo(_place((96, 250), right=right))
    _curve(palm, (94, 232), (92, 220), (74, 203), right=right)
    palm.closeSubpath()
    for base, tip, thickness in RIGHT_FINGERS:
        palm = palm.united(_capsule(_place(base, right=right), _place(tip, right=right), thickness))
    return _rounded_clefts(palm.simplified())


def _curve(path: QPainterPath, *points: tuple[float, float], right: bool) -> None:
    first, second, end = (_place(point, right=right) for point in points)
    path.cubicTo(first, second, end)


def _rounded_clefts(path: QPainterPath) -> QPainterPath:
    """Grow and shrink again: what was a sharp cleft between fingers becomes a round one."""
    stroker = QPainterPathStroker()
    stroker.setWidth(2 * CLEFT_RADIUS)
    stroker.setCurveThreshold(FINE)
    stroker.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    stroker.setCapStyle(Qt.PenCapStyle.RoundCap)
    grown = _thinned(path.united(stroker.createStroke(path)).simplified())
    return grown.subtracted(stroker.createStroke(grown)).simplified()


def _thinned(path: QPainterPath) -> QPainterPath:
    """The outline with fewer corners: subtracting paths takes seconds with thousands of them."""
    outline = max(path.toSubpathPolygons(), key=lambda part: part.boundingRect().width())
    kept = QPolygonF([outline.first()])
    for place in range(1, outline.size()):
        if QLineF(kept.last(), outline.at(place)).length() >= CORNER_DISTANCE:
            kept.append(outline.at(place))
    thin = QPainterPath()
    thin.addPolygon(kept)
    thin.closeSubpath()
    return thin


def _draw_whorl(painter: QPainter, tip: QPointF, thickness: float) -> None:
    for radius in (0.12, 0.27):
        painter.drawEllipse(tip, thickness * radius, thickness * radius * 1.15)
