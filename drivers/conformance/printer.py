"""The contract of a printer as checks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from drivers.api import DeviceState, PrintJob, PrintJobState, PrintPhase, PrintTrouble, Withdrawal
from drivers.conformance.bench import (
    PrinterBench,
    Skipped,
    eventually,
    need,
    require,
)


def _one_page_pdf() -> bytes:
    """An A4 page with a frame five millimetres inside its edges."""
    drawing = b"14 14 567 814 re S"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawing), drawing),
    )
    document, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(document))
        document += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return (
        document
        + b"xref\n0 %d\n0000000000 65535 f \n" % count
        + table
        + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, len(document))
    )


ONE_PAGE_PDF = _one_page_pdf()


def printer_prints(bench: PrinterBench) -> None:
    """A document reaches the end state DONE, and cannot be taken back any more."""
    if not bench.may_print:
        raise Skipped("leave to print a sheet")
    require(bench.printer.status().state is DeviceState.READY, "an idle printer is READY")
    job = bench.printer.submit(ONE_PAGE_PDF, "conformance", 1)
    _await_end(bench, job)
    state = bench.printer.job_state(job)
    require(state.phase is PrintPhase.DONE, f"a document that came out is DONE, not {state}")
    withdrawal = bench.printer.withdraw(job)
    require(withdrawal is Withdrawal.PRINTED, f"what came out is PRINTED, not {withdrawal}")
    require(bench.printer.job_state(job) == state, "taking back late changes nothing")


def printer_takes_back(bench: PrinterBench) -> None:
    """A document that waits for paper is taken back, and does not come out when there is some."""
    release = need(bench.release, "a printer that can be made to wait")
    bench.printer.status()  # a driver in a process of its own starts with the first question
    need(bench.hold, "a printer that can be made to wait")()
    try:
        job = bench.printer.submit(ONE_PAGE_PDF, "conformance", 1)
        eventually(
            lambda: _waits_or_is_out(bench.printer.job_state(job)),
            "a document that cannot come out says why",
        )
        if bench.printer.job_state(job).phase is PrintPhase.DONE:
            raise Skipped("a printer that can be made to wait")
        withdrawal = bench.printer.withdraw(job)
    finally:
        release()
    require(withdrawal is not Withdrawal.PRINTED, "a document that waited is not PRINTED")
    require(bench.printer.withdraw(job) is withdrawal, "taken back again, it says the same")
    state = bench.printer.job_state(job)
    require(state.phase is PrintPhase.FAILED, f"a document taken back is FAILED, not {state}")
    require(state.trouble is PrintTrouble.CANCELLED, f"... and CANCELLED, not {state}")


def _waits_or_is_out(state: PrintJobState) -> bool:
    """Out: its queue hands everything over at once and never hears of paper."""
    return state.trouble is not None or state.phase is PrintPhase.DONE


def _await_end(bench: PrinterBench, job: PrintJob) -> None:
    final = (PrintPhase.DONE, PrintPhase.FAILED)
    eventually(
        lambda: bench.printer.job_state(job).phase in final, "a job must come to its end state"
    )


def printer_refuses_what_is_no_pdf(bench: PrinterBench) -> None:
    """Bytes that are no PDF never reach the queue."""
    for wrong in (b"", b"hello", ONE_PAGE_PDF[:20]):
        try:
            bench.printer.submit(wrong, "conformance", 1)
        except ValueError:
            continue
        raise AssertionError("bytes that are no whole PDF must raise ValueError")


def printer_refuses_another_size(bench: PrinterBench) -> None:
    """A page that is not A4 would be shrunk or cut on its way to paper."""
    letter = ONE_PAGE_PDF.replace(b"[0 0 595 842]", b"[0 0 612 792]")
    try:
        bench.printer.submit(letter, "conformance", 1)
    except ValueError:
        return
    raise AssertionError("a page that is not A4 must raise ValueError")


def printer_does_not_guess(bench: PrinterBench) -> None:
    """Of a job nobody knows neither is said: that it came out, or that it did not."""
    unknown = PrintJob("unknown-999999", "nowhere")
    withdrawal = bench.printer.withdraw(unknown)
    require(withdrawal is Withdrawal.BEGUN, "an unknown job may have come out: BEGUN")
    state = bench.printer.job_state(unknown)
    require(state.phase is PrintPhase.FAILED, "an unknown job is FAILED")
    require(state.trouble is PrintTrouble.LOST, "an unknown job is LOST")


PRINTER_CHECKS: Sequence[Callable[[PrinterBench], None]] = (
    printer_prints,
    printer_takes_back,
    printer_refuses_what_is_no_pdf,
    printer_refuses_another_size,
    printer_does_not_guess,
)
