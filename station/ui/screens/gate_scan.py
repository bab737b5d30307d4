"""Between two people: scan the next ticket, and how many are inside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from station.domain.people import Candidate
from station.ui.scans import take_scans
from station.ui.screens.base import Action, Actions, bar, column, named, row
from station.ui.screens.gate_screen import GateScreen
from station.ui.screens.gate_words import place_words
from station.ui.screens.waiting_line import WaitingLine
from station.ui.theme import MUTED, Theme
from station.ui.widgets.base import Panel, label
from station.ui.widgets.fit_label import FitLabel
from station.ui.widgets.scan_field import ScanField
from station.workflow import inputs

if TYPE_CHECKING:
    from station.services.gate import GateService


class ScanScreen(GateScreen):
    """The field has the focus whenever the screen is in front: a scanner just types."""

    def __init__(
        self,
        theme: Theme,
        gate: GateService,
        clock: Callable[[], datetime],
        parent: QWidget | None = None,
    ) -> None:
        """`clock` gives the time of a scan: whether the door is shut is decided by it."""
        super().__init__(theme, gate, parent)
        self._clock = clock
        self._title = FitLabel((theme.applicant, theme.lead), bold=True)
        self._when = FitLabel((theme.lead, theme.body), colour=MUTED)
        self._field = ScanField(theme)
        named(self._field.line_edit(), "gate.scan")
        take_scans(self._field.line_edit(), numbers_only=True)
        self._field.submitted.connect(self.scan)
        self._ring = WaitingLine(theme)
        self._elsewhere = _Elsewhere(theme)
        self._numbers = tuple(_Number(theme) for _ in range(4))
        for number, name in zip(
            self._numbers, ("expected", "admitted", "missing", "without_template"), strict=True
        ):
            number.setObjectName(f"gate.count.{name}")
        page = column(theme, self, margin=14)
        page.setSpacing(theme.space(10))
        page.addWidget(self._title)
        page.addWidget(self._when)
        page.addSpacing(theme.space(6))
        page.addWidget(self._field)
        page.addWidget(self._ring)
        page.addWidget(self._elsewhere)
        page.addStretch(1)
        page.addLayout(row(*self._numbers, spacing=theme.space(14)))
        self.refresh()

    def refresh(self) -> None:
        """The session, the field, where somebody of another session belongs, the head count."""
        state = self.state
        session = state.session
        if session is not None:
            self._title.set_text(f"{session.title} · {session.site}")
            starts = f"{session.starts_at.astimezone():%Y-%m-%d %H:%M}"
            until = session.starts_at + session.rules.closes_after
            self._when.set_text(
                self.tr("{start} 开考，{end} 停止入场").format(
                    start=starts, end=f"{until.astimezone():%H:%M}"
                )
            )
        self._field.set_prompt(
            self.tr("请扫描下一位考生的准考证"), self.tr("准考证号、证件号码，或座位（如 01-05）")
        )
        self._ring.show_word(self.tr("正在查找…") if state.waiting else "")
        self._elsewhere.show_candidate(state.elsewhere)
        self._show_numbers()
        self.changed.emit()

    def entered(self) -> None:
        """Ready for the next person."""
        self._field.clear()
        self.focus_field()

    def showEvent(self, event: QShowEvent) -> None:
        """A scanner types where the focus is."""
        super().showEvent(event)
        self.focus_field()

    def focus_field(self) -> None:
        """F2."""
        self._field.line_edit().setFocus()
        self._field.line_edit().selectAll()

    def scan(self, text: str) -> None:
        """A ticket number, scanned or typed, with the time it was read."""
        self._field.set_text(text)
        self.send(inputs.Scan(text, self._clock()))

    def offers(self) -> Actions:
        """Look up what is in the field; read a card; load the package anew."""
        free = not self.state.waiting
        card = bar(Action.READ_CARD, self.tr("读身份证"), "F5", enabled=free)
        again = bar(Action.AGAIN, self.tr("重新载入考点数据"), "F4", enabled=free)
        return Actions(self.tr("查找考生"), free, (card, again))

    def on_primary(self) -> None:
        """Enter without a scanner's Return."""
        self.send(inputs.Scan(self._field.text(), self._clock()))
        self.focus_field()

    def on_secondary(self, action: str) -> None:
        """Card or package."""
        if action == Action.READ_CARD:
            self.send(inputs.ScanCard(self._clock()))
        elif action == Action.AGAIN:
            self.send(inputs.FetchSession())
        self.focus_field()

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "扫描准考证条码，或输入准考证号、证件号码后按 Enter；"
            "也可以输入座位（如 01-05）、准考证号后五位或证件号码后六位。"
            "没带准考证时把身份证放在阅读器上按 F5。请等上一位离开采集仪再扫下一位。"
        )

    def _show_numbers(self) -> None:
        state = self.state
        captions = (
            self.tr("应到"),
            self.tr("已放行"),
            self.tr("未到"),
            self.tr("没有指纹档案，到主考处"),
        )
        values = (
            state.expected,
            state.admitted,
            max(state.expected - state.admitted, 0),
            state.without_template,
        )
        for shown, caption, value in zip(self._numbers, captions, values, strict=True):
            shown.set_number(caption, value)


class _Elsewhere(Panel):
    """Somebody who is expected in another session: what to tell them."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("gate.elsewhere")
        self._name = FitLabel((theme.applicant, theme.lead), bold=True)
        self._paper = FitLabel((theme.lead, theme.body))
        self._place = FitLabel((theme.lead, theme.body))
        inside = QVBoxLayout(self)
        inside.setContentsMargins(*([theme.space(14)] * 4))
        inside.setSpacing(theme.space(6))
        for part in (self._name, self._paper, self._place):
            inside.addWidget(part)
        self.hide()

    def show_candidate(self, candidate: Candidate | None) -> None:
        self.setVisible(candidate is not None)
        if candidate is None:
            return
        self._name.set_text(candidate.name)
        paper = self.tr("应参加另一场：{paper}").format(paper=candidate.paper)
        self._paper.set_text(paper)
        place = self.tr("座位在{place}，请按那一场的时间和考点入场。")
        self._place.set_text(place.format(place=place_words(candidate)))

    def text(self) -> str:
        return f"{self._name.text()} {self._paper.text()} {self._place.text()}"


class _Number(Panel):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._value = label(size="display", bold=True)
        self._caption = FitLabel((theme.body,), colour=MUTED)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(*([theme.space(14)] * 4))
        inside.setSpacing(0)
        inside.addWidget(self._value)
        inside.addWidget(self._caption)

    def set_number(self, caption: str, value: int) -> None:
        self._caption.set_text(caption)
        self._value.setText(str(value))
        self.setAccessibleName(f"{caption} {value}")
