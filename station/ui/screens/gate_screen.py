"""What every screen of the gate has: the state it shows and the way to the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from station.ui.screens.base import Screen
from station.ui.theme import Theme
from station.workflow.entry_state import ExamEntry
from station.workflow.inputs import EntryInput

if TYPE_CHECKING:
    from station.services.gate import GateService


class GateScreen(Screen):
    """Subclasses lay themselves out in `__init__` and show the state in `refresh`."""

    def __init__(self, theme: Theme, gate: GateService, parent: QWidget | None = None) -> None:
        """`gate` is shown from its present state on."""
        super().__init__(theme, parent)
        self.gate = gate

    @property
    def state(self) -> ExamEntry:
        """The gate's whole state."""
        return self.gate.state

    def send(self, event: EntryInput) -> None:
        """Tell the gate what the staff want."""
        self.gate.send(event)

    def refresh(self) -> None:
        """Show the present state."""

    def retranslate(self) -> None:
        """Words of a state follow the language too."""
        self.refresh()
