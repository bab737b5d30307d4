"""The bottom bar as the shell uses it: shows a screen's actions, every button has a name."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from station.ui.screens.base import Actions
from station.ui.theme import Theme
from station.ui.widgets.bottom_bar import BarAction, BottomBar


class NamedBar(BottomBar):
    """`bottom.primary`, `bottom.exception`, `bottom.pause` and `bottom.<action>`."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Empty until `show_actions`."""
        super().__init__(theme, parent)
        self._shown: tuple[BarAction, ...] | None = None
        self._primary.setObjectName("bottom.primary")
        self._exception.setObjectName("bottom.exception")
        self._pause.setObjectName("bottom.pause")

    def show_actions(self, actions: Actions) -> None:
        """Show what a screen offers; buttons that stay keep their focus."""
        self.set_primary(actions.primary, enabled=actions.primary_enabled)
        if actions.secondary != self._shown:
            self.set_secondary(actions.secondary)
        self.set_exception_available(actions.exception)
        self.set_pause_available(actions.pause)

    def set_secondary(self, actions: Sequence[BarAction]) -> None:
        """Replace the secondary actions and name their buttons."""
        super().set_secondary(actions)
        self._shown = tuple(actions)
        for index, action in enumerate(actions):
            item = self._secondary.itemAt(index)
            if item is not None and (button := item.widget()) is not None:
                button.setObjectName(f"bottom.{action.action}")
