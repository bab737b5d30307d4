"""What was just done could not be written to disk: it is held, and can be written again."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from station.ui.screens.base import Actions, Screen, column
from station.ui.theme import Theme
from station.ui.widgets.base import label
from station.ui.widgets.points_panel import PointsPanel


class SaveFailedPanel(Screen):
    """Stays in front until the write has succeeded; nothing else can be done meanwhile."""

    def __init__(
        self, theme: Theme, save_again: Callable[[], object], parent: QWidget | None = None
    ) -> None:
        """`save_again` sends the input that tries once more."""
        super().__init__(theme, parent)
        self._save_again = save_again
        self._title = label(size="applicant", bold=True, wrap=True)
        self._points = PointsPanel(theme)
        page = column(theme, self)
        page.addWidget(self._title)
        page.addWidget(self._points)
        page.addStretch(1)
        self.retranslate()

    def retranslate(self) -> None:
        """What is safe, and what to do."""
        self._title.setText(self.tr("刚才这一步还没有存到磁盘"))
        self._points.set_points(
            self.tr("已经存好的：之前的所有步骤。"),
            self.tr("还在内存里的：刚才这一步。请不要关机或退出。"),
            self.tr("请腾出磁盘空间，或请管理员处理，然后点“再存一次”。"),
        )
        self.changed.emit()

    def offers(self) -> Actions:
        """Only one thing can be done."""
        return Actions(self.tr("再存一次"))

    def on_primary(self) -> None:
        """Write again."""
        self._save_again()

    def help_text(self) -> str:
        """For F1."""
        return self.tr("磁盘写不进去。腾出空间后按 Enter 再存一次；成功后自动回到刚才的画面。")
