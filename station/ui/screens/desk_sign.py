"""After printing: signed by hand, then sealed; and the end of the visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from station.domain.facts import FormOutput
from station.domain.fingers import CAPTURE_PLAN, PRESSES_PER_FINGER
from station.services.errors import NotAllowed
from station.ui.notice_words import NoticeWords, notice_words
from station.ui.screens.base import Action, Actions, bar, column
from station.ui.screens.correction_dialog import CorrectionDialog
from station.ui.screens.desk_form import COPIES
from station.ui.screens.desk_screen import DeskScreen
from station.ui.screens.waiting_line import WaitingLine
from station.ui.theme import MUTED, Level, Theme
from station.ui.translations import translate
from station.ui.widgets.base import label
from station.ui.widgets.fit_label import FitLabel
from station.ui.widgets.points_panel import PointsPanel
from station.ui.widgets.shapes import draw_level
from station.ui.words import word
from station.workflow import inputs
from station.workflow.notices import Notice

if TYPE_CHECKING:
    from station.services.desk import DeskService
    from station.services.sign_in import SignInService
    from station.services.slips import SlipService

MARK_PX = 112


class SignScreen(DeskScreen):
    """The clerk has the signed form in hand and says so."""

    def __init__(self, theme: Theme, desk: DeskService, parent: QWidget | None = None) -> None:
        """Three things to check on paper."""
        super().__init__(theme, desk, parent)
        self._title = label(size="applicant", bold=True)
        self._points = PointsPanel(theme)
        self._ring = WaitingLine(theme)
        page = column(theme, self)
        page.addWidget(self._title)
        page.addWidget(self._points)
        page.addWidget(self._ring)
        page.addStretch(1)
        self.refresh()

    def refresh(self) -> None:
        """What to look for on the paper."""
        self._title.setText(self.tr("请申请人核对并签字"))
        self._points.set_points(
            self.tr("一、请申请人逐项核对资格审查表，确认信息无误。"),
            self.tr("二、请申请人抄写承诺并在两份表上签字、写日期。"),
            self.tr("三、一份留存，一份交申请人，然后按 Enter。"),
        )
        self._ring.show_word(word(self.state.waiting) if self.state.waiting else "")
        self.changed.emit()

    def offers(self) -> Actions:
        """Signed, or something on the form is wrong."""
        free = self.state.waiting is None
        secondary = (
            bar(Action.REMAKE, self.tr("信息有误，重新生成"), "F4", enabled=free),
            bar(Action.PRINT, self.tr("再打印"), "F9", enabled=free),
        )
        return Actions(self.tr("两份都已签字"), free, secondary, pause=free)

    def on_primary(self) -> None:
        """Signed."""
        self.send(inputs.ConfirmSigned())

    def on_secondary(self, action: str) -> None:
        """The applicant corrected something on the platform, or a copy was spoilt."""
        if action == Action.REMAKE:
            self.send(inputs.MakeFormAgain())
        elif action == Action.PRINT:
            self.send(inputs.DeliverForm(FormOutput.PRINTED, COPIES))

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "两份都签好字后按 Enter，记录随即封存，之后不能再改。信息有误时按 F4 重新生成。"
        )


class SealScreen(DeskScreen):
    """The record is being sealed; when that failed, once more."""

    def __init__(self, theme: Theme, desk: DeskService, parent: QWidget | None = None) -> None:
        """A ring while it is under way."""
        super().__init__(theme, desk, parent)
        self._title = label(size="applicant", bold=True)
        self._lead = label(tone="muted", wrap=True)
        self._ring = WaitingLine(theme)
        page = column(theme, self)
        page.addWidget(self._title)
        page.addWidget(self._lead)
        page.addStretch(1)
        page.addWidget(self._ring)
        page.addStretch(2)
        self.refresh()

    def refresh(self) -> None:
        """Under way or failed."""
        self._title.setText(self.tr("封存记录"))
        self._lead.setText(self.tr("签字已保存。封存后记录不能再改，并等待上传到平台。"))
        self._ring.show_word(word(self.state.waiting) if self.state.waiting else "")
        self.changed.emit()

    def offers(self) -> Actions:
        """Only needed when sealing failed."""
        free = self.state.waiting is None
        return Actions(self.tr("再封存一次") if free else "", free, pause=free)

    def on_primary(self) -> None:
        """Once more."""
        self.send(inputs.ConfirmSigned())

    def help_text(self) -> str:
        """For F1."""
        return self.tr("正在封存，请稍候。没有成功时按 Enter 再封存一次，已办的步骤都不会丢。")


class SealedScreen(DeskScreen):
    """Done: what was recorded, a slip to take home for whoever wants it, and the next person."""

    def __init__(
        self,
        theme: Theme,
        desk: DeskService,
        slips: SlipService,
        sign_in: SignInService,
        parent: QWidget | None = None,
    ) -> None:
        """A large tick."""
        super().__init__(theme, desk, parent)
        self._sign_in = sign_in
        self._slips = slips
        self._slip_of = ""
        self._slip_said: NoticeWords | None = None
        self._printing = False
        centre = Qt.AlignmentFlag.AlignHCenter
        self._title = FitLabel((theme.display, theme.applicant), bold=True, align=centre)
        self._title.setObjectName("desk.sealed.title")
        self._summary = FitLabel((theme.lead,), colour=MUTED, align=centre)
        self._farewell = FitLabel((theme.applicant, theme.lead), align=centre)
        page = column(theme, self)
        page.addStretch(1)
        page.addWidget(_Tick(theme.space(MARK_PX)), 0, centre)
        page.addSpacing(theme.space(8))
        self._slip = FitLabel((theme.lead,), colour=MUTED, align=centre)
        self._slip.setObjectName("desk.sealed.slip")
        for shown in (self._title, self._summary, self._farewell, self._slip):
            page.addWidget(shown)
        page.addStretch(2)
        self.refresh()

    def refresh(self) -> None:
        """Counts of this visit."""
        progress = self.state.progress
        self._title.set_text(self.tr("现场确认已完成"))
        if progress.captured_earlier:
            summary = self.tr("指纹沿用往年采集的。记录已封存，等待上传。")
        else:
            planned = (len(CAPTURE_PLAN) - len(progress.excepted)) * PRESSES_PER_FINGER
            summary = self.tr("指纹 {n} / {all} 次，例外 {x} 根。记录已封存，等待上传。").format(
                n=progress.presses, all=planned, x=len(progress.excepted)
            )
        if progress.corrections:
            summary += self.tr("已登记更正 {n} 次。").format(n=progress.corrections)
        self._summary.set_text(summary)
        self._farewell.set_text(self.tr("谢谢，请带好证件和资格审查表。"))
        self._show_slip()
        self.changed.emit()

    def offers(self) -> Actions:
        """The next person, or the slip first."""
        slip = bar(Action.PRINT, self.tr("打印告知单"), "F9", enabled=not self._printing)
        free = not self.state.unsaved
        correct = bar(Action.CORRECT, self.tr("登记更正"), "F4", enabled=free)
        return Actions(self.tr("下一位"), free, secondary=(correct, slip))

    def on_secondary(self, action: str) -> None:
        """Say what is wrong in the record, or print the slip for the applicant to take home."""
        applicant = self.state.applicant
        if action == Action.CORRECT and applicant is not None:
            self._ask_for_correction()
            return
        if action != Action.PRINT or applicant is None or self._printing:
            return
        subject = applicant.subject
        self._printing, self._slip_of, self._slip_said = True, subject, None

        def printed(notice: Notice | None) -> None:
            if self._slip_of != subject:
                return  # the next applicant's has taken its place
            self._printing = False
            self._slip_said = notice_words(notice) if notice is not None else None
            self.refresh()

        try:
            self._slips.print_slip(subject, printed)
        except NotAllowed as refused:
            self._printing = False
            self._slip_said = NoticeWords(Level.STOP, translate(refused.sentence), "", "")
        self.refresh()

    def _ask_for_correction(self) -> None:
        applicant = self.state.applicant
        if applicant is None:
            return
        dialog = CorrectionDialog(self.theme, self.window(), self._sign_in, applicant.subject)
        dialog.corrected.connect(
            lambda part, reason, approver: self.send(inputs.CorrectSealed(part, reason, approver))
        )
        dialog.open()

    def _show_slip(self) -> None:
        applicant = self.state.applicant
        if applicant is None or applicant.subject != self._slip_of:
            self._slip.set_text(self.tr("申请人想带走个人信息处理告知单时，按 F9 打印。"))
        elif self._printing:
            self._slip.set_text(self.tr("正在打印告知单…"))
        elif self._slip_said is not None:
            said = self._slip_said
            self._slip.set_text(f"{said.happened}{said.to_do}")
        else:
            self._slip.set_text(self.tr("告知单已送打印机，请交给申请人。"))

    def on_primary(self) -> None:
        """Back to the board."""
        self.send(inputs.CloseCase())

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "本次确认已完成。按 Enter 回到查找，办理下一位；直接扫下一位的码也可以。"
            "申请人想知道处理了哪些信息、保存多久时，按 F9 打印告知单。"
            "封存的记录不能再改，发现有误时按 F4 登记更正。"
        )


class _Tick(QWidget):
    def __init__(self, side_px: int) -> None:
        super().__init__()
        self.setFixedSize(side_px, side_px)

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_level(QPainter(self), QRectF(self.rect()), Level.DONE)
