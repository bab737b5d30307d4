"""A window over fake services, worked by key and mouse, and read as a person reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QListWidget, QWidget
from pytestqt.qtbot import QtBot

from station.domain.people import Operator
from station.settings import Language, Settings
from station.ui.fonts import load_fonts
from station.ui.key_times import KeyTimes
from station.ui.main_window import MainWindow
from station.ui.scans import ScanWatch
from station.ui.theme import Theme
from station.ui.widgets.bottom_bar import BottomBar
from station.ui.widgets.fit_label import FitLabel
from station.ui.widgets.key_button import KeyButton
from station.ui.widgets.message_bar import MessageBar
from tests.support.ui_fakes import CLERK, PASSPHRASE, FakeDesk, FakeReview, FakeServices
from tests.support.widgets_theme import CANVAS, RESOURCES

if TYPE_CHECKING:
    from station.services.bundle import Services

ENTER = Qt.Key.Key_Return


@dataclass(frozen=True)
class Desk:
    """One open window and the services behind it."""

    window: MainWindow
    services: FakeServices

    @property
    def desk(self) -> FakeDesk:
        return self.services.desk

    @property
    def review(self) -> FakeReview:
        return self.services.review

    # --- hands --------------------------------------------------------------------------------

    def press(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)
        QApplication.processEvents()

    def type(self, text: str) -> None:
        """Type where the focus is; the text is ASCII, as from a keyboard.

        So fast it is a scan, which no passphrase field takes: there a person's keys are meant.
        """
        field = QApplication.focusWidget() or self.window
        if isinstance(field, QLineEdit) and field.echoMode() is QLineEdit.EchoMode.Password:
            field.insert(text)
        else:
            time_keys(self.window)
            QTest.keyClicks(field, text)

    def click(self, name: str) -> None:
        """Click a widget that can be clicked."""
        widget = self.widget(name)
        assert widget.isEnabled(), f"{name} is disabled"
        QTest.mouseClick(
            widget,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            QPoint(widget.width() // 2, widget.height() // 2),
        )
        QApplication.processEvents()

    def write(self, name: str, text: str) -> None:
        """Put text into a field, Chinese too."""
        field = self.widget(name)
        field.setFocus()
        committed = QInputMethodEvent()
        committed.setCommitString(text)
        QApplication.sendEvent(field, committed)
        QApplication.processEvents()

    # --- eyes ---------------------------------------------------------------------------------

    def widget(self, name: str) -> QWidget:
        """The visible widget of that name."""
        QApplication.processEvents()
        found = [one for one in self.window.findChildren(QWidget, name) if one.isVisible()]
        assert found, f"{name} is not shown"
        return found[0]

    def shows(self, name: str) -> bool:
        """Whether a widget of that name can be seen."""
        QApplication.processEvents()
        return any(one.isVisible() for one in self.window.findChildren(QWidget, name))

    def caption(self, name: str) -> str:
        """The words on a button of the bottom bar."""
        button = self.widget(name)
        assert isinstance(button, KeyButton)
        return button.caption()

    def field(self, name: str) -> QLineEdit:
        field = self.widget(name)
        assert isinstance(field, QLineEdit)
        return field

    def rows(self, name: str) -> list[str]:
        """What a list shows."""
        people = self.widget(name)
        assert isinstance(people, QListWidget)
        return [people.item(place).text() for place in range(people.count())]

    def words(self) -> str:
        """Everything that can be read in the window, as one string."""
        shown = [one for one in self.window.findChildren(QWidget) if one.isVisible()]
        return "\n".join(
            one.caption() if isinstance(one, KeyButton) else one.text()
            for one in shown
            if isinstance(one, QLabel | QAbstractButton | FitLabel)
        )

    def message(self) -> str:
        """The message above the task; empty when there is none."""
        bar = self.window.findChild(MessageBar)
        assert bar is not None
        return bar.text() if bar.isVisible() else ""

    def has_way_forward(self) -> bool:
        """Whether something can be done now: a button that is on, or a wait that ends by itself."""
        bar = self.window.findChild(BottomBar)
        assert bar is not None
        return any(button.isEnabled() for button in bar.buttons())


def time_keys(window: QWidget, clock_s: Callable[[], float] = lambda: 0.0) -> ScanWatch:
    """From now on this clock times the keys; the usual one leaves no time between them.

    However busy the machine is, a scan is a scan then.
    """
    watch = window.findChild(ScanWatch)
    assert watch is not None
    watch._times = KeyTimes(clock_s)
    return watch


@cache
def load_fonts_once() -> None:
    load_fonts(RESOURCES / "fonts")


def open_desk(
    qtbot: QtBot,
    operator: Operator | None = CLERK,
    language: Language = Language.ZH_CN,
    size: tuple[int, int] = CANVAS,
    settings: Settings | None = None,
) -> Desk:
    """A window of that size with `operator` signed in."""
    load_fonts_once()
    services = FakeServices()
    window = MainWindow(
        cast("Services", services), settings or Settings(), language, Theme.for_screen(*size)
    )
    qtbot.addWidget(window)
    window.resize(*size)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    if operator is not None:
        services.sign_in.sign_in(operator.operator_id, PASSPHRASE)
    QApplication.processEvents()
    return Desk(window, services)
