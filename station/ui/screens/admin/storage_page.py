"""The database's health: when it was last checked, backed up and tried, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QProgressBar, QWidget

from station.domain.rights import Action as Right
from station.services.errors import NotAllowed
from station.services.upkeep import UpkeepState
from station.services.upkeep_jobs import Room
from station.services.upkeep_record import Job, Outcome
from station.settings import Settings
from station.ui.notice_words import NoticeWords
from station.ui.screens.admin.facts_panel import FactsPanel
from station.ui.screens.admin.page import AdminPage
from station.ui.screens.base import Action, Actions, bar
from station.ui.theme import ACCENT, LINE, SURFACE, Level, Theme
from station.ui.translations import translate
from station.ui.widgets.base import label
from station.ui.widgets.bottom_bar import BarAction
from sync.wire import parse_instant

if TYPE_CHECKING:
    from station.services.bundle import Services

MIB, GIB = 1024**2, 1024**3
LATE = 2
"""So many intervals without a good run are worth a message."""
BAR_PX = 16
_BAR_STYLE = (
    f"QProgressBar {{ background: {SURFACE}; border: 1px solid {LINE}; border-radius: 4px; }}"
    f"QProgressBar::chunk {{ background: {ACCENT}; border-radius: 3px; }}"
)
_HOUR_S = 3600
_PERCENT = 100


class StoragePage(AdminPage):
    """Follows the upkeep service."""

    action = Right.SEE_STORAGE
    name = "数据与备份"

    def __init__(
        self, services: Services, theme: Theme, settings: Settings, parent: QWidget | None = None
    ) -> None:
        """Facts, and a bar while something runs."""
        super().__init__(services, theme, settings, parent)
        self._upkeep = services.upkeep
        self._guard = services.guard
        self._clock = services.clock
        self._settings = settings
        self._done_job: Job | None = None
        self._last_running: Job | None = None
        self._runs = FactsPanel(theme)
        self._places = FactsPanel(theme)
        self._doing = label(size="lead")
        self._bar = QProgressBar()
        self._bar.setRange(0, _PERCENT)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(theme.space(BAR_PX))
        self._bar.setStyleSheet(_BAR_STYLE)
        for part in (self._doing, self._bar, self._runs, self._places):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self._upkeep.on_change(lambda _state: self._show())
        self.retranslate()

    def retranslate(self) -> None:
        """All words."""
        super().retranslate()
        self.lead.setText(
            self.tr("数据库的检查、加密备份和恢复演练都会按时自动进行，也可以现在就做。")
        )
        self._show()

    def entered(self) -> None:
        """Read anew."""
        self._done_job = None
        self._upkeep.load()

    def offers(self) -> Actions:
        """The three jobs while none runs; else to stop the one that does."""
        state = self._upkeep.state
        if state.running is not None:
            stop = bar(Action.STOP, self.tr("停止"), "F4", enabled=not state.stopping)
            return Actions(secondary=(stop,))
        others: tuple[BarAction, ...] = ()
        if self._guard.allows(Right.CHECK_DATABASE):
            others += (bar(Action.CHECK, self.tr("全面检查"), "F6"),)
        if self._guard.allows(Right.DRILL_BACKUP):
            known = state.record.last_good(Job.BACKUP) is not None
            others += (bar(Action.DRILL, self.tr("恢复演练"), "F7", enabled=known),)
        if not self._guard.allows(Right.MAKE_BACKUP):
            return Actions(secondary=others)
        return Actions(self.tr("立即备份"), secondary=others)

    def on_primary(self) -> None:
        """Back up now."""
        self._run(Job.BACKUP)

    def on_secondary(self, action: str) -> None:
        """Check, drill, or stop."""
        if action == Action.STOP:
            self._try(self._upkeep.give_up)
        elif action == Action.CHECK:
            self._run(Job.CHECK)
        elif action == Action.DRILL:
            self._run(Job.DRILL)

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "备份是加密的，用恢复密钥页上的 24 个词就能在另一台电脑上恢复。"
            "备份盘最好不是本机的盘，平时拔下另外保管。恢复演练不改动任何数据。"
        )

    def message(self) -> NoticeWords | None:
        """Damage first, then what failed, then what is late, then what has just gone well."""
        state = self._upkeep.state
        for job in Job:
            failed = state.record.failing(job)
            if failed is not None:
                level = Level.ATTENTION if job is Job.BACKUP else Level.STOP
                return NoticeWords(level, translate(failed.trouble), "", "")
        if state.running is None and state.room is not None:
            late = self._late(state)
            if late is not None:
                return late
        if self._done_job is not None:
            return NoticeWords(Level.DONE, self._went_well(self._done_job), "", "")
        return None

    def _run(self, job: Job) -> None:
        self._try(lambda: self._upkeep.run(job))

    def _try(self, act: Callable[[], None]) -> None:
        try:
            act()
        except NotAllowed:
            self.changed.emit()

    def _show(self) -> None:
        state = self._upkeep.state
        if self._last_running is not None and state.running is None:
            self._done_job = self._last_running
        self._last_running = state.running
        if state.running is not None:
            self._done_job = None
            self._doing.setText(self._doing_words(state))
            self._bar.setValue(round(state.done * _PERCENT))
            self._bar.setAccessibleName(self._doing.text())
        for part in (self._doing, self._bar):
            part.setVisible(state.running is not None)
        self._runs.set_facts(tuple(self._run_facts(state)))
        self._places.set_facts(self._place_facts(state.room))
        self.changed.emit()

    def _doing_words(self, state: UpkeepState) -> str:
        if state.stopping:
            return self.tr("正在停止…")
        doing = {
            Job.CHECK: self.tr("正在全面检查… {n}%"),
            Job.BACKUP: self.tr("正在备份… {n}%"),
            Job.DRILL: self.tr("正在演练恢复… {n}%"),
        }
        assert state.running is not None
        return doing[state.running].format(n=round(state.done * _PERCENT))

    def _run_facts(self, state: UpkeepState) -> list[tuple[str, str]]:
        captions = {
            Job.CHECK: self.tr("全面检查"),
            Job.BACKUP: self.tr("备份"),
            Job.DRILL: self.tr("恢复演练"),
        }
        return [(captions[job], self._told(job, state)) for job in Job]

    def _told(self, job: Job, state: UpkeepState) -> str:
        good, failed = state.record.last_good(job), state.record.failing(job)
        never = {
            Job.CHECK: self.tr("还没有检查过"),
            Job.BACKUP: self.tr("还没有备份过"),
            Job.DRILL: self.tr("还没有演练过"),
        }
        said = never[job] if good is None else f"{_moment(good)}    {self._good(good)}"
        if failed is not None:
            said += "\n" + self.tr("{at}    没有成功").format(at=_moment(failed))
        return said

    def _good(self, outcome: Outcome) -> str:
        sizes = {
            "size": f"{outcome.size / MIB:.1f}",
            "n": outcome.amount,
            "place": outcome.place,
        }
        words = {
            Job.CHECK: self.tr("没有发现问题，读完 {size} MiB、{n} 条记录"),
            Job.BACKUP: self.tr("{size} MiB、{n} 条记录\n{place}"),
            Job.DRILL: self.tr("通过，备份能恢复，与备份时一致（{n} 条记录）"),
        }
        return words[outcome.job].format(**sizes)

    def _place_facts(self, room: Room | None) -> tuple[tuple[str, str], ...]:
        if room is None:
            return ()
        settings = self._settings
        schedule = self.tr("每 {check} 小时检查，每 {backup} 小时备份，保留最近 {keep} 份").format(
            check=settings.check_every_h, backup=settings.backup_every_h, keep=settings.backup_keep
        )
        place = str(room.folder)
        if room.same_disk and room.backups is not None:
            place += "\n" + self.tr("与数据在同一块盘上，盘坏时会一起丢失，宜改用另一块盘。")
        return (
            (self.tr("备份位置"), place),
            (self.tr("备份位置剩余"), self._free(room.backups)),
            (self.tr("数据盘剩余"), self._free(room.data)),
            (self.tr("日程"), schedule),
        )

    def _free(self, free: int | None) -> str:
        if free is None:
            return self.tr("现在连不上")
        return f"{free / GIB:.1f} GiB"

    def _late(self, state: UpkeepState) -> NoticeWords | None:
        backup, drill = state.record.last_good(Job.BACKUP), state.record.last_good(Job.DRILL)
        if backup is None or self._hours_since(backup) > LATE * self._settings.backup_every_h:
            never = (self.tr("还没有备份过。"), self.tr("数据只在这台电脑上有一份。"))
            old = (self.tr("备份已经过旧。"), self.tr("上次备份以后的数据只在这台电脑上有。"))
            said = never if backup is None else old
            to_do = self.tr("请接好备份盘，按 Enter 立即备份。")
            return NoticeWords(Level.ATTENTION, *said, to_do)
        if drill is None:
            return NoticeWords(
                Level.ATTENTION,
                self.tr("备份还没有演练过恢复。"),
                "",
                self.tr("请按 F7 演练一次，确认备份能用。"),
            )
        return None

    def _hours_since(self, outcome: Outcome) -> float:
        return (self._clock().timestamp() - parse_instant(outcome.at)) / _HOUR_S

    def _went_well(self, job: Job) -> str:
        words = {
            Job.CHECK: self.tr("检查完毕。"),
            Job.BACKUP: self.tr("备份完毕。"),
            Job.DRILL: self.tr("演练完毕。"),
        }
        return words[job]


def _moment(outcome: Outcome) -> str:
    at = datetime.fromtimestamp(parse_instant(outcome.at), UTC)
    return f"{at.astimezone():%Y-%m-%d %H:%M}"
