"""The notice about photo and fingerprints, to be read, and the applicant's word on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from station.ui.screens.base import Action, Actions, bar, column
from station.ui.screens.desk_screen import DeskScreen
from station.ui.theme import MUTED, Theme
from station.ui.widgets.base import Panel, label
from station.ui.widgets.fit_label import FitLabel
from station.workflow import inputs

if TYPE_CHECKING:
    from station.services.desk import DeskService

NOTICE_VERSION = "2026-1"
"""Stored with the answer. A change of the text below is a new version."""


class ConsentScreen(DeskScreen):
    """Nothing is captured before the applicant agrees; a refusal ends the visit."""

    def __init__(self, theme: Theme, desk: DeskService, parent: QWidget | None = None) -> None:
        """The text is set for reading at two metres where it fits, else at one."""
        super().__init__(theme, desk, parent)
        self._title = label(size="applicant", bold=True)
        self._points = tuple(FitLabel((theme.lead,), bold=number == 0) for number in range(5))
        self._version = FitLabel((theme.body,), colour=MUTED)
        self._build()
        self.refresh()

    def _build(self) -> None:
        space = self.theme.space
        page = column(self.theme, self)
        page.addWidget(self._title)
        panel = Panel()
        text = QVBoxLayout(panel)
        text.setContentsMargins(*([space(24)] * 4))
        text.setSpacing(space(14))
        for point in self._points:
            text.addWidget(point)
        text.addWidget(self._version)
        page.addWidget(panel)
        page.addStretch(1)

    def refresh(self) -> None:
        """The notice in the language of the screen."""
        refused = self.state.progress.consent is False
        self._title.setText(
            self.tr("申请人不同意采集") if refused else self.tr("请申请人阅读并决定是否同意")
        )
        for point, words in zip(self._points, self._words(), strict=True):
            point.set_text(words)
        self._version.set_text(self.tr("告知书版本 {v}").format(v=NOTICE_VERSION))
        self.changed.emit()

    def actions(self) -> Actions:
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
            self.send(inputs.GiveConsent(NOTICE_VERSION))

    def on_secondary(self, action: str) -> None:
        """Refuse, or agree after all."""
        if action == Action.REFUSE:
            self.send(inputs.RefuseConsent(NOTICE_VERSION))
        elif action == Action.AGREE:
            self.send(inputs.GiveConsent(NOTICE_VERSION))

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "请申请人自己读完告知书。同意后才能拍照和采集指纹；不同意时按“申请人不同意”，本次确认结束。"
        )

    def _words(self) -> tuple[str, ...]:
        return (
            self.tr(
                "为核验身份，需要采集您的照片和六根手指的指纹。指纹属于敏感个人信息，须经您单独同意。"
            ),
            self.tr("用途：只用于同等学力申请硕士学位的考务、课程和学位管理，不作他用。"),
            self.tr("保存：在本机加密保存，上传到学位主管部门的平台，按规定期限保存后删除。"),
            self.tr(
                "您的权利：可以查阅、更正，也可以要求删除；可以不同意，但不采集就无法完成现场确认。"
            ),
            self.tr("同意后请告诉工作人员。采集前您随时可以改变决定。"),
        )
