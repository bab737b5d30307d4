"""A disk that is really full while the form is printed and while the record is sealed."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from matcher.extraction.image_file import decode_image
from station.assets import asset
from station.domain.facts import FormOutput, PressCaptured
from station.domain.fingers import CAPTURE_PLAN
from station.store.chain import verify_chain
from station.ui.fonts import load_fonts
from station.workflow import inputs
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep
from sync.seal import UnsealingKey, unseal
from sync.wire import ConfirmationBundle, confirmation_aad
from tests.support.small_disk import MIB, fill, mounted
from tests.support.station_rig import Rig, fresh_rig, person_of_plan

PERSON = person_of_plan()
PLATFORM = UnsealingKey.generate()
DISK_BYTES = 24 * MIB
FOR_A_SMALL_EVENT_BYTES = 150_000
PRESSES = 4


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with mounted(tmp_path / "small", DISK_BYTES) as place:
        yield place


@pytest.fixture
def rig(small_disk: Path, qapp: QApplication) -> Iterator[Rig]:
    load_fonts(asset("fonts"))  # the review form is drawn with them
    made = fresh_rig(small_disk, PLATFORM)
    yield made
    made.close()


def take_room(rig: Rig, left_bytes: int = 0) -> Path:
    """Leave no more room than that; what takes it."""
    return fill(Path(rig.settings.data_directory), left_bytes)


def excepted(rig: Rig, number: int) -> bool:
    return len(rig.state.progress.excepted) == number


def to_the_form(rig: Rig) -> None:
    """One finger is pressed, the others are excepted."""
    rig.open_case(PERSON)
    for _ in range(PRESSES):
        rig.press(PERSON)
    for number in range(1, len(CAPTURE_PLAN)):
        rig.except_finger()
        rig.pump(partial(excepted, rig, number), "the exception")
    rig.pump(lambda: bool(rig.state.form_pages) and not rig.state.waiting, "the form")


def printed(rig: Rig) -> int:
    return len(rig.hands.printer.printed)


def not_saved(rig: Rig) -> bool:
    return rig.state.save_failed and rig.state.notice is Notice.DISK_FULL


@pytest.mark.slow
def test_a_full_disk_at_printer_and_seal_loses_nothing(rig: Rig) -> None:
    to_the_form(rig)
    printer = rig.hands.printer

    ballast = take_room(rig)  # nothing may come out that the trail could not tell of
    rig.send(inputs.DeliverForm(FormOutput.PRINTED))
    rig.pump(lambda: rig.state.notice is Notice.STORE_UNUSABLE, "to be told")
    assert printed(rig) == 0
    ballast.unlink()

    printer.take_paper_out()  # the disk fills while the job waits for paper
    rig.send(inputs.DeliverForm(FormOutput.PRINTED))
    rig.pump(lambda: rig.state.notice is Notice.PAPER_OUT, "the empty tray")
    ballast = take_room(rig)
    printer.refill()
    rig.pump(partial(not_saved, rig), "to be told that the paper is not noted")
    assert printed(rig) == 1
    ballast.unlink()
    rig.send(inputs.SaveAgain())
    rig.pump(lambda: rig.state.step is DeskStep.SIGN, "the paper")

    ballast = take_room(
        rig, FOR_A_SMALL_EVENT_BYTES
    )  # the signature fits, the sealed copy does not
    rig.send(inputs.ConfirmSigned())
    rig.pump(partial(not_saved, rig), "to be told that the seal is not stored")
    assert rig.state.step is not DeskStep.SEALED
    ballast.unlink()
    rig.send(inputs.SaveAgain())
    rig.pump(lambda: rig.state.step is DeskStep.SEALED, "the sealed copy")
    assert printed(rig) == 1
    rig.in_store(lambda: all_is_there(rig))


def all_is_there(rig: Rig) -> None:
    """The chain holds, and the sealed copy brings every press as it was captured."""
    room = rig.station.room
    assert verify_chain(room.database).intact
    assert rig.state.applicant is not None
    subject = rig.state.applicant.subject
    pictures = [
        room.log.payload(stored.event.id, "impression")
        for stored, fact in room.facts_of(subject)
        if isinstance(fact, PressCaptured)
    ]
    ((sealed,),) = room.database.rows("SELECT sealed FROM outbox_blob")
    bundle = ConfirmationBundle.from_bytes(unseal(PLATFORM, sealed, confirmation_aad(subject)))
    assert [image.png for image in bundle.images] == pictures
    assert len(pictures) == PRESSES
    assert all(np.ptp(decode_image(png)) > 100 for png in pictures)
