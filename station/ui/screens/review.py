"""Review (资格审核): the list of sealed confirmations, then one record and the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from station.settings import Settings
from station.ui.notice_words import notice_words
from station.ui.screens.base import Action, Actions, Screen, View, bar, column
from station.ui.screens.case_list import case_list, fill, key_of, person_lines
from station.ui.screens.review_case import ReviewCaseScreen
from station.ui.screens.save_failed import SaveFailedPanel
from station.ui.screens.stacked_task import StackedTask
from station.ui.screens.waiting_line import WaitingLine
from station.ui.theme import Theme
from station.ui.widgets.base import label
from station.ui.widgets.step_rail import RailStep, StepState
from station.workflow import inputs
from station.workflow.review import Review

if TYPE_CHECKING:
    from station.services.bundle import Services
    from station.services.review import ReviewService


class ReviewTask(StackedTask):
    """The review officer's post."""

    def __init__(
        self,
        services: Services,
        theme: Theme,
        settings: Settings,
        parent: QWidget | None = None,
    ) -> None:
        """The list is asked for whenever the post comes to the front."""
        super().__init__(theme, parent)
        self._review = services.review
        self._list = ReviewListScreen(theme, services.review)
        self._case = ReviewCaseScreen(theme, services.review, services.sign_in)
        self._save_failed = SaveFailedPanel(theme, lambda: self._review.send(inputs.SaveAgain()))
        for screen in (self._list, self._case, self._save_failed):
            self.add_screen(screen)
        services.review.on_change(self._show)
        self._show(self._review.state)

    def view(self) -> View:
        """Two steps: choose, decide."""
        state = self._review.state
        return View(
            actions=self.offers(),
            steps=self._steps(state),
            person=state.opened,
            message=notice_words(state.notice) if state.notice else None,
        )

    def on_pause(self) -> None:
        """Back to the list; nothing was decided."""
        self._review.send(inputs.CloseCase())

    def entered(self) -> None:
        """Ask which confirmations wait."""
        if self._review.state.opened is None:
            self._review.send(inputs.ListSealed())
        super().entered()

    def _show(self, state: Review) -> None:
        shown: Screen = self._list if state.opened is None else self._case
        if state.save_failed:
            shown = self._save_failed
        self.bring_to_front(shown, self._list.refresh, self._case.refresh)

    def _steps(self, state: Review) -> tuple[RailStep, ...]:
        choosing = state.opened is None
        return (
            RailStep(
                self.tr("选择申请人"),
                StepState.CURRENT if choosing else StepState.DONE,
                str(len(state.waiting)),
            ),
            RailStep(
                self.tr("核对并写明结论"),
                StepState.WAITING if choosing else StepState.CURRENT,
            ),
        )


class ReviewListScreen(Screen):
    """Sealed confirmations that wait for a decision."""

    def __init__(self, theme: Theme, review: ReviewService, parent: QWidget | None = None) -> None:
        """Filled from the state."""
        super().__init__(theme, parent)
        self._review = review
        self._title = label(size="applicant", bold=True)
        self._lead = label(tone="muted", wrap=True)
        self._gone = label(size="lead", wrap=True)
        self._ring = WaitingLine(theme)
        self.setObjectName("review.list")
        self._list = case_list("review.list.cases")
        self._list.itemActivated.connect(lambda _item: self.on_primary())
        self._list.currentRowChanged.connect(lambda _row: self.changed.emit())
        page = column(theme, self)
        for part in (self._title, self._lead, self._gone, self._ring):
            page.addWidget(part)
        page.addWidget(self._list, 1)
        self.refresh()

    def retranslate(self) -> None:
        """All words."""
        self.refresh()

    def refresh(self) -> None:
        """Who waits."""
        state = self._review.state
        self._title.setText(self.tr("待审核的确认记录"))
        empty = not state.waiting and not state.loading
        self._lead.setText(
            self.tr("没有待审核的记录。") if empty else self.tr("选中一份，按 Enter 打开。")
        )
        self._gone.setText(
            self.tr(
                "另有 {count} 份没有在保存期限内审核，本机资料已到期删除，请到平台审核。"
            ).format(count=state.gone)
        )
        self._gone.setVisible(state.gone > 0)
        self._ring.show_word(self.tr("正在读取…") if state.loading else "")
        fill(self._list, [(person_lines(one), one.subject) for one in state.waiting])
        self.changed.emit()

    def entered(self) -> None:
        """Arrow keys move in the list."""
        self._list.setFocus()

    def offers(self) -> Actions:
        """Open the chosen record, or read the list again."""
        free = not self._review.state.loading
        again = bar(Action.AGAIN, self.tr("刷新"), "F4", enabled=free)
        if self._list.currentItem() is None:
            return Actions("", free, (again,))
        return Actions(self.tr("打开审核"), free, (again,))

    def on_primary(self) -> None:
        """Open the chosen record."""
        item = self._list.currentItem()
        if item is not None:
            self._review.send(inputs.OpenForReview(key_of(item)))

    def on_secondary(self, action: str) -> None:
        """Read the list again."""
        if action == Action.AGAIN:
            self._review.send(inputs.ListSealed())

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "这里列出已封存、等待资格审核的记录。选中一份按 Enter 打开。"
            "请及时审核：平台签收以后，现场照片满保存期限即从本机删除，此后只能到平台审核。"
        )
