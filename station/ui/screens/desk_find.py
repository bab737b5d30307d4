"""Today's board: who is next. Search, card, several found, and the cases put aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStackedWidget, QVBoxLayout, QWidget

from station.domain.people import Applicant
from station.services.status import DayBoard, PausedCase
from station.ui.scans import take_scans
from station.ui.screens.base import Action, Actions, bar, column, line_edit, row
from station.ui.screens.case_list import case_list, fill, key_of, person_lines
from station.ui.screens.desk_screen import DeskScreen
from station.ui.screens.waiting_line import WaitingLine
from station.ui.theme import Theme
from station.ui.widgets.base import Panel, label
from station.ui.words import word
from station.workflow import inputs

if TYPE_CHECKING:
    from station.services.board import BoardService
    from station.services.desk import DeskService

LONGEST_QUERY = 60
LEAST_LIST_PX = 64


class FindScreen(DeskScreen):
    """The desk between two applicants."""

    def __init__(
        self,
        theme: Theme,
        desk: DeskService,
        board: BoardService,
        parent: QWidget | None = None,
    ) -> None:
        """`board` gives the numbers of the day."""
        super().__init__(theme, desk, parent)
        self._board = board
        self._title = label(size="applicant", bold=True)
        self._field = line_edit("desk.find.field", LONGEST_QUERY)
        take_scans(self._field)
        self._ring = WaitingLine(theme)
        self._numbers = tuple(_Number(theme) for _ in range(3))
        self._list_title = label(size="lead", bold=True)
        self._matches = case_list("desk.find.matches")
        self._paused = case_list("desk.find.paused")
        self._nothing = label(tone="muted", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._lists = QStackedWidget()
        self._build()
        self._matches.itemActivated.connect(self._choose)
        self._paused.itemActivated.connect(self._resume)
        for one in (self._matches, self._paused):
            one.currentRowChanged.connect(lambda _row: self.changed.emit())
        board.on_change(lambda _board: self.refresh())
        self.refresh()

    def _build(self) -> None:
        page = column(self.theme, self, margin=24)
        page.setSpacing(self.theme.space(12))
        page.addWidget(self._title)
        page.addWidget(self._field)
        page.addWidget(self._ring)
        page.addLayout(row(*self._numbers, spacing=self.theme.space(14)))
        page.addWidget(self._list_title)
        for shown in (self._paused, self._matches, self._nothing):
            self._lists.addWidget(shown)
        for shown in (self._paused, self._matches):
            shown.setMinimumHeight(self.theme.row(LEAST_LIST_PX))
        page.addWidget(self._lists, 1)

    def refresh(self) -> None:
        """Numbers of the day, and either the people found or the cases put aside."""
        state, today = self.state, self._board.board
        self._title.setText(self.tr("请查找申请人"))
        self._field.setPlaceholderText(self.tr("注册 ID、证件号码或姓名；扫码也可以"))
        self._field.setReadOnly(state.waiting is not None)
        self._ring.show_word(word(state.waiting) if state.waiting else "")
        self._show_numbers(today)
        if state.matches:
            self._show_matches(state.matches)
        else:
            self._show_paused(today.paused)
        self.changed.emit()

    def entered(self) -> None:
        """Ready for the next person."""
        self._field.clear()
        self._board.refresh()
        self.focus_field()

    def showEvent(self, event: QShowEvent) -> None:
        """The field has the focus whenever the board comes up."""
        super().showEvent(event)
        self.focus_field()

    def focus_field(self) -> None:
        """F2: type a number or a name."""
        self._field.setFocus()
        self._field.selectAll()

    def look_for(self, text: str) -> None:
        """Look for what was typed or scanned."""
        self._field.setText(text)
        self.send(inputs.Find(text))

    def offers(self) -> Actions:
        """Choose or resume when a list has the focus, else search."""
        free = self.state.waiting is None
        card = bar(Action.READ_CARD, self.tr("读身份证"), "F5", enabled=free)
        secondary = [card]
        if self.state.matches:
            secondary.append(bar(Action.BACK, self.tr("重新查找"), "Esc"))
        return Actions(self._primary_words(), free, tuple(secondary))

    def on_primary(self) -> None:
        """Act on the chosen row, or search."""
        if (chosen := self._chosen(self._matches)) is not None:
            self._choose(chosen)
        elif (chosen := self._chosen(self._paused)) is not None:
            self._resume(chosen)
        else:
            self.send(inputs.Find(self._field.text()))

    def on_secondary(self, action: str) -> None:
        """Read the card, or forget the list and start over."""
        if action == Action.READ_CARD:
            self.send(inputs.FindByCard())
        elif action == Action.BACK:
            self.send(inputs.CloseCase())
            self.focus_field()

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "输入注册 ID、证件号码或姓名后按 Enter；或把身份证放在阅读器上按 F5。"
            "下方是今天没有办完的人，选中后按 Enter 接着办。"
        )

    def _primary_words(self) -> str:
        if self._chosen(self._matches) is not None:
            return self.tr("选定此人")
        if self._chosen(self._paused) is not None:
            return self.tr("接着办理")
        return self.tr("查找")

    def _chosen(self, rows: QListWidget) -> QListWidgetItem | None:
        """The current row of a list that shows and has the focus; several found need no focus."""
        if self._lists.currentWidget() is not rows:
            return None
        return rows.currentItem() if rows.hasFocus() or rows is self._matches else None

    def _choose(self, item: QListWidgetItem) -> None:
        self.send(inputs.Choose(key_of(item)))

    def _resume(self, item: QListWidgetItem) -> None:
        self.look_for(key_of(item))

    def _show_numbers(self, today: DayBoard) -> None:
        captions = (self.tr("今日已完成"), self.tr("未办完"), self.tr("本单位申请人"))
        values = (today.sealed_today, len(today.paused), today.applicants_here)
        for shown, caption, value in zip(self._numbers, captions, values, strict=True):
            shown.set_number(caption, value)

    def _show_matches(self, matches: tuple[Applicant, ...]) -> None:
        self._list_title.setText(self.tr("找到 {n} 位，请选定一位").format(n=len(matches)))
        fresh = self._lists.currentWidget() is not self._matches
        rows = [(person_lines(match), match.subject) for match in matches]
        fill(self._matches, rows)
        self._lists.setCurrentWidget(self._matches)
        if fresh:
            self._matches.setFocus()

    def _show_paused(self, paused: tuple[PausedCase, ...]) -> None:
        self._list_title.setText(self.tr("未办完，可接着办理"))
        self._matches.clear()
        self._nothing.setText(self.tr("没有未办完的申请人。"))
        fill(self._paused, [(self._paused_line(case), case.registration_id) for case in paused])
        self._lists.setCurrentWidget(self._paused if paused else self._nothing)

    def _paused_line(self, case: PausedCase) -> str:
        presses = self.tr("指纹 {n} / 24").format(n=case.presses)
        return f"{case.name}\n{case.registration_id}    {word(case.step)}    {presses}"


class _Number(Panel):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._value = label(size="display", bold=True)
        self._caption = label(tone="muted")
        inside = QVBoxLayout(self)
        inside.setContentsMargins(theme.space(16), theme.space(6), theme.space(16), theme.space(8))
        inside.setSpacing(0)
        inside.addWidget(self._value)
        inside.addWidget(self._caption)

    def set_number(self, caption: str, value: int) -> None:
        self._caption.setText(caption)
        self._value.setText(str(value))
        self.setAccessibleName(f"{caption} {value}")
