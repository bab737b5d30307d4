"""The originals the applicant brought: seen, copied, or not in agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from station.domain.documents import REQUIRED_DOCUMENTS, DocumentFinding, DocumentKind
from station.ui.screens.base import Action, Actions, bar, column, line_edit
from station.ui.screens.desk_screen import DeskScreen
from station.ui.theme import Level, Theme
from station.ui.widgets.base import Panel, label
from station.ui.widgets.check_list import CheckChoice, CheckItem, CheckList
from station.ui.words import word
from station.workflow import inputs

if TYPE_CHECKING:
    from station.services.desk import DeskService

LONGEST_REASON = 200
_LEVELS = {
    DocumentFinding.ORIGINAL_SEEN: Level.DONE,
    DocumentFinding.COPY_KEPT: Level.DONE,
    DocumentFinding.MISMATCH: Level.STOP,
}


class DocumentsScreen(DeskScreen):
    """Enter says "original seen" for one document after the other."""

    def __init__(self, theme: Theme, desk: DeskService, parent: QWidget | None = None) -> None:
        """`_doubtful` is the document whose mismatch is being described."""
        super().__init__(theme, desk, parent)
        self._doubtful: DocumentKind | None = None
        self._title = label(size="applicant", bold=True)
        self._list = CheckList(theme)
        self._list.choice_changed.connect(self._answered)
        self._reason_panel = Panel()
        self._reason_caption = label(bold=True, wrap=True)
        self._reason = line_edit("desk.documents.reason", LONGEST_REASON)
        self._build()
        self.retranslate()

    def _build(self) -> None:
        space = self.theme.space
        page = column(self.theme, self)
        page.addWidget(self._title)
        panel = Panel()
        inside = QVBoxLayout(panel)
        inside.setContentsMargins(0, space(4), 0, space(4))
        inside.addWidget(self._list)
        page.addWidget(panel)
        asked = QVBoxLayout(self._reason_panel)
        asked.setContentsMargins(*([space(20)] * 4))
        asked.addWidget(self._reason_caption)
        asked.addWidget(self._reason)
        page.addWidget(self._reason_panel)
        page.addStretch(1)

    def retranslate(self) -> None:
        """The rows are built anew, for their words are given once."""
        items = [CheckItem(kind.value, word(kind)) for kind in REQUIRED_DOCUMENTS]
        choices = [CheckChoice(one.value, word(one), _LEVELS[one]) for one in DocumentFinding]
        self._list.set_items(items, choices)
        for item, shown in self._list.rows().items():
            for choice, button in shown.buttons().items():
                button.setObjectName(f"desk.documents.{item}.{choice}")
        self._title.setText(self.tr("请核对申请人带来的材料"))
        self._reason.setPlaceholderText(self.tr("例如：证书上的姓名与身份证不同"))
        self.refresh()

    def refresh(self) -> None:
        """Answers as they are stored."""
        found = self.state.progress.documents
        for kind in REQUIRED_DOCUMENTS:
            answer = found.get(kind)
            shown = DocumentFinding.MISMATCH if kind is self._doubtful else answer
            self._list.set_choice(kind.value, shown.value if shown else "")
        self._list.setEnabled(self.state.waiting is None)
        self._reason_panel.setVisible(self._doubtful is not None)
        if self._doubtful is not None:
            caption = self.tr("{document}有何不一致？请写明，由审核人员决定。")
            self._reason_caption.setText(caption.format(document=word(self._doubtful)))
        self.changed.emit()

    def entered(self) -> None:
        """Start with no mismatch being described."""
        self._leave_reason()
        self._list.setFocus()

    def offers(self) -> Actions:
        """The next document, or the mismatch being described."""
        free = self.state.waiting is None
        if self._doubtful is not None:
            back = bar(Action.BACK, self.tr("返回"), "Esc")
            return Actions(self.tr("记下不一致"), free, (back,), pause=free)
        following = self._next()
        if following is None:
            return Actions(pause=free)
        caption = self.tr("已看原件：{document}").format(document=word(following))
        return Actions(caption, free, pause=free)

    def on_primary(self) -> None:
        """The next document was seen, or the mismatch is written down."""
        if self._doubtful is not None:
            kind, reason = self._doubtful, self._reason.text()
            if reason.strip():
                self._leave_reason()
            self.send(inputs.CheckDocument(kind, DocumentFinding.MISMATCH, reason))
        elif (following := self._next()) is not None:
            self.send(inputs.CheckDocument(following, DocumentFinding.ORIGINAL_SEEN))

    def on_secondary(self, action: str) -> None:
        """Back from the mismatch."""
        if action == Action.BACK:
            self._leave_reason()
            self.refresh()

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "逐项核对原件，与申请信息一致时按 Enter。"
            "只有复印件或不一致时点相应按钮，不一致须写明原因。"
        )

    def _next(self) -> DocumentKind | None:
        found = self.state.progress.documents
        return next((kind for kind in REQUIRED_DOCUMENTS if kind not in found), None)

    def _answered(self, item: str, choice: str) -> None:
        kind, finding = DocumentKind(item), DocumentFinding(choice)
        if finding is DocumentFinding.MISMATCH:
            self._doubtful = kind
            self._reason.clear()
            self.refresh()
            self._reason.setFocus()
        else:
            self._leave_reason()
            self.send(inputs.CheckDocument(kind, finding))

    def _leave_reason(self) -> None:
        self._doubtful = None
        self._reason.clear()
        self._reason_panel.hide()
