"""The start of a station for the screens' tests: its state is what the test says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from station.services.unlock_state import UnlockStage, UnlockState
from station.services.unlocking import Unlocking
from station.settings import Language, Settings
from station.store.keyring import RecoveryKey
from station.ui.start_window import StartWindow
from station.ui.theme import Theme
from tests.support.ui_window import Desk, load_fonts_once
from tests.support.widgets_theme import CANVAS


@dataclass
class FakeUnlocking:
    """Remembers what was asked; `show` is what the services would tell."""

    takes_cards: bool = True
    state: UnlockState = field(default_factory=UnlockState)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    keys: list[RecoveryKey] = field(default_factory=list)
    _listeners: list[Callable[[UnlockState], None]] = field(default_factory=list)

    def on_change(self, listener: Callable[[UnlockState], None]) -> None:
        self._listeners.append(listener)

    def on_opened(self, listener: Callable[[Any], None]) -> None:
        """Nothing opens here."""

    def show(self, stage: UnlockStage = UnlockStage.LOCKED, **more: Any) -> None:
        self.state = UnlockState(stage, **more)
        for listener in self._listeners:
            listener(self.state)
        QApplication.processEvents()

    def begin(self) -> None:
        self.asked.append(("begin",))

    def with_passphrase(self, account: str, passphrase: str) -> None:
        self.asked.append(("passphrase", account, passphrase))

    def with_recovery(self, key: RecoveryKey) -> None:
        self.keys.append(key)

    def await_card(self) -> None:
        self.asked.append(("await card",))

    def leave_card(self) -> None:
        self.asked.append(("leave card",))

    def with_pin(self, pin: str) -> None:
        self.asked.append(("pin", pin))

    def renew_passphrase(self, account: str, passphrase: str) -> None:
        self.asked.append(("renew", account, passphrase))


def open_start(
    qtbot: QtBot,
    unlocking: FakeUnlocking | None = None,
    language: Language = Language.ZH_CN,
    size: tuple[int, int] = CANVAS,
) -> tuple[Desk, FakeUnlocking]:
    """The window of a locked station."""
    load_fonts_once()
    fake = unlocking or FakeUnlocking()
    window = StartWindow(Settings(), cast("Unlocking", fake), Theme.for_screen(*size), language)
    qtbot.addWidget(window)
    window.resize(*size)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    fake.show()
    return Desk(cast("Any", window), cast("Any", None)), fake
