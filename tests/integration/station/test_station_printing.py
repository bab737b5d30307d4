"""Print jobs that end otherwise than they began."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.api import PrintJob, PrintJobState, PrintPhase, PrintTrouble, Withdrawal
from drivers.conformance import ONE_PAGE_PDF
from drivers.errors import DeviceError, DeviceFault, DeviceNotFound, DriverMissing
from drivers.registry import open_driver
from drivers.simulated.printer import SimulatedPrinter
from station.assets import asset
from station.domain.facts import Evidence, FormIssued, FormOutput
from station.forms.layout import load_review_form_layout
from station.services.form_desk import FormDesk
from station.services.print_notices import TROUBLE_NOTICES
from station.settings import DeviceChoice
from station.ui.notice_words import NOTICES
from station.workflow.inputs import FormDone, PrintTold
from station.workflow.notices import Notice
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
    guard = station.services.guard
    return FormDesk(
        station.room,
        station.runner,
        station.services.printing,
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
    assert answers == [PrintTold(SUBJECT, Notice.PRINT_SERVICE)]


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
    printing = rig.station.services.printing
    rig.pump(lambda: not printing.under_way, "the end of the job")
    rig.in_store(lambda: None)
    rig.pump(rig.posted.empty, "what is said of it")
    assert len(rig.hands.printer.printed) == 1
    done = FormDone(SUBJECT, FormOutput.PRINTED, 2)
    assert answers == [PrintTold(SUBJECT, Notice.PAPER_OUT), *([] if corrected else [done])]


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
    assert answers == [PrintTold(SUBJECT, notice)]


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
    assert answers == [
        PrintTold(SUBJECT, Notice.PAPER_OUT),
        PrintTold(SUBJECT, Notice.PRINT_CANCELLED),
    ]


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
        assert answers == [PrintTold(SUBJECT, Notice.PRINTER_LOST)]
        paper.switch_on()
        again.pump(lambda: len(answers) > 1, "the end of the job")
        assert answers[1] == FormDone(SUBJECT, FormOutput.PRINTED, 2)
        assert b"/MediaBox" in paper.document()


def print_in_vain(rig: Rig, forms: FormDesk) -> list[object]:
    issue(rig, "first")
    rig.hands.printer.take_paper_out()
    answers: list[object] = []
    forms.hand_out(SUBJECT, CLERK, FormOutput.PRINTED, 2, answers.append)
    rig.pump(lambda: bool(answers), "to be told of the paper")
    assert answers == [PrintTold(SUBJECT, Notice.PAPER_OUT)]
    return answers


def test_a_form_taken_back_is_not_printed_with_the_paper_and_its_clerk_is_not_told_again(
    rig: Rig, forms: FormDesk
) -> None:
    answers = print_in_vain(rig, forms)
    forms.take_back()
    printing = rig.station.services.printing
    rig.pump(lambda: not printing.under_way, "it to be taken back")
    rig.hands.printer.refill()
    assert rig.hands.printer.printed == ()
    assert printing.left is Notice.PRINT_TAKEN_BACK
    assert len(answers) == 1, "who took it back goes on with something else"


def test_a_form_whose_sheets_are_on_their_way_is_let_out_and_said(
    rig: Rig, forms: FormDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = PrintJobState(PrintPhase.PRINTING)
    monkeypatch.setattr(SimulatedPrinter, "job_state", lambda *_: now)
    issue(rig, "first")
    answers: list[object] = []
    forms.hand_out(SUBJECT, CLERK, FormOutput.PRINTED, 2, answers.append)
    printing = rig.station.services.printing
    rig.pump(lambda: bool(rig.hands.printer.printed), "the paper")
    printing.leave()
    rig.pump(lambda: printing.left is Notice.PRINT_BEGUN, "to be told to look")
    now = PrintJobState(PrintPhase.DONE)
    rig.pump(lambda: bool(answers), "its end")
    assert answers == [FormDone(SUBJECT, FormOutput.PRINTED, 2)]


def test_a_form_that_gets_stuck_after_everybody_left_is_taken_back_then(
    rig: Rig, forms: FormDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = PrintJobState(PrintPhase.PRINTING)
    monkeypatch.setattr(SimulatedPrinter, "job_state", lambda *_: now)
    monkeypatch.setattr(SimulatedPrinter, "withdraw", lambda *_: Withdrawal.BEGUN)
    issue(rig, "first")
    answers: list[object] = []
    forms.hand_out(SUBJECT, CLERK, FormOutput.PRINTED, 2, answers.append)
    printing = rig.station.services.printing
    rig.pump(lambda: bool(rig.hands.printer.printed), "the first sheet")
    printing.leave()
    now = PrintJobState(PrintPhase.WAITING, PrintTrouble.PAPER_OUT)
    rig.pump(lambda: not printing.under_way, "it to be taken back")
    assert answers == [PrintTold(SUBJECT, Notice.PRINT_BEGUN)]
    assert printing.left is Notice.PRINT_BEGUN


def test_a_print_service_out_of_reach_is_asked_again_until_it_has_given_the_form_back(
    rig: Rig, forms: FormDesk
) -> None:
    answers = print_in_vain(rig, forms)
    printing = rig.station.services.printing
    rig.hands.printer.stall()
    printing.leave()
    rig.pump(lambda: printing.left is Notice.PRINT_UNREACHED, "to be told")
    printing.seen()
    assert printing.left is Notice.PRINT_UNREACHED, "reading of it does not end it"
    rig.hands.printer.recover()
    rig.pump(lambda: not printing.under_way, "it to be taken back")
    rig.hands.printer.refill()
    assert rig.hands.printer.printed == ()
    assert answers[1:] == [
        PrintTold(SUBJECT, Notice.PRINT_UNREACHED),
        PrintTold(SUBJECT, Notice.PRINT_TAKEN_BACK),
    ]
    printing.seen()
    assert printing.left is None


def test_who_leaves_before_the_form_is_at_the_printer_keeps_it_from_going_there(
    rig: Rig, forms: FormDesk
) -> None:
    issue(rig, "first")
    answers: list[object] = []
    forms.hand_out(SUBJECT, CLERK, FormOutput.PRINTED, 2, answers.append)
    rig.station.services.printing.leave()
    rig.pump(lambda: bool(answers), "to be told")
    assert answers == [PrintTold(SUBJECT, Notice.PRINT_TAKEN_BACK)]
    assert rig.hands.printer.printed == ()


@pytest.mark.parametrize("reached", [True, False])
def test_nothing_comes_out_of_the_printer_after_the_program_has_ended(
    rig: Rig, forms: FormDesk, *, reached: bool
) -> None:
    print_in_vain(rig, forms)
    if not reached:
        rig.hands.printer.stall()  # nobody to ask: it ends all the same
    rig.station.close()
    rig.station = reopened(rig.settings).station  # what the fixture closes
    rig.hands.printer.plug_in()
    rig.hands.printer.refill()
    assert (rig.hands.printer.printed == ()) is reached


def test_a_form_in_a_real_queue_is_taken_back_and_leaves_the_spool(
    rig: Rig, tmp_path: Path
) -> None:
    issue(rig, "first")
    rig.station.close()
    paper = RawPrinter()
    with closing(paper), print_service(keeps_documents=False) as service:
        service.add_queue("desk", paper.uri)
        service.start()
        options = {"queue": "desk", "socket": str(service.socket_path)}
        again = reopened(replace(rig.settings, printer=DeviceChoice("cups", options)))
        rig.station = again.station  # what the fixture closes
        answers: list[object] = []
        forms_of(again, tmp_path).hand_out(SUBJECT, CLERK, FormOutput.PRINTED, 2, answers.append)
        again.pump(lambda: bool(answers), "to be told")
        assert service.documents != []
        again.station.services.sign_in.sign_out()
        again.pump(lambda: len(answers) > 1, "it to be taken back")
        assert answers[1] == PrintTold(SUBJECT, Notice.PRINT_TAKEN_BACK)
        assert service.documents == []
        paper.switch_on()
    assert paper.printed == []


def test_every_trouble_of_a_printer_has_words_of_its_own() -> None:
    assert set(TROUBLE_NOTICES) == set(PrintTrouble)
    assert set(TROUBLE_NOTICES.values()) <= set(NOTICES)
