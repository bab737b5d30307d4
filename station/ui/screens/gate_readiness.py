"""The day before, or the hour: load the exam organiser's package and see what is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from station.ui.screens.base import Actions, column
from station.ui.screens.gate_screen import GateScreen
from station.ui.screens.waiting_line import WaitingLine
from station.ui.theme import Theme
from station.ui.widgets.base import label
from station.ui.widgets.points_panel import PointsPanel
from station.workflow import inputs

if TYPE_CHECKING:
    from station.services.gate import GateService


class ReadinessScreen(GateScreen):
    """Nobody can be checked before a package is here."""

    def __init__(self, theme: Theme, gate: GateService, parent: QWidget | None = None) -> None:
        """Three sentences and one button."""
        super().__init__(theme, gate, parent)
        self._title = label(size="applicant", bold=True, wrap=True)
        self._points = PointsPanel(theme)
        self._ring = WaitingLine(theme)
        page = column(theme, self)
        page.addWidget(self._title)
        page.addWidget(self._points)
        page.addWidget(self._ring)
        page.addStretch(1)
        self.refresh()

    def refresh(self) -> None:
        """What the package is, and whether it is being loaded."""
        self._title.setText(self.tr("入场前，请先载入考点数据"))
        self._points.set_points(
            self.tr("数据包由组考部门签发，只有发给本机的才能打开。"),
            self.tr("载入时逐项检查签名和内容；有一处不对，就一项也不使用。"),
            self.tr("载入后断网也能核验，入场记录存在本机，联网后自动上传。"),
        )
        self._ring.show_word(self.tr("正在载入并检查…") if self.state.waiting else "")
        self.changed.emit()

    def offers(self) -> Actions:
        """Load."""
        return Actions(self.tr("载入考点数据"), not self.state.waiting)

    def on_primary(self) -> None:
        """From the platform, or what is already here."""
        self.send(inputs.FetchSession())

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "按 Enter 载入考点数据。没有网络时使用本机已有的数据；"
            "数据包被拒绝时请向组考部门索取新的数据包。"
        )
