"""The bar below: one primary action, a few secondary ones, exception and pause."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QWidget

from station.ui.theme import Theme
from station.ui.widgets.base import StationWidget, clear_layout
from station.ui.widgets.key_button import KeyButton

HEIGHT_PX = 72


@dataclass(frozen=True)
class BarAction:
    """A secondary action: an identifier for the signal, its words, its key (F4, F9, Esc)."""

    action: str
    caption: str
    key: str = ""
    enabled: bool = True


class BottomBar(StationWidget):
    """Buttons and their keys. A key works whenever the bar is visible and the button enabled."""

    primary_triggered = Signal()
    secondary_triggered = Signal(str)
    exception_requested = Signal()
    pause_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """A bar with exception and pause; the rest is set by the screen."""
        super().__init__(theme, parent)
        self.setFixedHeight(theme.row(HEIGHT_PX))
        self._primary = KeyButton(theme, primary=True)
        self._primary.clicked.connect(self.primary_triggered)
        self._exception = KeyButton(theme)
        self._exception.clicked.connect(self.exception_requested)
        self._pause = KeyButton(theme)
        self._pause.clicked.connect(self.pause_requested)
        self._secondary = QHBoxLayout()
        self._middle: list[KeyButton] = []
        self._shortcuts: list[QShortcut] = []
        self._build()
        for key in ("Return", "Enter"):
            self._bind(key, self._primary)
        self._bind("F8", self._exception)
        self._bind("F10", self._pause)
        self.retranslate()
        self.set_primary("")

    def _build(self) -> None:
        space = self.theme.space
        row = QHBoxLayout(self)
        row.setContentsMargins(space(16), 0, space(16), 0)
        row.setSpacing(space(12))
        self._secondary.setSpacing(space(12))
        row.addWidget(self._primary)
        row.addLayout(self._secondary)
        row.addStretch(1)
        row.addWidget(self._exception)
        row.addWidget(self._pause)

    def retranslate(self) -> None:
        """Exception and pause are the same on every screen."""
        self._exception.set_caption(self.tr("特殊情况"), "F8")
        self._pause.set_caption(self.tr("暂停"), "F10")

    def set_primary(self, caption: str, *, enabled: bool = True) -> None:
        """The one primary action; an empty caption hides it."""
        self._primary.set_caption(caption, "Enter")
        self._primary.setEnabled(enabled and bool(caption))
        self._primary.setVisible(bool(caption))

    def set_secondary(self, actions: Sequence[BarAction]) -> None:
        """Replace the secondary actions."""
        self._clear_secondary()
        for action in actions:
            button = KeyButton(self.theme)
            button.set_caption(action.caption, action.key)
            button.setEnabled(action.enabled)
            button.clicked.connect(
                lambda _checked=False, name=action.action: self.secondary_triggered.emit(name)
            )
            self._secondary.addWidget(button)
            self._middle.append(button)
            if action.key:
                self._shortcuts.append(self._bind(action.key, button))
        self._order_tabs()

    def set_exception_available(self, available: bool) -> None:
        """Whether F8 leads anywhere on this screen."""
        self._exception.setVisible(available)
        self._exception.setEnabled(available)

    def set_pause_available(self, available: bool) -> None:
        """Whether F10 leads anywhere on this screen."""
        self._pause.setVisible(available)
        self._pause.setEnabled(available)

    def primary_button(self) -> KeyButton:
        """The primary button, for focus and tests."""
        return self._primary

    def buttons(self) -> list[KeyButton]:
        """All buttons that show, in reading order."""
        everything = [self._primary, *self._middle, self._exception, self._pause]
        return [button for button in everything if not button.isHidden()]

    def keys(self) -> list[tuple[str, str]]:
        """Each key with the words of its button, in reading order."""
        return [(button.key(), button.caption()) for button in self.buttons() if button.key()]

    def _order_tabs(self) -> None:
        chain = [self._primary, *self._middle, self._exception, self._pause]
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)

    def _bind(self, key: str, button: KeyButton) -> QShortcut:
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(button.click)
        return shortcut

    def _clear_secondary(self) -> None:
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        self._shortcuts.clear()
        self._middle.clear()
        clear_layout(self._secondary)
