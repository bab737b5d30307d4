"""Scanners that type: which keys are a scan, where it may land, what an input method makes of it.

A scan is a burst of keys faster than anybody types. It is understood wherever the focus is; text
fields keep their keys, except one that awaits numbers (`takes_scans`), where the scan replaces what
was typed before it, and a passphrase field, which no scan ever fills.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from drivers.barcode.wedge import Scan, WedgeRecogniser, WedgeSettings
from station.settings import Settings
from station.ui.key_times import KeyTimes

_END_KEYS = {Qt.Key.Key_Return: "\r", Qt.Key.Key_Enter: "\r", Qt.Key.Key_Tab: "\t"}
# Unprintable, so that it belongs to no scan.
_SHORTCUT = "\x00"
_TAKES_SCANS = "takes_scans"
# Keys in a row, each faster than anybody types, that are taken for a scanner before a scan ends.
# More than a person's keys that queue up while the screen is busy.
BURST_OF_A_SCANNER = 6
# A scanner may send Return after its suffix, within this time.
END_WITHIN_MS = 60.0
FULL_WIDTH_SHIFT = 0xFEE0


def wedge_of(settings: Settings) -> WedgeSettings:
    """How this station's scanner was set up."""
    return WedgeSettings(
        prefix=settings.scanner_prefix,
        suffix=settings.scanner_suffix,
        ends_by_pause=settings.scanner_ends_by_pause,
    )


def take_scans(field: QLineEdit, *, numbers_only: bool = False) -> None:
    """A scan into this field is a scan. `numbers_only`: the input method stays out of it."""
    field.setProperty(_TAKES_SCANS, True)
    if numbers_only:
        field.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)


