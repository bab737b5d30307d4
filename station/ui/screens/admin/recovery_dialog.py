"""A new recovery key: print or save its sheet, put it into the safe, then let it take effect."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from station.services.key_state import KeysState, KeyWork
from station.ui.notice_words import notice_words
from station.ui.screens.base import line_edit, named
from station.ui.screens.dialog import StationDialog
from station.ui.screens.waiting_line import WaitingLine
from station.ui.theme import Theme
from station.ui.widgets.base import label
from station.ui.widgets.fit_label import FitLabel
from station.ui.widgets.key_button import KeyButton
from station.workflow.notices import Notice

LONGEST_PATH = 500


class RecoveryDialog(StationDialog):
    """The words are never on the screen: they leave on paper or as a file, by choice."""

    print_asked = Signal()
    save_asked = Signal(Path)
    adopted = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        """Everything is off until the sheet is drawn."""
        super().__init__(theme, parent, "recovery")
        self._state = KeysState(work=KeyWork.DRAWING)
        self._printing = ""
        self._text = FitLabel((theme.lead,))
        self._caption = label(tone="muted")
        self.folder = line_edit("recovery.folder", LONGEST_PATH)
        self._print, self._save = KeyButton(theme), KeyButton(theme)
        named(self._print, "recovery.print")
        named(self._save, "recovery.save")
        for button in (self._print, self._save):
            button.setAutoDefault(False)
        self._result = FitLabel((theme.body,))
        self._waiting = WaitingLine(theme)
        choices = QHBoxLayout()
        choices.setSpacing(theme.space(12))
        choices.addWidget(self._print)
        choices.addWidget(self._save)
        choices.addStretch(1)
        for widget in (self._text, self._caption, self.folder):
            self.inside.addWidget(widget)
        self.inside.addLayout(choices)
        self.inside.addWidget(self._result)
        self.inside.addWidget(self._waiting)
        self._print.clicked.connect(self.print_asked)
        self._save.clicked.connect(lambda: self.save_asked.emit(Path(self.folder.text().strip())))
        self.folder.textChanged.connect(lambda _text: self._enable())
        self.primary.clicked.connect(self.adopted)
        self.retranslate()

    def retranslate(self) -> None:
        """All words of the sheet."""
        self.title.setText(self.tr("更换恢复密钥"))
        self._text.set_text(
            self.tr(
                "先打印或保存新的恢复密钥页，放进保险柜，再启用。启用以前，原来的恢复密钥一直有效。"
                "原来的那一页请与此前的备份一起保管。"
            )
        )
        self._caption.setText(self.tr("保存到哪个文件夹（例如 U 盘），打印后请删除文件"))
        self.folder.setAccessibleName(self._caption.text())
        self._print.set_caption(self.tr("打印"))
        self._save.set_caption(self.tr("保存"))
        self.primary.set_caption(self.tr("已放进保险柜，启用"), "Enter")
        self.back.set_caption(self.tr("放弃"), "Esc")
        self.show_state(self._state)

    def show_state(self, state: KeysState) -> None:
        """Follow the service."""
        self._state = state
        words = {
            KeyWork.DRAWING: self.tr("正在准备…"),
            KeyWork.ADOPTING: self.tr("正在启用…"),
        }
        self._waiting.show_word(words.get(state.work, "") if state.work else "")
        self._result.set_text(self._words())
        self._enable()

    def show_print(self, notice: Notice | None) -> None:
        """What became of printing."""
        if notice is None:
            self._printing = self.tr("已送打印机，请核对纸上的 24 个词和二维码都清楚。")
        else:
            said = notice_words(notice)
            self._printing = f"{said.happened} {said.to_do}"
        self.show_state(self._state)

    def _words(self) -> str:
        if self._state.failure:
            return self._state.failure
        if self._state.saved_to is not None:
            return self.tr("已保存到 {path}").format(path=self._state.saved_to)
        return self._printing

    def _enable(self) -> None:
        idle = self._state.work is None and self._state.sheet_ready
        first = idle and not self._print.isEnabled() and not self._state.sheet_out
        self._print.setEnabled(idle)
        if first:
            self._print.setFocus()
        self._save.setEnabled(idle and Path(self.folder.text().strip()).is_absolute())
        self.primary.setEnabled(idle and self._state.sheet_out)
