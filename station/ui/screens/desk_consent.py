"""The notice about photo and fingerprints, to be read, and the applicant's word on it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from station.ui.screens.base import Action, Actions, bar, column
from station.ui.screens.desk_screen import DeskScreen
from station.ui.theme import MUTED, Theme
from station.ui.translations import translate
from station.ui.widgets.base import Panel, label
from station.ui.widgets.fit_label import FitLabel
from station.workflow import inputs

if TYPE_CHECKING:
    from station.services.desk import DeskService

VERSION_LENGTH = 12


@dataclass(frozen=True)
class ConsentNotice:
    """What the applicant reads, opening first: the same text as on the paper to be signed."""

    paragraphs: tuple[str, ...]

    @property
    def version(self) -> str:
        """Stored with the answer: changes with every word of the text."""
        text = "\n".join(self.paragraphs)
        return hashlib.sha256(text.encode()).hexdigest()[:VERSION_LENGTH]


class ConsentScreen(DeskScreen):
    """Nothing is captured before the applicant agrees; a refusal ends the visit."""

    def __init__(
        self,
        theme: Theme,
        desk: DeskService,
        notice: ConsentNotice,
        parent: QWidget | None = None,
    ) -> None:
        """`notice` is the unit's own text."""
        super().__init__(theme, desk, parent)
        self._notice = notice
        self._title = label(size="applicant", bold=True)
        self._paragraphs = tuple(
            FitLabel((theme.lead,), bold=number == 0) for number in range(len(notice.paragraphs))
        )
        self._version = FitLabel((theme.body,), colour=MUTED)
        self._build()
        self.refresh()

    def _build(self) -> None:
        space = self.theme.space
        page = column(self.theme, self, margin=20)
        page.setSpacing(space(8))
        page.addWidget(self._title)
        panel = Panel()
        text = QVBoxLayout(panel)
        text.setContentsMargins(space(20), space(12), space(20), space(12))
        text.setSpacing(space(10))
        for paragraph in self._paragraphs:
            text.addWidget(paragraph)
        text.addWidget(self._version)
        text.addStretch(1)
        area = QScrollArea()
        area.setObjectName("desk.consent.text")
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(panel)
        page.addWidget(area, 1)

    def refresh(self) -> None:
        """The notice in the language of the screen."""
        refused = self.state.progress.consent is False
        self._title.setText(
            self.tr("申请人不同意采集") if refused else self.tr("请申请人阅读并决定是否同意")
        )
        for shown, words in zip(self._paragraphs, self._notice.paragraphs, strict=True):
            shown.set_text(translate(words))
        self._version.set_text(self.tr("告知书版本 {v}").format(v=self._notice.version))
        self.changed.emit()

    def offers(self) -> Actions:
        """Agree or refuse; after a refusal: close, or the applicant has thought again."""
        free = self.state.waiting is None
        if self.state.progress.consent is False:
            changed = bar(Action.AGREE, self.tr("申请人改为同意"), enabled=free)
            return Actions(self.tr("结束本次确认"), free, (changed,))
        refuse = bar(Action.REFUSE, self.tr("申请人不同意"), enabled=free)
        return Actions(self.tr("申请人同意"), free, (refuse,), pause=free)

    def on_primary(self) -> None:
        """Agree; after a refusal, end the visit."""
        if self.state.progress.consent is False:
            self.send(inputs.CloseCase())
        else:
            self.send(inputs.GiveConsent(self._notice.version))

    def on_secondary(self, action: str) -> None:
        """Refuse, or agree after all."""
        if action == Action.REFUSE:
            self.send(inputs.RefuseConsent(self._notice.version))
        elif action == Action.AGREE:
            self.send(inputs.GiveConsent(self._notice.version))

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "请申请人自己读完告知书。同意后才能拍照和采集指纹；不同意时按“申请人不同意”，本次确认结束。"
        )
