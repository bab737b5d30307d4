"""Before, at and after the lock: the warning, whose work was open, who goes on with it."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from station.domain.audit import SignOutReason
from station.domain.people import Operator
from station.domain.rights import Action, may
from station.settings import Settings
from station.ui.screens.hand_over_dialog import HandOverDialog, LeftWork
from station.ui.screens.idle_dialog import IdleDialog
from station.ui.theme import Theme

if TYPE_CHECKING:
    from station.services.bundle import Services

MINUTE_S = 60
LOOK_EVERY_TICKS = 30


class LockWatch(QObject):
    """Belongs to the window. `taken_over` gives the registration ID of a case to be opened."""

    taken_over = Signal(str)

    def __init__(
        self, window: QWidget, theme: Theme, services: Services, settings: Settings
    ) -> None:
        """Nothing is warned of before the first `tick`."""
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._services = services
        self._limit_s = settings.idle_lock_min * MINUTE_S
        self._warning: IdleDialog | None = None
        self._left: LeftWork | None = None
        self._ticks = 0

    def tick(self, idle_s: float) -> None:
        """Lock when nobody has touched anything for too long; count down the minute before.

        Where the limit is a minute, the countdown takes the second half of it.
        """
        left_s = ceil(self._limit_s - idle_s)
        self._ticks += 1
        if self._services.sign_in.state.operator is None:
            self._warn(None)
        elif left_s < 0:
            self._services.sign_in.sign_out(SignOutReason.IDLE)
        else:
            self._warn(left_s if left_s <= min(MINUTE_S, self._limit_s / 2) else None)
            if self._ticks % LOOK_EVERY_TICKS == 0:  # an account may be closed by the command, too
                self._services.sign_in.load()

    def signed_in(self, operator: Operator | None) -> None:
        """Remember whose case is behind the lock; ask another clerk what becomes of it."""
        if operator is None:
            self._remember()
            return
        left = self._left
        if left is None or not may(operator.roles, Action.TAKE_OVER_CASE):
            return
        self._left = None
        if operator.operator_id != left.author.operator_id:
            self._ask(left)

    def _remember(self) -> None:
        applicant = self._services.desk.state.applicant
        if applicant is not None:
            self._left = LeftWork(self._services.sign_in.author, applicant)

    def _ask(self, left: LeftWork) -> None:
        dialog = HandOverDialog(self._theme, self._window, left)
        dialog.taken.connect(lambda: self.taken_over.emit(left.applicant.registration_id))
        dialog.open()

    def _warn(self, left_s: int | None) -> None:
        if left_s is None:
            if self._warning is not None:
                self._warning.reject()
            return
        if self._warning is None:
            self._warning = IdleDialog(self._theme, self._window)
            self._warning.finished.connect(self._forget_warning)
            self._warning.open()
        self._warning.show_left(left_s)

    def _forget_warning(self) -> None:
        self._warning = None
