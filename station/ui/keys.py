"""Keys that work on every screen, and the watch on whether anybody is working."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from drivers.barcode.wedge import WedgeRecogniser

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
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def bind(window: QWidget, key: str, action: Callable[[], None]) -> QShortcut:
    """A key that works wherever the focus is in `window`."""
    shortcut = QShortcut(QKeySequence(key), window)
    shortcut.setAutoRepeat(False)
    shortcut.activated.connect(action)
    return shortcut


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


class ScanWatch(QObject):
    """Recognises a scan: a burst of keys, faster than anybody types, that ends in Enter.

    Keys that go to a text field are left alone: there the text shows, and Enter acts on it.
    """

    scanned = Signal(str)

    def __init__(
        self, parent: QObject | None = None, clock_s: Callable[[], float] = monotonic
    ) -> None:
        """Install it as an event filter of the application."""
        super().__init__(parent)
        self._clock_s = clock_s
        self._recogniser = WedgeRecogniser()
        self._swallow_enter = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Collect keys; swallow the Enter that ends a scan, so that it presses no button."""
        if not isinstance(event, QKeyEvent) or not _receives_keys(watched):
            return False
        if event.type() is QEvent.Type.ShortcutOverride:
            return self._take(event)
        if event.type() is QEvent.Type.KeyPress and self._swallow_enter:
            self._swallow_enter = False
            return event.key() in _ENTER
        return False

    def _take(self, event: QKeyEvent) -> bool:
        key = "\r" if event.key() in _ENTER else event.text()
        scan = self._recogniser.feed(key, self._clock_s() * 1000)
        if scan is None:
            return False
        self._swallow_enter = True
        event.accept()
        self.scanned.emit(scan.text)
        return True


def _receives_keys(watched: QObject) -> bool:
    """Whether a key goes to this object first (Qt offers it to the parents afterwards)."""
    if not isinstance(watched, QWidget) or QApplication.activeModalWidget() is not None:
        return False
    focused = QApplication.focusWidget()
    if focused is None:
        return watched.isWindow()
    return watched is focused and not isinstance(watched, QLineEdit | QPlainTextEdit)
