"""The photo: live picture with a guide, then the still to accept or take again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from station.ui.screens.base import Action, Actions, bar, column, picture, row
from station.ui.screens.desk_screen import DeskScreen
from station.ui.screens.waiting_line import WaitingLine
from station.ui.theme import ATTENTION, INK, Theme
from station.ui.widgets.base import Panel, label
from station.ui.widgets.fit_label import FitLabel
from station.ui.widgets.live_picture import Guide, LivePicture
from station.ui.words import word
from station.workflow import inputs
from station.workflow.desk_state import Waiting

if TYPE_CHECKING:
    from station.services.desk import DeskService
    from station.services.devices import DeviceService

FRAME_MS = 33
RULES_WIDTH_PX = 270


class PhotoScreen(DeskScreen):
    """The camera runs only while this screen is in front and no still waits."""

    def __init__(
        self,
        theme: Theme,
        desk: DeskService,
        devices: DeviceService,
        parent: QWidget | None = None,
    ) -> None:
        """`_retaking`: a still waits, but the operator wants the live picture again."""
        super().__init__(theme, desk, parent)
        self._devices = devices
        self._retaking = False
        self._sequence = -1
        self._title = label(size="applicant", bold=True)
        self._picture = LivePicture(theme, ground=INK)
        self._picture.setObjectName("desk.photo.picture")
        self._rules = tuple(FitLabel((theme.body,)) for _ in range(4))
        self._warning = FitLabel((theme.lead,), bold=True, colour=ATTENTION)
        self._size = label(tone="muted")
        self._ring = WaitingLine(theme)
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._next_frame)
        self._build()
        self.refresh()

    def _build(self) -> None:
        space = self.theme.space
        page = column(self.theme, self, margin=24)
        page.addWidget(self._title)
        panel = Panel()
        panel.setFixedWidth(space(RULES_WIDTH_PX))
        beside = QVBoxLayout(panel)
        beside.setContentsMargins(*([space(20)] * 4))
        beside.setSpacing(space(14))
        for rule in self._rules:
            beside.addWidget(rule)
        beside.addWidget(self._warning)
        beside.addWidget(self._size)
        beside.addStretch(1)
        beside.addWidget(self._ring)
        page.addLayout(row(self._picture, panel, spacing=space(16)), 1)

    def refresh(self) -> None:
        """The live picture, or the still with what is wrong with it."""
        still = self._still()
        self._title.setText(self.tr("请检查照片") if still else self.tr("请申请人坐正，看镜头"))
        warnings = "\n".join(f"△ {word(one)}" for one in still.warnings) if still else ""
        for shown, words in zip(self._rules, self._rule_words(), strict=True):
            shown.set_text("" if warnings else words)  # room for what is to be put right
        self._picture.set_placeholder(self.tr("没有画面，请检查摄像头的连线"))
        self._picture.set_guide(Guide.NONE if still else Guide.FACE)
        if still is not None:
            self._picture.set_image(picture(still.jpeg))
        self._warning.set_text(warnings)
        size = (
            self.tr("{w} × {h} 像素").format(w=still.width_px, h=still.height_px) if still else ""
        )
        self._size.setText(size)
        waiting = self.state.waiting is Waiting.CAMERA
        self._ring.show_word(word(Waiting.CAMERA) if waiting else "")
        self.changed.emit()

    def entered(self) -> None:
        """The camera picture runs."""
        self._retaking = False
        self._sequence = -1
        self._picture.set_frame(None)
        self.refresh()
        self._timer.start()

    def left(self) -> None:
        """Nobody is looked at any more."""
        self._timer.stop()
        self._picture.set_frame(None)

    def offers(self) -> Actions:
        """Take, then accept or take again."""
        free = self.state.waiting is None
        if self._still() is None:
            return Actions(self.tr("拍照"), free, pause=free)
        again = bar(Action.AGAIN, self.tr("重拍"), "F4", enabled=free)
        return Actions(self.tr("使用这张照片"), free, (again,), pause=free)

    def on_primary(self) -> None:
        """Take, or accept."""
        if self._still() is None:
            self._retaking = False
            self.send(inputs.TakePhoto())
        else:
            self.send(inputs.AcceptPhoto())

    def on_secondary(self, action: str) -> None:
        """Back to the live picture."""
        if action == Action.AGAIN:
            self._retaking = True
            self._sequence = -1
            self.refresh()

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "请申请人坐正，脸在椭圆框内，按 Enter 拍照；满意时再按 Enter，不满意按 F4 重拍。"
        )

    def _still(self) -> inputs.PhotoCaptured | None:
        return None if self._retaking else self.state.photo

    def _next_frame(self) -> None:
        if self._still() is not None:
            return
        frame = self._devices.camera_frame()
        if frame is None:
            self._picture.set_frame(None)
        elif frame.sequence != self._sequence:
            self._sequence = frame.sequence
            self._picture.set_frame(frame.image)

    def _rule_words(self) -> tuple[str, ...]:
        return (
            self.tr("正面免冠，双眼睁开，不戴有色眼镜"),
            self.tr("脸在椭圆框内，上方留一点空白"),
            self.tr("光线均匀，脸上和背景没有阴影"),
            self.tr("表情自然，头发不遮眉毛和耳朵"),
        )
