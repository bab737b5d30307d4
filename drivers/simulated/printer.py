"""A simulated printer, and the hand that takes its paper away or jams it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
from drivers.errors import DeviceFault
from drivers.printer.pdf import require_printable
from drivers.simulated.cable import Cable

NAME = "simulated"
FULL_TRAY = 250
_DROPPED = PrintJobState(PrintPhase.FAILED, PrintTrouble.CANCELLED)


@dataclass(frozen=True, eq=False)
class PrintedSheetStack:
    """What lies in the output tray: one document, `copies` times."""

    job_id: str
    pdf: bytes = field(repr=False)
    copies: int


class PrinterHand(Cable):
    """Paper, jams and what came out; thread-safe. A sheet here is one copy of a document."""

    def __init__(self) -> None:
        super().__init__()
        self._paper = FULL_TRAY
        self._jammed = False
        self._printed: list[PrintedSheetStack] = []
        self._queue: dict[str, PrintedSheetStack] = {}
        self._states: dict[str, PrintJobState] = {}

    def take_paper_out(self) -> None:
        """Empty the paper tray."""
        with self.changed:
            self._paper = 0

    def refill(self) -> None:
        """Fill the paper tray; waiting jobs come out."""
        with self.changed:
            self._paper = FULL_TRAY
            self._work_off()

    def jam(self) -> None:
        """The next sheet sticks."""
        with self.changed:
            self._jammed = True

    def clear_jam(self) -> None:
        """Pull the sheet out; the job that stuck is lost, later ones come out."""
        with self.changed:
            self._jammed = False
            self._work_off()

    def plug_in(self) -> None:
        """Put the plug back; waiting jobs come out."""
        with self.changed:
            super().plug_in()
            self._work_off()

    @property
    def printed(self) -> tuple[PrintedSheetStack, ...]:
        """Everything that came out so far."""
        with self.changed:
            return tuple(self._printed)

    def trouble(self) -> PrintTrouble | None:
        """What keeps paper from coming out."""
        if not self.plugged or self.stalled:
            return PrintTrouble.OFFLINE
        if self._jammed:
            return PrintTrouble.JAM
        return PrintTrouble.PAPER_OUT if self._paper == 0 else None

    def accept(self, pdf: bytes, copies: int) -> str:
        """Queue a document and print as far as paper allows; returns the job's id."""
        with self.changed:
            job_id = f"sim-{len(self._states) + 1}"
            self._states[job_id] = PrintJobState(PrintPhase.WAITING)
            self._queue[job_id] = PrintedSheetStack(job_id, pdf, copies)
            self._work_off()
            return job_id

    def state_of(self, job_id: str) -> PrintJobState:
        """State of a job, with what holds it up while it waits."""
        with self.changed:
            state = self._states.get(job_id)
            if state is None:
                return PrintJobState(PrintPhase.FAILED, PrintTrouble.LOST)
            if state.phase is PrintPhase.WAITING:
                return replace(state, trouble=self.trouble())
            return state

    def drop(self, job_id: str) -> Withdrawal:
        """Take a job out of the queue; a queue is the computer's, so the plug may be out."""
        with self.changed:
            if self._queue.get(job_id) is not None:
                self._finish(job_id, _DROPPED)
            state = self._states.get(job_id)
            if state == _DROPPED:
                return Withdrawal.WITHDRAWN
            out = state is not None and state.phase is PrintPhase.DONE
            return Withdrawal.PRINTED if out else Withdrawal.BEGUN

    def _work_off(self) -> None:
        for job_id, stack in list(self._queue.items()):
            trouble = self.trouble()
            if trouble is PrintTrouble.JAM:
                self._finish(job_id, PrintJobState(PrintPhase.FAILED, trouble))
                return
            if trouble is not None or self._paper < stack.copies:
                self._paper = self._paper if trouble else 0
                return
            self._paper -= stack.copies
            self._printed.append(stack)
            self._finish(job_id, PrintJobState(PrintPhase.DONE))

    def _finish(self, job_id: str, state: PrintJobState) -> None:
        del self._queue[job_id]
        self._states[job_id] = state


class SimulatedPrinter:
    """Client half; see `drivers.api.Printer`."""

    simulated: ClassVar[bool] = True

    def __init__(self, hand: PrinterHand) -> None:
        self.hand = hand

    @classmethod
    def from_options(cls, options: Mapping[str, object], **parts: Any) -> SimulatedPrinter:
        """No options. Part: `hand`."""
        return cls(parts.get("hand") or PrinterHand())

    def status(self) -> DeviceStatus:
        """State now, with paper and jams."""
        status = self.hand.status()
        trouble = self.hand.trouble()
        if status.state is DeviceState.READY and trouble is not None:
            return DeviceStatus(DeviceState.FAULT, trouble.value)
        return status

    def submit(self, pdf: bytes, title: str, copies: int) -> PrintJob:
        """Hand over a document; raises DeviceUnplugged or DeviceFault, ValueError for no PDF."""
        require_printable(pdf, title, copies)
        self.hand.require_answering(NAME)
        return PrintJob(self.hand.accept(pdf, copies), NAME)

    def job_state(self, job: PrintJob) -> PrintJobState:
        """What became of a job."""
        return self.hand.state_of(job.job_id)

    def withdraw(self, job: PrintJob) -> Withdrawal:
        """Take a job back; raises DeviceFault while nothing answers."""
        if self.hand.stalled:
            raise DeviceFault(NAME, "not_answering")
        return self.hand.drop(job.job_id)
