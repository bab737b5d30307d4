"""One question before something that cannot be taken back."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from station.ui.screens.dialog import StationDialog
from station.ui.theme import Theme
from station.ui.widgets.fit_label import FitLabel


class ConfirmDialog(StationDialog):
    """Enter does it and emits `confirmed`, Esc changes nothing."""

    confirmed = Signal()

    def __init__(
        self, theme: Theme, parent: QWidget, name: str, question: str, text: str, act: str
    ) -> None:
        """All words are translated already; buttons are `<name>.primary` and `<name>.back`."""
        super().__init__(theme, parent, name)
        self._text = FitLabel((theme.lead,))
        self.inside.addWidget(self._text)
        self.title.setText(question)
        self._text.set_text(text)
        self.primary.set_caption(act, "Enter")
        self.back.set_caption(self.tr("返回"), "Esc")
        self.primary.clicked.connect(self.accept)
        self.accepted.connect(self.confirmed)
