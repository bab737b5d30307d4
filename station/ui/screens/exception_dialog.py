"""F8: a finger that cannot be captured: the reason, and a second person's word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from station.domain.approvals import for_exception
from station.domain.facts import FingerException
from station.domain.fingers import FingerPosition
from station.domain.rights import Action as Right
from station.ui.screens.dialog import StationDialog
from station.ui.screens.second_person import SecondPersonForm
from station.ui.theme import Theme
from station.ui.widgets.base import label
from station.ui.words import word

if TYPE_CHECKING:
    from station.services.sign_in import SignInService


class ExceptionDialog(StationDialog):
    """Emits `approved(reason, approver's id)` once and closes."""

    approved = Signal(object, str)

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        sign_in: SignInService,
        subject: str,
        finger: FingerPosition,
    ) -> None:
        """`finger` of `subject` is the one that is asked for now."""
        super().__init__(theme, parent, "exception")
        self._subject = subject
        self._finger = finger
        self._lead = label(wrap=True)
        self.inside.addWidget(self._lead)
        self._reasons = QButtonGroup(self)
        self._buttons = {reason: self._add_reason(reason) for reason in FingerException}
        self._second = SecondPersonForm(
            theme, sign_in, Right.APPROVE_FINGER_EXCEPTION, "exception", self
        )
        self.inside.addWidget(self._second)
        self.retranslate()
        self.primary.clicked.connect(self._ask)
        self._second.changed.connect(self._check)
        self._second.approved.connect(self._approved)
        self._reasons.buttonClicked.connect(self._check)
        self._check()
        self._buttons[FingerException.MISSING].setFocus()

    def _add_reason(self, reason: FingerException) -> QRadioButton:
        button = QRadioButton()
        button.setObjectName(f"exception.{reason.value}")
        self._reasons.addButton(button)
        self.inside.addWidget(button)
        return button

    def retranslate(self) -> None:
        """All words of the sheet."""
        title = self.tr("{finger}不能采集").format(finger=word(self._finger))
        self.title.setText(title)
        self._lead.setText(self.tr("这根手指将不再采集。原因和确认人会写入记录，由审核人员复核。"))
        for reason, button in self._buttons.items():
            button.setText(word(reason))
        self.primary.set_caption(self.tr("确认不采集"), "Enter")
        self.back.set_caption(self.tr("返回"), "Esc")

    def _reason(self) -> FingerException | None:
        return next((one for one, button in self._buttons.items() if button.isChecked()), None)

    def _ask(self) -> None:
        if (reason := self._reason()) is not None:
            self._second.ask(for_exception(self._subject, self._finger, reason))

    def _check(self) -> None:
        self.primary.setEnabled(self._reason() is not None and self._second.is_ready)
        for button in self._buttons.values():
            button.setEnabled(not self._second.is_under_way)

    def _approved(self, approver: str) -> None:
        reason = self._reason()
        if reason is not None and self.isVisible():
            self.approved.emit(reason, approver)
            self.accept()
