"""The gate's verdict over the full width, read at three metres."""

from enum import Enum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from station.ui.theme import (
    BAND_ADMITTED,
    BAND_AGAIN,
    BAND_REFUSED,
    BAND_SPECIAL,
    SURFACE,
    Theme,
)
from station.ui.widgets.base import StationWidget
from station.ui.widgets.fit_label import FitLabel


class Verdict(Enum):
    """What the gate may say."""

    ADMITTED = "admitted"
    AGAIN = "again"
    SPECIAL_LANE = "special_lane"
    REFUSED = "refused"


BAND_COLOURS: dict[Verdict, str] = {
    Verdict.ADMITTED: BAND_ADMITTED,
    Verdict.AGAIN: BAND_AGAIN,
    Verdict.SPECIAL_LANE: BAND_SPECIAL,
    Verdict.REFUSED: BAND_REFUSED,
}


class VerdictBand(StationWidget):
    """Colour, shape and words of one verdict, with a smaller line of detail under them."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Hidden until there is a verdict."""
        super().__init__(theme, parent)
        self._verdict: Verdict | None = None
        self._sign = VerdictSign(theme.text(112))
        self._words = FitLabel((theme.verdict,), bold=True, colour=SURFACE)
        self._detail = FitLabel((theme.applicant,), colour=SURFACE)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setSizePolicy(policy)
        self._build()
        self.hide()

    def _build(self) -> None:
        space = self.theme.space
        row = QHBoxLayout(self)
        row.setContentsMargins(space(48), space(20), space(48), space(20))
        row.setSpacing(space(36))
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addStretch(1)
        text.addWidget(self._words)
        text.addWidget(self._detail)
        text.addStretch(1)
        row.addWidget(self._sign)
        row.addLayout(text, 1)

    def retranslate(self) -> None:
        """The words of the verdict."""
        words = {
            Verdict.ADMITTED: self.tr("准予入场"),
            Verdict.AGAIN: self.tr("请再按一次"),
            Verdict.SPECIAL_LANE: self.tr("请到特殊通道"),
            Verdict.REFUSED: self.tr("不予入场，请找主考"),
        }
        self._words.set_text("" if self._verdict is None else words[self._verdict])
        self.setAccessibleName(self.text())

    def set_verdict(self, verdict: Verdict, detail: str = "") -> None:
        """Show a verdict; `detail` is one line such as room and seat or the reason."""
        self._verdict = verdict
        self._sign.set_verdict(verdict)
        self._detail.set_text(detail)
        self.retranslate()
        self.show()
        self.update()

    def clear(self) -> None:
        """No verdict: the band disappears."""
        self._verdict = None
        self._detail.set_text("")
        self.retranslate()
        self.hide()

    def verdict(self) -> Verdict | None:
        """The verdict shown."""
        return self._verdict

    def text(self) -> str:
        """Words and detail."""
        return f"{self._words.text()} {self._detail.text()}".strip()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The band's colour."""
        if self._verdict is not None:
            QPainter(self).fillRect(self.rect(), QColor(BAND_COLOURS[self._verdict]))


class VerdictSign(QWidget):
    """White sign: tick in a disc, turning arrow, arrow to the right, cross in an octagon."""

    def __init__(self, side_px: int) -> None:
        """A square of `side_px`."""
        super().__init__()
        self._verdict: Verdict | None = None
        self.setFixedSize(side_px, side_px)

    def set_verdict(self, verdict: Verdict) -> None:
        """Choose the sign."""
        self._verdict = verdict
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Outline and mark in white lines on a grid of 100 units."""
        if self._verdict is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self.width() / 100, self.height() / 100)
        pen = QPen(QColor(SURFACE), 8)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(_SIGNS[self._verdict]())


def _strokes(path: QPainterPath, *strokes: tuple[tuple[float, float], ...]) -> QPainterPath:
    for stroke in strokes:
        path.moveTo(*stroke[0])
        for point in stroke[1:]:
            path.lineTo(*point)
    return path


def _admitted() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(50, 50), 45, 45)
    return _strokes(path, ((28, 52), (44, 68), (73, 35)))


def _again() -> QPainterPath:
    path = QPainterPath()
    circle = QRectF(14, 14, 72, 72)
    path.arcMoveTo(circle, 40)
    path.arcTo(circle, 40, 290)
    return _strokes(path, ((81, 8), (79, 29), (58, 27)))


def _special_lane() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(5, 5, 90, 90), 12, 12)
    return _strokes(path, ((24, 50), (75, 50)), ((55, 29), (76, 50), (55, 71)))


def _refused() -> QPainterPath:
    corners = ((31, 5), (69, 5), (95, 31), (95, 69), (69, 95), (31, 95), (5, 69), (5, 31))
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
    path.closeSubpath()
    return _strokes(path, ((33, 33), (67, 67)), ((67, 33), (33, 67)))


_SIGNS = {
    Verdict.ADMITTED: _admitted,
    Verdict.AGAIN: _again,
    Verdict.SPECIAL_LANE: _special_lane,
    Verdict.REFUSED: _refused,
}
