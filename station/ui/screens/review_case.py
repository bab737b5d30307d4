"""One sealed confirmation: the form, what was unusual at the desk, the decision and its reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from station.domain.documents import DocumentFinding
from station.domain.facts import (
    ConfirmationCorrected,
    DocumentChecked,
    FingerExcepted,
    IdentityCompared,
    IdentityResult,
    PressCaptured,
    ReviewDecision,
)
from station.ui.screens.base import MARGIN_PX, Action, Actions, Screen, bar, named, picture, row
from station.ui.screens.correction_dialog import CorrectionDialog
from station.ui.screens.page_reader import PageReader, zoom_action
from station.ui.screens.waiting_line import WaitingLine
from station.ui.theme import SURFACE, Theme
from station.ui.widgets.base import Panel, label
from station.ui.words import word
from station.workflow import inputs

if TYPE_CHECKING:
    from station.services.review import ReviewService
    from station.services.sign_in import SignInService

SIDE_WIDTH_PX = 330
REASON_HEIGHT_PX = 120
_ON_PANEL = f"QScrollArea, QScrollArea > QWidget > QWidget {{ background: {SURFACE}; }}"


class ReasonEdit(QPlainTextEdit):
    """Enter is the primary action here as everywhere; Shift+Enter makes a new line."""

    def event(self, event: QEvent) -> bool:
        """Leave Enter to the bottom bar."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        ):
            event.ignore()
            return False
        return super().event(event)


class ReviewCaseScreen(Screen):
    """The officer sees the form, whatever was unusual, and writes a reason in any case."""

    def __init__(
        self,
        theme: Theme,
        review: ReviewService,
        sign_in: SignInService,
        parent: QWidget | None = None,
    ) -> None:
        """Filled from the state."""
        super().__init__(theme, parent)
        self._review = review
        self._sign_in = sign_in
        self.setObjectName("review.case")
        self._subject = ""
        self._preview = PageReader(theme, "review.case.large")
        self._findings_title = label(size="lead", bold=True)
        self._findings = label(wrap=True)
        self._all_findings = _scrolled(self._findings)
        self._reason_title = label(size="lead", bold=True)
        self._reason = ReasonEdit()
        named(self._reason, "review.case.reason")
        self._reason.setTabChangesFocus(True)
        self._reason.setFixedHeight(theme.space(REASON_HEIGHT_PX))
        self._ring = WaitingLine(theme)
        self._build()
        self.retranslate()

    def _build(self) -> None:
        space = self.theme.space
        panel = Panel()
        panel.setFixedWidth(space(SIDE_WIDTH_PX))
        side = QVBoxLayout(panel)
        side.setContentsMargins(*([space(20)] * 4))
        side.setSpacing(space(8))
        side.addWidget(self._findings_title)
        side.addWidget(self._all_findings, 1)
        side.addWidget(self._reason_title)
        side.addWidget(self._reason)
        side.addWidget(self._ring)
        page = row(self._preview, panel, spacing=space(16))
        page.setContentsMargins(space(MARGIN_PX), space(20), space(MARGIN_PX), space(20))
        self.setLayout(page)

    def retranslate(self) -> None:
        """All words."""
        self._findings_title.setText(self.tr("现场情况"))
        self._reason_title.setText(self.tr("审核意见"))
        self._reason.setPlaceholderText(self.tr("请写明理由，通过也要写"))
        self.refresh()

    def refresh(self) -> None:
        """The record that is open."""
        state = self._review.state
        subject = state.opened.subject if state.opened else ""
        if subject != self._subject:
            self._subject = subject
            self._reason.clear()
            pages = [image for page in state.form_pages if (image := picture(page)) is not None]
            self._preview.set_pages(pages)
            self._all_findings.verticalScrollBar().setValue(0)
        self._findings.setText("\n".join(self._finding_words()))
        self._ring.show_word(self.tr("正在保存…") if state.unsaved else "")
        self._reason.setEnabled(state.unsaved is None)
        self.changed.emit()

    def entered(self) -> None:
        """The reason is the next thing to write."""
        self._reason.setFocus()

    def offers(self) -> Actions:
        """Approve or reject."""
        free = self._review.state.unsaved is None
        secondary = (
            bar(Action.REJECT, self.tr("不通过"), "F6", enabled=free),
            bar(Action.CORRECT, self.tr("登记更正"), "F4", enabled=free),
            zoom_action(self._preview),
            bar(Action.BACK, self.tr("返回列表"), "Esc", enabled=free),
        )
        return Actions(self.tr("审核通过"), free, secondary)

    def on_primary(self) -> None:
        """Approve with the reason written."""
        self._decide(ReviewDecision.APPROVED)

    def on_secondary(self, action: str) -> None:
        """Reject, or go back without a decision."""
        if action == Action.REJECT:
            self._decide(ReviewDecision.REJECTED)
        elif action == Action.ZOOM:
            self._preview.toggle()
            self.changed.emit()
        elif action == Action.CORRECT:
            self._ask_for_correction()
        elif action == Action.BACK:
            self._review.send(inputs.CloseCase())

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "核对资格审查表和现场情况，写明理由，按 Enter 通过或按 F6 不通过。结论保存后不能改。"
            "封存的记录有误时按 F4 登记更正，再下结论。"
        )

    def _decide(self, decision: ReviewDecision) -> None:
        self._review.send(inputs.Decide(decision, self._reason.toPlainText()))

    def _ask_for_correction(self) -> None:
        opened = self._review.state.opened
        if opened is None:
            return
        dialog = CorrectionDialog(self.theme, self.window(), self._sign_in, opened.subject)
        dialog.corrected.connect(
            lambda part, reason, approver: self._review.send(
                inputs.CorrectSealed(part, reason, approver)
            )
        )
        dialog.open()

    def _finding_words(self) -> Iterator[str]:
        facts = self._review.state.facts
        presses = [fact for fact in facts if isinstance(fact, PressCaptured)]
        yield self.tr("指纹 {n} 次").format(n=len(presses))
        weak = sum(fact.kept_below_required for fact in presses)
        if weak:
            yield self.tr("其中 {n} 次质量低于要求").format(n=weak)
        for fact in facts:
            match fact:
                case ConfirmationCorrected(part=part):
                    yield self.tr("封存后登记更正：{part}").format(part=word(part))
                case IdentityCompared(result=result) if result is not IdentityResult.SAME:
                    yield self.tr("身份：{result}").format(result=word(result))
                case DocumentChecked(kind=kind, finding=DocumentFinding.MISMATCH):
                    yield self.tr("{document}：不一致").format(document=word(kind))
                case FingerExcepted(position=position, reason=reason):
                    line = self.tr("{finger}未采集：{reason}")
                    yield line.format(finger=word(position), reason=word(reason))
                case _:
                    continue


def _scrolled(findings: QLabel) -> QScrollArea:
    """Whatever was unusual can be read, however much it was; arrow keys move it."""
    findings.setAlignment(Qt.AlignmentFlag.AlignTop)
    area = QScrollArea()
    named(area, "review.case.findings")
    area.setStyleSheet(_ON_PANEL)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidgetResizable(True)
    area.setWidget(findings)
    return area
