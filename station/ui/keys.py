"""Keys that work on every screen, and the watch on whether anybody is working."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

HELP = "F1"
FIND = "F2"
DEVICES = "F12"
LOCK = "Ctrl+L"

_ACTIVITY = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.TouchBegin,
        QEvent.Type.Wheel,
    }
)


def bind(window: QWidget, key: str, action: Callable[[], None]) -> QShortcut:
    """A key that works wherever the focus is in `window`."""
    shortcut = QShortcut(QKeySequence(key), window)
    shortcut.setAutoRepeat(False)
    shortcut.activated.connect(action)
    return shortcut


class LockInDialogs(QObject):
    """Install it as an event filter of the application: `pressed` when a dialog has the keys.

    A shortcut of the window rests while a sheet is open, and nobody who is called away closes
    that first.
    """

    pressed = Signal()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take Ctrl+L from whatever sheet it was meant for."""
        if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.KeyPress:
            return False
        if QApplication.activeModalWidget() is None or event.isAutoRepeat():
            return False
        if QKeySequence(event.keyCombination()) != QKeySequence(LOCK):
            return False
        self.pressed.emit()
        return True


class IdleWatch(QObject):
    """Remembers when somebody last touched key, mouse or screen."""

    def __init__(
        self, parent: QObject | None = None, clock_s: Callable[[], float] = monotonic
    ) -> None:
        """Install it as an event filter of the application; `clock_s` never goes back."""
        super().__init__(parent)
        self._clock_s = clock_s
        self._touched_s = clock_s()

    def idle_s(self) -> float:
        """Seconds since the last touch."""
        return self._clock_s() - self._touched_s

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take note, let the event through."""
        if event.type() in _ACTIVITY:
            self._touched_s = self._clock_s()
        return False
