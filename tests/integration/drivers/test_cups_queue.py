"""The `cups` driver before a real cupsd: what comes out, at what size, and what is said if not."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF
from PySide6.QtGui import QGuiApplication, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter

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
from drivers.errors import DeviceFault, DeviceNotFound, DriverMissing
from drivers.printer.cups import CupsPrinter
from station.forms import review_form
from station.forms.typeface import load_typeface
from tests.support.drivers_cups import PrintService, RawPrinter, Tray, print_service, wait_until
from tests.support.forms_cases import RESOURCES, record, review_form_layout

TITLE = "review-form"
DONE = PrintJobState(PrintPhase.DONE)


@pytest.fixture
def service() -> Iterator[PrintService]:
    with print_service(keeps_documents=False) as made:
        yield made


@pytest.fixture
def network_printer() -> Iterator[RawPrinter]:
    made = RawPrinter()
    yield made
    made.close()


@pytest.fixture
def tray(service: PrintService) -> Tray:
    return Tray(service.root / "tray")


def queue_of(
    service: PrintService,
    printer: RawPrinter | Tray,
    error_policy: str = "stop-printer",
    options: Sequence[str] = (),
) -> CupsPrinter:
    service.add_queue("desk", printer.uri, error_policy, options)
    service.start()
    return CupsPrinter.from_options({"queue": "desk", "socket": str(service.socket_path)})


def await_state(printer: CupsPrinter, job: PrintJob, state: PrintJobState) -> None:
    wait_until(lambda: printer.job_state(job) == state, str(state))


def waiting(trouble: PrintTrouble) -> PrintJobState:
    return PrintJobState(PrintPhase.WAITING, trouble)


def failed(trouble: PrintTrouble) -> PrintJobState:
    return PrintJobState(PrintPhase.FAILED, trouble)


def poppler(program: str, pdf: bytes, folder: Path, *arguments: str) -> str:
    path = folder / "out.pdf"
    path.write_bytes(pdf)
    done = subprocess.run([program, *arguments, path], capture_output=True, text=True, check=True)
    return done.stdout


def picture_resolutions(pdf: bytes, folder: Path) -> set[tuple[str, str]]:
    """Across and down, in pixels per inch of paper."""
    lines = poppler("pdfimages", pdf, folder, "-list").splitlines()
    place = lines[0].split().index("x-ppi") + 1  # "object ID" is two columns with one heading
    rows = [line.split() for line in lines[2:]]
    return {(row[place - 1], row[place]) for row in rows}


def test_the_review_form_comes_out_whole_and_at_true_size(
    qapp: QGuiApplication, service: PrintService, network_printer: RawPrinter, tmp_path: Path
) -> None:
    network_printer.switch_on()
    printer = queue_of(service, network_printer)
    assert printer.status() == DeviceStatus(DeviceState.READY)
    load_typeface(RESOURCES / "fonts")
    form = review_form.document(record(), review_form_layout()).pdf()

    job = printer.submit(form, TITLE, 1)
    await_state(printer, job, DONE)

    came_out = network_printer.document()
    assert "(A4)" in poppler("pdfinfo", came_out, tmp_path)
    sent, arrived = _text(form, tmp_path), _text(came_out, tmp_path)
    assert arrived == sent
    assert record().name in arrived
    assert picture_resolutions(came_out, tmp_path) == picture_resolutions(form, tmp_path)


@pytest.mark.parametrize(
    "options", [(), ("fit-to-page true", "number-up 2"), ("print-scaling fit", "media Letter")]
)
def test_a_picture_of_500_ppi_comes_out_at_500_ppi_whatever_the_queue_is_set_to(
    qapp: QGuiApplication,
    service: PrintService,
    network_printer: RawPrinter,
    tmp_path: Path,
    options: Sequence[str],
) -> None:
    network_printer.switch_on()
    printer = queue_of(service, network_printer, options=options)
    await_state(printer, printer.submit(reference_page(), TITLE, 1), DONE)
    came_out = network_printer.document()
    assert "(A4)" in poppler("pdfinfo", came_out, tmp_path)
    assert picture_resolutions(came_out, tmp_path) == {("500", "500")}


def test_two_copies_are_two_and_nothing_stays_behind(
    service: PrintService, network_printer: RawPrinter, tmp_path: Path
) -> None:
    network_printer.switch_on()
    printer = queue_of(service, network_printer)
    job = printer.submit(ONE_PAGE_PDF, TITLE, 2)
    await_state(printer, job, DONE)
    pages = poppler("pdfinfo", network_printer.document(), tmp_path)
    assert re.search(r"^Pages: +2$", pages, re.MULTILINE)
    assert service.documents == [], "a form is a person's data"
    assert printer.job_state(job) == DONE, "asked again, it is still known"


def test_a_printer_that_is_off_is_said_and_prints_when_it_is_on(
    service: PrintService, network_printer: RawPrinter
) -> None:
    printer = queue_of(service, network_printer)
    job = printer.submit(ONE_PAGE_PDF, TITLE, 1)
    await_state(printer, job, waiting(PrintTrouble.OFFLINE))
    assert printer.status() == DeviceStatus(DeviceState.UNPLUGGED, "offline")
    network_printer.switch_on()
    await_state(printer, job, DONE)
    assert printer.status() == DeviceStatus(DeviceState.READY)


def test_a_queue_stopped_in_the_middle_goes_on_when_it_is_resumed(
    service: PrintService, network_printer: RawPrinter
) -> None:
    printer = queue_of(service, network_printer)
    job = printer.submit(ONE_PAGE_PDF, TITLE, 1)
    service.does("cupsdisable", "desk")
    await_state(printer, job, waiting(PrintTrouble.STOPPED))
    assert printer.status() == DeviceStatus(DeviceState.FAULT, "stopped")
    network_printer.switch_on()
    service.does("cupsenable", "desk")
    await_state(printer, job, DONE)
    assert len(network_printer.printed) == 1


def test_a_stopped_or_closed_queue_takes_nothing(
    service: PrintService, network_printer: RawPrinter
) -> None:
    printer = queue_of(service, network_printer)
    for closed, opened, detail in (
        ("cupsdisable", "cupsenable", "stopped"),
        ("cupsreject", "cupsaccept", "not_accepting"),
    ):
        service.does(closed, "desk")
        with pytest.raises(DeviceFault, match=detail):
            printer.submit(ONE_PAGE_PDF, TITLE, 1)
        assert printer.status() == DeviceStatus(DeviceState.FAULT, detail)
        service.does(opened, "desk")
    assert service.documents == []


def test_a_cancelled_job_is_said_and_leaves_nothing(
    service: PrintService, network_printer: RawPrinter
) -> None:
    printer = queue_of(service, network_printer)
    job = printer.submit(ONE_PAGE_PDF, TITLE, 1)
    service.does("cancel", "-a", "desk")
    await_state(printer, job, failed(PrintTrouble.CANCELLED))
    assert service.documents == []


def test_a_form_taken_back_from_a_printer_that_is_off_never_comes_out(
    service: PrintService, network_printer: RawPrinter
) -> None:
    printer = queue_of(service, network_printer)
    taken = printer.submit(ONE_PAGE_PDF, TITLE, 1)
    await_state(printer, taken, waiting(PrintTrouble.OFFLINE))
    assert printer.withdraw(taken) is Withdrawal.WITHDRAWN
    assert service.documents == [], "a form is a person's data"
    assert printer.job_state(taken) == failed(PrintTrouble.CANCELLED)
    kept = printer.submit(ONE_PAGE_PDF, TITLE, 2)
    network_printer.switch_on()
    await_state(printer, kept, DONE)
    assert len(network_printer.printed) == 1
    assert printer.withdraw(kept) is Withdrawal.PRINTED
    assert printer.withdraw(taken) is Withdrawal.WITHDRAWN


def test_a_form_behind_another_is_taken_back_and_the_other_is_not(
    service: PrintService, tray: Tray
) -> None:
    printer = queue_of(service, tray)
    tray.say("media-empty-error")
    first, second = (printer.submit(ONE_PAGE_PDF, TITLE, 1) for _ in range(2))
    await_state(printer, first, waiting(PrintTrouble.PAPER_OUT))
    assert printer.withdraw(second) is Withdrawal.WITHDRAWN
    tray.take_back()
    await_state(printer, first, DONE)
    assert len(tray.printed) == 1


def test_a_form_its_printer_has_begun_with_is_ended_and_said_to_have_begun(
    service: PrintService, tray: Tray
) -> None:
    printer = queue_of(service, tray)
    tray.say("media-empty-error")
    job = printer.submit(ONE_PAGE_PDF, TITLE, 1)
    await_state(printer, job, waiting(PrintTrouble.PAPER_OUT))
    assert printer.withdraw(job) is Withdrawal.BEGUN
    assert service.documents == []
    tray.take_back()
    await_state(printer, printer.submit(ONE_PAGE_PDF, TITLE, 1), DONE)
    assert len(tray.printed) == 1, "the later one"


def test_a_form_in_a_queue_that_was_stopped_under_it_is_taken_back(
    service: PrintService, tray: Tray
) -> None:
    printer = queue_of(service, tray)
    tray.say("media-empty-error")
    first, second = (printer.submit(ONE_PAGE_PDF, TITLE, 1) for _ in range(2))
    service.does("cupsdisable", "desk")
    await_state(printer, first, waiting(PrintTrouble.STOPPED))
    assert printer.withdraw(first) is Withdrawal.BEGUN
    assert printer.withdraw(second) is Withdrawal.WITHDRAWN
    assert service.documents == []


def test_while_the_service_is_away_nothing_is_said_to_be_taken_back(
    service: PrintService, network_printer: RawPrinter
) -> None:
    printer = queue_of(service, network_printer)
    job = printer.submit(ONE_PAGE_PDF, TITLE, 1)
    service.stop()
    with pytest.raises(DriverMissing):
        printer.withdraw(job)
    service.start()
    assert printer.withdraw(job) in (Withdrawal.WITHDRAWN, Withdrawal.BEGUN)
    assert service.documents == []


def test_a_queue_taken_away_loses_its_job_and_says_so(
    service: PrintService, network_printer: RawPrinter
) -> None:
    printer = queue_of(service, network_printer)
    job = printer.submit(ONE_PAGE_PDF, TITLE, 1)
    service.does("lpadmin", "-x", "desk")
    wait_until(lambda: printer.job_state(job).phase is PrintPhase.FAILED, "the end of the job")
    assert printer.status() == DeviceStatus(DeviceState.UNPLUGGED, "queue_missing")
    with pytest.raises(DeviceNotFound):
        printer.submit(ONE_PAGE_PDF, TITLE, 1)


def test_a_service_started_anew_still_prints_what_was_queued(
    service: PrintService, network_printer: RawPrinter
) -> None:
    printer = queue_of(service, network_printer)
    job = printer.submit(ONE_PAGE_PDF, TITLE, 1)
    service.stop()
    assert printer.job_state(job) == waiting(PrintTrouble.SERVICE)
    assert printer.status() == DeviceStatus(DeviceState.UNPLUGGED, "cups_missing")
    with pytest.raises(DriverMissing):
        printer.submit(ONE_PAGE_PDF, TITLE, 1)
    network_printer.switch_on()
    service.start()
    await_state(printer, job, DONE)
    assert len(network_printer.printed) == 1


def test_a_service_that_forgot_its_jobs_does_not_pass_another_job_for_ours(
    service: PrintService, network_printer: RawPrinter
) -> None:
    printer = queue_of(service, network_printer)
    job = printer.submit(ONE_PAGE_PDF, TITLE, 1)
    service.stop()
    for file in service.spooled:
        file.unlink()
    (service.root / "cache" / "job.cache").unlink(missing_ok=True)
    network_printer.switch_on()
    service.start()
    again = printer.submit(ONE_PAGE_PDF, TITLE, 1)
    assert again.job_id.partition(":")[0] == job.job_id.partition(":")[0], "numbers begin anew"
    assert printer.job_state(job) == failed(PrintTrouble.LOST)
    await_state(printer, again, DONE)


@pytest.mark.parametrize(
    ("reason", "trouble"),
    [
        ("media-empty-error", PrintTrouble.PAPER_OUT),
        ("media-jam-warning", PrintTrouble.JAM),
        ("toner-empty-warning", PrintTrouble.SUPPLIES_OUT),
        ("door-open-report", PrintTrouble.COVER_OPEN),
        ("offline-report", PrintTrouble.OFFLINE),
    ],
)
def test_what_the_printer_lacks_is_said_and_printing_goes_on_with_it(
    service: PrintService, tray: Tray, reason: str, trouble: PrintTrouble
) -> None:
    printer = queue_of(service, tray)
    tray.say(reason)
    job = printer.submit(ONE_PAGE_PDF, TITLE, 1)
    await_state(printer, job, waiting(trouble))
    assert printer.status().detail == trouble.value
    assert tray.printed == ()
    tray.take_back()
    await_state(printer, job, DONE)
    assert len(tray.printed) == 1


# Exit statuses of a backend: backend(7).
@pytest.mark.parametrize(
    ("status", "error_policy", "expected"),
    [
        (1, "stop-printer", waiting(PrintTrouble.STOPPED)),
        (1, "abort-job", failed(PrintTrouble.REJECTED)),
        (3, "stop-printer", waiting(PrintTrouble.HELD)),
        (4, "stop-printer", waiting(PrintTrouble.STOPPED)),
        (5, "stop-printer", failed(PrintTrouble.CANCELLED)),
    ],
)
def test_a_backend_that_gives_up_never_passes_for_paper(
    service: PrintService, tray: Tray, status: int, error_policy: str, expected: PrintJobState
) -> None:
    printer = queue_of(service, tray, error_policy)
    tray.end_with(status)
    job = printer.submit(ONE_PAGE_PDF, TITLE, 1)
    await_state(printer, job, expected)
    assert tray.printed == ()


def reference_page() -> bytes:
    """An A4 page with a picture of 640 px over 32.512 mm, losslessly kept."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF()
        )
    )
    writer.setResolution(500)
    pixels = np.random.default_rng(20261121).integers(0, 255, (640, 640), np.uint8)
    image = QImage(pixels.tobytes(), 640, 640, 640, QImage.Format.Format_Grayscale8)
    painter = QPainter(writer)
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
    painter.drawImage(QRectF(300, 300, 640, 640), image)
    painter.end()
    return bytes(buffer.data().data())


def _text(pdf: bytes, folder: Path) -> str:
    path, text = folder / "page.pdf", folder / "page.txt"
    path.write_bytes(pdf)
    subprocess.run(["pdftotext", path, text], check=True, capture_output=True)
    # Qt writes some characters as the radicals that look like them.
    return unicodedata.normalize("NFKC", text.read_text(encoding="utf-8"))
