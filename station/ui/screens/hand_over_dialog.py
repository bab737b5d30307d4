"""Another person signs in while somebody's case was open: go on with it, or leave it to them."""

from dataclasses import dataclass, field

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from station.domain.people import Applicant, Operator
from station.ui.screens.dialog import StationDialog
from station.ui.theme import Theme
from station.ui.widgets.fit_label import FitLabel


@dataclass(frozen=True)
class LeftWork:
    """A case that was open when the screen was locked, and whose work it is."""

    author: Operator
    applicant: Applicant = field(repr=False)


class HandOverDialog(StationDialog):
    """Enter takes the case over, which is recorded; Esc leaves it in the list of paused ones."""

    taken = Signal()

    def __init__(self, theme: Theme, parent: QWidget, left: LeftWork) -> None:
        """Buttons are `hand_over.primary` and `hand_over.back`."""
        super().__init__(theme, parent, "hand_over")
        self._left = left
        self._who = FitLabel((theme.lead, theme.body), bold=True)
        self._text = FitLabel((theme.lead, theme.body))
        self.inside.addWidget(self._who)
        self.inside.addWidget(self._text)
        self.primary.clicked.connect(self.accept)
        self.accepted.connect(self.taken)
        self.retranslate()

    def retranslate(self) -> None:
        """Whose, about whom, and what either choice means."""
        left = self._left
        self.title.setText(self.tr("{name} 的工作没有办完").format(name=left.author.display_name))
        self._who.set_text(f"{left.applicant.name}    {left.applicant.registration_id}")
        self._text.set_text(
            self.tr(
                "已替其暂存，一步也没有丢。您接着办时，之前的步骤仍记在原办理人名下；"
                "先放着时，可随时从暂停列表里打开。"
            )
        )
        self.primary.set_caption(self.tr("由我接着办"), "Enter")
        self.back.set_caption(self.tr("先放着"), "Esc")
