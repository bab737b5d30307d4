"""The bar on top: where we are, what the devices and the network say, who works here, the time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QShortcut,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from station.ui.fonts import font
from station.ui.theme import DONE, INK, LEVEL_COLOURS, LINE, SURFACE, Level, Theme
from station.ui.widgets.base import StationWidget, clear_layout
from station.ui.widgets.shapes import DeviceIcon, draw_device, draw_level
from station.ui.widgets.two_lines import TwoLines

HEIGHT_PX = 56
NAME_PX = 160
CHIP_PX = 40
"""How high a chip looks; a finger may hit it above and below."""
LANGUAGE_KEY = "Ctrl+E"
"""A key instead of a place in the tab order, so that focus starts in the task."""


@dataclass(frozen=True)
class DeviceChip:
    """One device: what it is, how it stands, the word for it, such as 就绪, and the way forward."""

    icon: DeviceIcon
    name: str
    level: Level
    word: str
    to_do: str = ""

    @property
    def sentence(self) -> str:
        """Word and way forward."""
        return " · ".join(part for part in (self.word, self.to_do) if part)


class StatusBar(StationWidget):
    """Unit, mode and exam session · device chips · sync · operator · clock · language."""

    language_requested = Signal()
    devices_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """An empty bar; every part is set by its own setter."""
        super().__init__(theme, parent)
        self.setFixedHeight(theme.row(HEIGHT_PX))
        self._place = TwoLines(theme, bold_first=True)
        self._sync = TwoLines(theme)
        # What waits is never cut; the unit and a long name give way, and are whole on hover.
        self._sync.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        self._operator = TwoLines(theme)
        self._clock = QLabel()
        self._clock.setProperty("textSize", "lead")
        self._clock.setProperty("weight", "bold")
        self._language = QPushButton()
        self._language.setProperty("kind", "quiet")
        self._language.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._language.clicked.connect(self.language_requested)
        QShortcut(QKeySequence(LANGUAGE_KEY), self).activated.connect(self._language.click)
        self._shown: tuple[DeviceChip, ...] = ()
        self._name = ""
        self._rules = tuple(_rule(theme) for _ in range(3))
        self._chips = QHBoxLayout()
        self._chips.setSpacing(theme.space(6))
        self._build()
        self.retranslate()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(self.theme.space(16), 0, self.theme.space(8), 0)
        row.setSpacing(self.theme.space(12))
        row.addWidget(self._place, 1)
        row.addLayout(self._chips)
        for part, rule in zip((self._sync, self._operator, self._clock), self._rules, strict=True):
            row.addWidget(rule)
            row.addWidget(part)
        for rule in self._rules[:-1]:
            rule.hide()
        row.addWidget(self._language)

    def retranslate(self) -> None:
        """The button names the language it leads to."""
        self._language.setText(self.tr("EN"))
        self._language.setAccessibleName(self.tr("切换到英文"))
        self._language.setToolTip(f"{self.tr('切换到英文')} ({LANGUAGE_KEY})")
        self.set_operator(self._name)

    def set_place(self, unit: str, mode: str, exam_session: str = "") -> None:
        """Unit in bold; under it the mode and, if any, the exam session."""
        self._place.set_lines(unit, " · ".join(part for part in (mode, exam_session) if part))

    def set_devices(self, chips: Sequence[DeviceChip]) -> None:
        """Replace the chips that changed; the others stay, so that nothing flickers."""
        shown = tuple(chips)
        if len(shown) != len(self._shown):
            clear_layout(self._chips)
            for chip in shown:
                self._chips.addWidget(self._view(chip))
        else:
            for place, (before, chip) in enumerate(zip(self._shown, shown, strict=True)):
                if chip != before:
                    self._replace_chip(place, chip)
        self._shown = shown

    def _view(self, chip: DeviceChip) -> ChipView:
        view = ChipView(self.theme, chip)
        view.clicked.connect(self.devices_requested)
        return view

    def _replace_chip(self, place: int, chip: DeviceChip) -> None:
        old = self._chips.itemAt(place).widget()
        new = self._view(chip)
        self._chips.replaceWidget(old, new)
        old.hide()
        old.deleteLater()
        new.show()
        self._chips.activate()

    def set_sync(self, headline: str, detail: str = "", level: Level = Level.PLAIN) -> None:
        """What waits to be sent and for how long; attention and stop colour the first line."""
        colour = INK if level in (Level.PLAIN, Level.DONE) else LEVEL_COLOURS[level][0]
        self._sync.set_lines(headline, detail, colour)
        self._rules[0].setVisible(bool(headline))

    def set_operator(self, name: str) -> None:
        """Who is signed in; empty when nobody is. A long name takes the caption's line, too."""
        self._name = name
        wide = QFontMetrics(font(self.theme.body)).horizontalAdvance(name)
        if wide > self.theme.row(NAME_PX):
            self._operator.set_lines(*_halves(name), INK, INK)
        else:
            self._operator.set_lines(self.tr("操作员") if name else "", name)
        self._rules[1].setVisible(bool(name))

    def set_clock(self, text: str) -> None:
        """The time as text; digits keep their places."""
        self._clock.setText(text)
        self._clock.setMinimumWidth(
            QFontMetrics(font(self.theme.lead, bold=True)).horizontalAdvance("0" * len(text))
        )


