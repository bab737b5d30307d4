"""F1: what to do on this screen, and the keys."""

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QWidget

from station.ui.keys import DEVICES, FIND, LOCK
from station.ui.screens.dialog import StationDialog
from station.ui.theme import Theme
from station.ui.translations import translate
from station.ui.widgets.base import label
from station.ui.widgets.status_bar import LANGUAGE_KEY


class HelpDialog(StationDialog):
    """One paragraph for the screen behind it and the table of keys."""

    def __init__(
        self, theme: Theme, parent: QWidget, text: str, keys: Sequence[tuple[str, str]]
    ) -> None:
        """`text` is the help of the present screen, `keys` what each key does there."""
        super().__init__(theme, parent, "help")
        self.title.setText(self.tr("帮助"))
        self.inside.addWidget(label(text, size="lead", wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.space(20))
        grid.setColumnStretch(1, 1)
        for number, (key, meaning) in enumerate(keys):
            grid.addWidget(label(key, bold=True, tone="accent"), number, 0)
            grid.addWidget(label(meaning), number, 1)
        self.inside.addLayout(grid)
        self.primary.set_caption(self.tr("知道了"), "Enter")
        self.primary.clicked.connect(self.accept)
        self.back.hide()


def window_keys(*, finds: bool) -> list[tuple[str, str]]:
    """What works on every screen once the station is open; F2 only where it `finds` something."""
    find = [(FIND, translate("查找"))] if finds else []
    return [
        *find,
        (DEVICES, translate("设备状态")),
        (LOCK, translate("锁定，换人登录")),
        language_key(),
    ]


def language_key() -> tuple[str, str]:
    """To the other language and back."""
    return LANGUAGE_KEY, translate("切换到英文")
