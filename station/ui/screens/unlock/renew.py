"""After the recovery key: a security admin's new passphrase, so that somebody can sign in."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from station.services.unlock_state import UnlockFailure, UnlockStage, UnlockState
from station.services.unlocking import Unlocking
from station.ui.screens.base import Actions, line_edit
from station.ui.screens.centred_form import MAX_ACCOUNT
from station.ui.screens.new_passphrase_form import NewPassphraseForm
from station.ui.screens.unlock.progress_words import progress_words
from station.ui.screens.unlock.words import failure_words
from station.ui.theme import Theme
from station.ui.widgets.base import label


class RenewForm(NewPassphraseForm):
    """Only a security admin's account can be chosen, for it can then help everybody else."""

    def __init__(self, theme: Theme, unlocking: Unlocking, parent: QWidget | None = None) -> None:
        """Follows the state of the start."""
        super().__init__(theme, "unlock.renew", parent)
        self._unlocking = unlocking
        self._account_caption = label()
        self._account = line_edit("unlock.renew.account", MAX_ACCOUNT)
        self._account.textChanged.connect(lambda _text: self.changed.emit())
        self.form.addWidget(self._account_caption)
        self.form.addWidget(self._account)
        self.add_pair()
        self.retranslate()

    def retranslate(self) -> None:
        """All words of the form."""
        super().retranslate()
        self.title.setText(self.tr("本机已用恢复密钥打开"))
        self.lead.setText(
            self.tr("请为一位安全管理员设新口令并以其身份登录；其他人的口令由安全管理员重设。")
        )
        self._account_caption.setText(self.tr("安全管理员的工号"))
        self.refresh()

    def told(self, state: UnlockState) -> None:
        """What was wrong with the account or the passphrase."""
        if state.failure is not None:
            self.say(failure_words(state.failure))
            wrong = state.failure is UnlockFailure.NOT_A_SECURITY_ADMIN
            (self._account if wrong else self.new).setFocus()
        self.refresh()

    def refresh(self) -> None:
        """Whether it is being saved."""
        busy = self._unlocking.state.stage is not UnlockStage.RENEWING
        for field in (self._account, self.new, self.repeat):
            field.setEnabled(not busy)
        self.ring.show_word(progress_words(self._unlocking.state.stage))
        self.changed.emit()

    def offers(self) -> Actions:
        """Save, once everything is there."""
        ready = bool(self._account.text().strip()) and self.is_complete()
        free = self._unlocking.state.stage is UnlockStage.RENEWING
        return Actions(self.tr("保存并登录"), ready and free)

    def on_primary(self) -> None:
        """Both fields agree: save."""
        passphrase = self.take()
        if passphrase is not None:
            self._unlocking.renew_passphrase(self._account.text().strip(), passphrase)

    def entered(self) -> None:
        """Whose account it is comes first."""
        self._account.setFocus()

    def left(self) -> None:
        """No passphrase stays in a field that is not seen."""
        self.empty()

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "恢复密钥只用来重设安全管理员的口令。填写其工号和新口令，按 Enter 保存并登录。"
        )
