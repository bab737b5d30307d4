"""Print jobs that end otherwise than they began."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.api import PrintJob, PrintJobState, PrintPhase, PrintTrouble
from drivers.conformance import ONE_PAGE_PDF
from drivers.errors import DeviceError, DeviceFault, DeviceNotFound, DriverMissing
from drivers.registry import open_driver
from drivers.simulated.printer import SimulatedPrinter
from station.assets import asset
from station.domain.facts import Evidence, FormIssued, FormOutput
from station.forms.layout import load_review_form_layout
from station.services import form_desk
from station.services.form_desk import FormDesk
from station.services.print_notices import TROUBLE_NOTICES
from station.settings import DeviceChoice
from station.workflow.inputs import Failed, FormDone
from station.workflow.notices import PRINTING, Notice
from tests.support.drivers_cups import RawPrinter, print_service
from tests.support.station_rig import CLERK, Rig, fresh_rig, reopened
from tests.support.sync_people import applicant

SUBJECT = applicant().subject


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = fresh_rig(tmp_path)
    yield made
    made.close()


@pytest.fixture
def forms(rig: Rig, tmp_path: Path) -> FormDesk:
    return forms_of(rig, tmp_path)


def forms_of(rig: Rig, tmp_path: Path) -> FormDesk:
    saver = open_driver("printer", "pdf_folder", {"folder": str(tmp_path)}, mode="simulation")
    layout = load_review_form_layout(asset("forms/review_form.toml"))
    station = rig.station
    devices = station.services.devices
    guard = station.services.guard
    return FormDesk(
        station.room,
        station.runner,
        devices,
        rig.settings,
        layout,
        saver,
        guard,
        station.services.trail,
    )


def issue(rig: Rig, digest: str) -> None:
    issued = FormIssued(digest, (Evidence("form", "application/pdf", ONE_PAGE_PDF),))
    rig.in_store(lambda: rig.station.room.store_facts(SUBJECT, (issued,), "desk01"))


def test_a_print_service_that_falls_silent_is_told_as_a_form_not_printed(
    rig: Rig, forms: FormDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_printer: SimulatedPrinter, _job: PrintJob) -> PrintJobState:
        raise DeviceFault("test", "print service does not answer")

    monkeypatch.setattr(SimulatedPrinter, "job_state", silent)
    issue(rig, "first")
    answers: list[object] = []
    forms.hand_out(SUBJECT, CLERK, FormOutput.PRINTED, 2, answers.append)
    rig.pump(lambda: bool(answers), "to be told")
    assert answers == [Failed(Notice.PRINT_FAILED)]


@pytest.mark.parametrize("corrected", [False, True])
def test_paper_that_comes_out_late_counts_only_while_it_is_the_record(
    rig: Rig, forms: FormDesk, corrected: bool
) -> None:
    issue(rig, "first")
    rig.hands.printer.take_paper_out()
    answers: list[object] = []
    forms.hand_out(SUBJECT, CLERK, FormOutput.PRINTED, 2, answers.append)
    rig.pump(lambda: bool(answers), "to be told of the paper")
    if corrected:
        issue(rig, "second")
    rig.hands.printer.refill()
    enough = time.monotonic() + (5 * form_desk.JOB_POLL_S if corrected else 60)
    rig.pump(lambda: len(answers) > 1 or time.monotonic() > enough, "the end of the job")
    assert len(rig.hands.printer.printed) == 1
    done = FormDone(SUBJECT, FormOutput.PRINTED, 2)
    assert answers == [Failed(Notice.PAPER_OUT), *([] if corrected else [done])]


@pytest.mark.parametrize(
    ("refusal", "notice"),
    [
        (DeviceFault("test", "stopped"), Notice.PRINTER_STOPPED),
        (DeviceFault("test", "no_a4"), Notice.PRINTER_SETUP),
        (DeviceNotFound("test", "queue_missing"), Notice.PRINTER_SETUP),
        (DriverMissing("test", "cups_missing"), Notice.PRINT_SERVICE),
        (DeviceFault("test", "something else"), Notice.PRINT_FAILED),
    ],
)
def test_a_form_that_the_printer_refuses_is_told_with_the_reason(
    rig: Rig,
    forms: FormDesk,
    monkeypatch: pytest.MonkeyPatch,
    refusal: DeviceError,
    notice: Notice,
) -> None:
    def refuse(*_: object) -> PrintJob:
        raise refusal

    monkeypatch.setattr(SimulatedPrinter, "submit", refuse)
    issue(rig, "first")
    answers: list[object] = []
    forms.hand_out(SUBJECT, CLERK, FormOutput.PRINTED, 2, answers.append)
    rig.pump(lambda: bool(answers), "to be told")
    assert answers == [Failed(notice)]


def test_a_job_cancelled_while_it_waits_for_paper_is_told_twice(
    rig: Rig, forms: FormDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = PrintJobState(PrintPhase.WAITING, PrintTrouble.PAPER_OUT)
    monkeypatch.setattr(SimulatedPrinter, "job_state", lambda *_: now)
    issue(rig, "first")
    answers: list[object] = []
    forms.hand_out(SUBJECT, CLERK, FormOutput.PRINTED, 2, answers.append)
    rig.pump(lambda: bool(answers), "to be told of the paper")
    now = PrintJobState(PrintPhase.FAILED, PrintTrouble.CANCELLED)
    rig.pump(lambda: len(answers) > 1, "to be told of the end")
    assert answers == [Failed(Notice.PAPER_OUT), Failed(Notice.PRINT_CANCELLED)]


def test_a_service_that_starts_anew_is_nobodys_trouble(
    rig: Rig, forms: FormDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = [
        PrintJobState(PrintPhase.DONE),
        PrintJobState(PrintPhase.PRINTING),
        PrintJobState(PrintPhase.WAITING, PrintTrouble.SERVICE),
    ]
    monkeypatch.setattr(SimulatedPrinter, "job_state", lambda *_: states.pop())
    issue(rig, "first")
    answers: list[object] = []
    forms.hand_out(SUBJECT, CLERK, FormOutput.PRINTED, 2, answers.append)
    rig.pump(lambda: bool(answers), "the end of the job")
    assert answers == [FormDone(SUBJECT, FormOutput.PRINTED, 2)]


def test_the_desk_prints_to_a_real_queue_and_waits_for_a_printer_that_is_off(
    rig: Rig, tmp_path: Path
) -> None:
    issue(rig, "first")
    rig.station.close()
    paper = RawPrinter()
    with closing(paper), print_service() as service:
        service.add_queue("desk", paper.uri)
        service.start()
        options = {"queue": "desk", "socket": str(service.socket_path)}
        again = reopened(replace(rig.settings, printer=DeviceChoice("cups", options)))
        rig.station = again.station  # what the fixture closes
        answers: list[object] = []
        forms_of(again, tmp_path).hand_out(SUBJECT, CLERK, FormOutput.PRINTED, 2, answers.append)
        again.pump(lambda: bool(answers), "to be told")
        assert answers == [Failed(Notice.PRINTER_LOST)]
        paper.switch_on()
        again.pump(lambda: len(answers) > 1, "the end of the job")
        assert answers[1] == FormDone(SUBJECT, FormOutput.PRINTED, 2)
        assert b"/MediaBox" in paper.document()


def test_every_trouble_of_a_printer_is_told_as_one_of_printing() -> None:
    assert set(TROUBLE_NOTICES) == set(PrintTrouble)
    assert set(TROUBLE_NOTICES.values()) <= set(PRINTING)
