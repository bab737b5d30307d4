"""A button that shows the key that does the same."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QWidget

from station.ui.fonts import font
from station.ui.theme import DISABLED, INK, MUTED, SURFACE, Theme


class KeyButton(QPushButton):
    """Text with a small key cap after it. The key itself is bound by whoever owns the button."""

    def __init__(
        self, theme: Theme, *, primary: bool = False, parent: QWidget | None = None
    ) -> None:
        """`primary`: filled with the accent, larger, one per screen."""
        super().__init__(parent)
        self._theme = theme
        self._primary = primary
        self._caption = ""
        self._key = ""
        self.setProperty("kind", "primary" if primary else "")
        self.setMinimumHeight(theme.touch)

    def set_caption(self, caption: str, key: str = "") -> None:
        """`key` as printed on the keyboard: Enter, F8."""
        self._caption, self._key = caption, key
        self.setAccessibleName(f"{caption} ({key})" if key else caption)
        self.updateGeometry()
        self.update()

    def caption(self) -> str:
        """The words on the button."""
        return self._caption

    def key(self) -> str:
        """The key shown."""
        return self._key

    def sizeHint(self) -> QSize:
        """Text, gap and key cap with padding; never narrower than a touch target."""
        width = self._text_width() + self._cap_width() + 2 * self._theme.space(16)
        if self._primary:
            width = max(width + self._theme.space(16), self._theme.space(220))
        return QSize(max(width, self._theme.touch), self._theme.touch)

    def minimumSizeHint(self) -> QSize:
        """Words on buttons are not cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Let the style draw ground and focus, then set text and cap."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""  # type: ignore[attr-defined]  # the stubs omit QStyleOptionButton.text
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        ink, cap = self._colours()
        total = self._text_width() + self._cap_width()
        left = (self.width() - total) / 2
        painter.setFont(self._font())
        painter.setPen(QColor(ink))
        painter.drawText(
            QRectF(left, 0, self._text_width() + 2, self.height()),
            Qt.AlignmentFlag.AlignVCenter,
            self._caption,
        )
        if self._key:
            self._draw_cap(painter, left + total - self._cap_width(), cap)

    def _draw_cap(self, painter: QPainter, left: float, colour: str) -> None:
        gap, height = self._theme.space(10), self._theme.row(26)
        box = QRectF(left + gap, (self.height() - height) / 2, self._cap_width() - gap, height)
        painter.setPen(QPen(QColor(colour), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setFont(font(self._theme.body))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._key)

    def _colours(self) -> tuple[str, str]:
        if not self.isEnabled():
            return DISABLED, DISABLED
        return (SURFACE, SURFACE) if self._primary else (INK, MUTED)

    def _font_size(self) -> int:
        return self._theme.lead if self._primary else self._theme.body

    def _font(self) -> QFont:
        return font(self._font_size(), bold=self._primary)

    def _text_width(self) -> int:
        return QFontMetrics(self._font()).horizontalAdvance(self._caption)

    def _cap_width(self) -> int:
        if not self._key:
            return 0
        text = QFontMetrics(font(self._theme.body)).horizontalAdvance(self._key)
        return text + self._theme.space(12) + self._theme.space(10)
