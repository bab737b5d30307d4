"""The contract of a printer as checks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from drivers.api import DeviceState, PrintJob, PrintPhase, PrintTrouble
from drivers.conformance.bench import (
    PrinterBench,
    Skipped,
    eventually,
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
    """A document reaches the end state DONE."""
    if not bench.may_print:
        raise Skipped("leave to print a sheet")
    require(bench.printer.status().state is DeviceState.READY, "an idle printer is READY")
    job = bench.printer.submit(ONE_PAGE_PDF, "conformance", 1)
    final = (PrintPhase.DONE, PrintPhase.FAILED)
    eventually(
        lambda: bench.printer.job_state(job).phase in final, "a job must come to its end state"
    )
    state = bench.printer.job_state(job)
    require(state.phase is PrintPhase.DONE, f"a document that came out is DONE, not {state}")


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
    """A job nobody knows did not come out."""
    state = bench.printer.job_state(PrintJob("unknown-999999", "nowhere"))
    require(state.phase is PrintPhase.FAILED, "an unknown job is FAILED")
    require(state.trouble is PrintTrouble.LOST, "an unknown job is LOST")


PRINTER_CHECKS: Sequence[Callable[[PrinterBench], None]] = (
    printer_prints,
    printer_refuses_what_is_no_pdf,
    printer_refuses_another_size,
    printer_does_not_guess,
)
