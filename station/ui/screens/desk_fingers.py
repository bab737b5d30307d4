"""Six fingers, four presses each: one instruction, the finger lit, the picture as it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from station.domain.fingers import CAPTURE_PLAN, PRESSES_PER_FINGER, FingerPosition
from station.ui.screens.base import Action, Actions, bar, column, row
from station.ui.screens.desk_screen import DeskScreen
from station.ui.screens.exception_dialog import ExceptionDialog
from station.ui.screens.live_feed import LiveFeed
from station.ui.theme import MUTED, Theme
from station.ui.widgets.fit_label import FitLabel
from station.ui.widgets.hands_diagram import HandsDiagram
from station.ui.widgets.live_picture import Guide, LivePicture
from station.ui.widgets.press_dots import DotColumn, PressDots
from station.ui.widgets.quality_bar import QualityBar
from station.ui.words import short_finger, word
from station.workflow import inputs
from station.workflow.capture import ReaderPhase
from station.workflow.progress import Progress

if TYPE_CHECKING:
    from drivers.api import Frame
    from station.services.desk import DeskService
    from station.services.devices import DeviceService
    from station.services.sign_in import SignInService

RIGHT_WIDTH_PX = 330


class FingersScreen(DeskScreen):
    """The applicant reads the instruction, the clerk the dots and the quality."""

    def __init__(
        self,
        theme: Theme,
        desk: DeskService,
        devices: DeviceService,
        sign_in: SignInService,
        required_quality: int,
        parent: QWidget | None = None,
    ) -> None:
        """`required_quality` is marked on the quality bar (0-100)."""
        super().__init__(theme, desk, parent)
        self._devices = devices
        self._sign_in = sign_in
        self._required_quality = required_quality
        self._asking: tuple[FingerPosition, ExceptionDialog] | None = None
        centre = Qt.AlignmentFlag.AlignHCenter
        self._instruction = FitLabel((theme.display, theme.applicant), bold=True, align=centre)
        self._instruction.setObjectName("desk.fingers.instruction")
        self._count = FitLabel((theme.lead,), colour=MUTED, align=centre)
        self._count.setObjectName("desk.fingers.count")
        self._hands = HandsDiagram(theme)
        self._picture = LivePicture(theme)
        self._picture.setObjectName("desk.fingers.picture")
        self._picture.set_guide(Guide.FINGER)
        self._quality = QualityBar(theme)
        self._dots = PressDots(theme)
        self._feed = LiveFeed(self._picture, self._newest_frame)
        self._build()
        self.refresh()

    def _build(self) -> None:
        space = self.theme.space
        page = column(self.theme, self, margin=20)
        page.setSpacing(space(10))
        page.addWidget(self._instruction)
        page.addWidget(self._count)
        right = QWidget()
        right.setFixedWidth(space(RIGHT_WIDTH_PX))
        beside = QVBoxLayout(right)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(space(10))
        beside.addWidget(self._picture, 1)
        beside.addWidget(self._quality)
        beside.addWidget(self._dots, 0, Qt.AlignmentFlag.AlignHCenter)
        page.addLayout(row(self._hands, right, spacing=space(20)), 1)

    def refresh(self) -> None:
        """The press of the moment."""
        progress = self.state.progress
        wanted = progress.next_press
        finger = wanted[0] if wanted else None
        self._drop_stale_question(finger)
        self._instruction.set_text(self._instruction_words(finger))
        self._count.set_text(self._count_words(progress))
        done = [place for place in CAPTURE_PLAN if _taken(progress, place) >= PRESSES_PER_FINGER]
        self._hands.set_fingers(finger, done, list(progress.excepted))
        lost = self.state.reader.phase is ReaderPhase.LOST
        self._picture.set_placeholder(self.tr("采集仪已断开") if lost else self.tr("等待按指"))
        self._quality.set_quality(
            self.state.last_quality, self._required_quality, self._quality_word()
        )
        self._dots.set_progress(
            [_column(progress, place) for place in CAPTURE_PLAN],
            CAPTURE_PLAN.index(finger) if finger in CAPTURE_PLAN else None,
        )
        self.changed.emit()

    def entered(self) -> None:
        """The reader's picture runs."""
        self._feed.start()
        self.refresh()

    def left(self) -> None:
        """No finger stays on the screen."""
        self._feed.stop()

    def offers(self) -> Actions:
        """The finger itself is the primary action, until a weak press may be kept."""
        state = self.state
        free = state.waiting is None
        again = bar(
            Action.RESTART,
            self.tr("重采这根手指"),
            "F4",
            enabled=free and state.progress.presses > 0,
        )
        keep = self.tr("保留最好的一次") if state.may_keep_weak else ""
        return Actions(keep, free, (again,), exception=free, pause=free)

    def on_primary(self) -> None:
        """Take the best of several weak presses."""
        self.send(inputs.KeepBestPress())

    def on_secondary(self, action: str) -> None:
        """Start the finger over."""
        if action == Action.RESTART:
            self.send(inputs.RestartFinger())

    def on_exception(self) -> None:
        """F8: the finger cannot be captured; a second person must agree."""
        wanted, applicant = self.state.progress.next_press, self.state.applicant
        if wanted is None or applicant is None:
            return
        dialog = ExceptionDialog(
            self.theme, self.window(), self._sign_in, applicant.subject, wanted[0]
        )
        dialog.approved.connect(
            lambda reason, approver: self.send(inputs.ExceptFinger(reason, approver))
        )
        dialog.finished.connect(self._question_closed)
        self._asking = (wanted[0], dialog)
        dialog.open()

    def _question_closed(self) -> None:
        self._asking = None

    def _drop_stale_question(self, finger: FingerPosition | None) -> None:
        """A press may end the finger that a dialog is about: its answer must not meet the next."""
        if self._asking is not None and self._asking[0] is not finger:
            self._asking[1].reject()

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "请申请人按图示放手指，听到提示音后抬起，每根手指按四次。按错手指时按 F4 重采；"
            "手指缺失、受伤或总采不上时按 F8，由另一位工作人员确认。"
        )

    def _instruction_words(self, finger: FingerPosition | None) -> str:
        phase = self.state.reader.phase
        if finger is None or phase is ReaderPhase.IDLE:
            return self.tr("请稍候")
        if phase is ReaderPhase.WAITING:
            return self.tr("请把{finger}放到采集仪上").format(finger=word(finger))
        return {
            ReaderPhase.PRESENT: self.tr("请按住不动"),
            ReaderPhase.STORING: self.tr("很好，正在保存"),
            ReaderPhase.LIFT: self.tr("请抬起手指"),
        }.get(phase, self.tr("采集仪已断开，请稍候"))

    def _count_words(self, progress: Progress) -> str:
        wanted = progress.next_press
        if wanted is None:
            return ""
        finger, press = wanted
        return self.tr("{finger} · 第 {n} 次，共 {all} 次").format(
            finger=word(finger), n=press, all=PRESSES_PER_FINGER
        )

    def _quality_word(self) -> str:
        quality = self.state.last_quality
        if quality is None:
            return ""
        return self.tr("合格") if quality >= self._required_quality else self.tr("不够清楚")

    def _newest_frame(self) -> Frame | None:
        lost = self.state.reader.phase is ReaderPhase.LOST
        return None if lost else self._devices.reader_frame()


def _taken(progress: Progress, position: FingerPosition) -> int:
    return len(progress.qualities.get(position, ()))


def _column(progress: Progress, position: FingerPosition) -> DotColumn:
    excepted = position in progress.excepted
    return DotColumn(short_finger(position), _taken(progress, position), excepted)
