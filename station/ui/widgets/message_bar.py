"""One message: what happened, what is safe, what to do."""

import re

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from station.ui.theme import INK, LEVEL_COLOURS, Level, Theme
from station.ui.widgets.base import StationWidget, label
from station.ui.widgets.fit_label import FitLabel
from station.ui.widgets.shapes import draw_level


class MessageBar(StationWidget):
    """Tinted panel with the level's shape and word; hidden while there is nothing to say."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Starts hidden."""
        super().__init__(theme, parent)
        self._level = Level.PLAIN
        self._shape = _Shape(theme.row(32))
        self._word = label(bold=True)
        self._word.setMinimumWidth(theme.row(56))
        self._word.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._happened = FitLabel((theme.lead,), bold=True)
        self._follow_up = FitLabel((theme.body,))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._build()
        self.hide()

    def _build(self) -> None:
        space = self.theme.space
        row = QHBoxLayout(self)
        row.setContentsMargins(space(20), space(12), space(20), space(12))
        row.setSpacing(space(16))
        left = QVBoxLayout()
        left.setSpacing(space(2))
        left.addStretch(1)
        left.addWidget(self._shape, 0, Qt.AlignmentFlag.AlignHCenter)
        left.addWidget(self._word, 0, Qt.AlignmentFlag.AlignHCenter)
        left.addStretch(1)
        text = QVBoxLayout()
        text.setSpacing(space(2))
        text.addStretch(1)
        text.addWidget(self._happened)
        text.addWidget(self._follow_up)
        text.addStretch(1)
        row.addLayout(left)
        row.addLayout(text, 1)

    def retranslate(self) -> None:
        """The level's word."""
        words = {
            Level.DONE: self.tr("完成"),
            Level.ATTENTION: self.tr("请注意"),
            Level.STOP: self.tr("停止"),
            Level.PLAIN: self.tr("提示"),
        }
        self._word.setText(words[self._level])

    def set_message(self, level: Level, happened: str, safe: str = "", to_do: str = "") -> None:
        """Show a message; `safe` and `to_do` are whole sentences or empty.

        With neither, the first sentence of `happened` is the headline and the rest follows.
        """
        if not safe and not to_do:
            happened, to_do = _first_sentence(happened)
        self._level = level
        self.retranslate()
        self._word.setStyleSheet(f"color: {LEVEL_COLOURS[level][0]};")
        self._shape.set_level(level)
        self._happened.set_text(happened)
        self._follow_up.set_text(_joined(safe, to_do))
        self._follow_up.set_colour(INK)
        self.setAccessibleName(f"{self._word.text()}：{self.text()}")
        self.show()
        self.update()

    def clear(self) -> None:
        """Nothing to say."""
        self._happened.set_text("")
        self._follow_up.set_text("")
        self.hide()

    def level(self) -> Level:
        """The level shown last."""
        return self._level

    def text(self) -> str:
        """The message as one string."""
        return _joined(self._happened.text(), self._follow_up.text())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Soft ground, strong edge on the left."""
        strong, soft = LEVEL_COLOURS[self._level]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(strong), 1))
        painter.setBrush(QColor(soft))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setClipRect(0, 0, self.theme.space(6), self.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(strong))
        painter.drawRoundedRect(self.rect(), 6, 6)


def _first_sentence(text: str) -> tuple[str, str]:
    found = re.match(r"(.+?(?:[。！？]|[.!?](?=\s)))\s*(.+)", text, re.DOTALL)
    return (found[1], found[2]) if found else (text, "")


def _joined(*sentences: str) -> str:
    """Sentences in a row; Chinese full stops bring their own space."""
    text = ""
    for sentence in filter(None, sentences):
        text += sentence if not text or text.endswith(("。", "！", "？")) else f" {sentence}"
    return text


class _Shape(QWidget):
    def __init__(self, side_px: int) -> None:
        super().__init__()
        self._level = Level.PLAIN
        self.setFixedSize(side_px, side_px)

    def set_level(self, level: Level) -> None:
        self._level = level
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_level(QPainter(self), QRectF(self.rect()), self._level)
