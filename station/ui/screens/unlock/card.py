"""A staff card opens the station: put it in, type its PIN."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from drivers.api.smart_card import MAX_PIN_DIGITS, MIN_PIN_DIGITS
from station.services.unlock_state import CardStage, UnlockStage, UnlockState
from station.services.unlocking import Unlocking
from station.ui.screens.base import Actions
from station.ui.screens.centred_form import CentredForm
from station.ui.screens.unlock.progress_words import progress_words
from station.ui.screens.unlock.words import failure_words
from station.ui.theme import Theme
from station.ui.widgets.base import label


class CardForm(CentredForm):
    """The card's own counter decides about tries; the screen shows how many are left."""

    def __init__(self, theme: Theme, unlocking: Unlocking, parent: QWidget | None = None) -> None:
        """Follows the state of the start."""
        super().__init__(theme, "unlock.card_form", parent=parent)
        self._unlocking = unlocking
        self._instruction = label(size="lead", wrap=True)
        self._pin_caption = label()
        self.form.addWidget(self._instruction)
        self.form.addWidget(self._pin_caption)
        self._pin = self.add_secret("unlock.pin", MAX_PIN_DIGITS)
        self.retranslate()

    def retranslate(self) -> None:
        """All words of the form."""
        self.title.setText(self.tr("用证书卡打开本机"))
        self.lead.setText(self.tr("卡里的密钥打开本机，PIN 只有卡知道。"))
        self._pin_caption.setText(self.tr("卡的 PIN（6 到 8 位数字）"))
        self.refresh()

    def told(self, state: UnlockState) -> None:
        """A card was read, or is to be tried again."""
        self.refresh()
        if state.card is CardStage.PIN_ASKED and state.stage is UnlockStage.LOCKED:
            self._pin.clear()
            self._pin.setFocus()

    def refresh(self) -> None:
        """What is waited for, and what is wrong."""
        state = self._unlocking.state
        asks = state.card is CardStage.PIN_ASKED and state.stage is UnlockStage.LOCKED
        self._instruction.setText(self._instruction_words(state))
        self._pin.setVisible(state.card is CardStage.PIN_ASKED)
        self._pin_caption.setVisible(state.card is CardStage.PIN_ASKED)
        self._pin.setEnabled(asks)
        awaited = self.tr("正在等待证书卡…") if state.card is CardStage.AWAITED else ""
        self.ring.show_word(awaited or progress_words(state.stage))
        failure = state.failure
        self.trouble.set_text(failure_words(failure, state.tries_left) if failure else "")
        self.changed.emit()

    def offers(self) -> Actions:
        """Open with the PIN; or wait for a card again."""
        state = self._unlocking.state
        if state.card is CardStage.PIN_ASKED:
            typed = len(self._pin.text()) >= MIN_PIN_DIGITS
            return Actions(self.tr("打开"), typed and state.stage is UnlockStage.LOCKED)
        waits = state.card is CardStage.NOT_ASKED and state.stage is UnlockStage.LOCKED
        return Actions(self.tr("再试一次"), waits)

    def on_primary(self) -> None:
        """The PIN leaves the field whatever comes of it."""
        if self._unlocking.state.card is not CardStage.PIN_ASKED:
            self._unlocking.await_card()
            return
        pin = self._pin.text()
        self._pin.clear()
        self._unlocking.with_pin(pin)

    def entered(self) -> None:
        """Begin to wait for a card."""
        self._unlocking.await_card()

    def left(self) -> None:
        """Nothing is waited for behind another screen."""
        self._pin.clear()
        self._unlocking.leave_card()

    def tell_scan_refused(self) -> None:
        """A scanner was pointed at something while the PIN was asked for."""
        self.trouble.set_text(self.tr("扫码不能用作 PIN，请用键盘输入。"))

    def help_text(self) -> str:
        """For F1."""
        return self.tr("插入自己的证书卡，等屏幕要求后输入 PIN，按 Enter 打开。按 Esc 改用口令。")

    def _instruction_words(self, state: UnlockState) -> str:
        if state.card is CardStage.PIN_ASKED:
            if state.tries_left is not None and state.failure is None:
                return self.tr("已认出这张卡，请输入 PIN（还可以试 {n} 次）。").format(
                    n=state.tries_left
                )
            return self.tr("已认出这张卡，请输入 PIN。")
        return self.tr("请把证书卡插入读卡器，不要拔出。")
