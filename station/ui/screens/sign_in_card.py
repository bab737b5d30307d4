"""The second factor: the card of whoever has given their passphrase, and its PIN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from drivers.api.smart_card import MAX_PIN_DIGITS, MIN_PIN_DIGITS
from station.services.status import SignInFailure, SignInState
from station.ui.screens.base import Action, Actions, bar
from station.ui.screens.centred_form import CentredForm
from station.ui.theme import Theme
from station.ui.translations import translate
from station.ui.widgets.base import label
from station.ui.widgets.fit_label import FitLabel
from station.ui.words import word

if TYPE_CHECKING:
    from station.services.sign_in import SignInService


class SignInCardForm(CentredForm):
    """The card may be put in before or while the PIN is typed; it is asked for with Enter."""

    def __init__(self, theme: Theme, sign_in: SignInService, parent: QWidget | None = None) -> None:
        """Follows the state of signing in."""
        super().__init__(theme, "sign_in.card", parent=parent)
        self._sign_in = sign_in
        self._who = FitLabel((theme.lead, theme.body), bold=True)
        self._pin_caption = label()
        self.form.addWidget(self._who)
        self.form.addWidget(self._pin_caption)
        self._pin = self.add_secret("sign_in.pin", MAX_PIN_DIGITS)
        self.retranslate()

    def retranslate(self) -> None:
        """All words of the form."""
        self.title.setText(self.tr("请插入您的证书卡"))
        self.lead.setText(self.tr("口令正确，登录还需要本人的证书卡和 PIN。"))
        self._pin_caption.setText(self.tr("卡的 PIN（6 到 8 位数字）"))
        self.refresh()

    def told(self, state: SignInState) -> None:
        """A failure asks for the PIN again."""
        self.refresh()
        if not state.busy:
            self._pin.setFocus()

    def refresh(self) -> None:
        """Whose card is wanted, and what is wrong."""
        state = self._sign_in.state
        self._who.set_text(state.claimant.display_name if state.claimant else "")
        self._pin.setEnabled(not state.busy)
        self.ring.show_word(self.tr("正在与卡核对，请不要拔出…") if state.busy else "")
        self.trouble.set_text(card_trouble(state.failure, state.tries_left))
        self.changed.emit()

    def offers(self) -> Actions:
        """Sign in with the card, or give up."""
        free = not self._sign_in.state.busy
        ready = len(self._pin.text()) >= MIN_PIN_DIGITS
        back = bar(Action.BACK, self.tr("换人登录"), "Esc")
        return Actions(self.tr("登录"), ready and free, (back,))

    def on_primary(self) -> None:
        """The PIN leaves the field whatever comes of it."""
        pin = self._pin.text()
        self._pin.clear()
        self._sign_in.sign_in_card(pin)

    def on_secondary(self, action: str) -> None:
        """Back to the names."""
        if action == Action.BACK:
            self._sign_in.sign_out()

    def entered(self) -> None:
        """The next key goes to the PIN."""
        self._pin.clear()
        self._pin.setFocus()

    def left(self) -> None:
        """No PIN stays in a field that is not seen."""
        self._pin.clear()

    def tell_scan_refused(self) -> None:
        """A scanner was pointed at something while the PIN was asked for."""
        self.trouble.set_text(self.tr("扫码不能用作 PIN，请用键盘输入。"))

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "把自己的证书卡插入读卡器，输入 PIN，按 Enter 登录。PIN 输错的次数由卡来计，"
            "用完即锁住。按 Esc 换人登录。"
        )


def card_trouble(failure: SignInFailure | None, tries_left: int | None) -> str:
    """What is wrong with a card or its PIN; the card's own count where it was told."""
    if failure is None:
        return ""
    if failure is SignInFailure.PIN_WRONG and tries_left is not None:
        return translate("PIN 不对，这张卡还可以试 {n} 次。").format(n=tries_left)
    return word(failure)
