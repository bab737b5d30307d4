"""A CUPS queue, asked in IPP: looked at before a document goes, followed until its end state.

The states are IPP's own numbers and keywords, which no locale changes. What CUPS keeps of a
document that has come to its end is deleted there: it holds a person's data.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from drivers.api import (
    DeviceState,
    DeviceStatus,
    PrintJob,
    PrintJobState,
    PrintPhase,
    PrintTrouble,
    Withdrawal,
)
from drivers.errors import DeviceError, DeviceFault, DeviceNotFound, DriverMissing, OptionInvalid
from drivers.options import Options
from drivers.printer.ipp import Attribute, Group, IppAnswer, Tag
from drivers.printer.pdf import require_printable
from drivers.printer.print_server import DEFAULT_SOCKET, LocalPrintServer, PrintServer
from drivers.printer.queue_answer import (
    A4,
    PDF,
    PRINTER_PROCESSING,
    queue_trouble,
    reaches_nobody,
    unfit,
)

NAME = "cups"
# A queue's name as CUPS allows it; it becomes part of an address.
_QUEUE_NAME = re.compile(r"[^\s/#?\\'\"]{1,127}")
_JOB_ID = re.compile(r"(?P<number>\d{1,9}):(?P<name>.{1,200})")

# Operations: RFC 8011, section 5.4.15.
PRINT_JOB, CANCEL_JOB = 0x0002, 0x0008
GET_JOB_ATTRIBUTES, GET_PRINTER_ATTRIBUTES = 0x0009, 0x000B
# Statuses: RFC 8011, appendix B.
_NOT_POSSIBLE, _NOT_FOUND, _GONE, _NOT_ACCEPTING = 0x0404, 0x0406, 0x0407, 0x0506
# Job states: RFC 8011, section 5.3.7.
_HELD, _PROCESSING, _PROCESSING_STOPPED, _CANCELLED, _ABORTED, _COMPLETED = 4, 5, 6, 7, 8, 9

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
_ASKED_OF_JOB = ("job-name", "job-state", "job-state-reasons", "time-at-processing")
ENDS_REMEMBERED = 200
# A service ends what it was told to cancel at once; RFC 8011 allows a printer a while.
CANCEL_PATIENCE_S, CANCEL_LOOK_S = 3.0, 0.1


@dataclass(frozen=True)
class _Job:
    """A job as the service keeps it now; `begun`: it was given to its printer at some time."""

    state: int
    reasons: tuple[str, ...]
    begun: bool


@dataclass(frozen=True)
class _End:
    """How a job ended, and what that is for somebody who wanted it back."""

    state: PrintJobState
    withdrawal: Withdrawal


_LOST = _End(PrintJobState(PrintPhase.FAILED, PrintTrouble.LOST), Withdrawal.BEGUN)


class CupsPrinter:
    """One CUPS queue; see `drivers.api.Printer`."""

    simulated: ClassVar[bool] = False

    def __init__(self, queue: str, server: PrintServer) -> None:
        self._queue = queue
        self._server = server
        # End states whose jobs were deleted from the service, newest last.
        self._ends: dict[str, _End] = {}

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
        trouble = queue_trouble(queue)
        if trouble is PrintTrouble.OFFLINE:
            return DeviceStatus(DeviceState.UNPLUGGED, trouble.value)
        wrong = unfit(queue) or (trouble.value if trouble else "")
        if wrong:
            return DeviceStatus(DeviceState.FAULT, wrong)
        busy = queue.number(Group.PRINTER, "printer-state") == PRINTER_PROCESSING
        return DeviceStatus(DeviceState.BUSY if busy else DeviceState.READY)

    def submit(self, pdf: bytes, title: str, copies: int) -> PrintJob:
        """Look at the queue, then hand over a document.

        Raises DriverMissing (no print service), DeviceNotFound (no such queue), DeviceFault (its
        detail: `stopped`, `not_accepting`, `no_a4`, `no_pdf`, `refused`, `cups_...`); ValueError.
        """
        require_printable(pdf, title, copies)
        wrong = unfit(self._ask_queue())
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
            return ended.state
        try:
            found = self._find(job)
            if isinstance(found, _Job):
                end = _end_of(found, begun=found.begun)
                if end is None:
                    return self._waiting(found)
                found = end
        except DeviceError:
            return PrintJobState(PrintPhase.WAITING, PrintTrouble.SERVICE)
        return self._ended(job, found).state

    def withdraw(self, job: PrintJob) -> Withdrawal:
        """Cancel-Job (RFC 8011, section 4.3.3), and its end read back; its document is deleted.

        A job that was given to its printer is BEGUN: what a printer has, it may print. Not so while
        its queue has reached no printer. Raises DriverMissing, DeviceNotFound or DeviceFault.
        """
        ended = self._ends.get(job.job_id)
        if ended is None:
            ended = self._ended(job, self._cancelled(job))
        return ended.withdrawal

    def _cancelled(self, job: PrintJob) -> _End:
        before = self._find(job)
        if isinstance(before, _End):
            return before
        end = _end_of(before, begun=before.begun)
        if end is not None:
            return end
        in_vain = before.state == _PROCESSING and reaches_nobody(self._ask_queue())
        self._cancel(job)
        return self._end_after(job, before, begun=before.begun and not in_vain)

    def _cancel(self, job: PrintJob) -> None:
        answer = self._server.ask(CANCEL_JOB, (_job_number(_number(job)),))
        # Not possible: it has come to its end by itself meanwhile.
        if not answer.successful and answer.status not in (_NOT_POSSIBLE, _NOT_FOUND, _GONE):
            raise _refusal(answer)

    def _end_after(self, job: PrintJob, before: _Job, *, begun: bool) -> _End:
        """The end of a cancelled job. Raises DeviceFault while it has none."""
        deadline_s = time.monotonic() + CANCEL_PATIENCE_S
        while True:
            found = self._find(job)
            if isinstance(found, _End):
                return found
            # What began in between may have reached its printer.
            end = _end_of(found, begun=begun or (found.begun and not before.begun))
            if end is not None:
                return end
            if time.monotonic() >= deadline_s:
                raise DeviceFault(NAME, "not_cancelled")
            time.sleep(CANCEL_LOOK_S)

    def _find(self, job: PrintJob) -> _Job | _End:
        """The job as it is kept, or that it is lost. Raises DeviceError."""
        known = _JOB_ID.fullmatch(job.job_id)
        if known is None or job.printer != self._queue:
            return _LOST
        wanted = Attribute(Tag.KEYWORD, "requested-attributes", _ASKED_OF_JOB)
        answer = self._server.ask(GET_JOB_ATTRIBUTES, (_job_number(_number(job)), wanted))
        if answer.status in (_NOT_FOUND, _GONE):
            return _LOST
        state = answer.number(Group.JOB, "job-state")
        if not answer.successful or state is None:
            raise DeviceFault(NAME, "refused")
        # A service may hide the name even from the job's owner.
        if answer.texts(Group.JOB, "job-name") not in ((known["name"],), ()):
            return _LOST
        # Without a value until then: RFC 8011, section 5.3.14.2.
        timed = answer.number(Group.JOB, "time-at-processing") is not None
        begun = timed or state in (_PROCESSING, _PROCESSING_STOPPED)
        return _Job(state, answer.texts(Group.JOB, "job-state-reasons"), begun)

    def _waiting(self, job: _Job) -> PrintJobState:
        if job.state == _HELD:
            return PrintJobState(PrintPhase.WAITING, PrintTrouble.HELD)
        trouble = queue_trouble(self._ask_queue())
        stopped = job.state == _PROCESSING_STOPPED or "printer-stopped" in job.reasons
        if trouble is None and stopped:
            trouble = PrintTrouble.STOPPED
        if trouble is not None:
            return PrintJobState(PrintPhase.WAITING, trouble)
        printing = job.state == _PROCESSING
        return PrintJobState(PrintPhase.PRINTING if printing else PrintPhase.WAITING)

    def _ask_queue(self) -> IppAnswer:
        wanted = Attribute(Tag.KEYWORD, "requested-attributes", _ASKED_OF_QUEUE)
        answer = self._server.ask(GET_PRINTER_ATTRIBUTES, (wanted,))
        if not answer.successful:
            raise _refusal(answer)
        return answer

    def _ended(self, job: PrintJob, end: _End) -> _End:
        self._ends[job.job_id] = end
        while len(self._ends) > ENDS_REMEMBERED:
            del self._ends[next(iter(self._ends))]
        if end is not _LOST:
            self._delete(_number(job))
        return end

    def _delete(self, number: int) -> None:
        """Delete the job with its document. A service that refuses keeps it as it is set up to."""
        purge = Attribute(Tag.BOOLEAN, "purge-job", (True,))  # an extension of CUPS
        try:
            self._server.ask(CANCEL_JOB, (_job_number(number), purge))
        except DeviceError:
            return


def _number(job: PrintJob) -> int:
    return int(job.job_id.partition(":")[0])


def _job_number(number: int) -> Attribute:
    return Attribute(Tag.INTEGER, "job-id", (number,))


def _end_of(job: _Job, *, begun: bool) -> _End | None:
    """How it ended, if it has; `begun`: whether its printer may have had something of it."""
    if job.state == _COMPLETED and "job-completed-with-errors" not in job.reasons:
        return _End(PrintJobState(PrintPhase.DONE), Withdrawal.PRINTED)
    if job.state == _CANCELLED:
        withdrawal = Withdrawal.BEGUN if begun else Withdrawal.WITHDRAWN
        return _End(PrintJobState(PrintPhase.FAILED, PrintTrouble.CANCELLED), withdrawal)
    if job.state in (_COMPLETED, _ABORTED):
        return _End(PrintJobState(PrintPhase.FAILED, PrintTrouble.REJECTED), Withdrawal.BEGUN)
    return None


def _refusal(answer: IppAnswer) -> DeviceError:
    if answer.status in (_NOT_FOUND, _GONE):
        return DeviceNotFound(NAME, "queue_missing")
    if answer.status == _NOT_ACCEPTING:
        return DeviceFault(NAME, "not_accepting")
    return DeviceFault(NAME, "refused")
