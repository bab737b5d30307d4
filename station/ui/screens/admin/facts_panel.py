"""Captions with their values, on a white sheet: what things are, nothing to change."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from station.ui.theme import Theme
from station.ui.widgets.base import Panel, clear_layout, label
from station.ui.widgets.fit_label import FitLabel

CAPTION_PX = 150


class FactsPanel(Panel):
    """Rows of caption and value; long values wrap, none is cut."""

    def __init__(self, theme: Theme) -> None:
        """Empty until `set_facts`."""
        super().__init__()
        self._theme = theme
        self._facts: tuple[tuple[str, str], ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(*([theme.space(16)] * 4))
        self._grid.setHorizontalSpacing(theme.space(16))
        self._grid.setVerticalSpacing(theme.space(4))
        self._grid.setColumnMinimumWidth(0, theme.row(CAPTION_PX))
        self._grid.setColumnStretch(1, 1)

    def set_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show (caption, value) pairs; the panel is left alone when nothing has changed."""
        if tuple(facts) == self._facts:
            return
        self._facts = tuple(facts)
        clear_layout(self._grid)
        for place, (caption, value) in enumerate(self._facts):
            top = Qt.AlignmentFlag.AlignTop
            self._grid.addWidget(label(caption, tone="muted"), place, 0, top)
            shown = FitLabel((self._theme.body,))
            self._grid.addWidget(shown, place, 1)
            shown.set_text(value or "—")

    def facts(self) -> tuple[tuple[str, str], ...]:
        """What is shown."""
        return self._facts
