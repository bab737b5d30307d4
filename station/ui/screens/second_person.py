"""Another person's word: a real sign-in of somebody with the right, beside whoever works here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from drivers.api.smart_card import MAX_PIN_DIGITS, MIN_PIN_DIGITS
from station.domain.approvals import Approval
from station.domain.rights import Action as Right
from station.domain.rights import may
from station.services.status import CardAsked, SignInFailure, SignInRefusal
from station.ui.screens.base import line_edit
from station.ui.screens.choice_box import ChoiceBox
from station.ui.screens.countdown import Countdown, wait_words
from station.ui.screens.sign_in_card import card_trouble
from station.ui.screens.waiting_line import WaitingLine
from station.ui.theme import Theme
from station.ui.widgets.base import StationWidget, label
from station.ui.widgets.trouble_line import TroubleLine

if TYPE_CHECKING:
    from station.services.sign_in import SignInService

MAX_PASSPHRASE = 200


class SecondPersonForm(StationWidget):
    """Name, passphrase and, where it is asked for, the card's PIN.

    Only people who hold the right are listed, never whoever is signed in. `approved` gives the id
    of who allowed it, once; `changed` tells that `is_ready` may have changed.
    """

    approved = Signal(str)
    changed = Signal()

    def __init__(
        self,
        theme: Theme,
        sign_in: SignInService,
        right: Right,
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        """`name` begins the object names: `<name>.operator`, `.passphrase`, `.pin`, `.trouble`."""
        super().__init__(theme, parent)
        self._sign_in = sign_in
        self._right = right
        self._asks_card = False
        self._busy = False
        self._refusal: SignInRefusal | None = None
        self._locked_out = ""
        self._countdown = Countdown(self)
        self._countdown.changed.connect(self._show)
        self._who_caption = label(bold=True)
        self._who = ChoiceBox(theme, f"{name}.operator")
        self._passphrase_caption = label(bold=True)
        self._passphrase = _secret(f"{name}.passphrase", MAX_PASSPHRASE)
        self._pin_caption = label(bold=True)
        self._pin = _secret(f"{name}.pin", MAX_PIN_DIGITS)
        self._trouble = TroubleLine(theme, f"{name}.trouble")
        self._ring = WaitingLine(theme)
        self._lay_out()
        self._fill()
        for field in (self._passphrase, self._pin):
            field.textChanged.connect(lambda _text: self.changed.emit())
        self._who.currentIndexChanged.connect(self._other_person)
        self.retranslate()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.theme.space(6))
        for part in (
            self._who_caption,
            self._who,
            self._passphrase_caption,
            self._passphrase,
            self._pin_caption,
            self._pin,
            self._trouble,
            self._ring,
        ):
            column.addWidget(part)

    def _fill(self) -> None:
        here = self._sign_in.state.operator
        for operator in self._sign_in.operators():
            other = here is None or operator.operator_id != here.operator_id
            if other and may(operator.roles, self._right):
                self._who.addItem(operator.display_name, operator.operator_id)

    def retranslate(self) -> None:
        """Captions, and whatever is shown."""
        self._who_caption.setText(self.tr("另一位工作人员"))
        self._passphrase_caption.setText(self.tr("其本人的口令"))
        self._pin_caption.setText(self.tr("其本人的证书卡插好后，输入卡的 PIN"))
        self._show()

    @property
    def is_ready(self) -> bool:
        """Whether `ask` can be called: somebody is chosen and what they must type is there."""
        if self._busy or self._who.currentIndex() < 0 or self._is_waiting():
            return False
        if self._asks_card:
            return len(self._pin.text()) >= MIN_PIN_DIGITS
        return bool(self._passphrase.text())

    @property
    def is_under_way(self) -> bool:
        """Whether somebody is giving their word: what it is about must stay as it is."""
        return self._busy or self._asks_card

    def ask(self, approval: Approval) -> None:
        """Let the second person be checked. What was typed leaves its field."""
        passphrase, pin = self._passphrase.text(), self._pin.text()
        self._passphrase.clear()
        self._pin.clear()
        self._busy, self._refusal = True, None
        self._show()
        if self._asks_card:
            self._sign_in.approve_card(pin, self._answered)
        else:
            who = str(self._who.currentData())
            self._sign_in.approve(who, passphrase, approval, self._answered)

    def _answered(self, answer: str | CardAsked | SignInRefusal) -> None:
        self._busy = False
        if isinstance(answer, str):
            self.approved.emit(answer)
            return
        if isinstance(answer, CardAsked):
            self._asks_card = True
        else:
            self._refused(answer)
        self._show()
        (self._pin if self._asks_card else self._passphrase).setFocus()

    def _refused(self, refusal: SignInRefusal) -> None:
        self._refusal = refusal
        if refusal.wait_s > 0:
            self._locked_out = str(self._who.currentData())
            self._countdown.start(refusal.wait_s)

    def _other_person(self, _index: int) -> None:
        self._asks_card, self._refusal = False, None
        self._passphrase.clear()
        self._pin.clear()
        self._show()

    def _is_waiting(self) -> bool:
        chosen = str(self._who.currentData())
        return chosen == self._locked_out and self._countdown.left_s > 0

    def _show(self) -> None:
        for part in (self._pin_caption, self._pin):
            part.setVisible(self._asks_card)
        for part in (self._passphrase_caption, self._passphrase):
            part.setVisible(not self._asks_card)
        for field in (self._who, self._passphrase, self._pin):
            field.setEnabled(not self._busy)
        self._ring.show_word(self.tr("正在核对…") if self._busy else "")
        self._trouble.set_text(self._trouble_words())
        self.changed.emit()

    def _trouble_words(self) -> str:
        if self._busy:
            return ""
        if not self._who.count():
            return self.tr("本机没有另一位有这项权限的人员，请安全管理员增加。")
        if self._is_waiting():
            return self.tr("输错次数过多，请等 {time}后再试，或换一位人员确认。").format(
                time=wait_words(self._countdown.left_s)
            )
        refusal = self._refusal
        if refusal is None or refusal.failure is SignInFailure.LOCKED:
            return ""
        return card_trouble(refusal.failure, refusal.tries_left)


def _secret(name: str, longest: int) -> QLineEdit:
    field = line_edit(name, longest)
    field.setEchoMode(QLineEdit.EchoMode.Password)
    return field
