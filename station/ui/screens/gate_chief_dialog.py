"""Asks before a person is sent to the chief, for it ends their tries."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from station.ui.screens.dialog import StationDialog
from station.ui.theme import Theme
from station.ui.widgets.fit_label import FitLabel


class ChiefDialog(StationDialog):
    """Enter sends the person to the chief, Esc goes back to the reader."""

    confirmed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        """Buttons are `gate.chief.primary` and `gate.chief.back`."""
        super().__init__(theme, parent, "gate.chief")
        self._text = FitLabel((theme.lead,))
        self.inside.addWidget(self._text)
        self.primary.clicked.connect(self.accept)
        self.accepted.connect(self.confirmed)
        self.retranslate()

    def retranslate(self) -> None:
        """What will happen."""
        self.title.setText(self.tr("请主考处理这位考生？"))
        self._text.set_text(
            self.tr("会拍照留证并记为“不予入场”，本次不能再按指纹。已有的核验记录都会保留。")
        )
        self.primary.set_caption(self.tr("请主考"), "Enter")
        self.back.set_caption(self.tr("返回"), "Esc")
