"""The first page: what this station is, who looks after it now, and whether it is well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from station.domain.rights import Action as Right
from station.domain.rights import may
from station.services.overview import DiskSpace
from station.settings import Mode, Settings
from station.ui.chrome_words import chips, sync_words
from station.ui.screens.admin.facts_panel import FactsPanel
from station.ui.screens.admin.page import AdminPage
from station.ui.screens.base import Action, Actions, bar
from station.ui.theme import Theme
from station.ui.words import word

if TYPE_CHECKING:
    from station.services.bundle import Services

GIB = 1024**3


class OverviewPage(AdminPage):
    """Facts only; what can be changed has a page of its own."""

    action = Right.SEE_OVERVIEW
    name = "概况"

    def __init__(
        self, services: Services, theme: Theme, settings: Settings, parent: QWidget | None = None
    ) -> None:
        """Follows the devices, the platform and who is signed in."""
        super().__init__(services, theme, settings, parent)
        self._services = services
        self._disk: DiskSpace | None = None
        self._facts = FactsPanel(theme)
        self._state = FactsPanel(theme)
        self.body.addWidget(self._facts)
        self.body.addWidget(self._state)
        self.body.addStretch(1)
        for service in (services.devices, services.platform, services.sign_in):
            service.on_change(lambda _state: self._show())
        self.retranslate()

    def retranslate(self) -> None:
        """All captions and values."""
        super().retranslate()
        self.lead.setText(self.tr("本机的情况一览。要更改的事项在左边各自的页面里办理。"))
        self._show()

    def entered(self) -> None:
        """Ask the disk; the rest is known."""
        self._services.overview.measure_disk(self._measured)

    def offers(self) -> Actions:
        """Exchange with the platform now, for whoever may; measure anew."""
        operator = self._services.sign_in.state.operator
        again = bar(Action.AGAIN, self.tr("刷新"), "F4")
        if operator is None or not may(operator.roles, Right.SYNCHRONISE):
            return Actions(secondary=(again,))
        return Actions(self.tr("立即同步"), secondary=(again,))

    def on_primary(self) -> None:
        """Do not wait for the next round."""
        self._services.platform.sync_now()

    def on_secondary(self, action: str) -> None:
        """Ask the disk again."""
        if action == Action.AGAIN:
            self.entered()

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "左边选页面，按 ↑ ↓ 切换，按 Tab 进入页面。没有列出的页面，您的岗位无权查看。"
        )

    def _measured(self, disk: DiskSpace | None) -> None:
        self._disk = disk
        self._show()

    def _show(self) -> None:
        known = self._services.overview.facts
        modes = {Mode.SIMULATION: self.tr("演示（模拟设备）"), Mode.LIVE: self.tr("正式使用")}
        self._facts.set_facts(
            (
                (self.tr("当前登录"), self._signed_in()),
                (self.tr("本机编号"), known.station),
                (self.tr("程序版本"), known.version),
                (self.tr("使用方式"), modes[known.mode]),
                (self.tr("数据目录"), str(known.data_folder)),
                (self.tr("密钥目录"), str(known.key_folder)),
                (self.tr("平台地址"), known.platform_url),
            )
        )
        self._state.set_facts(
            (
                (self.tr("数据盘"), self._disk_words()),
                (self.tr("同步情况"), self._sync()),
                *((one.name, one.sentence) for one in chips(self._services.devices.chips)),
            )
        )

    def _signed_in(self) -> str:
        operator = self._services.sign_in.state.operator
        if operator is None:
            return ""
        roles = " · ".join(word(role) for role in sorted(operator.roles))
        return f"{operator.display_name}    {roles}"

    def _disk_words(self) -> str:
        if self._disk is None:
            return ""
        return self.tr("还有 {free} GiB，共 {total} GiB").format(
            free=f"{self._disk.free / GIB:.1f}", total=f"{self._disk.total / GIB:.1f}"
        )

    def _sync(self) -> str:
        first, second, _level = sync_words(self._services.platform.status, self._services.clock())
        return f"{first}    {second}"
