"""The trail for the auditor: what happened, whether the record is whole, a copy of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QListWidget, QWidget

from station.domain.people import Operator
from station.domain.rights import Action as Right
from station.services.audit import AuditEntry, AuditFilter, AuditPage
from station.services.audit_file import ExportFailed
from station.services.errors import NotAllowed
from station.settings import Settings
from station.store.chain import ChainReport
from station.store.errors import StoreError
from station.ui.audit_words import KINDS, entry_words, verdict_lines
from station.ui.notice_words import NoticeWords
from station.ui.screens.admin.audit_export_dialog import AuditExportDialog
from station.ui.screens.admin.page import AdminPage
from station.ui.screens.base import Action, Actions, bar, line_edit, named
from station.ui.screens.choice_box import ChoiceBox
from station.ui.theme import Level, Theme
from station.ui.translations import translate
from station.ui.widgets.base import label
from sync.package.audit_export import ExportManifest

if TYPE_CHECKING:
    from station.services.bundle import Services

SYSTEM = "system"
LIST_PX = 148
SUBJECT_SHOWN = 8
DAY_CHARS = 10


class AuditTrailPage(AdminPage):
    """The verdict of the last check, a filter, and entries, newest first."""

    action = Right.SEE_AUDIT
    name = "审计记录"

    def __init__(
        self, services: Services, theme: Theme, settings: Settings, parent: QWidget | None = None
    ) -> None:
        """Empty until it is entered."""
        super().__init__(services, theme, settings, parent)
        self._audit = services.audit
        self._guard = services.guard
        self._entries: list[AuditEntry] = []
        self._more = False
        self._asked = 0
        self._busy = False
        self._said: NoticeWords | None = None
        self._report: ChainReport | None = None
        self._who = ChoiceBox(theme, "admin.audit.who")
        self._kind = ChoiceBox(theme, "admin.audit.kind")
        self._day = line_edit("admin.audit.day", DAY_CHARS)
        self._who_caption, self._kind_caption, self._day_caption = label(), label(), label()
        self._list = QListWidget()
        named(self._list, "admin.audit.entries")
        self._list.setMinimumHeight(theme.space(LIST_PX))
        self._count = label(tone="muted")
        self._verdict = label(wrap=True)
        self._verdict.setObjectName("admin.audit.verdict")
        self._lay_out()
        self._fill_people(())
        self.retranslate()
        self._who.currentIndexChanged.connect(lambda _place: self._read())
        self._kind.currentIndexChanged.connect(lambda _place: self._read())
        self._day.editingFinished.connect(self._read)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(self.theme.space(10))
        for caption, field, stretch in (
            (self._who_caption, self._who, 3),
            (self._kind_caption, self._kind, 3),
            (self._day_caption, self._day, 2),
        ):
            line.addWidget(caption)
            line.addWidget(field, stretch)
        self.body.addWidget(self._verdict)
        self.body.addLayout(line)
        self.body.addWidget(self._list, 1)
        self.body.addWidget(self._count)

    def retranslate(self) -> None:
        """All words."""
        super().retranslate()
        self.lead.setText(self.tr("谁在什么时候做了什么。记录只增不改，由本站定时签名。"))
        self._who_caption.setText(self.tr("人员"))
        self._kind_caption.setText(self.tr("事项"))
        self._day_caption.setText(self.tr("日期"))
        self._day.setPlaceholderText(self.tr("全部，或 2026-03-02"))
        self._who.setItemText(0, self.tr("全部"))
        chosen = max(self._kind.currentIndex(), 0)
        self._kind.blockSignals(True)
        self._kind.clear()
        self._kind.addItem(self.tr("全部"), ())
        for kind, types in KINDS.items():
            self._kind.addItem(translate(kind), types)
        self._kind.setCurrentIndex(chosen)
        self._kind.blockSignals(False)
        self._show()

    def entered(self) -> None:
        """Read anew."""
        self._said = None
        self._audit.people(self._fill_people)
        self._read()
        self._list.setFocus()

    def offers(self) -> Actions:
        """Check all, take a copy, older entries."""
        free = not self._busy
        others = [bar(Action.AGAIN, self.tr("刷新"), "F4", enabled=free)]
        others.append(bar(Action.OLDER, self.tr("更早的"), "F6", enabled=free and self._more))
        if self._guard.allows(Right.EXPORT_AUDIT):
            others.append(bar(Action.EXPORT, self.tr("导出"), "F7", enabled=free))
        if not self._guard.allows(Right.VERIFY_AUDIT):
            return Actions(secondary=tuple(others))
        return Actions(self.tr("核对全部记录"), free, tuple(others))

    def on_primary(self) -> None:
        """Read the whole log and hold it against its witnesses."""
        self._begin(self.tr("正在核对全部记录…"))
        self._audit.verify(self._progress, self._verified)

    def on_secondary(self, action: str) -> None:
        """Read anew, go back in time, or take a copy away."""
        if action == Action.AGAIN:
            self._read()
        elif action == Action.OLDER and self._entries:
            self._ask(before=self._entries[-1].position)
        elif action == Action.EXPORT:
            dialog = AuditExportDialog(self.theme, self.window(), self._audit.today())
            dialog.chosen.connect(self._export)
            dialog.open()

    def message(self) -> NoticeWords | None:
        """That the day cannot be read, as long as it cannot; else how the last work ended."""
        if self._filter(before=None) is not None:
            return self._said
        return NoticeWords(
            Level.ATTENTION,
            self.tr("日期不对。"),
            "",
            self.tr("请写成 2026-03-02 的样子，或留空看全部。"),
        )

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "上面可按人员、事项和日期筛选。按 Enter 核对全部记录有没有被改动、删除或截断；"
            "按 F7 把一段记录导出成带签名的文件，交给检查单位。"
            "列表里的编号不含个人信息，审计人员看不到申请人的资料。"
        )

    def _fill_people(self, people: tuple[Operator, ...] | NotAllowed) -> None:
        if isinstance(people, NotAllowed):
            return
        chosen = self._who.currentData()
        self._who.blockSignals(True)
        self._who.clear()
        self._who.addItem(self.tr("全部"), None)
        for one in people:
            self._who.addItem(one.display_name, one.operator_id)
        self._who.addItem(self.tr("本机程序"), SYSTEM)
        self._who.setCurrentIndex(max(self._who.findData(chosen), 0) if chosen else 0)
        self._who.blockSignals(False)

    def _filter(self, before: int | None) -> AuditFilter | None:
        text = self._day.text().strip()
        try:
            day = date.fromisoformat(text) if text else None
        except ValueError:
            return None
        kinds = tuple(self._kind.currentData() or ())
        return AuditFilter(self._who.currentData(), kinds, day, before)

    def _read(self) -> None:
        self._entries = []
        self._ask(before=None)

    def _ask(self, before: int | None) -> None:
        wanted = self._filter(before)
        if wanted is None:
            self._show()
            return
        self._asked += 1
        turn = self._asked

        def deliver(answer: AuditPage | NotAllowed | StoreError) -> None:
            if turn == self._asked:
                self._listed(answer)

        self._audit.list(wanted, deliver)

    def _listed(self, answer: AuditPage | NotAllowed | StoreError) -> None:
        if isinstance(answer, AuditPage):
            self._entries += answer.entries
            self._more = answer.more
        else:
            self._said = _stop(answer)
        self._show()

    def _begin(self, words: str) -> None:
        self._busy, self._said, self._report = True, None, None
        self.waiting.show_word(words)
        self._show()

    def _progress(self, done: int, of: int) -> None:
        if self._busy:
            self.waiting.show_word(self.tr("已核对 {n} / {all} 条…").format(n=done, all=of))

    def _verified(self, answer: ChainReport | NotAllowed | StoreError) -> None:
        self._busy = False
        if not isinstance(answer, ChainReport):
            self._said = _stop(answer)
        else:
            self._report = answer
            self._said = self._told(answer)
        self._read()

    def _told(self, report: ChainReport) -> NoticeWords:
        if not report.intact:
            return NoticeWords(
                Level.STOP,
                self.tr("记录有 {n} 处与保存时不一致。").format(n=len(report.faults)),
                self.tr("数据文件没有改动。"),
                self.tr("请停止使用本机，保留数据和密钥目录，并报告安全管理员。"),
            )
        if report.events and report.witness.is_missing:
            return NoticeWords(
                Level.ATTENTION,
                self.tr("核对到的记录没有发现问题，但没有可用的签名存根。"),
                "",
                self.tr("末尾是否被截去，请与平台核对。"),
            )
        words = self.tr("记录完整，没有发现改动、删除、调换或截断。")
        return NoticeWords(Level.DONE, words, "", "")

    def _export(self, request: object) -> None:
        assert isinstance(request, tuple)
        purpose, first, last = request
        self._begin(self.tr("正在导出…"))
        self._audit.export(purpose, first, last, self._exported)

    def _exported(self, answer: ExportManifest | NotAllowed | StoreError | ExportFailed) -> None:
        self._busy = False
        if isinstance(answer, ExportManifest):
            self._said = NoticeWords(
                Level.DONE,
                self.tr("已导出 {n} 条，文件带本站签名。").format(n=answer.events),
                "",
                self.tr("文件在 {folder}，满保存期限后自动删除，请及时取走。").format(
                    folder=self._audit.exports
                ),
            )
        else:
            self._said = _stop(answer)
        self._read()

    def _show(self) -> None:
        if not self._busy:
            self.waiting.show_word("")
        row = self._list.currentRow()
        self._list.clear()
        self._list.addItems([self._line(entry) for entry in self._entries])
        self._list.setCurrentRow(min(max(row, 0), len(self._entries) - 1))
        nothing = self.tr("没有符合条件的记录。")
        shown = self.tr("显示 {n} 条").format(n=len(self._entries))
        more = self.tr("，还有更早的，按 F6 查看") if self._more else ""
        self._count.setText(shown + more if self._entries else nothing)
        self._verdict.setText("\n".join(verdict_lines(self._report) if self._report else ()))
        self._verdict.setVisible(self._report is not None)
        self.changed.emit()

    def _line(self, entry: AuditEntry) -> str:
        at = entry.at.astimezone()
        who = entry.actor_name or (self.tr("本机程序") if entry.actor == SYSTEM else entry.actor)
        about = f"    [{entry.subject[:SUBJECT_SHOWN]}]" if entry.subject else ""
        clock = "" if entry.clock_source == "hub" else self.tr("    时钟未校准")
        return f"{at:%Y-%m-%d %H:%M:%S}    {who}    {entry_words(entry)}{about}{clock}"


def _stop(error: NotAllowed | StoreError | ExportFailed) -> NoticeWords:
    return NoticeWords(Level.STOP, translate(error.sentence), "", "")
