"""What a printed form leaves behind in the print service: nothing, with `PreserveJobFiles No`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from drivers.api import PrintJobState, PrintPhase
from drivers.printer.cups import CupsPrinter
from station.forms import review_form
from station.forms.typeface import load_typeface
from tests.support.drivers_cups import PrintService, RawPrinter, print_service, wait_until
from tests.support.forms_cases import RESOURCES, record, review_form_layout
from tests.support.privacy_canaries import Canary, Find, bytes_canary, search, text_canary


@pytest.fixture
def network_printer() -> Iterator[RawPrinter]:
    made = RawPrinter()
    made.switch_on()
    yield made
    made.close()


def canaries(form: bytes) -> list[Canary]:
    person = record()
    return [
        bytes_canary("the form", form),
        text_canary("name", person.name),
        text_canary("number", person.document_number),
        text_canary("registration ID", person.registration_id),
    ]


def left_after(
    service: PrintService, printer: RawPrinter, *, end_is_read: bool = True
) -> list[Find]:
    """What is found once the form is out; unread as after a station that was killed."""
    load_typeface(RESOURCES / "fonts")
    form = review_form.document(record(), review_form_layout()).pdf()
    service.add_queue("desk", printer.uri)
    service.start()
    cups = CupsPrinter.from_options({"queue": "desk", "socket": str(service.socket_path)})
    job = cups.submit(form, "review-form", 1)
    if end_is_read:
        done = PrintJobState(PrintPhase.DONE)
        wait_until(lambda: cups.job_state(job) == done, "the form to be printed")
    else:
        page_log = service.root / "log" / "page"
        wait_until(lambda: bool(printer.printed), "the form to be printed")
        wait_until(lambda: page_log.exists() and bool(page_log.read_bytes()), "the job's end")
    service.stop()  # it writes its state of jobs as it ends
    return search([Path(service.root)], canaries(form))


def test_nothing_of_a_form_stays_once_its_end_was_read(
    qapp: QGuiApplication, network_printer: RawPrinter
) -> None:
    with print_service() as service:
        assert [str(find) for find in left_after(service, network_printer)] == []


def test_nothing_stays_when_nobody_reads_the_end_and_cups_keeps_no_files(
    qapp: QGuiApplication, network_printer: RawPrinter
) -> None:
    with print_service(keeps_documents=False) as service:
        finds = left_after(service, network_printer, end_is_read=False)
    assert [str(find) for find in finds] == []


def test_as_cups_is_set_by_default_the_form_would_stay_and_is_found(
    qapp: QGuiApplication, network_printer: RawPrinter
) -> None:
    with print_service() as service:
        finds = left_after(service, network_printer, end_is_read=False)
    assert {find.what for find in finds} == {"the form"}
    assert {find.path.parent.name for find in finds} == {"spool"}
