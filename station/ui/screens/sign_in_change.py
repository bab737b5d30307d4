"""A passphrase that somebody else gave holds once: now comes one of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from station.services.status import SignInState
from station.ui.screens.base import Action, Actions, bar
from station.ui.screens.new_passphrase_form import NewPassphraseForm
from station.ui.theme import Theme
from station.ui.widgets.fit_label import FitLabel
from station.ui.words import word

if TYPE_CHECKING:
    from station.services.sign_in import SignInService


class SignInChangeForm(NewPassphraseForm):
    """Nobody works here under a passphrase that another person knows."""

    def __init__(self, theme: Theme, sign_in: SignInService, parent: QWidget | None = None) -> None:
        """Follows the state of signing in."""
        super().__init__(theme, "sign_in.change", parent)
        self._sign_in = sign_in
        self._who = FitLabel((theme.lead, theme.body), bold=True)
        self.form.addWidget(self._who)
        self.add_pair()
        self.retranslate()

    def retranslate(self) -> None:
        """All words of the form."""
        super().retranslate()
        self.title.setText(self.tr("请设自己的口令"))
        self.lead.setText(
            self.tr("现在的口令是管理员给的，只能用这一次。新口令只有您知道，可以是一句话。")
        )
        self.refresh()

    def told(self, state: SignInState) -> None:
        """What was wrong with the passphrase chosen."""
        self.say(word(state.failure) if state.failure is not None else "")
        if state.failure is not None:
            self.new.setFocus()
        self.refresh()

    def refresh(self) -> None:
        """Whether it is being saved."""
        state = self._sign_in.state
        self._who.set_text(state.claimant.display_name if state.claimant else "")
        for field in (self.new, self.repeat):
            field.setEnabled(not state.busy)
        self.ring.show_word(self.tr("正在保存…") if state.busy else "")
        self.changed.emit()

    def offers(self) -> Actions:
        """Save, or give up."""
        free = not self._sign_in.state.busy
        back = bar(Action.BACK, self.tr("换人登录"), "Esc", enabled=free)
        return Actions(self.tr("保存并登录"), self.is_complete() and free, (back,))

    def on_primary(self) -> None:
        """Both fields agree: save."""
        passphrase = self.take()
        if passphrase is not None:
            self._sign_in.change_passphrase(passphrase)

    def on_secondary(self, action: str) -> None:
        """Back to the names; the given passphrase still holds for its one time."""
        if action == Action.BACK:
            self._sign_in.sign_out()

    def entered(self) -> None:
        """The first of the two."""
        self.new.setFocus()

    def left(self) -> None:
        """No passphrase stays in a field that is not seen."""
        self.empty()

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "新口令至少 10 个字符，不能太好猜，输入两次后按 Enter 保存并登录。请不要写在纸上。"
        )