class ScanWatch(QObject):
    """Install it as an event filter of the application.

    `scanned` gives a code. `composed`: an input method made words out of a scan's letters.
    `refused`: a scan was kept out of a passphrase.
    """

    scanned = Signal(str)
    composed = Signal()
    refused = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        clock_s: Callable[[], float] = monotonic,
        settings: WedgeSettings | None = None,
    ) -> None:
        """`settings` say how the scanner was set up."""
        super().__init__(parent)
        self._times = KeyTimes(clock_s)
        settings = settings or WedgeSettings()
        self._recogniser = WedgeRecogniser(settings)
        self._guard = _PassphraseGuard(settings)
        self._composing = _ComposedBurst(settings.max_gap_ms)
        self._suffix_ms: float | None = None
        self._swallow_key = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(round(2 * settings.max_gap_ms))
        self._pause.timeout.connect(self._nothing_more)
        self._ends_by_pause = settings.ends_by_pause

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Collect keys; swallow the one that ends a scan, so that it presses no button."""
        if isinstance(event, QInputMethodEvent):
            return self._committed(watched, event)
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() is QEvent.Type.ShortcutOverride:
            return self._overridden(watched, event)
        if event.type() is QEvent.Type.KeyPress and self._swallow_key and _is_first(watched):
            self._swallow_key = False
            return True
        return False

    def _overridden(self, watched: QObject, event: QKeyEvent) -> bool:
        if not _is_first(watched):
            return False
        self._swallow_key = False
        if isinstance(watched, QLineEdit) and _is_secret(watched):
            taken = self._guarded(watched, event)
        else:
            taken = _may_scan(watched) and self._take(event)
        if taken:
            self._swallow_key = True
            event.accept()
        return taken

    def _guarded(self, field: QLineEdit, event: QKeyEvent) -> bool:
        at_ms = self._times.of(event)
        if event.isAutoRepeat() or not self._guard.refuses(field, _key(event), at_ms):
            return False
        self.refused.emit()
        return True

    def _take(self, event: QKeyEvent) -> bool:
        at_ms = self._times.of(event)
        if event.isAutoRepeat():  # a key held down is as fast as a scanner
            return False
        key = _key(event)
        if key in _END_KEYS.values() and self._follows_suffix(at_ms):
            return True
        return self._feed(key, at_ms)

    def _feed(self, key: str, at_ms: float) -> bool:
        scan = self._recogniser.feed(key, at_ms)
        if self._ends_by_pause:
            self._pause.start()
        if scan is None:
            return False
        self._suffix_ms = None if key in _END_KEYS.values() else at_ms
        self._hand_on(scan)
        return True

    def _nothing_more(self) -> None:
        if (scan := self._recogniser.pause(self._times.now())) is not None:
            self._hand_on(scan)

    def _hand_on(self, scan: Scan) -> None:
        self._pause.stop()
        self.scanned.emit(scan.text)

    def _follows_suffix(self, at_ms: float) -> bool:
        return self._suffix_ms is not None and 0 <= at_ms - self._suffix_ms <= END_WITHIN_MS

    def _committed(self, watched: QObject, event: QInputMethodEvent) -> bool:
        """What an input method made of keys: single characters are keys, words are no scan."""
        if not (isinstance(watched, QLineEdit) and _is_first(watched) and _may_scan(watched)):
            return False
        now_ms = self._times.now()
        if len(event.commitString()) == 1:
            self._feed(_narrow(event.commitString()), now_ms)
        if not event.preeditString() or not self._composing.grows(now_ms):
            return False
        QGuiApplication.inputMethod().reset()
        self.composed.emit()
        return True


class _PassphraseGuard:
    """Takes back what a scanner has typed into a passphrase field and lets no more of it in."""

    def __init__(self, settings: WedgeSettings) -> None:
        self._recogniser = WedgeRecogniser(settings)
        self._before = ""

    def refuses(self, field: QLineEdit, key: str, at_ms: float) -> bool:
        """Whether this key belongs to a scan; the field is as it was before the scan then."""
        burst = self._recogniser.burst_length
        self._recogniser.feed(key, at_ms)
        if key in _END_KEYS.values():
            return burst >= BURST_OF_A_SCANNER
        if self._recogniser.burst_length == 1:
            self._before = field.text()
        if self._recogniser.burst_length < BURST_OF_A_SCANNER:
            return False
        if field.text() != self._before:
            field.setText(self._before)
        return True


class _ComposedBurst:
    """Counts how often in a row an input method showed other words, faster than anybody types."""

    def __init__(self, max_gap_ms: float) -> None:
        self._max_gap_ms = max_gap_ms
        self._count, self._last_ms = 0, 0.0

    def grows(self, now_ms: float) -> bool:
        """Take one change; True once for each burst that only a scanner makes."""
        if now_ms - self._last_ms > self._max_gap_ms:
            self._count = 0
        self._count, self._last_ms = self._count + 1, now_ms
        return self._count == BURST_OF_A_SCANNER


def _key(event: QKeyEvent) -> str:
    modifiers = event.modifiers()
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier
    if modifiers & held and not modifiers & Qt.KeyboardModifier.AltModifier:
        return _SHORTCUT  # Ctrl and Alt together are AltGr, which writes characters
    return _END_KEYS.get(Qt.Key(event.key()), event.text())


def _narrow(character: str) -> str:
    """An input method set to full width writes ２ for 2."""
    return chr(ord(character) - FULL_WIDTH_SHIFT) if "！" <= character <= "～" else character


def _is_secret(field: QLineEdit) -> bool:
    return field.echoMode() is not QLineEdit.EchoMode.Normal


def _is_first(watched: QObject) -> bool:
    """Whether a key goes to this object first (Qt offers it to the parents afterwards)."""
    if not isinstance(watched, QWidget):
        return False
    focused = QApplication.focusWidget()
    return watched.isWindow() if focused is None else watched is focused


def _may_scan(watched: QObject) -> bool:
    """Whether a scan may come from here: no dialog is open, and no other text is being written."""
    if QApplication.activeModalWidget() is not None:
        return False
    return bool(watched.property(_TAKES_SCANS)) or not isinstance(
        watched, QLineEdit | QPlainTextEdit
    )
