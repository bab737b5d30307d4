"""F1: what to do on this screen, and the keys."""

from PySide6.QtWidgets import QGridLayout, QWidget

from station.ui.screens.dialog import StationDialog
from station.ui.theme import Theme
from station.ui.widgets.base import label


class HelpDialog(StationDialog):
    """One paragraph for the screen behind it and the table of keys."""

    def __init__(self, theme: Theme, parent: QWidget, text: str) -> None:
        """`text` is the help of the present screen."""
        super().__init__(theme, parent, "help")
        self.title.setText(self.tr("帮助"))
        self.inside.addWidget(label(text, size="lead", wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.space(20))
        grid.setColumnStretch(1, 1)
        for number, (key, meaning) in enumerate(self._keys()):
            grid.addWidget(label(key, bold=True, tone="accent"), number, 0)
            grid.addWidget(label(meaning), number, 1)
        self.inside.addLayout(grid)
        self.primary.set_caption(self.tr("知道了"), "Enter")
        self.primary.clicked.connect(self.accept)
        self.back.hide()

    def _keys(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Enter", self.tr("主要操作（屏幕左下角的深色按钮）")),
            ("F2", self.tr("查找")),
            ("F4", self.tr("重来")),
            ("F8", self.tr("特殊情况")),
            ("F9", self.tr("打印")),
            ("F10", self.tr("暂停，进度都保留")),
            ("F12", self.tr("设备状态")),
            ("Esc", self.tr("返回，不丢数据")),
            ("Ctrl+L", self.tr("锁定，换人登录")),
        )
