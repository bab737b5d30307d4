"""The review form: pages as they will be printed, then printed or saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from station.domain.facts import FormOutput
from station.ui.screens.base import Action, Actions, bar, column, picture
from station.ui.screens.desk_screen import DeskScreen
from station.ui.screens.page_reader import PageReader, zoom_action
from station.ui.screens.waiting_line import WaitingLine
from station.ui.theme import Theme
from station.ui.widgets.base import label
from station.ui.words import word
from station.workflow import inputs
from station.workflow.desk_state import Waiting

if TYPE_CHECKING:
    from station.services.desk import DeskService

COPIES = 2
"""一式两份: one for the unit, one for the applicant."""

_SHOWN = (Waiting.FORM, Waiting.PRINTER, Waiting.DISK)


class FormScreen(DeskScreen):
    """The form is out only when the printer says so."""

    def __init__(self, theme: Theme, desk: DeskService, parent: QWidget | None = None) -> None:
        """Pages come with the state."""
        super().__init__(theme, desk, parent)
        self._pages: tuple[bytes, ...] = ()
        self._title = label(size="applicant", bold=True)
        self._lead = label(tone="muted", wrap=True)
        self._preview = PageReader(theme, "desk.form.large")
        self._preview.setObjectName("desk.form.preview")
        self._ring = WaitingLine(theme)
        self._build()
        self.refresh()

    def _build(self) -> None:
        page = column(self.theme, self, margin=20)
        page.setSpacing(self.theme.space(8))
        page.addWidget(self._title)
        page.addWidget(self._lead)
        page.addWidget(self._ring)
        page.addWidget(self._preview, 1)

    def refresh(self) -> None:
        """The pages, or what is going on."""
        state = self.state
        self._title.setText(self.tr("请核对并打印资格审查表"))
        self._lead.setText(
            self.tr(
                "打印一式两份，请申请人核对后签字。信息有误时请申请人先到平台更正，再重新生成。"
            )
        )
        self._ring.show_word(word(state.waiting) if state.waiting in _SHOWN else "")
        if state.form_pages != self._pages:
            self._pages = state.form_pages
            shown = [image for page in self._pages if (image := picture(page)) is not None]
            self._preview.set_pages(shown)
        self.changed.emit()

    def offers(self) -> Actions:
        """Print; or make the form when that has failed."""
        free = self.state.waiting is None
        if not self.state.form_pages:
            return Actions(self.tr("生成资格审查表"), free, pause=free)
        secondary = (
            bar(Action.SAVE_FILE, self.tr("存为文件"), "F6", enabled=free),
            bar(Action.PRINT, self.tr("打印"), "F9", enabled=free),
            bar(Action.REMAKE, self.tr("重新生成"), "F4", enabled=free),
            zoom_action(self._preview),
        )
        return Actions(self.tr("打印两份"), free, secondary, pause=free)

    def on_primary(self) -> None:
        """Print, or make the form."""
        if self.state.form_pages:
            self.send(inputs.DeliverForm(FormOutput.PRINTED, COPIES))
        else:
            self.send(inputs.MakeFormAgain())

    def on_secondary(self, action: str) -> None:
        """Print, save or make anew."""
        if action == Action.PRINT:
            self.send(inputs.DeliverForm(FormOutput.PRINTED, COPIES))
        elif action == Action.SAVE_FILE:
            self.send(inputs.DeliverForm(FormOutput.SAVED, COPIES))
        elif action == Action.REMAKE:
            self.send(inputs.MakeFormAgain())
        elif action == Action.ZOOM:
            self._preview.toggle()
            self.changed.emit()

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "核对无误后按 Enter 打印两份。打印机不能用时按 F6 存为文件，到别的电脑打印。"
        )
