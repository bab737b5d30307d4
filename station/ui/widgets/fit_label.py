"""Text that is never cut: it shrinks one step, then wraps."""

import re

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from station.ui.fonts import font
from station.ui.theme import INK

UNBOUNDED_PX = 10_000
_DOTTED_NAME = re.compile(r"[^\s·，。：；]+(?:·[^\s·，。：；]+)+")
_INSIDE_A_PART = re.compile(r"(?<=[^·])(?=.)")
_WORD_JOINER = "\u2060"


class FitLabel(QWidget):
    """One text in the first of `sizes` that fits on one line, else wrapped in the last of them."""

    def __init__(
        self,
        sizes: tuple[int, ...],
        *,
        bold: bool = False,
        colour: str = INK,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        parent: QWidget | None = None,
    ) -> None:
        """`sizes` are pixel sizes, largest first."""
        super().__init__(parent)
        self._sizes = sizes
        self._bold = bold
        self._colour = colour
        self._align = align
        self._text = ""
        self._drawn = ""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def text(self) -> str:
        """The text as given, whole."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show `text`; the height needed may change."""
        if text and text == self._text:
            return
        self._text = text
        self._drawn = _broken_at_dots(text)
        self.setAccessibleName(text)
        if self.parentWidget() is not None:
            self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def set_colour(self, colour: str) -> None:
        """Text colour as `#RRGGBB`."""
        self._colour = colour
        self.update()

    def size_px(self, width_px: int) -> int:
        """The type size used at this width."""
        for size in self._sizes:
            if QFontMetrics(font(size, bold=self._bold)).horizontalAdvance(self._drawn) <= width_px:
                return size
        return self._sizes[-1]

    def hasHeightForWidth(self) -> bool:
        """The height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height in pixels that shows the whole text."""
        return self._bounds(max(width, 1)).height()

    def sizeHint(self) -> QSize:
        """One line in the largest size."""
        metrics = QFontMetrics(font(self._sizes[0], bold=self._bold))
        return QSize(metrics.horizontalAdvance(self._text) + 1, metrics.height())

    def minimumSizeHint(self) -> QSize:
        """Narrow is fine, lower than one line is not."""
        metrics = QFontMetrics(font(self._sizes[-1], bold=self._bold))
        return QSize(metrics.height() * 2, metrics.height())

    def text_rect(self) -> QRect:
        """Where in the widget the text is drawn."""
        return self.rect()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text, centred in height."""
        room = self.text_rect()
        painter = QPainter(self)
        painter.setFont(font(self.size_px(room.width()), bold=self._bold))
        painter.setPen(QColor(self._colour))
        flags = self._flags(room.width()) | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, flags, self._drawn)

    def _flags(self, width_px: int) -> int:
        """Break where the script allows (no line begins with a full stop), else anywhere."""
        proper = int(self._align | Qt.TextFlag.TextWordWrap)
        if self._measured(width_px, proper).width() <= width_px:
            return proper
        return int(self._align | Qt.TextFlag.TextWrapAnywhere)

    def _bounds(self, width_px: int) -> QRect:
        return self._measured(width_px, self._flags(width_px))

    def _measured(self, width_px: int, flags: int) -> QRect:
        metrics = QFontMetrics(font(self.size_px(width_px), bold=self._bold))
        return metrics.boundingRect(QRect(0, 0, width_px, UNBOUNDED_PX), flags, self._drawn)


def _broken_at_dots(text: str) -> str:
    """A name of parts joined by dots with no other place to break its line than after a dot."""
    is_name = _DOTTED_NAME.fullmatch(text) is not None
    return _INSIDE_A_PART.sub(_WORD_JOINER, text) if is_name else text
