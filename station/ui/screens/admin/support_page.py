"""The support bundle: see what it holds, choose where it goes, write it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QWidget,
)

from station.domain.rights import Action as Right
from station.services.size_words import size_words
from station.services.support_bundle import Bundle, BundleSaved, BundleTrouble
from station.settings import Settings
from station.ui.notice_words import NoticeWords
from station.ui.screens.admin.page import AdminPage
from station.ui.screens.base import Action, Actions, bar, line_edit, named
from station.ui.theme import Level, Theme
from station.ui.widgets.base import label

if TYPE_CHECKING:
    from station.services.bundle import Services

LIST_PX = 260
LEAST_PX = 220
ROW_PX = 48
LONGEST_PATH = 500


class SupportPage(AdminPage):
    """Everything that would be written can be read first."""

    action = Right.SUPPORT_BUNDLE
    name = "支持包"

    def __init__(
        self, services: Services, theme: Theme, settings: Settings, parent: QWidget | None = None
    ) -> None:
        """The parts on the left, the text of one on the right, the folder below."""
        super().__init__(services, theme, settings, parent)
        self._support = services.support
        self._guard = services.guard
        self._bundle: Bundle | None = None
        self._result: BundleSaved | BundleTrouble | None = None
        self._names = QListWidget()
        named(self._names, "support.parts")
        self._names.setFixedWidth(theme.space(LIST_PX))
        self._names.setMinimumHeight(theme.space(LEAST_PX))
        self._names.currentRowChanged.connect(self._turn_to)
        self._text = QPlainTextEdit()
        named(self._text, "support.text")
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        across = QHBoxLayout()
        across.setSpacing(theme.space(14))
        across.addWidget(self._names)
        across.addWidget(self._text, 1)
        self._caption = label(tone="muted")
        self._folder = line_edit("support.folder", LONGEST_PATH)
        self._folder.setText(str(self._support.folder))
        self._folder.textChanged.connect(lambda _text: self.changed.emit())
        self.body.addLayout(across, 1)
        self.body.addWidget(self._caption)
        self.body.addWidget(self._folder)
        self.retranslate()

    def retranslate(self) -> None:
        """All words."""
        super().retranslate()
        self.lead.setText(
            self.tr(
                "交给技术支持的文件，不含任何人的姓名、号码、图像、口令和密钥。写出以前可以逐项查看。"
            )
        )
        self._caption.setText(self.tr("写到哪个文件夹"))
        self._folder.setAccessibleName(self._caption.text())

    def entered(self) -> None:
        """Gather anew."""
        if self._guard.allows(Right.SUPPORT_BUNDLE):
            self._result = None
            self.waiting.show_word(self.tr("正在收集…"))
            self._support.preview(self._gathered)
            self.changed.emit()

    def offers(self) -> Actions:
        """Write it; gather anew."""
        ready = self._bundle is not None and Path(self._folder.text().strip()).is_absolute()
        return Actions(
            self.tr("生成支持包"), ready, (bar(Action.AGAIN, self.tr("重新收集"), "F4"),)
        )

    def on_primary(self) -> None:
        """Write what was looked at."""
        if self._bundle is not None and self._guard.allows(Right.SUPPORT_BUNDLE):
            self.waiting.show_word(self.tr("正在写入…"))
            self._support.make(self._bundle, Path(self._folder.text().strip()), self._made)

    def on_secondary(self, action: str) -> None:
        """Gather anew."""
        if action == Action.AGAIN:
            self.entered()

    def message(self) -> NoticeWords | None:
        """Where it lies, or why it does not."""
        match self._result:
            case BundleSaved(path=path):
                said = self.tr("支持包已写入 {path}").format(path=path)
                return NoticeWords(Level.DONE, said, "", self.tr("请交给技术支持。"))
            case BundleTrouble(sentence=sentence):
                return NoticeWords(Level.STOP, sentence, "", "")
            case _:
                return None

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "左边选一项，右边看它的全部内容。按 Enter 写到下面的文件夹，不会覆盖已有文件。"
        )

    def _gathered(self, result: Bundle | BundleTrouble) -> None:
        self.waiting.show_word("")
        self._bundle = result if isinstance(result, Bundle) else None
        self._result = result if isinstance(result, BundleTrouble) else None
        self._names.clear()
        for part in self._bundle.parts if self._bundle else ():
            item = QListWidgetItem(f"{part.name}    {size_words(len(part.text.encode()))}")
            item.setSizeHint(QSize(0, self.theme.space(ROW_PX)))
            self._names.addItem(item)
        self._names.setCurrentRow(0 if self._bundle else -1)
        self.changed.emit()

    def _made(self, result: BundleSaved | BundleTrouble) -> None:
        self.waiting.show_word("")
        self._result = result
        self.changed.emit()

    def _turn_to(self, row: int) -> None:
        parts = self._bundle.parts if self._bundle else ()
        self._text.setPlainText(parts[row].text if 0 <= row < len(parts) else "")
        self._text.moveCursor(self._text.textCursor().MoveOperation.Start)
