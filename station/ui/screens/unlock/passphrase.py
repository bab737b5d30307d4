"""The usual way to open a station: an account and its passphrase."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from station.services.unlock_state import UnlockFailure, UnlockStage, UnlockState
from station.services.unlocking import Unlocking
from station.ui.screens.base import Actions, line_edit
from station.ui.screens.centred_form import MAX_ACCOUNT, CentredForm
from station.ui.screens.countdown import Countdown, wait_words
from station.ui.screens.unlock.progress_words import progress_words
from station.ui.screens.unlock.words import failure_words
from station.ui.theme import Theme
from station.ui.widgets.base import label


class PassphraseForm(CentredForm):
    """Names cannot be listed: they lie behind the lock."""

    def __init__(self, theme: Theme, unlocking: Unlocking, parent: QWidget | None = None) -> None:
        """Follows the state of the start."""
        super().__init__(theme, "unlock.passphrase_form", parent=parent)
        self._unlocking = unlocking
        self._locked_account = ""
        self._countdown = Countdown(self)
        self._countdown.changed.connect(self.refresh)
        self._account_caption = label()
        self._account = line_edit("unlock.account", MAX_ACCOUNT)
        self._account.textChanged.connect(lambda _text: self.refresh())
        self._passphrase_caption = label()
        for widget in (self._account_caption, self._account, self._passphrase_caption):
            self.form.addWidget(widget)
        self._passphrase = self.add_secret("unlock.passphrase")
        self.retranslate()

    def retranslate(self) -> None:
        """All words of the form."""
        self.title.setText(self.tr("打开本机"))
        self.lead.setText(
            self.tr("本机的数据是加密的。请输入自己的工号和口令；打开以前不显示任何人的资料。")
        )
        self._account_caption.setText(self.tr("工号"))
        self._passphrase_caption.setText(self.tr("口令"))
        self.refresh()

    def told(self, state: UnlockState) -> None:
        """A new state: a failure empties the passphrase, a lockout begins to count."""
        if state.failure is not None:
            self._passphrase.clear()
            self._passphrase.setFocus()
        if state.failure is UnlockFailure.LOCKED_OUT:
            self._locked_account = self._account.text().strip()
            self._countdown.start(state.wait_s)
        self.refresh()

    def refresh(self) -> None:
        """What is under way, and what is wrong."""
        state = self._unlocking.state
        busy = state.stage in (UnlockStage.CHECKING, UnlockStage.OPENING)
        for field in (self._account, self._passphrase):
            field.setEnabled(not busy)
        self.ring.show_word(progress_words(state.stage))
        self.trouble.set_text("" if busy else self._trouble_words(state))
        self.changed.emit()

    def offers(self) -> Actions:
        """Open, as soon as there is an account; an empty passphrase is asked for first."""
        ready = bool(self._account.text().strip()) and not self._is_waiting()
        return Actions(self.tr("打开"), ready and self._unlocking.state.stage is UnlockStage.LOCKED)

    def on_primary(self) -> None:
        """Try. The passphrase leaves the field whatever comes of it."""
        passphrase = self._passphrase.text()
        if not passphrase:
            self._passphrase.setFocus()
            return
        self._passphrase.clear()
        self._unlocking.with_passphrase(self._account.text().strip(), passphrase)

    def entered(self) -> None:
        """The next key goes where something is missing."""
        (self._passphrase if self._account.text() else self._account).setFocus()

    def left(self) -> None:
        """No passphrase stays in a field that is not seen."""
        self._passphrase.clear()

    def tell_scan_refused(self) -> None:
        """A scanner was pointed at something while the passphrase was asked for."""
        self.trouble.set_text(self.tr("扫码不能用作口令，请用键盘输入。"))

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "输入工号和口令，按 Enter 打开，打开后即以此人登录。忘记口令时，请另一位工作人员"
            "先打开，再请安全管理员重设；谁都打不开时，用保险柜里的恢复密钥（F7）。"
        )

    def _is_waiting(self) -> bool:
        """The wait is the account's: another account may try at once."""
        same = self._account.text().strip() == self._locked_account
        return same and self._countdown.left_s > 0

    def _trouble_words(self, state: UnlockState) -> str:
        if self._is_waiting():
            return self.tr(
                "输错次数过多，这个工号请等 {time}后再试。急用时请另一位工作人员用自己的工号打开，"
                "或请安全管理员用恢复密钥（F7）。"
            ).format(time=wait_words(self._countdown.left_s))
        if state.failure in (None, UnlockFailure.LOCKED_OUT):
            return ""
        return failure_words(state.failure)
