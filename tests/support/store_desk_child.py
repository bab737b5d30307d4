"""A whole station to be watched: serves somebody at the desk and says what its screens are told.

    python -m tests.support.store_desk_child FOLDER [--presses N] [--synchronous MODE]

Each press that the desk counts is one line `press N` on stdout, written when the state that the
screens draw has it. With all presses the visit goes on to the seal, told as `sealed`.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from PySide6.QtWidgets import QApplication

from station.assets import asset
from station.domain.facts import FormOutput
from station.ui.fonts import load_fonts
from station.workflow import inputs
from station.workflow.desk_state import Confirmation
from station.workflow.progress import DeskStep
from tests.support.station_rig import Rig, fresh_rig, person_of_plan

ALL_PRESSES = 24


class Teller:
    """Says what became visible."""

    def __init__(self) -> None:
        self._presses = 0
        self._sealed = False

    def see(self, state: Confirmation) -> None:
        """A new state, as every screen gets it."""
        if state.progress.presses > self._presses:
            self._presses = state.progress.presses
            os.write(1, f"press {self._presses}\n".encode())
        if state.step is DeskStep.SEALED and not self._sealed:
            self._sealed = True
            os.write(1, b"sealed\n")


def serve(rig: Rig, presses: int) -> None:
    """A visit with so many presses, and to its end when these are all."""
    person = person_of_plan()
    rig.open_case(person)
    rig.station.services.desk.on_change(Teller().see)
    for _ in range(min(presses, ALL_PRESSES - 1)):
        rig.press(person)
    if presses == ALL_PRESSES:
        press_last(rig)
        rig.send(inputs.DeliverForm(FormOutput.SAVED))
        rig.pump(lambda: rig.state.step is DeskStep.SIGN, "the file")
        rig.send(inputs.ConfirmSigned())
        rig.pump(lambda: rig.state.step is DeskStep.SEALED, "the sealed copy")


def press_last(rig: Rig) -> None:
    """After it no finger is asked for any more: the form follows."""
    wanted = rig.state.progress.next_press
    assert wanted is not None
    rig.hands.reader.press(person_of_plan().key, int(wanted[0]))
    rig.pump(lambda: bool(rig.state.form_pages) and not rig.state.waiting, "the form")
    rig.hands.reader.lift()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--presses", type=int, default=ALL_PRESSES)
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
