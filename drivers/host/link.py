"""The station's end of one child process, from its start to its end.

Whatever the child does, callers here get an answer: a result, a DeviceError, or a DeviceFault with
one of the words below when the child crashed, hung, or sent what is no message.
"""

from __future__ import annotations

import itertools
import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drivers.api import CapturePhase, DeviceStatus, Frame
from drivers.errors import DeviceError, DeviceFault, OptionInvalid
from drivers.host.frames import Body, FrameInvalid, WireFrame
from drivers.host.operations import HOSTED
from drivers.host.plan import Failure, HostPlan
from drivers.host.process import FramedProcess
from drivers.host.wire import Bytes, ValueInvalid, pack, unpack, unpack_error

# Cancelling is prompt by contract; a child that has not obeyed by then never will.
CANCEL_LIMIT_S = 3.0
WATCH_AGAIN_S = 0.4
END_LIMIT_S = 1.5
# More messages than this in a second without being asked: the child is out of control.
MAX_UNASKED_PER_S = 400


@dataclass
class _Waiting:
    """Somebody waits for the end of a call."""

    method: str
    events: queue.SimpleQueue[Callable[[], Any]]
    deadline_s: float
    phases_left: int = len(CapturePhase)


class Link:
    """One child. Made by `spawn`; ends with `end` or of itself, and is never used again."""

    def __init__(self, plan: HostPlan, process: FramedProcess) -> None:
        self._plan = plan
        self._operations = HOSTED[plan.kind].operations
        self._process = process
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._calls: dict[int, _Waiting] = {}
        self._moves: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._hello: queue.SimpleQueue[Callable[[], bool]] = queue.SimpleQueue()
        self._unasked, self._unasked_since_s = 0, 0.0
        self._watched_at_s = 0.0
        self._pulse_at_s = time.monotonic()
        self._picture: Frame | None = None
        self._picture_at_s = 0.0
        self.pictured = threading.Event()
        self.ended = threading.Event()
        self.failure: Failure | None = None
        self.status: DeviceStatus | None = None
        self.resident_bytes = 0
        # Set for a child that is to be replaced as soon as nobody waits for it.
        self.retire: Failure | None = None
        self._reader = threading.Thread(target=self._read, name="driver-link", daemon=True)
        self._reader.start()

    @property
    def process_id(self) -> int:
        """The child's number in the operating system."""
        return self._process.process_id

    @property
    def busy(self) -> bool:
        """Whether a blocking call is running."""
        return bool(self._calls)

    @property
    def pulse_age_s(self) -> float:
        """How long the child has been silent."""
        return time.monotonic() - self._pulse_at_s

    @property
    def picture(self) -> Frame | None:
        """The newest picture that arrived."""
        return self._picture

    @property
    def picture_age_s(self) -> float:
        """How long ago it arrived."""
        return time.monotonic() - self._picture_at_s

    def greet(self, skip_present: bool) -> None:
        """Send the options, wait until the driver is built. Raises what building it raised."""
        commands = str(self._plan.commands) if self._plan.commands else None
        options = {
            key: str(value) if isinstance(value, Path) else value
            for key, value in self._plan.options.items()
        }
        start = {"options": options, "commands": commands, "skip_present": skip_present}
        try:
            self._process.send({"do": "start", **start})
        except (TypeError, ValueError, FrameInvalid) as error:
            raise OptionInvalid(self._plan.name, "options: not plain values") from error
        try:
            simulated = self._hello.get(timeout=self._plan.limits.start_s)()
        except queue.Empty:
            self.kill(Failure.HUNG)
            raise self._fault() from None
        if simulated != self._plan.simulated:
            self.kill(Failure.ENDED)
            raise OptionInvalid(self._plan.name, "simulated: not as announced")

    def call(
        self,
        method: str,
        *arguments: object,
        timeout_s: float = 0.0,
        on_phase: Callable[[CapturePhase], None] | None = None,
    ) -> Any:
        """Make a blocking call in the child and wait for its end.

        `on_phase` is called on this thread. Raises the driver's DeviceError, or DeviceFault.
        """
        operation = self._operations[method]
        bodies: list[Body] = []
        packed = [pack(argument, bodies) for argument in arguments]
        deadline_s = time.monotonic() + timeout_s + operation.limit_s
        waiting = _Waiting(method, queue.SimpleQueue(), deadline_s)
        number = next(self._numbers)
        with self._lock:
            if self.ended.is_set():
                raise self._fault()
            self._calls[number] = waiting
        self._process.send(
            {"do": "call", "id": number, "method": method, "arguments": packed}, bodies
        )
        try:
            while True:
                outcome = self._next_event(waiting)()
                if not isinstance(outcome, CapturePhase):
                    return outcome[0] if isinstance(outcome, tuple) else None
                if on_phase is not None:
                    on_phase(outcome)
        finally:
            with self._lock:
                self._calls.pop(number, None)

    def cancel(self) -> None:
        """End the running call, by force if it does not obey."""
        with self._lock:
            running = list(self._calls.items())
            for _, waiting in running:
                waiting.deadline_s = min(waiting.deadline_s, time.monotonic() + CANCEL_LIMIT_S)
                waiting.events.put(_still_waiting)
        for number, _ in running:
            self._process.send({"do": "cancel", "id": number})

    def watch(self) -> None:
        """Tell the child that somebody looks at its pictures now."""
        now_s = time.monotonic()
        if now_s - self._watched_at_s > WATCH_AGAIN_S:
            self._watched_at_s = now_s
            self._process.send({"do": "watch"})

    def move_hand(self, line: bytes) -> str | None:
        """Let the hand of a simulated device do something; returns why not, if so."""
        self._process.send({"do": "hand", "id": 0, "line": line.decode("utf-8")})
        try:
            return self._moves.get(timeout=self._plan.limits.pulse_s)
        except queue.Empty:
            return Failure.HUNG.value

    def kill(self, failure: Failure) -> None:
        """End the child at once and tell everybody who waits why."""
        self._finish(failure)
        self._process.kill()

    def end(self) -> None:
        """Let the child give its device back and leave; by force if it takes too long."""
        self._finish(Failure.ENDED)
        self._process.end(END_LIMIT_S)
        if threading.current_thread() is not self._reader:
            self._reader.join()
        self._process.release()

    # --- waiting ------------------------------------------------------------------------------

    def _next_event(self, waiting: _Waiting) -> Callable[[], Any]:
        while True:
            left_s = waiting.deadline_s - time.monotonic()
            try:
                event = waiting.events.get(timeout=max(0.0, left_s))
            except queue.Empty:
                self.kill(Failure.HUNG)
                raise self._fault() from None
            if event is not _still_waiting:
                return event

    def _fault(self) -> DeviceFault:
        return DeviceFault(self._plan.name, (self.failure or Failure.CRASHED).value)

    def _finish(self, failure: Failure) -> None:
        with self._lock:
            if self.failure is None:
                self.failure = failure
            self.ended.set()
            waiting = list(self._calls.values())
        fault = self._fault()
        for one in waiting:
            one.events.put(_raising(fault))
        self._hello.put(_raising(fault))
        self._moves.put(fault.detail)
        self.pictured.set()

    # --- in -----------------------------------------------------------------------------------

    def _read(self) -> None:
        failure = Failure.CRASHED
        try:
            while (frame := self._process.receive()) is not None:
                self._take(frame)
        except (FrameInvalid, ValueInvalid):
            failure = Failure.NONSENSE
        self.kill(failure)

    def _take(self, frame: WireFrame) -> None:
        header, data = frame.header, Bytes(frame.body)
        if header.get("tell") not in ("result", "error", "phase"):
            self._count_unasked()
        match header.get("tell"):
            case "pulse":
                self._take_pulse(header)
            case "picture":
                self._take_picture(header, data)
            case "phase":
                self._take_phase(header)
            case "result":
                self._take_result(header, data)
            case "error":
                error = unpack_error(header.get("error"))
                self._answer(header, _raising(error))
            case "hello":
                simulated = unpack(header.get("simulated"), bool, data)
                self._pulse_at_s = time.monotonic()
                self._hello.put(lambda: bool(simulated))
            case "refused":
                self._hello.put(_raising(unpack_error(header.get("error"))))
            case "moved":
                self._moves.put(unpack(header.get("refused"), str | None, data))
            case _:
                raise ValueInvalid("message")
        data.end()

    def _count_unasked(self) -> None:
        now_s = time.monotonic()
        if now_s - self._unasked_since_s > 1.0:
            self._unasked, self._unasked_since_s = 0, now_s
        self._unasked += 1
        if self._unasked > MAX_UNASKED_PER_S:
            raise ValueInvalid("flood")

    def _take_status(self, header: Mapping[str, Any]) -> None:
        self.status = unpack(header.get("status"), DeviceStatus | None, Bytes(b""))
        self._pulse_at_s = time.monotonic()

    def _take_pulse(self, header: Mapping[str, Any]) -> None:
        self.resident_bytes = unpack(header.get("resident_bytes"), int, Bytes(b""))
        self._take_status(header)

    def _take_picture(self, header: Mapping[str, Any], data: Bytes) -> None:
        self._picture = unpack(header.get("frame"), Frame, data)
        self._picture_at_s = time.monotonic()
        self.pictured.set()
        self._process.send({"do": "seen"})

    def _take_phase(self, header: Mapping[str, Any]) -> None:
        phase = unpack(header.get("phase"), CapturePhase, Bytes(b""))
        with self._lock:
            waiting = self._calls.get(_number(header))
            if waiting is None:
                raise ValueInvalid("phase")
            waiting.phases_left -= 1
            if waiting.phases_left < 0 or not self._operations[waiting.method].tells_phases:
                raise ValueInvalid("phase")
        waiting.events.put(lambda: phase)

    def _take_result(self, header: Mapping[str, Any], data: Bytes) -> None:
        with self._lock:
            waiting = self._calls.get(_number(header))
        if waiting is None:
            raise ValueInvalid("result")
        value = unpack(header.get("value"), self._operations[waiting.method].result, data)
        # In a tuple, so that no result can be taken for a phase.
        self._answer(header, lambda: (value,))

    def _answer(self, header: Mapping[str, Any], event: Callable[[], Any]) -> None:
        self._take_status(header)
        with self._lock:
            waiting = self._calls.pop(_number(header), None)
        if waiting is None:
            raise ValueInvalid("answer")
        waiting.events.put(event)
        if self.retire is not None and not self.busy:
            self.kill(self.retire)


def spawn(plan: HostPlan) -> Link:
    """Start a child; `greet` has to follow. Raises DeviceFault if it cannot be started."""
    try:
        return Link(plan, FramedProcess(plan.command))
    except OSError as error:
        raise DeviceFault(plan.name, "driver_cannot_start") from error


def _still_waiting() -> None:
    """The event that only makes a waiting call look at its deadline again."""


def _raising(error: DeviceError) -> Callable[[], Any]:
    def event() -> Any:
        raise error

    return event


def _number(header: Mapping[str, Any]) -> int:
    number = header.get("id")
    if type(number) is not int:
        raise ValueInvalid("id")
    return number
