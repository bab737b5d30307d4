"""What every screen of the confirmation desk has: the state it shows and the way to the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from station.ui.screens.base import Screen
from station.ui.theme import Theme
from station.workflow.desk_state import Confirmation
from station.workflow.inputs import ConfirmationInput

if TYPE_CHECKING:
    from station.services.desk import DeskService


class DeskScreen(Screen):
    """Subclasses lay themselves out in `__init__` and show the state in `refresh`."""

    def __init__(self, theme: Theme, desk: DeskService, parent: QWidget | None = None) -> None:
        """`desk` is shown from its present state on."""
        super().__init__(theme, parent)
        self.desk = desk

    @property
    def state(self) -> Confirmation:
        """The desk's whole state."""
        return self.desk.state

    def send(self, event: ConfirmationInput) -> None:
        """Tell the desk what the operator wants."""
        self.desk.send(event)

    def refresh(self) -> None:
        """Show the present state."""

    def retranslate(self) -> None:
        """Words of a state follow the language too."""
        self.refresh()
