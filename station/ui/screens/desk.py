"""The confirmation desk: the screen of each step, the rail of steps, what is above and below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from station.assets import asset
from station.domain.documents import REQUIRED_DOCUMENTS
from station.domain.fingers import CAPTURE_PLAN, PRESSES_PER_FINGER
from station.forms import consent
from station.forms.layout import load_letter_layout
from station.settings import Settings
from station.ui.notice_words import NoticeWords, notice_words
from station.ui.screens.base import View
from station.ui.screens.desk_consent import ConsentNotice, ConsentScreen
from station.ui.screens.desk_documents import DocumentsScreen
from station.ui.screens.desk_find import FindScreen
from station.ui.screens.desk_fingers import FingersScreen
from station.ui.screens.desk_form import FormScreen
from station.ui.screens.desk_identity import IdentityScreen
from station.ui.screens.desk_photo import PhotoScreen
from station.ui.screens.desk_screen import DeskScreen
from station.ui.screens.desk_sign import SealedScreen, SealScreen, SignScreen
from station.ui.screens.save_failed import SaveFailedPanel
from station.ui.screens.stacked_task import StackedTask
from station.ui.theme import Level, Theme
from station.ui.widgets.step_rail import RailStep, StepState
from station.ui.words import word
from station.workflow import inputs
from station.workflow.desk_state import Confirmation
from station.workflow.progress import DeskStep, Progress

if TYPE_CHECKING:
    from station.services.bundle import Services

RAIL = tuple(step for step in DeskStep if step is not DeskStep.SEALED)


class DeskTask(StackedTask):
    """One applicant from being found to a sealed record."""

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
        self._desk = services.desk
        self._find = FindScreen(theme, services.desk, services.board)
        self._by_step = self._screens(services, theme, settings)
        self._save_failed = SaveFailedPanel(theme, lambda: self._desk.send(inputs.SaveAgain()))
        self._busy_words: NoticeWords | None = None
        for screen in (*self._by_step.values(), self._save_failed):
            self.add_screen(screen)
        for step, named in self._by_step.items():
            named.setObjectName(f"desk.{step.value}")
        services.desk.on_change(self._show)
        self._show(self._desk.state)

    def _screens(
        self, services: Services, theme: Theme, settings: Settings
    ) -> dict[DeskStep, DeskScreen]:
        desk, devices = services.desk, services.devices
        return {
            DeskStep.FIND: self._find,
            DeskStep.CONSENT: ConsentScreen(theme, desk, _consent_notice()),
            DeskStep.DOCUMENTS: DocumentsScreen(theme, desk),
            DeskStep.IDENTITY: IdentityScreen(theme, desk),
            DeskStep.PHOTO: PhotoScreen(theme, desk, devices),
            DeskStep.FINGERS: FingersScreen(
                theme, desk, devices, services.sign_in, settings.quality_minimum
            ),
            DeskStep.FORM: FormScreen(theme, desk),
            DeskStep.SIGN: SignScreen(theme, desk),
            DeskStep.SEAL: SealScreen(theme, desk),
            DeskStep.SEALED: SealedScreen(theme, desk, services.slips, services.sign_in),
        }

    def view(self) -> View:
        """Steps so far, the applicant, and the notice of the moment."""
        state = self._desk.state
        said = notice_words(state.notice) if state.notice else None
        return View(
            actions=self.offers(),
            steps=rail_steps(state),
            person=state.applicant,
            message=self._busy_words or said,
        )

    def on_pause(self) -> None:
        """Put the case aside; all that is stored stays."""
        self._desk.send(inputs.CloseCase())

    def on_find(self) -> None:
        """To the search field, when nobody is at the desk."""
        if self._desk.state.applicant is None:
            self._find.focus_field()
        else:
            self._say_busy()

    def on_scan(self, text: str) -> None:
        """A scan finds the next person; with somebody at the desk it waits for F10."""
        if self._desk.state.step is DeskStep.SEALED:
            self._desk.send(inputs.CloseCase())
        if self._desk.state.applicant is None:
            self._find.look_for(text)
        else:
            self._say_busy()

    def on_scan_spoilt(self) -> None:
        """The search field takes names, so its input method cannot be kept away."""
        self._busy_words = NoticeWords(
            Level.ATTENTION,
            self.tr("扫到的内容被输入法改成了汉字。"),
            "",
            self.tr("请把输入法切换到英文，再扫一次。"),
        )
        self.changed.emit()

    def awaits_number(self) -> bool:
        """Between two applicants, while nothing is being looked up."""
        state = self._desk.state
        return self.front is self._find and state.waiting is None and not state.matches

    def _show(self, state: Confirmation) -> None:
        self._busy_words = None
        step_screen = self._by_step[state.step]
        wanted = self._save_failed if state.save_failed else step_screen
        self.bring_to_front(wanted, step_screen.refresh)

    def _say_busy(self) -> None:
        self._busy_words = NoticeWords(
            Level.ATTENTION,
            self.tr("正在为当前申请人办理。"),
            self.tr("已办的步骤都已保存。"),
            self.tr("要换人时，请先按 F10 暂停，再查找或扫码。"),
        )
        self.changed.emit()


def _consent_notice() -> ConsentNotice:
    """Raises AssetMissing or LayoutError when the unit's text is missing or damaged."""
    return ConsentNotice(consent.screen_text(load_letter_layout(asset("forms/consent.toml"))))


def rail_steps(state: Confirmation) -> tuple[RailStep, ...]:
    """Done, current and waiting, with the counts that matter."""
    order = tuple(DeskStep)
    now = order.index(state.step)
    return tuple(
        RailStep(word(step), _standing(order.index(step), now), _count(step, state.progress))
        for step in RAIL
    )


def _standing(place: int, now: int) -> StepState:
    if place == now:
        return StepState.CURRENT
    return StepState.DONE if place < now else StepState.WAITING


def _count(step: DeskStep, progress: Progress) -> str:
    if step is DeskStep.DOCUMENTS and progress.consent:
        return f"{len(progress.documents)}/{len(REQUIRED_DOCUMENTS)}"
    if step is DeskStep.FINGERS and (progress.presses or progress.photo):
        planned = (len(CAPTURE_PLAN) - len(progress.excepted)) * PRESSES_PER_FINGER
        return f"{progress.presses}/{planned}"
    return ""
