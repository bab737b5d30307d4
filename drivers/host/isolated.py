"""Drivers that keep the contract of `drivers.api` over a process of their own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from drivers.api import (
    Capture,
    CapturePhase,
    CardText,
    DeviceFacts,
    DeviceState,
    DeviceStatus,
    DriverKind,
    Frame,
    NoCard,
    OnPhase,
    Photo,
    PrintJob,
    PrintJobState,
    ReaderFacts,
    Retry,
    Withdrawal,
)
from drivers.errors import DeviceBusy, DeviceError, DeviceFault, DeviceUnplugged
from drivers.host.plan import HostPlan
from drivers.host.supervisor import Supervisor
from drivers.printer.pdf import require_printable
from drivers.simulated.commands import Command, CommandInvalid, format_command

# Pictures come at least twice a second; older than this, the newest is not "now" any more.
MAX_PICTURE_AGE_S = 2.0
FIRST_PICTURE_LIMIT_S = 5.0
# Whoever shows pictures looks at least so often. Others make do with those that come unasked: every
# picture through the pipe costs both processes a millisecond or more.
SHOWN_WITHIN_S = 0.25


class IsolatedDevice:
    """What all kinds share. `simulated` is what the plan says; a child that differs is refused."""

    def __init__(self, plan: HostPlan, *, has_open: bool = True) -> None:
        self.simulated = plan.simulated
        self.supervisor = Supervisor(plan, has_open=has_open)
        self._name = plan.name
        self._call_lock = threading.Lock()
        self._looked_at_s = 0.0

    def status(self) -> DeviceStatus:
        """State now, at most a fifth of a second old; any thread, never waits."""
        return self.supervisor.status()

    def cancel(self) -> None:
        """End the blocking call that is running; any thread."""
        link = self.supervisor.link
        if link is not None:
            link.cancel()

    def close(self) -> None:
        """Give the device back and end its process."""
        self.supervisor.close()

    def command(self, command: Command) -> None:
        """Move the hand of a simulated device. Raises CommandInvalid, or DeviceError."""
        refused = self.supervisor.require().move_hand(format_command(command))
        if refused is not None:
            raise CommandInvalid(refused)

    def _call(
        self,
        method: str,
        *arguments: object,
        timeout_s: float = 0.0,
        on_phase: Callable[[CapturePhase], None] | None = None,
    ) -> Any:
        link = self.supervisor.require()
        with self._alone():
            return link.call(method, *arguments, timeout_s=timeout_s, on_phase=on_phase)

    def _open(self) -> Any:
        with self._alone():
            return self.supervisor.open()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._call_lock.acquire(blocking=False):
            raise DeviceBusy(self._name, "call_running")
        try:
            yield
        finally:
            self._call_lock.release()

    def _newest_picture(self) -> Frame | None:
        link = self.supervisor.require()
        now_s = time.monotonic()
        if now_s - self._looked_at_s < SHOWN_WITHIN_S:
            link.watch()
        self._looked_at_s = now_s
        return link.picture

    def _await_picture(self) -> None:
        """After `open`: so that whoever looks next sees something."""
        link = self.supervisor.link
        if link is not None:
            link.watch()
            link.pictured.wait(FIRST_PICTURE_LIMIT_S)


class IsolatedReader(IsolatedDevice):
    """A `FingerprintReader`."""

    def open(self) -> ReaderFacts:
        """Take the device; also starts its process."""
        facts: ReaderFacts = self._open()
        if facts.previews:
            self._await_picture()
        return facts

    def preview(self) -> Frame | None:
        """Newest picture of the glass; None without one, also while the device does not work."""
        if self.status().state in (DeviceState.UNPLUGGED, DeviceState.FAULT):
            return None
        try:
            return self._newest_picture()
        except (DeviceError, RuntimeError):
            return None

    def capture(self, timeout_s: float, on_phase: OnPhase) -> Capture | Retry:
        """Wait for a finger and read it. Raises DeviceFault, too, when the process failed."""
        outcome: Capture | Retry = self._call(
            "capture", timeout_s, timeout_s=timeout_s, on_phase=on_phase
        )
        return outcome

    def await_lift(self, timeout_s: float) -> bool:
        """Block until the glass is empty."""
        return bool(self._call("await_lift", timeout_s, timeout_s=timeout_s))


class IsolatedCamera(IsolatedDevice):
    """A `Camera`."""

    def open(self) -> DeviceFacts:
        """Take the device; also starts its process."""
        facts: DeviceFacts = self._open()
        self._await_picture()
        return facts

    def status(self) -> DeviceStatus:
        """State now; pictures that stand still are a fault."""
        status = super().status()
        link = self.supervisor.link
        working = status.state in (DeviceState.READY, DeviceState.BUSY)
        if working and link is not None and link.picture_age_s > MAX_PICTURE_AGE_S:
            return DeviceStatus(DeviceState.FAULT, "frozen")
        return status

    def frame(self) -> Frame:
        """Newest RGB picture. Raises DeviceUnplugged or DeviceFault."""
        picture = self._newest_picture()
        status = self.status()
        if status.state is DeviceState.UNPLUGGED:
            raise DeviceUnplugged(self._name, status.detail)
        if status.state is DeviceState.FAULT or picture is None:
            raise DeviceFault(self._name, status.detail or "no_picture")
        return picture

    def still(self) -> Photo:
        """One picture at full size; blocks."""
        photo: Photo = self._call("still")
        return photo


class IsolatedDocumentReader(IsolatedDevice):
    """A `DocumentReader`."""

    def open(self) -> DeviceFacts:
        """Take the device; also starts its process."""
        facts: DeviceFacts = self._open()
        return facts

    def read(self, timeout_s: float) -> CardText | NoCard:
        """Wait for a card and read it whole; blocks."""
        outcome: CardText | NoCard = self._call("read", timeout_s, timeout_s=timeout_s)
        return outcome


class IsolatedPrinter(IsolatedDevice):
    """A `Printer`: its process starts with the first question and ends with the station."""

    def __init__(self, plan: HostPlan) -> None:
        super().__init__(plan, has_open=False)

    def status(self) -> DeviceStatus:
        """State of the printer now; may take a moment."""
        try:
            status: DeviceStatus = self._ask("status")
        except DeviceError as error:
            return DeviceStatus(DeviceState.FAULT, error.detail)
        return status

    def submit(self, pdf: bytes, title: str, copies: int) -> PrintJob:
        """Hand over a document at true size, A4."""
        require_printable(pdf, title, copies)
        job: PrintJob = self._ask("submit", pdf, title, copies)
        return job

    def job_state(self, job: PrintJob) -> PrintJobState:
        """What became of a job."""
        state: PrintJobState = self._ask("job_state", job)
        return state

    def withdraw(self, job: PrintJob) -> Withdrawal:
        """Let a job not come out any more."""
        became: Withdrawal = self._ask("withdraw", job)
        return became

    def _ask(self, method: str, *arguments: object) -> Any:
        if self.supervisor.link is None:
            self._open()
        return self._call(method, *arguments)


_CLASSES: dict[DriverKind, type[IsolatedDevice]] = {
    DriverKind.FINGERPRINT_READER: IsolatedReader,
    DriverKind.CAMERA: IsolatedCamera,
    DriverKind.DOCUMENT_READER: IsolatedDocumentReader,
    DriverKind.PRINTER: IsolatedPrinter,
}


def isolated_driver(plan: HostPlan) -> IsolatedDevice:
    """The driver of a plan, not yet open; its process starts when it is."""
    return _CLASSES[plan.kind](plan)
