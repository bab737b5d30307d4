"""Behind the lock: a name and a passphrase, then what else policy asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from station.services.guard import PROGRAM
from station.services.status import SignInState
from station.ui.screens.base import View
from station.ui.screens.sign_in_card import SignInCardForm
from station.ui.screens.sign_in_change import SignInChangeForm
from station.ui.screens.sign_in_form import SignInForm
from station.ui.screens.stacked_task import StackedTask
from station.ui.theme import Theme

if TYPE_CHECKING:
    from station.services.bundle import Services


class SignInTask(StackedTask):
    """The state of signing in says which form is in front."""

    def __init__(self, services: Services, theme: Theme, parent: QWidget | None = None) -> None:
        """Operators are listed as soon as they are loaded."""
        super().__init__(theme, parent)
        self._services = services
        sign_in = services.sign_in
        self._form = SignInForm(theme, sign_in, self._whose_work)
        self._card = SignInCardForm(theme, sign_in)
        self._change = SignInChangeForm(theme, sign_in)
        for screen in (self._form, self._card, self._change):
            self.add_screen(screen)
        sign_in.on_change(self._told)
        self._told(sign_in.state)

    def view(self) -> View:
        """The whole width; nothing about anybody."""
        return View(self.offers())

    def tell_scan_refused(self) -> None:
        """A scan was kept out of a secret field."""
        front = self.front
        if isinstance(front, SignInForm | SignInCardForm | SignInChangeForm):
            front.tell_scan_refused()

    def _told(self, state: SignInState) -> None:
        wanted = self._screen_for(state)
        self.bring_to_front(wanted)
        wanted.told(state)

    def _screen_for(self, state: SignInState) -> SignInForm | SignInCardForm | SignInChangeForm:
        if state.needs_card:
            return self._card
        return self._change if state.must_change else self._form

    def _whose_work(self) -> str:
        """Who left a case, a record or a candidate open behind the lock."""
        services = self._services
        is_open = (
            services.desk.state.applicant is not None
            or services.review.state.opened is not None
            or services.gate.state.is_serving
        )
        author = services.sign_in.author
        locked = services.sign_in.state.operator is None
        return author.display_name if is_open and locked and author != PROGRAM else ""
