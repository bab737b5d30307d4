"""Printers: queues that take whole documents."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from drivers.api.device import DeviceStatus


class PrintPhase(StrEnum):
    """How far a job has come; DONE and FAILED are final."""

    WAITING = "waiting"
    PRINTING = "printing"
    DONE = "done"
    FAILED = "failed"


class PrintTrouble(StrEnum):
    """What keeps a job from coming out.

    ATTENTION: the printer asks for somebody and shows why itself. STOPPED and HELD: somebody has
    told the queue, or this job, to wait. SERVICE: nobody answers for the queue at the moment.
    """

    PAPER_OUT = "paper_out"
    JAM = "jam"
    SUPPLIES_OUT = "supplies_out"
    COVER_OPEN = "cover_open"
    ATTENTION = "attention"
    OFFLINE = "offline"
    STOPPED = "stopped"
    HELD = "held"
    SERVICE = "service"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    LOST = "lost"


@dataclass(frozen=True)
class PrintJob:
    """A job as its printer names it; `saved_to` where the medium is a file."""

    job_id: str
    printer: str
    saved_to: Path | None = field(default=None, repr=False)


@dataclass(frozen=True)
class PrintJobState:
    """State of a job; `trouble` explains FAILED, and WAITING while somebody must act."""

    phase: PrintPhase
    trouble: PrintTrouble | None = None


class Withdrawal(StrEnum):
    """What became of a job that was not to come out any more; it is out of the queue by now.

    WITHDRAWN: nothing of it came out, and nothing will. BEGUN: the printer had some of it, or
    nobody knows that it had not, so sheets may lie in it and come out of what it holds itself.
    PRINTED: it had come out whole.
    """

    WITHDRAWN = "withdrawn"
    BEGUN = "begun"
    PRINTED = "printed"


class Printer(Protocol):
    """A queue that takes whole PDF documents."""

    @property
    def simulated(self) -> bool:
        """Whether it plays; known before it is open. A driver's class states it as a constant."""

    def status(self) -> DeviceStatus:
        """State of the printer now; never raises a DeviceError. May take a moment."""

    def submit(self, pdf: bytes, title: str, copies: int) -> PrintJob:
        """Hand over a document at true size, A4. The title must name nobody: queues log it.

        Raises DriverMissing, DeviceNotFound, DeviceUnplugged, DeviceFault; ValueError for bytes
        that are no PDF of A4 pages.
        """

    def job_state(self, job: PrintJob) -> PrintJobState:
        """What became of a job; never guesses DONE: a job nobody knows is FAILED, LOST."""

    def withdraw(self, job: PrintJob) -> Withdrawal:
        """Let a job not come out any more, and its document leave the queue.

        Never guesses WITHDRAWN: a job nobody knows is BEGUN. Asked again it says the same. Raises
        DriverMissing, DeviceNotFound, DeviceUnplugged or DeviceFault when it cannot be said: the
        job may come out yet.
        """
