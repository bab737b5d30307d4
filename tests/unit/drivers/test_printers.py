"""Printers: what comes out, what does not, and that nobody is told otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from drivers.api import (
    DeviceState,
    DeviceStatus,
    PrintJob,
    PrintJobState,
    PrintPhase,
    PrintTrouble,
    Withdrawal,
)
from drivers.conformance import ONE_PAGE_PDF
from drivers.errors import (
    DeviceFault,
    DeviceNotFound,
    DeviceUnplugged,
    DriverMissing,
    OptionInvalid,
)
from drivers.printer.cups import (
    CANCEL_JOB,
    GET_JOB_ATTRIBUTES,
    GET_PRINTER_ATTRIBUTES,
    PRINT_JOB,
    CupsPrinter,
)
from drivers.printer.ipp import Attribute, Group, IppAnswer, Value
from drivers.printer.pdf_folder import PdfFolderPrinter
from drivers.printer.reasons import trouble_of
from drivers.simulated.printer import PrinterHand, SimulatedPrinter


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


def test_a_job_taken_back_does_not_come_out_with_the_paper(
    printer: SimulatedPrinter, hand: PrinterHand
) -> None:
    hand.take_paper_out()
    taken, kept = (printer.submit(ONE_PAGE_PDF, "form", copies) for copies in (2, 1))
    hand.unplug()  # the queue is the computer's
    assert printer.withdraw(taken) is Withdrawal.WITHDRAWN
    hand.plug_in()
    hand.refill()
    assert [stack.job_id for stack in hand.printed] == [kept.job_id]
    assert printer.withdraw(kept) is Withdrawal.PRINTED
    assert printer.withdraw(taken) is Withdrawal.WITHDRAWN


def test_what_stuck_in_the_printer_is_not_taken_back(
    printer: SimulatedPrinter, hand: PrinterHand
) -> None:
    hand.jam()
    assert printer.withdraw(printer.submit(ONE_PAGE_PDF, "form", 1)) is Withdrawal.BEGUN


def test_a_printer_that_does_not_answer_says_nothing_of_a_job(
    printer: SimulatedPrinter, hand: PrinterHand
) -> None:
    hand.take_paper_out()
    job = printer.submit(ONE_PAGE_PDF, "form", 1)
    hand.stall()
    with pytest.raises(DeviceFault, match="not_answering"):
        printer.withdraw(job)
    hand.recover()
    assert printer.withdraw(job) is Withdrawal.WITHDRAWN


def test_a_saved_file_stays_where_it_was_wanted(tmp_path: Path) -> None:
    printer = PdfFolderPrinter(tmp_path)
    job = printer.submit(ONE_PAGE_PDF, "form", 1)
    assert printer.withdraw(job) is Withdrawal.PRINTED
    assert job.saved_to is not None
    job.saved_to.unlink()
    assert printer.withdraw(job) is Withdrawal.BEGUN, "somebody has it"


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


class ScriptedServer:
    """Answers of a print service that no cupsd gives when it is asked to."""

    def __init__(self, **queue: tuple[Value, ...]) -> None:
        self.asked: list[tuple[int, dict[str, tuple[Value, ...]], bytes]] = []
        self.job: dict[str, tuple[Value, ...]] = {"job-state": (9,)}
        self.statuses: dict[int, int] = {}
        self.cancelled: dict[str, tuple[Value, ...]] = {"job-state": (7,)}
        self._queue = {name.replace("_", "-"): values for name, values in queue.items()}

    def ask(
        self,
        operation: int,
        operation_attributes: Sequence[Attribute] = (),
        job_attributes: Sequence[Attribute] = (),
        document: bytes = b"",
    ) -> IppAnswer:
        sent = {one.name: one.values for one in (*operation_attributes, *job_attributes)}
        self.asked.append((operation, sent, document))
        if operation == CANCEL_JOB and self.statuses.get(CANCEL_JOB, 0) in (0, 0x0404):
            self.job = self.cancelled
        groups: dict[int, dict[int, dict[str, tuple[Value, ...]]]] = {
            GET_PRINTER_ATTRIBUTES: {Group.PRINTER: self._queue},
            PRINT_JOB: {Group.JOB: {"job-id": (7,)}},
            GET_JOB_ATTRIBUTES: {Group.JOB: self.job},
        }
        return IppAnswer(self.statuses.get(operation, 0), 1, groups.get(operation, {}))


def test_a_document_goes_to_the_queue_at_true_size_and_names_nobody() -> None:
    server = ScriptedServer()
    job = CupsPrinter("desk", server).submit(ONE_PAGE_PDF, "form", 2)
    operation, sent, document = server.asked[-1]
    assert (operation, document) == (PRINT_JOB, ONE_PAGE_PDF)
    assert sent["media"] == ("iso_a4_210x297mm",)
    assert sent["print-scaling"] == ("none",)
    assert sent["copies"] == (2,)
    assert sent["document-format"] == ("application/pdf",)
    (name,) = sent["job-name"]
    assert re.fullmatch("form [0-9a-f]{8}", str(name))
    assert job.job_id == f"7:{name}"


@pytest.mark.parametrize(
    ("queue", "detail"),
    [
        ({"media_supported": ("na_letter_8.5x11in",)}, "no_a4"),
        ({"document_format_supported": ("image/urf",)}, "no_pdf"),
        ({"printer_is_accepting_jobs": (False,)}, "not_accepting"),
        ({"printer_state": (5,)}, "stopped"),
    ],
)
def test_a_queue_that_cannot_print_a_form_is_not_given_one(
    queue: dict[str, tuple[Value, ...]], detail: str
) -> None:
    server = ScriptedServer(**queue)
    printer = CupsPrinter("desk", server)
    assert printer.status() == DeviceStatus(DeviceState.FAULT, detail)
    with pytest.raises(DeviceFault, match=detail):
        printer.submit(ONE_PAGE_PDF, "form", 1)
    assert all(operation == GET_PRINTER_ATTRIBUTES for operation, _, _ in server.asked)


@pytest.mark.parametrize(
    ("status", "raised", "detail"),
    [
        (0x0406, DeviceNotFound, "queue_missing"),
        (0x0506, DeviceFault, "not_accepting"),
        (0x0403, DeviceFault, "refused"),
    ],
)
def test_a_refused_document_says_why(status: int, raised: type[Exception], detail: str) -> None:
    server = ScriptedServer()
    server.statuses[PRINT_JOB] = status
    with pytest.raises(raised, match=detail):
        CupsPrinter("desk", server).submit(ONE_PAGE_PDF, "form", 1)


@pytest.mark.parametrize(
    ("state", "reasons", "expected"),
    [
        (9, (), PrintJobState(PrintPhase.DONE)),
        (
            9,
            ("job-completed-with-errors",),
            PrintJobState(PrintPhase.FAILED, PrintTrouble.REJECTED),
        ),
        (8, (), PrintJobState(PrintPhase.FAILED, PrintTrouble.REJECTED)),
        (7, (), PrintJobState(PrintPhase.FAILED, PrintTrouble.CANCELLED)),
        (6, (), PrintJobState(PrintPhase.WAITING, PrintTrouble.STOPPED)),
        (5, (), PrintJobState(PrintPhase.PRINTING)),
        (4, (), PrintJobState(PrintPhase.WAITING, PrintTrouble.HELD)),
        (3, (), PrintJobState(PrintPhase.WAITING)),
    ],
)
def test_every_state_of_a_job_has_its_meaning(
    state: int, reasons: tuple[str, ...], expected: PrintJobState
) -> None:
    server = ScriptedServer()
    printer = CupsPrinter("desk", server)
    job = printer.submit(ONE_PAGE_PDF, "form", 1)
    server.job = {"job-state": (state,), "job-state-reasons": reasons}
    assert printer.job_state(job) == expected


CONNECTING = {
    "printer_state": (4,),
    "printer_state_reasons": ("connecting-to-device-report",),
}
UNREACHABLE, SILENT = (
    {"printer_state": (4,), "printer_state_message": (said,)}
    for said in ("The printer is unreachable at this time.", "The printer is not responding.")
)


@pytest.mark.parametrize(
    ("before", "queue", "after", "withdrawal"),
    [
        ({"job-state": (3,)}, {}, {"job-state": (7,)}, Withdrawal.WITHDRAWN),
        ({"job-state": (4,)}, {}, {"job-state": (7,)}, Withdrawal.WITHDRAWN),
        # It was given to its printer: in the queue again, or at this moment.
        (
            {"job-state": (3,), "time-at-processing": (1,)},
            CONNECTING,
            {"job-state": (7,), "time-at-processing": (1,)},
            Withdrawal.BEGUN,
        ),
        ({"job-state": (5,)}, {"printer_state": (4,)}, {"job-state": (7,)}, Withdrawal.BEGUN),
        ({"job-state": (6,)}, CONNECTING, {"job-state": (7,)}, Withdrawal.BEGUN),
        # Its queue still looks for the printer.
        ({"job-state": (5,)}, CONNECTING, {"job-state": (7,)}, Withdrawal.WITHDRAWN),
        ({"job-state": (5,)}, UNREACHABLE, {"job-state": (7,)}, Withdrawal.WITHDRAWN),
        # It fell silent, perhaps in the middle.
        ({"job-state": (5,)}, SILENT, {"job-state": (7,)}, Withdrawal.BEGUN),
        # It began, or came out, while it was being cancelled.
        (
            {"job-state": (3,)},
            {},
            {"job-state": (7,), "time-at-processing": (1,)},
            Withdrawal.BEGUN,
        ),
        ({"job-state": (3,)}, {}, {"job-state": (9,)}, Withdrawal.PRINTED),
        # It had ended already.
        ({"job-state": (9,)}, {}, {}, Withdrawal.PRINTED),
        ({"job-state": (8,)}, {}, {}, Withdrawal.BEGUN),
        ({"job-state": (7,)}, {}, {}, Withdrawal.WITHDRAWN),
        ({"job-state": (7,), "time-at-processing": (1,)}, {}, {}, Withdrawal.BEGUN),
        ({"job-state": (3,), "job-name": ("another",)}, {}, {}, Withdrawal.BEGUN),
    ],
)
def test_a_job_is_withdrawn_only_if_its_printer_can_have_had_nothing_of_it(
    before: dict[str, tuple[Value, ...]],
    queue: dict[str, tuple[Value, ...]],
    after: dict[str, tuple[Value, ...]],
    withdrawal: Withdrawal,
) -> None:
    server = ScriptedServer(**queue)
    printer = CupsPrinter("desk", server)
    job = printer.submit(ONE_PAGE_PDF, "form", 1)
    server.job, server.cancelled = before, after
    assert printer.withdraw(job) is withdrawal
    assert printer.withdraw(job) is withdrawal, "asked again"
    if "job-name" in before:
        return  # another program's job, which is left alone
    purges = [sent for operation, sent, _ in server.asked if operation == CANCEL_JOB]
    assert purges[-1] == {"job-id": (7,), "purge-job": (True,)}


def test_another_programs_job_of_the_same_number_is_left_alone() -> None:
    server = ScriptedServer()
    printer = CupsPrinter("desk", server)
    job = printer.submit(ONE_PAGE_PDF, "form", 1)
    server.job = {"job-state": (3,), "job-name": ("another",)}
    printer.withdraw(job)
    printer.withdraw(PrintJob("nonsense", "desk"))
    printer.withdraw(PrintJob(job.job_id, "elsewhere"))
    assert CANCEL_JOB not in {operation for operation, _, _ in server.asked}


def test_a_job_that_came_out_while_it_was_being_cancelled_is_no_refusal() -> None:
    server = ScriptedServer()
    printer = CupsPrinter("desk", server)
    job = printer.submit(ONE_PAGE_PDF, "form", 1)
    server.job, server.cancelled = {"job-state": (3,)}, {"job-state": (9,)}
    server.statuses[CANCEL_JOB] = 0x0404
    assert printer.withdraw(job) is Withdrawal.PRINTED


@pytest.mark.parametrize(
    ("status", "job", "detail"),
    [(0x0403, {"job-state": (7,)}, "refused"), (0, {"job-state": (5,)}, "not_cancelled")],
)
def test_a_service_that_does_not_cancel_is_told(
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    job: dict[str, tuple[Value, ...]],
    detail: str,
) -> None:
    monkeypatch.setattr("drivers.printer.cups.CANCEL_PATIENCE_S", 0.0)
    server = ScriptedServer()
    server.statuses[CANCEL_JOB] = status
    printer = CupsPrinter("desk", server)
    sent = printer.submit(ONE_PAGE_PDF, "form", 1)
    server.job, server.cancelled = {"job-state": (3,)}, job
    with pytest.raises(DeviceFault, match=detail):
        printer.withdraw(sent)
    server.statuses.clear()
    server.cancelled = {"job-state": (7,), "time-at-processing": (1,)}
    assert printer.withdraw(sent) in (Withdrawal.WITHDRAWN, Withdrawal.BEGUN), "tried again"


def test_a_job_that_is_still_connecting_is_no_trouble_until_it_lasts() -> None:
    states = []
    for seconds in (0, 10):
        server = ScriptedServer(
            printer_state=(4,),
            printer_state_reasons=("connecting-to-device-report",),
            printer_state_change_time=(100,),
            printer_up_time=(100 + seconds,),
        )
        printer = CupsPrinter("desk", server)
        job = printer.submit(ONE_PAGE_PDF, "form", 1)
        server.job = {"job-state": (5,)}
        states.append(printer.job_state(job))
    assert states == [
        PrintJobState(PrintPhase.PRINTING),
        PrintJobState(PrintPhase.WAITING, PrintTrouble.OFFLINE),
    ]


@pytest.mark.parametrize(
    ("reasons", "trouble"),
    [
        (("none",), None),
        (("toner-low-report", "media-low-warning"), None),
        (("acme-belt-error",), PrintTrouble.ATTENTION),
        (("acme-belt-warning",), None),
        (("Media-Empty", "paused"), PrintTrouble.STOPPED),
        (("marker-supply-empty-error",), PrintTrouble.SUPPLIES_OUT),
        (("output-area-full",), PrintTrouble.ATTENTION),
    ],
)
def test_the_gravest_reason_is_told(reasons: tuple[str, ...], trouble: PrintTrouble | None) -> None:
    assert trouble_of(reasons) is trouble


@pytest.mark.parametrize("queue", ["", "a b", "a/b", "a#b", "a?b", "x" * 128, "a\tb", "a\0"])
def test_a_queue_name_cannot_become_another_address(queue: str) -> None:
    with pytest.raises(OptionInvalid):
        CupsPrinter.from_options({"queue": queue})


def test_a_machine_without_a_print_service_says_so(tmp_path: Path) -> None:
    options = {"queue": "前台打印机", "socket": str(tmp_path / "cups.sock")}
    printer = CupsPrinter.from_options(options)
    assert printer.status() == DeviceStatus(DeviceState.UNPLUGGED, "cups_missing")
    with pytest.raises(DriverMissing):
        printer.submit(ONE_PAGE_PDF, "form", 1)


@pytest.mark.parametrize(
    "page",
    [
        b"/MediaBox[0 0 612 792]",  # Letter
        b"/MediaBox[0 0 595 842]/UserUnit 2",
        b"/MediaBox[0 0 595 842]/Rotate 90",
        b"/MediaBox[0 0 595 842]/CropBox[0 0 300 300]",
        b"/MediaBox 9 0 R",
        b"/MediaBox[0 0 595]",
        b"/MediaBox[. . . .]",
        b"/Kids[]",
    ],
)
def test_pages_of_another_size_are_refused_before_they_are_shrunk(
    printer: SimulatedPrinter, page: bytes
) -> None:
    pdf = ONE_PAGE_PDF.replace(b"/MediaBox[0 0 595 842]", page)
    with pytest.raises(ValueError, match="page"):
        printer.submit(pdf, "form", 1)


def test_a_landscape_page_is_a4_too(printer: SimulatedPrinter, hand: PrinterHand) -> None:
    turned = ONE_PAGE_PDF.replace(b"[0 0 595 842]", b"[ 0 0 841.89 595.276 ]")
    printer.submit(turned, "form", 1)
    assert len(hand.printed) == 1
