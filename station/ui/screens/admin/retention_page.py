"""What is held about people, why and until when; and removing what is due, after a look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from station.domain.retention import Line, Trust
from station.domain.rights import Action as Right
from station.services.retention import Picture, RetentionState, Stage
from station.services.sweeper import Swept
from station.settings import Settings
from station.ui.notice_words import NoticeWords
from station.ui.screens.admin.facts_panel import FactsPanel
from station.ui.screens.admin.holdings_panel import HoldingsPanel, row_words
from station.ui.screens.admin.page import AdminPage
from station.ui.screens.base import Action, Actions, bar
from station.ui.screens.dialog import StationDialog
from station.ui.theme import Level, Theme
from station.ui.widgets.base import label
from station.ui.words import word

if TYPE_CHECKING:
    from station.services.bundle import Services

LISTED_IN_DIALOG = 8


class RetentionPage(AdminPage):
    """Follows the retention service."""

    action = Right.SEE_RETENTION
    name = "保存期限"

    def __init__(
        self, services: Services, theme: Theme, settings: Settings, parent: QWidget | None = None
    ) -> None:
        """Facts above, the table of what is held below."""
        super().__init__(services, theme, settings, parent)
        self._retention = services.retention
        self._guard = services.guard
        self._facts = FactsPanel(theme)
        self._held = HoldingsPanel(theme)
        self.body.addWidget(self._facts)
        self.body.addWidget(self._held)
        self.body.addStretch(1)
        self._retention.on_change(lambda _state: self._show())
        self.retranslate()

    def retranslate(self) -> None:
        """All words."""
        super().retranslate()
        self.lead.setText(
            self.tr(
                "本机保存了什么、为什么、到什么时候。到期的每天自动清理，平台没有签收的不删除。"
            )
        )
        self._show()

    def entered(self) -> None:
        """Read anew."""
        if self._guard.allows(Right.SEE_RETENTION):
            self._retention.refresh()

    def offers(self) -> Actions:
        """Remove what is due, for whoever may; read anew."""
        again = (bar(Action.AGAIN, self.tr("刷新"), "F4", enabled=self._is_idle()),)
        if not self._guard.allows(Right.RUN_RETENTION):
            return Actions(secondary=again)
        return Actions(self.tr("清理到期资料"), self._is_idle() and self._has_time(), again)

    def on_primary(self) -> None:
        """Show what would go, and ask."""
        picture = self._retention.state.picture
        if picture is not None:
            dialog = SweepDialog(self.theme, self, picture.due)
            dialog.accepted.connect(self._run)
            dialog.open()

    def on_secondary(self, action: str) -> None:
        """Read anew."""
        if action == Action.AGAIN:
            self.entered()

    def message(self) -> NoticeWords | None:
        """Trouble first, then what just went, then what waits for people."""
        state = self._retention.state
        if state.trouble:
            safe = self.tr("已清理的都有记录，没有清理的原样保留。")
            to_do = self.tr("排除问题后按 F4 刷新，再清理一次。")
            return NoticeWords(Level.STOP, state.trouble, safe, to_do)
        picture = state.picture
        if picture is not None and picture.in_force.trouble:
            to_do = self.tr("请改正文件，下次清理时自动采用。")
            return NoticeWords(Level.ATTENTION, picture.in_force.trouble, "", to_do)
        if state.swept is not None:
            return NoticeWords(Level.DONE, self._swept(state.swept), "", "")
        if picture is not None and picture.proven.trust is Trust.CLOCKS_DISAGREE:
            return NoticeWords(
                Level.STOP,
                self.tr("本机时钟与平台时间相差超过一天。"),
                self.tr("为免误删，暂停清理。"),
                self.tr("请校准本机时钟。"),
            )
        if picture is not None and picture.reminded:
            happened = self.tr("有 {n} 份资料放得太久还没有办完。").format(n=picture.reminded)
            return NoticeWords(
                Level.ATTENTION,
                happened,
                self.tr("它们不会被删除。"),
                self.tr("请催办或报平台清退。"),
            )
        return None

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "期限由保存期限文件规定，天数从平台签收时起算，只认平台的时间，改本机时钟不会提前删除。"
            "连不上平台时按平台最后一次签收的时间计算。清理不能撤销，删除的数量留在审计记录里。"
        )

    def _is_idle(self) -> bool:
        return self._retention.state.stage is Stage.IDLE

    def _has_time(self) -> bool:
        picture = self._retention.state.picture
        return picture is not None and picture.proven.at is not None

    def _run(self) -> None:
        if self._guard.allows(Right.RUN_RETENTION):
            self._retention.run()

    def _show(self) -> None:
        state = self._retention.state
        self.waiting.show_word(self._waiting(state))
        if state.picture is not None:
            self._facts.set_facts(self._known(state.picture))
            self._held.set_lines(state.picture.held)
        self.changed.emit()

    def _waiting(self, state: RetentionState) -> str:
        if state.stage is Stage.IDLE:
            return ""
        doing = {
            Stage.LOOKING: self.tr("正在清点… {n}%"),
            Stage.SWEEPING: self.tr("正在清理… {n}%"),
        }
        return doing[state.stage].format(n=round(state.done * 100))

    def _known(self, picture: Picture) -> tuple[tuple[str, str], ...]:
        due = sum(line.items for line in picture.due)
        last = picture.last
        return (
            (self.tr("保存期限文件"), picture.in_force.policy.name),
            (self.tr("按什么时间"), self._time(picture)),
            (self.tr("现在到期"), self.tr("{n} 项").format(n=due)),
            (
                self.tr("上次清理"),
                self.tr("还没有清理过")
                if last is None
                else f"{last.at.astimezone():%Y-%m-%d %H:%M}    {self._swept(last.swept)}",
            ),
            (
                self.tr("给本人的副本"),
                self.tr(
                    "由考务负责人在终端运行 station privacy export，须另一位有权人员输入口令确认。"
                ),
            ),
            (
                self.tr("报告和统计"),
                self.tr("在终端运行 station privacy report 或 station privacy statistics。"),
            ),
        )

    def _time(self, picture: Picture) -> str:
        said = word(picture.proven.trust)
        if picture.proven.at is None:
            return said
        return f"{said}    {picture.proven.at.astimezone():%Y-%m-%d %H:%M}"

    def _swept(self, swept: Swept) -> str:
        said = self.tr("清理了 {persons} 人的 {rows} 项资料，{files} 个文件。").format(
            persons=swept.persons, rows=swept.rows, files=swept.files
        )
        if swept.stuck:
            said += self.tr("有 {n} 个文件删不掉，请检查权限。").format(n=swept.stuck)
        return said


class SweepDialog(StationDialog):
    """What would go now, by kind; nothing goes before it is confirmed."""

    def __init__(self, theme: Theme, parent: QWidget, due: tuple[Line, ...]) -> None:
        """`due` are the lines that would go."""
        super().__init__(theme, parent, "sweep")
        self._due = due
        self._rows = [label(wrap=True) for _ in due[:LISTED_IN_DIALOG]]
        self._end = label(wrap=True)
        for row in (*self._rows, self._end):
            self.inside.addWidget(row)
        self.primary.clicked.connect(self.accept)
        self.retranslate()

    def retranslate(self) -> None:
        """All words."""
        self.title.setText(self.tr("清理到期资料"))
        for row, line in zip(self._rows, self._due, strict=False):
            kind, state, amount, _rule, _ends = row_words(line)
            said = self.tr("{kind} · {state}：{amount}")
            row.setText(said.format(kind=kind, state=state, amount=amount.replace("\n", " · ")))
        more = len(self._due) - len(self._rows)
        rest = self.tr("另有 {n} 类。").format(n=more) if more > 0 else ""
        if self._due:
            said = self.tr("删除以后不能恢复。删除的数量会记入审计记录。")
        else:
            said = self.tr("现在没有到期的资料。继续的话，会把以前删除留下的痕迹再清一遍。")
        self._end.setText(rest + said)
        self.primary.set_caption(self.tr("确认清理"), "Enter")
        self.back.set_caption(self.tr("不清理"), "Esc")
