"""What became of prints that nobody waits for any more: said above every post, and at the end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from station.ui.notice_words import notice_words
from station.ui.screens.base import View
from station.ui.theme import Level
from station.workflow.notices import Notice

if TYPE_CHECKING:
    from station.services.printing import Printing

NOTHING_TO_DO = (None, Notice.PRINT_TAKEN_BACK)


class PrintWatch(QObject):
    """Belongs to the window. `changed`: there may be other words; `settled`: it can close now."""

    changed = Signal()
    settled = Signal()

    def __init__(self, window: QWidget, printing: Printing) -> None:
        """Follows the printer's documents from now on."""
        super().__init__(window)
        self._printing = printing
        self._closing = False
        printing.on_change(self._follow)

    def go_on(self) -> None:
        """Somebody goes on working here and has read what was said."""
        self._printing.seen()

    def over(self, view: View) -> View:
        """The view with it; where somebody has to go and look, above good news too."""
        left, message = self._printing.left, view.message
        if left is None or (message is not None and message.level is Level.STOP):
            return view
        if message is not None and left in NOTHING_TO_DO:
            return view
        return replace(view, message=notice_words(left))

    def keeps_open(self) -> bool:
        """Whether the window stays while what waits for paper is taken back.

        Not when it was to close before, or shows that somebody has to look at the printer.
        """
        printing = self._printing
        if self._closing or not printing.under_way or printing.left not in NOTHING_TO_DO:
            return False
        self._closing = True
        printing.leave()
        return True

    def _follow(self) -> None:
        self.changed.emit()
        if self._printing.left not in NOTHING_TO_DO:
            self._closing = False  # to be read first
        elif self._closing and not self._printing.under_way:
            self.settled.emit()
