"""F8: a finger that cannot be captured: the reason, and a second person's word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QRadioButton, QWidget

from station.domain.facts import FingerException
from station.domain.fingers import FingerPosition
from station.domain.rights import Action as Right
from station.services.status import CardAsked, SignInFailure, SignInRefusal
from station.ui.screens.base import line_edit
from station.ui.screens.choice_box import ChoiceBox
from station.ui.screens.dialog import StationDialog
from station.ui.theme import STOP, Theme
from station.ui.widgets.base import label
from station.ui.widgets.fit_label import FitLabel
from station.ui.words import word

if TYPE_CHECKING:
    from station.services.sign_in import SignInService

MAX_PASSPHRASE = 200


class ExceptionDialog(StationDialog):
    """Emits `approved(reason, approver's id)` once and closes."""

    approved = Signal(object, str)

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        sign_in: SignInService,
        finger: FingerPosition,
    ) -> None:
        """`finger` is the one that is asked for now."""
        super().__init__(theme, parent, "exception")
        self._sign_in = sign_in
        self._finger = finger
        self._lead = label(wrap=True)
        self._reasons = QButtonGroup(self)
        self._buttons = {reason: self._add_reason(reason) for reason in FingerException}
        self._who_caption = label(bold=True)
        self._who = ChoiceBox(theme, "exception.operator")
        self._passphrase_caption = label(bold=True)
        self._passphrase = line_edit("exception.passphrase", MAX_PASSPHRASE)
        self._passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self._trouble = FitLabel((theme.body,), colour=STOP)
        self._trouble.setObjectName("exception.trouble")
        self._fill()
        self.retranslate()
        self.primary.clicked.connect(self._ask)
        self._passphrase.textChanged.connect(self._check)
        self._reasons.buttonClicked.connect(self._check)
        self._check()
        self._buttons[FingerException.MISSING].setFocus()

    def _fill(self) -> None:
        here = self._sign_in.state.operator
        for operator in self._sign_in.operators():
            if here is None or operator.operator_id != here.operator_id:
                self._who.addItem(operator.display_name, operator.operator_id)
        self.inside.addWidget(self._lead)
        for button in self._buttons.values():
            self.inside.addWidget(button)
        for item in (self._who_caption, self._who, self._passphrase_caption, self._passphrase):
            self.inside.addWidget(item)
        self.inside.addWidget(self._trouble)
        self._trouble.set_text("")

    def _add_reason(self, reason: FingerException) -> QRadioButton:
        button = QRadioButton()
        button.setObjectName(f"exception.{reason.value}")
        self._reasons.addButton(button)
        return button

    def retranslate(self) -> None:
        """All words of the sheet."""
        title = self.tr("{finger}不能采集").format(finger=word(self._finger))
        self.title.setText(title)
        self._lead.setText(self.tr("这根手指将不再采集。原因和确认人会写入记录，由审核人员复核。"))
        for reason, button in self._buttons.items():
            button.setText(word(reason))
        self._who_caption.setText(self.tr("另一位工作人员"))
        self._passphrase_caption.setText(self.tr("其本人的口令"))
        self.primary.set_caption(self.tr("确认不采集"), "Enter")
        self.back.set_caption(self.tr("返回"), "Esc")

    def _reason(self) -> FingerException | None:
        return next((one for one, button in self._buttons.items() if button.isChecked()), None)

    def _check(self) -> None:
        complete = self._reason() is not None and bool(self._passphrase.text())
        self.primary.setEnabled(complete and self._who.currentIndex() >= 0)

    def _ask(self) -> None:
        passphrase = self._passphrase.text()
        self._passphrase.clear()
        self._sign_in.approve(
            str(self._who.currentData()),
            passphrase,
            Right.APPROVE_FINGER_EXCEPTION,
            self._answered,
        )

    def _answered(self, answer: str | CardAsked | SignInRefusal) -> None:
        reason = self._reason()
        if isinstance(answer, SignInRefusal | CardAsked):
            asked = SignInRefusal(SignInFailure.NO_CARD)
            refusal = answer if isinstance(answer, SignInRefusal) else asked
            self._trouble.set_text(word(refusal.failure))
            self._passphrase.setFocus()
        elif reason is not None and self.isVisible():
            self.approved.emit(reason, answer)
            self.accept()
