"""Every device goes away and comes back wherever it is used: nothing is lost, nothing restarts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from drivers.simulated.cable import Cable
from station.assets import asset
from station.domain.documents import DocumentFinding, DocumentKind
from station.domain.facts import FormOutput
from station.domain.fingers import CAPTURE_PLAN
from station.services.device_trouble import DeviceTrouble
from station.services.status import ChipState, DeviceChip
from station.ui.fonts import load_fonts
from station.workflow import inputs
from station.workflow.capture import ReaderPhase
from station.workflow.inputs import DeviceKind
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep
from tests.support.station_rig import Rig, fresh_rig, person_of_plan

PERSON = person_of_plan()


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    set_up = fresh_rig(tmp_path)
    yield set_up
    set_up.close()


def chip(rig: Rig, kind: DeviceKind) -> DeviceChip:
    (found,) = [one for one in rig.station.services.devices.chips if one.kind is kind]
    return found


def shows(rig: Rig, kind: DeviceKind, state: ChipState) -> None:
    rig.pump(lambda: chip(rig, kind).state is state, f"{kind} to be {state}")


def out_and_in(rig: Rig, kind: DeviceKind, hand: Cable) -> None:
    """While nobody uses it: only the light changes."""
    notice = rig.state.notice
    hand.unplug()
    shows(rig, kind, ChipState.LOST)
    hand.plug_in()
    shows(rig, kind, ChipState.READY)
    assert rig.state.notice is notice


def asked_in_vain(rig: Rig, event: inputs.ConfirmationInput, expected: Notice) -> None:
    """Ask while the device is away; the desk says so and is free again."""
    rig.send(event)
    rig.pump(lambda: rig.state.notice is expected, "to be told")
    assert rig.state.waiting is None


def taken_back(rig: Rig, kind: DeviceKind) -> None:
    shows(rig, kind, ChipState.READY)
    rig.pump(lambda: rig.state.notice is None, "the notice to be taken back")


def to_photo_step(rig: Rig) -> None:
    rig.hands.card.lay_card(PERSON)
    rig.hands.camera.sit_down(PERSON.key)
    rig.send(inputs.FindByCard())
    rig.pump(lambda: rig.state.step is DeskStep.CONSENT and not rig.state.waiting, "consent")
    rig.send(inputs.GiveConsent("test"))
    rig.pump(lambda: rig.state.step is DeskStep.DOCUMENTS, "documents")
    for kind in DocumentKind:
        rig.pump(lambda: not rig.state.unsaved, "the document to be stored")
        rig.send(inputs.CheckDocument(kind, DocumentFinding.ORIGINAL_SEEN))
    rig.pump(lambda: rig.state.step is DeskStep.PHOTO and not rig.state.waiting, "photo")


def test_the_card_reader_while_a_person_is_looked_for(rig: Rig) -> None:
    rig.hands.card.lay_card(PERSON)
    rig.hands.card.unplug()
    shows(rig, DeviceKind.CARD_READER, ChipState.LOST)
    asked_in_vain(rig, inputs.FindByCard(), Notice.CARD_READER_LOST)
    rig.hands.card.plug_in()
    taken_back(rig, DeviceKind.CARD_READER)
    rig.send(inputs.FindByCard())
    rig.pump(lambda: rig.state.applicant is not None, "the applicant")


def test_the_card_reader_while_it_waits_for_a_card(rig: Rig) -> None:
    rig.send(inputs.FindByCard())
    rig.hands.card.unplug()
    rig.pump(lambda: rig.state.notice is Notice.CARD_READER_LOST, "to be told")
    rig.hands.card.plug_in()
    taken_back(rig, DeviceKind.CARD_READER)
    rig.hands.card.lay_card(PERSON)
    rig.send(inputs.FindByCard())
    rig.pump(lambda: rig.state.applicant is not None, "the applicant")


def test_the_camera_at_the_photo_step(rig: Rig) -> None:
    to_photo_step(rig)
    devices = rig.station.services.devices
    out_and_in(rig, DeviceKind.CAMERA, rig.hands.camera)
    rig.hands.camera.unplug()
    shows(rig, DeviceKind.CAMERA, ChipState.LOST)
    assert devices.camera_frame() is None
    asked_in_vain(rig, inputs.TakePhoto(), Notice.CAMERA_LOST)
    rig.hands.camera.plug_in()
    taken_back(rig, DeviceKind.CAMERA)
    rig.pump(lambda: devices.camera_frame() is not None, "the live picture")
    rig.send(inputs.TakePhoto())
    rig.pump(lambda: rig.state.photo is not None, "the still")
    still = rig.state.photo
    out_and_in(rig, DeviceKind.CAMERA, rig.hands.camera)
    assert rig.state.photo is still, "a still that waits is not lost with the cable"
    rig.send(inputs.AcceptPhoto())
    rig.pump(lambda: rig.state.step is DeskStep.FINGERS, "fingers")


def test_a_camera_whose_picture_stands_still(rig: Rig) -> None:
    to_photo_step(rig)
    rig.hands.camera.freeze()
    shows(rig, DeviceKind.CAMERA, ChipState.FAULT)
    assert chip(rig, DeviceKind.CAMERA).trouble is DeviceTrouble.FROZEN
    asked_in_vain(rig, inputs.TakePhoto(), Notice.CAMERA_FAULT)
    rig.hands.camera.thaw()
    taken_back(rig, DeviceKind.CAMERA)
    rig.send(inputs.TakePhoto())
    rig.pump(lambda: rig.state.photo is not None, "the still")


def waiting(rig: Rig) -> bool:
    return rig.state.reader.phase is ReaderPhase.WAITING


def test_the_fingerprint_reader_between_presses_and_under_a_finger(rig: Rig) -> None:
    rig.open_case(PERSON)
    rig.pump(lambda: waiting(rig), "the reader")
    rig.press(PERSON)
    stored = rig.state.progress.presses
    for pull in (rig.hands.reader.unplug, rig.hands.reader.stall):
        pull()
        rig.pump(lambda: rig.state.reader.phase is ReaderPhase.LOST, "to be told")
        rig.hands.reader.press(PERSON.key, 6)  # nobody sees it
        rig.hands.reader.lift()
        rig.hands.reader.plug_in()
        rig.hands.reader.recover()
        rig.pump(lambda: waiting(rig), "the reader")
        assert rig.state.notice is None
        assert rig.state.progress.presses == stored
    rig.press(PERSON)
    assert rig.state.progress.presses == stored + 1


def excepted(rig: Rig, fingers: int) -> bool:
    return len(rig.state.progress.excepted) == fingers


@pytest.fixture
def at_the_form(rig: Rig, qapp: QApplication) -> Rig:
    """Nothing left but to print: this person's fingers are all excepted."""
    load_fonts(asset("fonts"))  # the review form is drawn with them
    to_photo_step(rig)
    rig.send(inputs.TakePhoto())
    rig.pump(lambda: rig.state.photo is not None, "the still")
    rig.send(inputs.AcceptPhoto())
    rig.pump(lambda: rig.state.step is DeskStep.FINGERS, "fingers")
    for number in range(1, len(CAPTURE_PLAN) + 1):
        rig.except_finger()
        rig.pump(partial(excepted, rig, number), "the exception to be stored")
    rig.pump(lambda: bool(rig.state.form_pages) and not rig.state.waiting, "the form")
    return rig


