"""A minute before the screen locks by itself."""

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from station.ui.screens.countdown import wait_words
from station.ui.screens.dialog import StationDialog
from station.ui.theme import Theme
from station.ui.widgets.fit_label import FitLabel


class IdleDialog(StationDialog):
    """Any key, touch or movement of the mouse goes on working."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        """Button is `idle.primary`."""
        super().__init__(theme, parent, "idle")
        self._left_s = 0
        self._text = FitLabel((theme.lead,))
        self.inside.addWidget(self._text)
        self.primary.clicked.connect(self.accept)
        self.back.hide()
        self.retranslate()

    def show_left(self, left_s: int) -> None:
        """Seconds until the lock."""
        self._left_s = left_s
        self.retranslate()

    def retranslate(self) -> None:
        """How long, and what is safe."""
        self.title.setText(self.tr("{time}后锁屏").format(time=wait_words(self._left_s)))
        self._text.set_text(
            self.tr("一段时间没有人操作。按任意键继续；锁屏后工作原样保留，登录后接着办。")
        )
        self.primary.set_caption(self.tr("继续工作"), "Enter")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Whichever key it is."""
        self.accept()
