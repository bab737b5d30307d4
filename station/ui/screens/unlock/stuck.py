"""There is nothing to unlock, or what is unlocked does not open: the way out of it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from station.services.unlock_state import UnlockState
from station.services.unlocking import Unlocking
from station.ui.screens.base import Actions, Screen, column
from station.ui.screens.unlock.words import trouble_words
from station.ui.theme import Theme
from station.ui.widgets.base import Panel, label
from station.ui.widgets.fit_label import FitLabel
from station.ui.widgets.points_panel import PointsPanel


class StuckScreen(Screen):
    """What happened, what is safe, what to do; for the admin also what to type."""

    def __init__(
        self, theme: Theme, unlocking: Unlocking, where: str, parent: QWidget | None = None
    ) -> None:
        """`where` are the folders of data and keys, to be looked at."""
        super().__init__(theme, parent)
        self.setObjectName("unlock.stuck")
        self._unlocking = unlocking
        self._where = where
        self._title = label(size="applicant", bold=True, wrap=True)
        self._points = PointsPanel(theme)
        self._admin = Panel()
        inside = QVBoxLayout(self._admin)
        inside.setContentsMargins(*([theme.space(28)] * 4))
        self._caption = label(tone="muted")
        self._command = FitLabel((theme.lead, theme.body), bold=True)
        self._command.setObjectName("unlock.command")
        self._places = FitLabel((theme.body,))
        for part in (self._caption, self._command, self._places):
            inside.addWidget(part)
        page = column(theme, self)
        page.addWidget(self._title)
        page.addWidget(self._points)
        page.addWidget(self._admin)
        page.addStretch(1)
        self.retranslate()

    def retranslate(self) -> None:
        """All words."""
        self._title.setText(self.tr("本机没有打开"))
        self.refresh()

    def told(self, state: UnlockState) -> None:
        """A trouble came, or went."""
        self.refresh()

    def refresh(self) -> None:
        """The trouble that keeps the station shut."""
        trouble = self._unlocking.state.trouble
        if trouble is None:
            return
        words = trouble_words(trouble)
        self._points.set_points(words.happened, words.safe, words.to_do)
        self._caption.setText(
            self.tr("管理员在本机的命令行运行：") if words.command else self.tr("文件所在的目录：")
        )
        self._command.set_text(words.command)
        self._places.set_text(self._where)
        self.changed.emit()

    def offers(self) -> Actions:
        """Once it is mended."""
        return Actions(self.tr("重试"))

    def on_primary(self) -> None:
        """Read everything anew."""
        self._unlocking.begin()

    def help_text(self) -> str:
        """For F1."""
        return self.tr("按屏幕上的说明处理好以后，按 Enter 重试。不必重新启动，也不要删除文件。")
