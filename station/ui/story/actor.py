"""An operator's hands and eyes: real key and mouse events on real widgets, and what can be read."""

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QListWidget,
    QMainWindow,
    QWidget,
)

POLL_MS = 20
BETWEEN_KEYS_MS = 60
NAP_S = 0.005
PATIENCE_S = 60.0


class StoryStuck(Exception):
    """What the story waits for did not come; the text names the step."""


class Actor:
    """Works whichever window is there. Never calls the program: it presses, types, looks, waits."""

    def __init__(self, output: Path) -> None:
        self._output = output
        # Two programs play one story after the other: numbers go on.
        self._before = len(list(output.glob("[0-9][0-9]-*.png")))
        self._pictures = 0

    @property
    def window(self) -> QWidget:
        """The window that can be seen: that of the start, later that of the work."""
        shown = [
            window
            for window in QApplication.topLevelWidgets()
            if isinstance(window, QMainWindow) and window.isVisible()
        ]
        return shown[-1]

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
        """Press a key where the focus is."""
        target = QApplication.focusWidget() or self.window
        QTest.keyClick(target, key, modifier or Qt.KeyboardModifier.NoModifier)

    def enter(self) -> None:
        """The primary action of every screen."""
        self.press(Qt.Key.Key_Return)

    def click(self, name: str) -> None:
        """Click a widget by name once it can be clicked."""
        widget = self.wait_for_widget(name)
        self.wait_until(widget.isEnabled, f"{name} enabled")
        QTest.mouseClick(
            widget,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            QPoint(widget.width() // 2, widget.height() // 2),
        )

    def type_into(self, name: str, text: str) -> None:
        """Click a field, clear it and type; Chinese goes in as an input method commits it."""
        self.click(name)
        field = self.wait_for_widget(name)
        if isinstance(field, QLineEdit):
            QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        if text.isascii():
            type_by_hand(field, text)
        else:
            commit_text(field, text)

    def wait_for_widget(self, name: str) -> QWidget:
        """The visible widget of that name, in any window of the program."""
        found: list[QWidget] = []

        def look() -> bool:
            found[:] = [widget for widget in self._named(name) if widget.isVisible()]
            return bool(found)

        self.wait_until(look, f"{name} visible")
        return found[0]

    def sees(self, text: str) -> bool:
        """Whether a visible label or button of the window says `text`."""
        return any(text in said for said in self.words())

    def wait_for_step(self, step: str) -> None:
        """Until the desk shows the screen of a step and its primary action can be taken."""
        self.wait_for_widget(f"desk.{step}")
        self.wait_until(
            lambda: step == "fingers" or self.can_click("bottom.primary"), f"{step} to be ready"
        )

    def can_click(self, name: str) -> bool:
        """Whether a widget is there and enabled."""
        return any(widget.isVisible() and widget.isEnabled() for widget in self._named(name))

    @property
    def message_shown(self) -> bool:
        """Whether the station is telling its operator something."""
        return any(widget.isVisible() for widget in self._named("shell.message"))

    def wait_to_see(self, text: str) -> None:
        self.wait_until(lambda: self.sees(text), f"to read {text!r}")

    def words(self) -> list[str]:
        """All text that can be read in the window now."""
        shown = [widget for widget in self.window.findChildren(QWidget) if widget.isVisible()]
        return [said for said in map(_said_by, shown) if said]

    def read(self, name: str) -> str:
        """The text of a named label; empty when it is not shown."""
        shown = [widget for widget in self._named(name) if widget.isVisible()]
        return _said_by(shown[0]) if shown else ""

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        """Let the program run until `condition`; StoryStuck after a minute."""
        end = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > end:
                self.picture("stuck")
                raise StoryStuck(f"waited in vain: {what}")
            pause(POLL_MS)

    def picture(self, title: str) -> Path:
        """Save what the window shows as `NN-title.png`."""
        pause(POLL_MS)
        self._pictures += 1
        path = self._output / f"{self._before + self._pictures:02d}-{title}.png"
        self._whole_screen().save(str(path))
        return path

    def _whole_screen(self) -> QPixmap:
        """The window with an open dialog over it, as a person sees them."""
        picture = self.window.grab()
        dialog = QApplication.activeModalWidget()
        if dialog is not None:
            painter = QPainter(picture)
            painter.drawPixmap(self.window.mapFromGlobal(dialog.pos()), dialog.grab())
            painter.end()
        return picture

    @property
    def is_first_picture(self) -> bool:
        """Whether no picture was taken yet."""
        return self._pictures == 0

    def _named(self, name: str) -> list[QWidget]:
        found: list[QWidget] = []
        for window in QApplication.topLevelWidgets():
            if window.objectName() == name:
                found.append(window)
            found.extend(window.findChildren(QWidget, name))
        return found


def pause(time_ms: int) -> None:
    """Let the program run for a while.

    Not QTest.qWait: that sleeps with Python's lock held, and every other thread stands still.
    """
    end = time.monotonic() + time_ms / 1000
    while True:
        QApplication.processEvents()
        left_s = end - time.monotonic()
        if left_s <= 0:
            return
        time.sleep(min(left_s, NAP_S))


def type_by_hand(field: QWidget, text: str) -> None:
    """Type no faster than a person can.

    Faster keys are a scanner's, and a busy machine would split them into a scan and the keys before
    it.
    """
    for key in text:
        QTest.keyClicks(field, key)
        pause(BETWEEN_KEYS_MS)


def _said_by(widget: QWidget) -> str:
    """What a widget says to the eye, or, where it paints its words itself, to a screen reader."""
    if isinstance(widget, QListWidget):
        return "\n".join(widget.item(row).text() for row in range(widget.count()))
    text = widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
    return text or widget.accessibleName()


def commit_text(field: QWidget, text: str) -> None:
    """Commit text into a field as an input method does after its candidates were chosen."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(field, event)
