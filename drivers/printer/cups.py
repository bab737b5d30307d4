"""A CUPS queue through its own command line programs: `lp` to submit, `lpstat` to look.

Arguments go as lists, never through a shell; the document goes through standard input, never
through a file. The job's end state is read back, so that nothing fails in silence.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from drivers.api import (
    DeviceState,
    DeviceStatus,
    PrintJob,
    PrintJobState,
    PrintPhase,
    PrintTrouble,
)
from drivers.errors import DeviceFault, DeviceNotFound, DriverMissing, OptionInvalid
from drivers.options import Options
from drivers.printer.pdf import require_printable

NAME = "cups"
COMMAND_TIMEOUT_S = 15.0
MAX_ANSWER_BYTES = 1_000_000
# True size on A4: scaling would shrink the form's measured fields.
PRINT_OPTIONS = ("-o", "print-scaling=none", "-o", "media=A4")

_QUEUE_NAME = re.compile(r"[A-Za-z0-9_.-]{1,127}")
_REQUEST_ID = re.compile(r"request id is (?P<id>[A-Za-z0-9_.-]{1,127}-\d{1,10})\b")


@dataclass(frozen=True)
class Answer:
    """What a command said: exit code and both streams."""

    exit_code: int
    output: str
    error: str


class CommandRunner(Protocol):
    """Runs a program; replaced by a scripted one in tests."""

    def __call__(self, arguments: Sequence[str], sent: bytes = b"") -> Answer:
        """Raises DriverMissing if there is no such program, DeviceFault if it hangs."""


def run_command(arguments: Sequence[str], sent: bytes = b"") -> Answer:
    """Run a CUPS program in the C locale, with a time limit."""
    try:
        done = subprocess.run(
            list(arguments),
            input=sent,
            capture_output=True,
            timeout=COMMAND_TIMEOUT_S,
            env={**os.environ, "LC_ALL": "C"},
            check=False,
        )
    except FileNotFoundError as error:
        raise DriverMissing(NAME, "CUPS client programs are not installed") from error
    except subprocess.TimeoutExpired as error:
        raise DeviceFault(NAME, "print service does not answer") from error
    return Answer(done.returncode, _text(done.stdout), _text(done.stderr))


def _text(raw: bytes) -> str:
    return raw[:MAX_ANSWER_BYTES].decode("utf-8", errors="replace")


class CupsPrinter:
    """One CUPS queue; see `drivers.api.Printer`."""

    simulated: ClassVar[bool] = False

    def __init__(self, queue: str, run: CommandRunner = run_command) -> None:
        # A queue's name goes on a command line; a leading dash would read as an option.
        if not _QUEUE_NAME.fullmatch(queue) or queue.startswith("-"):
            raise OptionInvalid(NAME, "option queue: no usable queue name")
        self._queue = queue
        self._run = run

    @classmethod
    def from_options(cls, options: Mapping[str, object], **parts: Any) -> CupsPrinter:
        """Option: `queue` (required). Part: `run` for tests."""
        queue = Options(NAME, options).text("queue")
        return cls(queue, parts.get("run") or run_command)

    def status(self) -> DeviceStatus:
        """State of the queue; without CUPS or without the queue, UNPLUGGED says why."""
        try:
            answer = self._run(("lpstat", "-l", "-p", self._queue))
        except DriverMissing:
            return DeviceStatus(DeviceState.UNPLUGGED, "cups_missing")
        except DeviceFault:
            return DeviceStatus(DeviceState.FAULT, "cups_not_answering")
        if answer.exit_code != 0:
            return DeviceStatus(DeviceState.UNPLUGGED, "queue_missing")
        trouble = _trouble(answer.output)
        if trouble is not None:
            return DeviceStatus(DeviceState.FAULT, trouble.value)
        busy = "now printing" in answer.output
        return DeviceStatus(DeviceState.BUSY if busy else DeviceState.READY)

    def submit(self, pdf: bytes, title: str, copies: int) -> PrintJob:
        """Queue a document. Raises DriverMissing, DeviceNotFound, DeviceFault; ValueError."""
        require_printable(pdf, title, copies)
        arguments = ("lp", "-d", self._queue, "-n", str(copies), "-t", title, *PRINT_OPTIONS)
        answer = self._run(arguments, pdf)
        if answer.exit_code != 0:
            raise _refusal(answer.error)
        match = _REQUEST_ID.search(answer.output)
        if match is None:
            raise DeviceFault(NAME, "print service gave no job number")
        return PrintJob(match["id"], self._queue)

    def job_state(self, job: PrintJob) -> PrintJobState:
        """End state as CUPS keeps it; a job it does not know is FAILED, LOST."""
        pending = _entry(self._run(("lpstat", "-l", "-W", "not-completed", "-o", self._queue)), job)
        if pending is not None:
            return self._pending_state(pending)
        finished = _entry(self._run(("lpstat", "-l", "-W", "completed", "-o", self._queue)), job)
        if finished is None:
            return PrintJobState(PrintPhase.FAILED, PrintTrouble.LOST)
        return _finished_state(finished)

    def _pending_state(self, entry: str) -> PrintJobState:
        if "job-stopped" in entry or "job-hold" in entry:
            return PrintJobState(PrintPhase.WAITING, PrintTrouble.STOPPED)
        printer = self._run(("lpstat", "-l", "-p", self._queue)).output
        trouble = _trouble(entry) or _trouble(printer)
        if trouble is not None:
            return PrintJobState(PrintPhase.WAITING, trouble)
        printing = "now printing" in printer and entry.split(maxsplit=1)[0] in printer
        return PrintJobState(PrintPhase.PRINTING if printing else PrintPhase.WAITING)


def _entry(answer: Answer, job: PrintJob) -> str | None:
    """The lines of one job in a long listing: its own and the indented ones below it."""
    if answer.exit_code != 0:
        raise DeviceFault(NAME, "print service does not list its jobs")
    lines: list[str] = []
    for line in answer.output.splitlines():
        if line[:1].isspace():
            if lines:
                lines.append(line)
        elif lines:
            break
        elif line.split(maxsplit=1)[:1] == [job.job_id]:
            lines.append(line)
    return "\n".join(lines) or None


# Words of the alerts that IPP printers set (RFC 8011, section 5.4.12), and of lpstat itself.
_TROUBLES = (
    ("media-empty", PrintTrouble.PAPER_OUT),
    ("media-needed", PrintTrouble.PAPER_OUT),
    ("media-jam", PrintTrouble.JAM),
    ("offline", PrintTrouble.OFFLINE),
    ("unable to locate printer", PrintTrouble.OFFLINE),
    ("connecting-to-device", PrintTrouble.OFFLINE),
    ("disabled since", PrintTrouble.STOPPED),
    ("paused", PrintTrouble.STOPPED),
)


def _trouble(text: str) -> PrintTrouble | None:
    lowered = text.lower()
    return next((trouble for word, trouble in _TROUBLES if word in lowered), None)


def _finished_state(entry: str) -> PrintJobState:
    if "job-completed" in entry:
        return PrintJobState(PrintPhase.DONE)
    if "job-canceled" in entry:
        return PrintJobState(PrintPhase.FAILED, PrintTrouble.CANCELLED)
    return PrintJobState(PrintPhase.FAILED, PrintTrouble.REJECTED)


def _refusal(error: str) -> DeviceNotFound | DeviceFault:
    lowered = error.lower()
    if "does not exist" in lowered or "unknown" in lowered:
        return DeviceNotFound(NAME, "no such print queue")
    if "not accepting" in lowered:
        return DeviceFault(NAME, "queue is not accepting jobs")
    return DeviceFault(NAME, "print service refused the document")