class ChipView(QWidget):
    """One device chip: pictogram, and the level's shape with its word. Touched, it says more."""

    clicked = Signal()

    def __init__(self, theme: Theme, chip: DeviceChip) -> None:
        """A chip never changes; a new state is a new chip."""
        super().__init__()
        self._theme = theme
        self._chip = chip
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{chip.name} {chip.word}")
        self.setToolTip(f"{chip.name} · {chip.sentence}")

    def sizeHint(self) -> QSize:
        """Wide enough for pictogram, shape and the longer line of name and word."""
        metrics = QFontMetrics(font(self._theme.body))
        text = metrics.horizontalAdvance(self._chip.word)
        return QSize(text + self._theme.row(22 + 16) + self._theme.row(28), self._theme.touch)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A touch asks for the whole sentences."""
        self.clicked.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Rounded chip; quiet when ready, tinted when somebody should look."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong, soft = LEVEL_COLOURS[self._chip.level]
        ready = self._chip.level is Level.DONE
        painter.setPen(QPen(QColor(LINE if ready else strong), 1 if ready else 1.5))
        painter.setBrush(QColor(SURFACE if ready else soft))
        inset = (self.height() - self._theme.row(CHIP_PX)) / 2 + 1
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, inset, -1, -inset), 6, 6)
        row = self._theme.row
        middle = self.height() / 2
        icon, shape = row(22), row(16)
        draw_device(painter, QRectF(row(8), middle - icon / 2, icon, icon), self._chip.icon, INK)
        left = row(8) + icon + row(6)
        draw_level(
            painter, QRectF(left, middle - shape / 2, shape, shape), self._chip.level, strong
        )
        painter.setFont(font(self._theme.body))
        painter.setPen(QColor(DONE if ready else strong))
        left += shape + row(5)
        painter.drawText(
            QRectF(left, 0, self.width() - left, self.height()),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
            self._chip.word,
        )


def _halves(name: str) -> tuple[str, str]:
    """Two lines of a long name, broken after a dot or space near its middle if it has one."""
    middle = len(name) / 2
    breaks = [place + 1 for place, sign in enumerate(name[:-1]) if sign in "·• -"]
    cut = min(breaks or [ceil(middle)], key=lambda place: abs(place - middle))
    return name[:cut].rstrip(), name[cut:]


def _rule(theme: Theme) -> QFrame:
    line = QFrame()
    line.setFixedSize(1, theme.row(32))
    line.setStyleSheet(f"background: {LINE};")
    return line
