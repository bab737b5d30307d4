"""Paper: its size, its unit, and text set on it.

One unit is 0.01 mm everywhere, so a PDF at 2540 dpi and a preview picture are drawn by the same
calls and break lines at the same places.
"""

from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QTextLayout, QTextOption

from station.forms.typeface import FAMILY

UNITS_PER_MM = 100
UNITS_PER_POINT = 2540 / 72
DOTS_PER_INCH = 2540
PAGE_WIDTH = 210 * UNITS_PER_MM
PAGE_HEIGHT = 297 * UNITS_PER_MM
MARGIN = 20 * UNITS_PER_MM
TEXT_WIDTH = PAGE_WIDTH - 2 * MARGIN
TEXT_HEIGHT = PAGE_HEIGHT - 2 * MARGIN

INK = "#000000"
QUIET_INK = "#3A3A3A"
HAIRLINE = 0.2 * UNITS_PER_MM
FRAME_LINE = 0.4 * UNITS_PER_MM
LEADING = 1.38
"""Line pitch over type size."""


def mm(length: float) -> float:
    """Millimetres in units."""
    return length * UNITS_PER_MM


@cache
def typeface(points: float, bold: bool) -> QFont:
    """The bundled typeface at a size in points."""
    font = QFont(FAMILY)
    font.setPixelSize(round(points * UNITS_PER_POINT))
    font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setStyleStrategy(QFont.StyleStrategy.ForceOutline)
    return font


@dataclass(frozen=True)
class Setting:
    """How a text is set: size in points, weight, alignment, colour."""

    points: float = 10.0
    bold: bool = False
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft
    colour: str = INK

    @property
    def font(self) -> QFont:
        """The font of this setting."""
        return typeface(self.points, self.bold)

    @property
    def pitch(self) -> float:
        """Distance of lines in units."""
        return self.points * UNITS_PER_POINT * LEADING


def text_width(text: str, setting: Setting) -> float:
    """Width of one line in units."""
    return QFontMetricsF(setting.font).horizontalAdvance(text)


def lines_of(text: str, setting: Setting, width: float) -> list[str]:
    """The lines a text breaks into; nothing is ever dropped, long words break anywhere."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_wrapped(paragraph, setting, width))
    return lines


def text_height(text: str, setting: Setting, width: float) -> float:
    """Height in units of the text set to this width; 0 for no text."""
    return len(lines_of(text, setting, width)) * setting.pitch if text else 0.0


def draw_text(painter: QPainter, text: str, setting: Setting, area: QRectF) -> None:
    """Set `text` into `area` from the top, each line aligned as the setting says."""
    painter.setFont(setting.font)
    painter.setPen(QColor(setting.colour))
    metrics = QFontMetricsF(setting.font)
    drop = (setting.pitch - metrics.height()) / 2 + metrics.ascent()
    for number, line in enumerate(lines_of(text, setting, area.width()) if text else ()):
        free = area.width() - metrics.horizontalAdvance(line)
        left = area.left() + free * _share_of_free_space(setting.align)
        painter.drawText(QPointF(left, area.top() + number * setting.pitch + drop), line)


def draw_text_centred(painter: QPainter, text: str, setting: Setting, area: QRectF) -> None:
    """As `draw_text`, but in the middle of the height."""
    height = text_height(text, setting, area.width())
    top = area.top() + (area.height() - height) / 2
    draw_text(painter, text, setting, QRectF(area.left(), top, area.width(), height))


def draw_frame(painter: QPainter, area: QRectF, width: float = HAIRLINE) -> None:
    """A rectangle in black."""
    painter.setPen(_pen(width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(area)


def draw_rule(painter: QPainter, start: QPointF, end: QPointF, width: float = HAIRLINE) -> None:
    """A straight line in black."""
    painter.setPen(_pen(width))
    painter.drawLine(start, end)


def _pen(width: float) -> QPen:
    pen = QPen(QColor(INK), width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    pen.setCapStyle(Qt.PenCapStyle.SquareCap)
    return pen


def _share_of_free_space(align: Qt.AlignmentFlag) -> float:
    if align == Qt.AlignmentFlag.AlignHCenter:
        return 0.5
    return 1.0 if align == Qt.AlignmentFlag.AlignRight else 0.0


def _wrapped(paragraph: str, setting: Setting, width: float) -> list[str]:
    if not paragraph:
        return [""]
    layout = QTextLayout(paragraph, setting.font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    ends: list[int] = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        ends.append(line.textStart() + line.textLength())
    layout.endLayout()
    # Qt counts in UTF-16; characters beyond the basic plane take two places there.
    wide = paragraph.encode("utf-16-le")
    starts = [0, *ends[:-1]]
    return [
        wide[2 * start : 2 * end].decode("utf-16-le").rstrip(" ")
        for start, end in zip(starts, ends, strict=True)
    ]
