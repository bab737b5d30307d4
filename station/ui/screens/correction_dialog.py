"""F4 on a sealed record: what is wrong in it, why, and a second person's word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from station.domain.approvals import for_correction
from station.domain.facts import CorrectedPart
from station.domain.rights import Action as Right
from station.ui.screens.base import line_edit
from station.ui.screens.choice_box import ChoiceBox
from station.ui.screens.dialog import StationDialog
from station.ui.screens.second_person import SecondPersonForm
from station.ui.theme import Theme
from station.ui.widgets.base import label
from station.ui.words import word

if TYPE_CHECKING:
    from station.services.sign_in import SignInService

MAX_REASON = 400


class CorrectionDialog(StationDialog):
    """Emits `corrected(part, reason, approver's id)` once and closes."""

    corrected = Signal(object, str, str)

    def __init__(self, theme: Theme, parent: QWidget, sign_in: SignInService, subject: str) -> None:
        """About `subject`. Lists whoever may approve, but not the one who asks."""
        super().__init__(theme, parent, "correction")
        self._subject = subject
        self._lead = label(wrap=True)
        self._part_caption = label(bold=True)
        self._part = ChoiceBox(theme, "correction.part")
        self._reason_caption = label(bold=True)
        self._reason = line_edit("correction.reason", MAX_REASON)
        self._second = SecondPersonForm(
            theme, sign_in, Right.APPROVE_CORRECTION, "correction", self
        )
        for part in CorrectedPart:
            self._part.addItem(word(part), part)
        for item in (
            self._lead,
            *(self._part_caption, self._part, self._reason_caption, self._reason),
            self._second,
        ):
            self.inside.addWidget(item)
        self.retranslate()
        self.primary.clicked.connect(self._ask)
        self._second.changed.connect(self._check)
        self._second.approved.connect(self._approved)
        self._reason.textChanged.connect(self._check)
        self._check()
        self._part.setFocus()

    def retranslate(self) -> None:
        """All words of the sheet."""
        self.title.setText(self.tr("登记更正"))
        self._lead.setText(self.tr("封存的记录不会改动。更正另存一条，由审核人员一并查看。"))
        self._part_caption.setText(self.tr("哪一项有误"))
        for place in range(self._part.count()):
            self._part.setItemText(place, word(CorrectedPart(self._part.itemData(place))))
        self._reason_caption.setText(self.tr("正确情况和原因"))
        self.primary.set_caption(self.tr("登记更正"), "Enter")
        self.back.set_caption(self.tr("返回"), "Esc")

    def _ask(self) -> None:
        part = CorrectedPart(self._part.currentData())
        self._second.ask(for_correction(self._subject, part, self._reason.text()))

    def _check(self) -> None:
        written = bool(self._reason.text().strip())
        self.primary.setEnabled(written and self._second.is_ready)
        for field in (self._part, self._reason):
            field.setEnabled(not self._second.is_under_way)

    def _approved(self, approver: str) -> None:
        if self.isVisible():
            part = CorrectedPart(self._part.currentData())
            self.corrected.emit(part, self._reason.text().strip(), approver)
            self.accept()
