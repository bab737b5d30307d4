"""A whole station to be watched: serves somebody at the desk and says what its screens are told.

    python -m tests.support.store_desk_child FOLDER [--presses N] [--synchronous MODE]

Each press that the desk counts is one line `press N` on stdout, and each step of the visit is its
name, written when the state that the screens draw has it. With all four presses the visit goes on
to the seal.
"""

from __future__ import annotations

import argparse
import os
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QApplication

from station.assets import asset
from station.domain.facts import FormOutput
from station.domain.fingers import CAPTURE_PLAN
from station.ui.fonts import load_fonts
from station.workflow import inputs
from station.workflow.desk_state import Confirmation
from station.workflow.progress import DeskStep
from tests.support.station_rig import Rig, fresh_rig, person_of_plan

PRESSES = 4


class Teller:
    """Says what became visible."""

    def __init__(self) -> None:
        self._presses = 0
        self._step: DeskStep | None = None

    def see(self, state: Confirmation) -> None:
        """A new state, as every screen gets it."""
        if state.progress.presses > self._presses:
            self._presses = state.progress.presses
            os.write(1, f"press {self._presses}\n".encode())
        if state.step is not self._step:
            self._step = state.step
            os.write(1, f"{state.step}\n".encode())


def serve(rig: Rig, presses: int) -> None:
    """A visit with so many presses of one finger, and to its end when these are all."""
    person = person_of_plan()
    rig.open_case(person)
    rig.station.services.desk.on_change(Teller().see)
    for _ in range(presses):
        rig.press(person)
    if presses == PRESSES:
        for number in range(1, len(CAPTURE_PLAN)):
            rig.except_finger()
            rig.pump(partial(_are_excepted, rig, number), "the exception")
        rig.pump(lambda: bool(rig.state.form_pages) and not rig.state.waiting, "the form")
        rig.send(inputs.DeliverForm(FormOutput.SAVED))
        rig.pump(lambda: rig.state.step is DeskStep.SIGN, "the file")
        rig.send(inputs.ConfirmSigned())
        rig.pump(lambda: rig.state.step is DeskStep.SEALED, "the sealed copy")


def _are_excepted(rig: Rig, number: int) -> bool:
    return len(rig.state.progress.excepted) == number


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--presses", type=int, default=PRESSES)
    parser.add_argument("--synchronous", default="FULL")
    options = parser.parse_args()
    application = QApplication.instance() or QApplication([])
    load_fonts(asset("fonts"))  # the review form is drawn with them
    rig = fresh_rig(options.folder)
    database = rig.station.room.database
    rig.in_store(lambda: database.execute(f"PRAGMA synchronous = {options.synchronous}"))
    serve(rig, options.presses)
    rig.close()
    del application


if __name__ == "__main__":
    main()
