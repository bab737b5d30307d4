"""Printers: what comes out, what does not, and that nobody is told otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.api import DeviceState, PrintJobState, PrintPhase, PrintTrouble
from drivers.conformance import ONE_PAGE_PDF
from drivers.errors import DeviceFault, DeviceNotFound, DeviceUnplugged, OptionInvalid
from drivers.printer.cups import Answer, CupsPrinter
from drivers.printer.pdf_folder import PdfFolderPrinter
from drivers.simulated.printer import PrinterHand, SimulatedPrinter
from tests.support.drivers_rig import ACCEPTED, IDLE, NO_JOBS, ScriptedCups, listed


@pytest.fixture
def hand() -> PrinterHand:
    return PrinterHand()


@pytest.fixture
def printer(hand: PrinterHand) -> SimulatedPrinter:
    return SimulatedPrinter(hand)


def test_a_job_waits_for_paper_and_then_comes_out(
    printer: SimulatedPrinter, hand: PrinterHand
) -> None:
    hand.take_paper_out()
    job = printer.submit(ONE_PAGE_PDF, "form", 2)
    assert printer.status().detail == "paper_out"
    assert printer.job_state(job) == PrintJobState(PrintPhase.WAITING, PrintTrouble.PAPER_OUT)
    assert not hand.printed
    hand.refill()
    assert printer.job_state(job) == PrintJobState(PrintPhase.DONE)
    assert [stack.copies for stack in hand.printed] == [2]


def test_a_jam_loses_the_job_and_the_next_one_comes_out(
    printer: SimulatedPrinter, hand: PrinterHand
) -> None:
    hand.jam()
    stuck = printer.submit(ONE_PAGE_PDF, "form", 1)
    assert printer.job_state(stuck) == PrintJobState(PrintPhase.FAILED, PrintTrouble.JAM)
    hand.clear_jam()
    assert printer.job_state(printer.submit(ONE_PAGE_PDF, "form", 1)).phase is PrintPhase.DONE


def test_an_unplugged_printer_takes_nothing(printer: SimulatedPrinter, hand: PrinterHand) -> None:
    hand.unplug()
    assert printer.status().state is DeviceState.UNPLUGGED
    with pytest.raises(DeviceUnplugged):
        printer.submit(ONE_PAGE_PDF, "form", 1)


@pytest.mark.parametrize(("title", "copies"), [("", 1), ("a\nb", 1), ("x" * 121, 1), ("t", 0)])
def test_unusable_titles_and_counts_are_refused(
    printer: SimulatedPrinter, title: str, copies: int
) -> None:
    with pytest.raises(ValueError, match=r"title|copies"):
        printer.submit(ONE_PAGE_PDF, title, copies)


def test_saved_documents_never_overwrite_each_other(tmp_path: Path) -> None:
    printer = PdfFolderPrinter(tmp_path)
    jobs = [printer.submit(ONE_PAGE_PDF, "资格审查表 A/1", copies) for copies in (1, 1, 2)]
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["资格审查表_A_1-2.pdf", "资格审查表_A_1.pdf", "资格审查表_A_1_x2.pdf"]
    assert all(job.saved_to and job.saved_to.read_bytes() == ONE_PAGE_PDF for job in jobs)


def test_a_title_cannot_leave_the_folder(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    job = PdfFolderPrinter(inside).submit(ONE_PAGE_PDF, "../../up", 1)
    assert job.saved_to is not None
    assert job.saved_to.parent == inside


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    printer = PdfFolderPrinter(tmp_path / "stick")
    assert printer.status().state is DeviceState.UNPLUGGED
    with pytest.raises(DeviceNotFound):
        printer.submit(ONE_PAGE_PDF, "form", 1)


def test_a_full_disk_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DeviceFault):
        PdfFolderPrinter(tmp_path).submit(ONE_PAGE_PDF, "form", 1)
    assert list(tmp_path.iterdir()) == []


def test_a_document_goes_to_the_queue_at_true_size() -> None:
    cups = ScriptedCups({("lp",): ACCEPTED})
    job = CupsPrinter("desk", cups).submit(ONE_PAGE_PDF, "form", 2)
    arguments, sent = cups.calls[0]
    assert sent == ONE_PAGE_PDF
    assert {"print-scaling=none", "media=A4"} <= set(arguments)
    assert arguments[arguments.index("-n") + 1] == "2"
    assert job.job_id == "desk-7"


DISABLED = Answer(
    0, "printer desk disabled since Sat Nov 21 05:00:00 2026 -\n\tPaused\n\tAlerts: paused\n", ""
)
NO_PAPER = Answer(0, IDLE.output + "\tAlerts: media-empty-error\n", "")
PRINTING = Answer(0, "printer desk now printing desk-7.  enabled since Sat Nov 21 2026\n", "")


@pytest.mark.parametrize(
    ("pending", "finished", "queue", "expected"),
    [
        (NO_JOBS, "job-completed-successfully", IDLE, PrintJobState(PrintPhase.DONE)),
        (
            NO_JOBS,
            "job-canceled-by-user",
            IDLE,
            PrintJobState(PrintPhase.FAILED, PrintTrouble.CANCELLED),
        ),
        (
            NO_JOBS,
            "aborted-by-system",
            IDLE,
            PrintJobState(PrintPhase.FAILED, PrintTrouble.REJECTED),
        ),
        (listed("none"), "", IDLE, PrintJobState(PrintPhase.WAITING)),
        (listed("job-printing"), "", PRINTING, PrintJobState(PrintPhase.PRINTING)),
        (
            listed("none"),
            "",
            NO_PAPER,
            PrintJobState(PrintPhase.WAITING, PrintTrouble.PAPER_OUT),
        ),
        (listed("none"), "", DISABLED, PrintJobState(PrintPhase.WAITING, PrintTrouble.STOPPED)),
    ],
)
def test_the_end_state_of_a_job_is_read_back(
    pending: Answer, finished: str, queue: Answer, expected: PrintJobState
) -> None:
    answers = {
        ("lp",): ACCEPTED,
        ("lpstat", "-p"): queue,
        ("lpstat", "not-completed"): pending,
        ("lpstat", "completed"): listed(finished),
    }
    printer = CupsPrinter("desk", ScriptedCups(answers))
    assert printer.job_state(printer.submit(ONE_PAGE_PDF, "form", 1)) == expected


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        ("lp: The printer or class does not exist.", DeviceNotFound),
        ("lp: desk not accepting jobs", DeviceFault),
        ("lp: Error - scheduler not responding.", DeviceFault),
    ],
)
def test_a_refused_document_says_why(error: str, raised: type[Exception]) -> None:
    printer = CupsPrinter("desk", ScriptedCups({("lp",): Answer(1, "", error)}))
    with pytest.raises(raised):
        printer.submit(ONE_PAGE_PDF, "form", 1)


@pytest.mark.parametrize("queue", ["", "-d", "a b", "x;rm", "队列"])
def test_a_queue_name_cannot_become_an_option(queue: str) -> None:
    with pytest.raises(OptionInvalid):
        CupsPrinter(queue)
