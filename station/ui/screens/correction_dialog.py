"""F4 on a sealed record: what is wrong in it, why, and a second person's word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from station.domain.facts import CorrectedPart
from station.domain.rights import Action as Right
from station.domain.rights import may
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
MAX_REASON = 400


class CorrectionDialog(StationDialog):
    """Emits `corrected(part, reason, approver's id)` once and closes."""

    corrected = Signal(object, str, str)

    def __init__(self, theme: Theme, parent: QWidget, sign_in: SignInService) -> None:
        """Lists whoever may approve, but not the one who asks."""
        super().__init__(theme, parent, "correction")
        self._sign_in = sign_in
        self._lead = label(wrap=True)
        self._part_caption = label(bold=True)
        self._part = ChoiceBox(theme, "correction.part")
        self._reason_caption = label(bold=True)
        self._reason = line_edit("correction.reason", MAX_REASON)
        self._who_caption = label(bold=True)
        self._who = ChoiceBox(theme, "correction.operator")
        self._passphrase_caption = label(bold=True)
        self._passphrase = line_edit("correction.passphrase", MAX_PASSPHRASE)
        self._passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self._trouble = FitLabel((theme.body,), colour=STOP)
        self._trouble.setObjectName("correction.trouble")
        self._fill()
        self.retranslate()
        self.primary.clicked.connect(self._ask)
        self._reason.textChanged.connect(self._check)
        self._passphrase.textChanged.connect(self._check)
        self._check()
        self._part.setFocus()

    def _fill(self) -> None:
        for part in CorrectedPart:
            self._part.addItem(word(part), part)
        here = self._sign_in.state.operator
        for operator in self._sign_in.operators():
            is_here = here is not None and operator.operator_id == here.operator_id
            if not is_here and may(operator.roles, Right.APPROVE_CORRECTION):
                self._who.addItem(operator.display_name, operator.operator_id)
        for item in (
            self._lead,
            *(self._part_caption, self._part, self._reason_caption, self._reason),
            *(self._who_caption, self._who, self._passphrase_caption, self._passphrase),
            self._trouble,
        ):
            self.inside.addWidget(item)

    def retranslate(self) -> None:
        """All words of the sheet."""
        self.title.setText(self.tr("登记更正"))
        self._lead.setText(self.tr("封存的记录不会改动。更正另存一条，由审核人员一并查看。"))
        self._part_caption.setText(self.tr("哪一项有误"))
        for place in range(self._part.count()):
            self._part.setItemText(place, word(CorrectedPart(self._part.itemData(place))))
        self._reason_caption.setText(self.tr("正确情况和原因"))
        self._who_caption.setText(self.tr("另一位工作人员"))
        self._passphrase_caption.setText(self.tr("其本人的口令"))
        self.primary.set_caption(self.tr("登记更正"), "Enter")
        self.back.set_caption(self.tr("返回"), "Esc")
        nobody = self.tr("没有可以确认更正的人员，请联系安全管理员设置审核人员。")
        self._trouble.set_text("" if self._who.count() else nobody)

    def _check(self) -> None:
        written = bool(self._reason.text().strip()) and bool(self._passphrase.text())
        self.primary.setEnabled(written and self._who.currentIndex() >= 0)

    def _ask(self) -> None:
        passphrase = self._passphrase.text()
        self._passphrase.clear()
        approver = str(self._who.currentData())
        self._sign_in.approve(approver, passphrase, Right.APPROVE_CORRECTION, self._answered)

    def _answered(self, answer: str | CardAsked | SignInRefusal) -> None:
        if isinstance(answer, CardAsked):
            answer = SignInRefusal(SignInFailure.NO_CARD)
        if isinstance(answer, SignInRefusal):
            self._trouble.set_text(word(answer.failure))
            self.grow_to_words()
            self._passphrase.setFocus()
        elif self.isVisible():
            part = CorrectedPart(self._part.currentData())
            self.corrected.emit(part, self._reason.text().strip(), answer)
            self.accept()
