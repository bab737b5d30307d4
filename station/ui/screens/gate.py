"""The exam gate: readiness, the next ticket, the person at the reader, and the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from station.settings import Settings
from station.ui.notice_words import NoticeWords, notice_words
from station.ui.screens.base import Screen, View
from station.ui.screens.gate_reader import ReaderScreen
from station.ui.screens.gate_readiness import ReadinessScreen
from station.ui.screens.gate_scan import ScanScreen
from station.ui.screens.gate_words import IN_BAND
from station.ui.screens.save_failed import SaveFailedPanel
from station.ui.screens.stacked_task import StackedTask
from station.ui.theme import Level, Theme
from station.workflow import inputs
from station.workflow.entry_state import ExamEntry
from station.workflow.notices import Notice

if TYPE_CHECKING:
    from station.services.bundle import Services


class GateTask(StackedTask):
    """One candidate after the other, from the ticket to admitted or to the chief."""

    finds = True

    def __init__(
        self,
        services: Services,
        theme: Theme,
        settings: Settings,
        parent: QWidget | None = None,
    ) -> None:
        """One screen of each kind, made once."""
        super().__init__(theme, parent)
        self._gate = services.gate
        self._readiness = ReadinessScreen(theme, services.gate)
        self._scan = ScanScreen(theme, services.gate, services.clock)
        self._reader = ReaderScreen(theme, services.gate, services.devices)
        self._save_failed = SaveFailedPanel(theme, lambda: self._gate.send(inputs.SaveAgain()))
        self._busy_words: NoticeWords | None = None
        for screen, name in (
            (self._readiness, "gate.readiness"),
            (self._scan, "gate.next"),
            (self._reader, "gate.reader"),
            (self._save_failed, "gate.save_failed"),
        ):
            screen.setObjectName(name)
            self.add_screen(screen)
        services.gate.on_change(self._show)
        self._show(services.gate.state)

    def view(self) -> View:
        """The whole width belongs to the gate: no rail, no person card."""
        return View(actions=self.offers(), message=self._message())

    def on_find(self) -> None:
        """F2: the scan field, when nobody is at the reader."""
        if self.front is self._scan:
            self._scan.focus_field()

    def on_scan(self, text: str) -> None:
        """A ticket read anywhere; with somebody at the reader it has to be read again later."""
        if self._gate.state.is_serving:
            self._say_busy()
        else:
            self._scan.scan(text)

    def awaits_number(self) -> bool:
        """Between two candidates, while nothing is being looked up."""
        return self.front is self._scan and not self._gate.state.waiting

    def _show(self, state: ExamEntry) -> None:
        self._busy_words = None
        screens = (self._readiness, self._scan, self._reader)
        self.bring_to_front(self._screen_for(state), *(screen.refresh for screen in screens))

    def _screen_for(self, state: ExamEntry) -> Screen:
        if state.save_failed:
            return self._save_failed
        if state.session is None:
            return self._readiness
        return self._scan if state.visit is None else self._reader

    def _message(self) -> NoticeWords | None:
        notice = self._gate.state.notice
        if self._busy_words is not None:
            return self._busy_words
        if notice is None or (notice in IN_BAND and self._gate.state.visit is not None):
            return None
        if notice is Notice.EMPTY_QUERY:
            return NoticeWords(
                Level.ATTENTION,
                self.tr("还没有输入内容。"),
                "",
                self.tr("请扫描准考证，或读身份证。"),
            )
        if notice is Notice.READER_LOST:
            return self._reader_lost()
        if notice is Notice.READER_FAULT:
            return self._reader_fault()
        return notice_words(notice)

    def _reader_lost(self) -> NoticeWords:
        """The desk speaks of presses kept; here it matters that no try was used up."""
        return NoticeWords(
            Level.STOP,
            self.tr("指纹采集仪已断开。"),
            self.tr("已有的核验记录都已保存，不占用考生的次数。"),
            self.tr("请检查连线，接好后自动继续；一时接不好时按 F8 请主考。"),
        )

    def _reader_fault(self) -> NoticeWords:
        return NoticeWords(
            Level.STOP,
            self.tr("指纹采集仪出现故障。"),
            self.tr("已有的核验记录都已保存，不占用考生的次数。"),
            self.tr("稍候会自动再试；请拔下再插上，仍不行时按 F8 请主考。"),
        )

    def _say_busy(self) -> None:
        self._busy_words = NoticeWords(
            Level.ATTENTION,
            self.tr("正在核验当前考生。"),
            "",
            self.tr("请等这位考生有结果后，再扫描下一位。"),
        )
        self.changed.emit()
