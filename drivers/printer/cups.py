"""A CUPS queue, asked in IPP: looked at before a document goes, followed until its end state.

The states are IPP's own numbers and keywords, which no locale changes. What CUPS keeps of a
document that has come to its end is deleted there: it holds a person's data.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from drivers.api import (
    DeviceState,
    DeviceStatus,
    PrintJob,
    PrintJobState,
    PrintPhase,
    PrintTrouble,
)
from drivers.errors import DeviceError, DeviceFault, DeviceNotFound, DriverMissing, OptionInvalid
from drivers.options import Options
from drivers.printer.ipp import Attribute, Group, IppAnswer, Tag
from drivers.printer.pdf import require_printable
from drivers.printer.print_server import DEFAULT_SOCKET, LocalPrintServer, PrintServer
from drivers.printer.reasons import is_connecting, out_of_reach, trouble_of

NAME = "cups"
# A queue's name as CUPS allows it; it becomes part of an address.
_QUEUE_NAME = re.compile(r"[^\s/#?\\'\"]{1,127}")
_JOB_ID = re.compile(r"(?P<number>\d{1,9}):(?P<name>.{1,200})")

# Operations: RFC 8011, section 5.4.15.
PRINT_JOB, CANCEL_JOB = 0x0002, 0x0008
GET_JOB_ATTRIBUTES, GET_PRINTER_ATTRIBUTES = 0x0009, 0x000B
# Statuses: RFC 8011, appendix B.
_NOT_FOUND, _GONE, _NOT_ACCEPTING = 0x0406, 0x0407, 0x0506
# Printer states: RFC 8011, section 5.4.11. Job states: section 5.3.7.
_PRINTER_PROCESSING, _PRINTER_STOPPED = 4, 5
_HELD, _PROCESSING, _PROCESSING_STOPPED, _CANCELLED, _ABORTED, _COMPLETED = 4, 5, 6, 7, 8, 9

A4, PDF = "iso_a4_210x297mm", "application/pdf"
# True size on A4, whatever the queue's own settings are: the form's fields are measured.
_TRUE_SIZE = (
    Attribute(Tag.KEYWORD, "media", (A4,)),
    Attribute(Tag.KEYWORD, "print-scaling", ("none",)),
    Attribute(Tag.INTEGER, "number-up", (1,)),
)
_ASKED_OF_QUEUE = (
    "printer-state",
    "printer-state-reasons",
    "printer-state-message",
    "printer-state-change-time",
    "printer-up-time",
    "printer-is-accepting-jobs",
    "media-supported",
    "document-format-supported",
)
_ASKED_OF_JOB = ("job-name", "job-state", "job-state-reasons")
# A healthy printer is being connected to for a moment with every job.
CONNECTING_PATIENCE_S = 4
ENDS_REMEMBERED = 200


class CupsPrinter:
    """One CUPS queue; see `drivers.api.Printer`."""

    simulated: ClassVar[bool] = False

    def __init__(self, queue: str, server: PrintServer) -> None:
        self._queue = queue
        self._server = server
        # End states whose jobs were deleted from the service, newest last.
        self._ends: dict[str, PrintJobState] = {}

    @classmethod
    def from_options(cls, options: Mapping[str, object], **parts: Any) -> CupsPrinter:
        """Options: `queue` (required), `socket` (path of the service's). Part: `server`."""
        values = Options(NAME, options)
        queue = values.text("queue")
        if not _QUEUE_NAME.fullmatch(queue) or not queue.isprintable():
            raise OptionInvalid(NAME, "option queue: no usable queue name")
        socket_path = Path(values.text("socket", str(DEFAULT_SOCKET)))
        return cls(queue, parts.get("server") or LocalPrintServer(NAME, socket_path, queue))

    def status(self) -> DeviceStatus:
        """State of the queue; without CUPS, the queue or the printer, UNPLUGGED says why."""
        try:
            queue = self._ask_queue()
        except (DriverMissing, DeviceNotFound) as error:
            return DeviceStatus(DeviceState.UNPLUGGED, error.detail)
        except DeviceError as error:
            return DeviceStatus(DeviceState.FAULT, error.detail)
        trouble = _queue_trouble(queue)
        if trouble is PrintTrouble.OFFLINE:
            return DeviceStatus(DeviceState.UNPLUGGED, trouble.value)
        wrong = _unfit(queue) or (trouble.value if trouble else "")
        if wrong:
            return DeviceStatus(DeviceState.FAULT, wrong)
        busy = queue.number(Group.PRINTER, "printer-state") == _PRINTER_PROCESSING
        return DeviceStatus(DeviceState.BUSY if busy else DeviceState.READY)

    def submit(self, pdf: bytes, title: str, copies: int) -> PrintJob:
        """Look at the queue, then hand over a document.

        Raises DriverMissing (no print service), DeviceNotFound (no such queue), DeviceFault (its
        detail: `stopped`, `not_accepting`, `no_a4`, `no_pdf`, `refused`, `cups_...`); ValueError.
        """
        require_printable(pdf, title, copies)
        wrong = _unfit(self._ask_queue())
        if wrong:
            raise DeviceFault(NAME, wrong)
        # Numbers begin anew when a service loses its state; a name tells our job from another's.
        name = f"{title} {secrets.token_hex(4)}"
        about = (
            Attribute(Tag.NAME, "job-name", (name,)),
            Attribute(Tag.MIME_TYPE, "document-format", (PDF,)),
        )
        wanted = (Attribute(Tag.INTEGER, "copies", (copies,)), *_TRUE_SIZE)
        answer = self._server.ask(PRINT_JOB, about, wanted, pdf)
        number = answer.number(Group.JOB, "job-id")
        if not answer.successful or number is None:
            raise _refusal(answer)
        return PrintJob(f"{number}:{name}", self._queue)

    def job_state(self, job: PrintJob) -> PrintJobState:
        """State as CUPS keeps it; a job it does not know is FAILED, LOST.

        While the service does not answer, or talks nonsense, a job is WAITING, SERVICE.
        """
        ended = self._ends.get(job.job_id)
        if ended is not None:
            return ended
        known = _JOB_ID.fullmatch(job.job_id)
        if known is None or job.printer != self._queue:
            return PrintJobState(PrintPhase.FAILED, PrintTrouble.LOST)
        try:
            state = self._state_of(int(known["number"]), known["name"])
        except DeviceError:
            return PrintJobState(PrintPhase.WAITING, PrintTrouble.SERVICE)
        if state.phase in (PrintPhase.DONE, PrintPhase.FAILED):
            self._remember(job, state)
            if state.trouble is not PrintTrouble.LOST:
                self._delete(int(known["number"]))
        return state

    def _state_of(self, number: int, name: str) -> PrintJobState:
        asked = (_job_number(number), Attribute(Tag.KEYWORD, "requested-attributes", _ASKED_OF_JOB))
        answer = self._server.ask(GET_JOB_ATTRIBUTES, asked)
        if answer.status in (_NOT_FOUND, _GONE):
            return PrintJobState(PrintPhase.FAILED, PrintTrouble.LOST)
        state = answer.number(Group.JOB, "job-state")
        if not answer.successful or state is None:
            raise DeviceFault(NAME, "refused")
        # A service may hide the name even from the job's owner.
        if answer.texts(Group.JOB, "job-name") not in ((name,), ()):
            return PrintJobState(PrintPhase.FAILED, PrintTrouble.LOST)
        reasons = answer.texts(Group.JOB, "job-state-reasons")
        return _final(state, reasons) or self._waiting(state, reasons)

    def _waiting(self, state: int, reasons: tuple[str, ...]) -> PrintJobState:
        if state == _HELD:
            return PrintJobState(PrintPhase.WAITING, PrintTrouble.HELD)
        trouble = _queue_trouble(self._ask_queue())
        if trouble is None and (state == _PROCESSING_STOPPED or "printer-stopped" in reasons):
            trouble = PrintTrouble.STOPPED
        if trouble is not None:
            return PrintJobState(PrintPhase.WAITING, trouble)
        return PrintJobState(PrintPhase.PRINTING if state == _PROCESSING else PrintPhase.WAITING)

    def _ask_queue(self) -> IppAnswer:
        wanted = Attribute(Tag.KEYWORD, "requested-attributes", _ASKED_OF_QUEUE)
        answer = self._server.ask(GET_PRINTER_ATTRIBUTES, (wanted,))
        if not answer.successful:
            raise _refusal(answer)
        return answer

    def _remember(self, job: PrintJob, state: PrintJobState) -> None:
        self._ends[job.job_id] = state
        while len(self._ends) > ENDS_REMEMBERED:
            del self._ends[next(iter(self._ends))]

    def _delete(self, number: int) -> None:
        """Delete the job with its document. A service that refuses keeps it as it is set up to."""
        purge = Attribute(Tag.BOOLEAN, "purge-job", (True,))  # an extension of CUPS
        try:
            self._server.ask(CANCEL_JOB, (_job_number(number), purge))
        except DeviceError:
            return


def _job_number(number: int) -> Attribute:
    return Attribute(Tag.INTEGER, "job-id", (number,))


def _unfit(queue: IppAnswer) -> str:
    """Why a queue cannot take a form at all; empty when it can."""
    if queue.truth(Group.PRINTER, "printer-is-accepting-jobs") is False:
        return "not_accepting"
    if queue.number(Group.PRINTER, "printer-state") == _PRINTER_STOPPED:
        return PrintTrouble.STOPPED.value
    # A queue without a description of its printer states no sizes.
    if A4 not in (queue.texts(Group.PRINTER, "media-supported") or (A4,)):
        return "no_a4"
    if PDF not in (queue.texts(Group.PRINTER, "document-format-supported") or (PDF,)):
        return "no_pdf"
    return ""


def _queue_trouble(queue: IppAnswer) -> PrintTrouble | None:
    reasons = queue.texts(Group.PRINTER, "printer-state-reasons")
    trouble = trouble_of(reasons)
    if trouble is not None:
        return trouble
    if queue.number(Group.PRINTER, "printer-state") == _PRINTER_STOPPED:
        return PrintTrouble.STOPPED
    return PrintTrouble.OFFLINE if _reaches_in_vain(queue, reasons) else None


def _reaches_in_vain(queue: IppAnswer, reasons: tuple[str, ...]) -> bool:
    if queue.number(Group.PRINTER, "printer-state") != _PRINTER_PROCESSING:
        return False  # what is left of an earlier job
    if any(map(out_of_reach, queue.texts(Group.PRINTER, "printer-state-message"))):
        return True
    return is_connecting(reasons) and _busy_for_s(queue) >= CONNECTING_PATIENCE_S


def _busy_for_s(queue: IppAnswer) -> int:
    """Seconds since the printer's state last changed, for instance since it began with a job."""
    now = queue.number(Group.PRINTER, "printer-up-time") or 0
    return now - (queue.number(Group.PRINTER, "printer-state-change-time") or now)


def _final(state: int, reasons: tuple[str, ...]) -> PrintJobState | None:
    if state == _COMPLETED and "job-completed-with-errors" not in reasons:
        return PrintJobState(PrintPhase.DONE)
    if state == _CANCELLED:
        return PrintJobState(PrintPhase.FAILED, PrintTrouble.CANCELLED)
    if state in (_COMPLETED, _ABORTED):
        return PrintJobState(PrintPhase.FAILED, PrintTrouble.REJECTED)
    return None


def _refusal(answer: IppAnswer) -> DeviceError:
    if answer.status in (_NOT_FOUND, _GONE):
        return DeviceNotFound(NAME, "queue_missing")
    if answer.status == _NOT_ACCEPTING:
        return DeviceFault(NAME, "not_accepting")
    return DeviceFault(NAME, "refused")
