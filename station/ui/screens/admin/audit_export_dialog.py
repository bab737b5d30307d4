"""F7: which days of the trail are wanted, and for what: no copy without a purpose."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from station.ui.screens.base import line_edit
from station.ui.screens.choice_box import ChoiceBox
from station.ui.screens.dialog import StationDialog
from station.ui.theme import Theme
from station.ui.translations import translate
from station.ui.widgets.base import label
from station.ui.widgets.trouble_line import TroubleLine
from sync.wire import Purpose

DAY_CHARS = 10
USUAL_DAYS = 30


class AuditExportDialog(StationDialog):
    """Emits `chosen((purpose, first day, last day))` once and closes."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget, today: date) -> None:
        """The last month is proposed."""
        super().__init__(theme, parent, "audit_export")
        self._lead = label(wrap=True)
        self._purpose_caption = label(bold=True)
        self._purpose = ChoiceBox(theme, "audit_export.purpose")
        self._first_caption, self._last_caption = label(bold=True), label(bold=True)
        self._first = line_edit("audit_export.first", DAY_CHARS)
        self._last = line_edit("audit_export.last", DAY_CHARS)
        self._first.setText((today - timedelta(days=USUAL_DAYS)).isoformat())
        self._last.setText(today.isoformat())
        self._trouble = TroubleLine(theme, "audit_export.trouble")
        for purpose in Purpose:
            self._purpose.addItem(purpose.label_zh, purpose.value)
        for item in (
            self._lead,
            *(self._purpose_caption, self._purpose),
            *(self._first_caption, self._first, self._last_caption, self._last),
            self._trouble,
        ):
            self.inside.addWidget(item)
        self.retranslate()
        self.primary.clicked.connect(self._choose)
        self._first.textChanged.connect(self._check)
        self._last.textChanged.connect(self._check)
        self._check()
        self._purpose.setFocus()

    def retranslate(self) -> None:
        """All words of the sheet."""
        self.title.setText(self.tr("导出审计记录"))
        self._lead.setText(self.tr("文件带本站签名，不含任何人的资料。导出本身也会记录。"))
        self._purpose_caption.setText(self.tr("用途"))
        for place in range(self._purpose.count()):
            purpose = Purpose(self._purpose.itemData(place))
            self._purpose.setItemText(place, translate(purpose.label_zh))
        self._first_caption.setText(self.tr("从哪一天"))
        self._last_caption.setText(self.tr("到哪一天"))
        self.primary.set_caption(self.tr("导出"), "Enter")
        self.back.set_caption(self.tr("返回"), "Esc")

    def _days(self) -> tuple[date, date] | None:
        try:
            first = date.fromisoformat(self._first.text().strip())
            last = date.fromisoformat(self._last.text().strip())
        except ValueError:
            return None
        return (first, last) if first <= last else None

    def _check(self) -> None:
        wrong = self.tr("日期请写成 2026-03-02 的样子，先后不要颠倒。")
        right = self._days() is not None
        self._trouble.set_text("" if right else wrong)
        self.primary.setEnabled(right)

    def _choose(self) -> None:
        days = self._days()
        if days is not None:
            self.chosen.emit((Purpose(self._purpose.currentData()), *days))
            self.accept()