def test_the_printers_cable_at_the_form(at_the_form: Rig) -> None:
    rig, hand = at_the_form, at_the_form.hands.printer
    out_and_in(rig, DeviceKind.PRINTER, hand)
    hand.unplug()
    asked_in_vain(rig, inputs.DeliverForm(FormOutput.PRINTED), Notice.PRINTER_LOST)
    shows(rig, DeviceKind.PRINTER, ChipState.LOST)
    hand.plug_in()
    taken_back(rig, DeviceKind.PRINTER)
    assert rig.state.form_pages
    rig.send(inputs.DeliverForm(FormOutput.PRINTED))
    rig.pump(lambda: rig.state.step is DeskStep.SIGN, "the paper")
    assert len(hand.printed) == 1


def test_a_printer_without_paper_goes_on_by_itself(at_the_form: Rig) -> None:
    rig, hand = at_the_form, at_the_form.hands.printer
    hand.take_paper_out()
    shows(rig, DeviceKind.PRINTER, ChipState.FAULT)
    assert chip(rig, DeviceKind.PRINTER).trouble is DeviceTrouble.PAPER_OUT
    asked_in_vain(rig, inputs.DeliverForm(FormOutput.PRINTED), Notice.PAPER_OUT)
    hand.unplug()  # somebody moves it to the paper
    shows(rig, DeviceKind.PRINTER, ChipState.LOST)
    hand.plug_in()
    hand.refill()
    rig.pump(lambda: rig.state.step is DeskStep.SIGN, "the paper")
    assert len(hand.printed) == 1
    assert rig.state.notice is None
