"""The child's side: one driver behind framed messages, alone with whatever its library does.

Three threads. The reader takes messages and never waits for the driver. The worker makes the
blocking calls, all on one thread, as the contract promises a driver. The pulse tells state and
pictures, repeats cancellations, and ends a process whose library holds everything up.
"""

from __future__ import annotations

import faulthandler
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from drivers.api import DriverKind
from drivers.errors import DeviceError, OptionInvalid
from drivers.host.frames import Body, FrameInvalid, WireFrame, encode_frame, read_frame
from drivers.host.memory import resident_bytes
from drivers.host.operations import HOSTED, HostedKind
from drivers.host.wire import Bytes, ValueInvalid, pack, pack_error, unpack
from drivers.registry import Registry
from drivers.simulated.command_file import CommandFile
from drivers.simulated.commands import Command, CommandInvalid, parse_command, perform

EXIT_BUG, EXIT_BAD_MESSAGE = 70, 65
PULSE_EVERY_S = 0.2
# Pictures: as fast as somebody looks, and now and then otherwise, so that the newest is never old.
LOOK_EVERY_S = 0.02
IDLE_PICTURE_EVERY_S = 0.5
WATCHED_FOR_S = 1.0
# The pulse has not come round for so long: something holds the interpreter itself.
STUCK_AFTER_S = 15.0
LEAVE_S = 1.0


@dataclass
class _Call:
    number: int
    method: str
    arguments: list[Any] = field(repr=False)


class Outlet:
    """Frames to the station, from any thread, each whole."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.RLock()

    def tell(self, message: str, content: Mapping[str, Any], bodies: list[Body]) -> None:
        """Send one message; a station that is gone ends this process."""
        pieces = encode_frame({"tell": message, **content}, bodies)
        with self._lock:
            try:
                for piece in pieces:
                    self._stream.write(piece)
                self._stream.flush()
            except (OSError, ValueError):
                os._exit(0)

    def tell_with_status(
        self, driver: Any, message: str, content: Mapping[str, Any], bodies: list[Body]
    ) -> None:
        """Send a message with the driver's state, asked for when nothing else can overtake it.

        `driver` is None while the device is not open, which has no state then.
        """
        with self._lock:
            status = None if driver is None else pack(driver.status(), [])
            self.tell(message, {**content, "status": status}, bodies)


class HostedDriver:
    """Serves one driver until the station closes its end."""

    def __init__(self, kind: DriverKind, driver: Any, outlet: Outlet) -> None:
        self._hosted: HostedKind = HOSTED[kind]
        self._driver = driver
        # Not every kind has calls that can be cancelled.
        self._cancel: Callable[[], None] = getattr(driver, "cancel", lambda: None)
        self._out = outlet
        self._calls: queue.Queue[_Call | None] = queue.Queue()
        self._lock = threading.Lock()
        self._current: _Call | None = None
        # All calls up to this number; a cancellation may overtake its call.
        self._cancelled = 0
        self._opened = False
        self._wake = threading.Event()
        self._watched_until_s = 0.0
        self._picture_seen = True
        self._pictured: int | None = None
        self._pictured_at_s = 0.0
        self._worker = threading.Thread(target=self._work, name="worker", daemon=True)
        self._pulse = threading.Thread(target=self._beat, name="pulse", daemon=True)

    def serve(self, stream: BinaryIO) -> None:
        """Take messages until the stream ends. Raises FrameInvalid or ValueInvalid."""
        self._worker.start()
        self._pulse.start()
        while (frame := read_frame(stream)) is not None:
            self._take(frame)
        self._leave()

    # --- reader -------------------------------------------------------------------------------

    def _take(self, frame: WireFrame) -> None:
        header = frame.header
        match header.get("do"):
            case "call":
                self._begin(header, frame.body)
            case "cancel":
                self._cancelled = max(self._cancelled, unpack(header.get("id"), int, Bytes(b"")))
            case "watch":
                self._watched_until_s = time.monotonic() + WATCHED_FOR_S
            case "seen":
                self._picture_seen = True
            case "hand":
                self._move_hand(header)
            case _:
                raise ValueInvalid("message")
        self._wake.set()

    def _begin(self, header: Mapping[str, Any], body: bytes) -> None:
        number, method, packed = header.get("id"), header.get("method"), header.get("arguments")
        operation = self._hosted.operations.get(method) if isinstance(method, str) else None
        if type(number) is not int or operation is None or not isinstance(packed, list):
            raise ValueInvalid("call")
        if len(packed) != len(operation.arguments):
            raise ValueInvalid("call")
        data = Bytes(body)
        wanted = zip(packed, operation.arguments, strict=True)
        call = _Call(number, str(method), [unpack(item, kind, data) for item, kind in wanted])
        data.end()
        with self._lock:
            if self._current is not None:
                raise ValueInvalid("call")  # the station asks one thing at a time
            self._current = call
        self._calls.put(call)

    def _move_hand(self, header: Mapping[str, Any]) -> None:
        line = header.get("line")
        if not isinstance(line, str):
            raise ValueInvalid("hand")
        reason = None
        try:
            command = parse_command(line.encode("utf-8"))
            if command is not None:
                self.do(command)
        except (CommandInvalid, UnicodeEncodeError) as error:
            reason = str(error) if isinstance(error, CommandInvalid) else "line: no UTF-8"
        self._out.tell("moved", {"id": header.get("id"), "refused": reason}, [])

    def do(self, command: Command) -> None:
        """Let the simulated device's hand do something. Raises CommandInvalid if it has none."""
        hand = getattr(self._driver, "hand", None)
        if hand is None:
            raise CommandInvalid("device: no simulated one")
        perform(hand, command)
        self._wake.set()

    def _leave(self) -> None:
        """The station is gone or has had enough: give the device back if it lets us."""
        with self._lock:
            running = self._current is not None
        if running:
            self._cancel()
        self._calls.put(None)
        self._worker.join(LEAVE_S)

    @property
    def _opened_driver(self) -> Any:
        return self._driver if self._opened else None

    # --- worker -------------------------------------------------------------------------------

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            self._make(call)
        if self._opened:
            self._driver.close()

    def _make(self, call: _Call) -> None:
        operation = self._hosted.operations[call.method]
        method = getattr(self._driver, call.method)
        arguments = list(call.arguments)
        if operation.tells_phases:
            arguments.append(lambda phase: self._tell_phase(call.number, phase))
        bodies: list[Body] = []
        try:
            message, content = "result", {"value": pack(method(*arguments), bodies)}
            self._opened = self._opened or call.method == "open"
        except DeviceError as error:
            message, content = "error", {"error": pack_error(error)}
        with self._lock:
            self._current = None
        self._out.tell_with_status(
            self._opened_driver, message, {"id": call.number, **content}, bodies
        )
        self._wake.set()

    def _tell_phase(self, number: int, phase: Any) -> None:
        self._out.tell("phase", {"id": number, "phase": str(phase)}, [])

    # --- pulse --------------------------------------------------------------------------------

    def _beat(self) -> None:
        told_at_s = 0.0
        while True:
            faulthandler.dump_traceback_later(STUCK_AFTER_S, exit=True, file=sys.stderr)
            if time.monotonic() - told_at_s >= PULSE_EVERY_S:
                told_at_s = time.monotonic()
                self._tell_pulse()
            cancelling = self._cancel_again()
            self._show_picture()
            watched = time.monotonic() < self._watched_until_s
            self._wake.wait(LOOK_EVERY_S if cancelling or watched else PULSE_EVERY_S)
            self._wake.clear()

    def _cancel_again(self) -> bool:
        """Cancel until the call has ended: one cancel may come before the driver has begun."""
        with self._lock:  # so that the call cannot end, and the next begin, in between
            if self._current is None or self._current.number > self._cancelled:
                return False
            self._cancel()
            return True

    def _tell_pulse(self) -> None:
        content = {"resident_bytes": resident_bytes()}
        self._out.tell_with_status(self._opened_driver, "pulse", content, [])

    def _show_picture(self) -> None:
        """Send the newest picture, unless the last one was not taken yet: newest wins."""
        now_s = time.monotonic()
        pause_s = 0.0 if now_s < self._watched_until_s else IDLE_PICTURE_EVERY_S
        due = now_s - self._pictured_at_s >= pause_s
        if self._hosted.picture is None or not (self._opened and self._picture_seen and due):
            return
        try:
            frame = getattr(self._driver, self._hosted.picture)()
        except (DeviceError, RuntimeError):  # told by the state; or closed a moment ago
            return
        self._pictured_at_s = now_s
        if frame is None or frame.sequence == self._pictured:
            return
        self._pictured, self._picture_seen = frame.sequence, False
        bodies: list[Body] = []
        packed = pack(frame, bodies)
        self._out.tell("picture", {"frame": packed}, bodies)


def serve_driver(
    kind: DriverKind, name: str, registry: Registry, source: BinaryIO, sink: BinaryIO
) -> int:
    """Wait for the station's first message, build the driver, serve it; returns the exit status."""
    threading.excepthook = _end_on_bug
    outlet = Outlet(sink)
    try:
        first = read_frame(source)
        if first is None:
            return 0
        started = _start(kind, name, registry, first.header, outlet)
        if started is not None:
            started.serve(source)
    except (FrameInvalid, ValueInvalid):
        return EXIT_BAD_MESSAGE
    return 0


def _start(
    kind: DriverKind, name: str, registry: Registry, header: Mapping[str, Any], outlet: Outlet
) -> HostedDriver | None:
    options, commands = header.get("options"), header.get("commands")
    if header.get("do") != "start" or not isinstance(options, dict):
        raise ValueInvalid("start")
    try:
        driver = registry.driver_class(kind, name).from_options(options)
        if commands is not None and not hasattr(driver, "hand"):
            raise OptionInvalid(name, "commands: no simulated device")
    except DeviceError as error:
        outlet.tell("refused", {"error": pack_error(error)}, [])
        return None
    hosted = HostedDriver(kind, driver, outlet)
    if isinstance(commands, str):
        skip = header.get("skip_present") is True
        CommandFile(Path(commands), hosted.do, _ignore, skip_present=skip).start()
    outlet.tell("hello", {"simulated": bool(driver.simulated)}, [])
    return hosted


def _ignore(_line: int, _why: str) -> None:
    """A line that is no command does nothing; whoever wrote it looks at the device."""


def _end_on_bug(arguments: threading.ExceptHookArgs) -> None:
    """A driver's bug ends its process; kind and places are told, never values."""
    places = []
    trace: TracebackType | None = arguments.exc_traceback
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"  {code.co_filename}:{trace.tb_lineno} {code.co_qualname}")
        trace = trace.tb_next
    print(arguments.exc_type.__name__, *places, sep="\n", file=sys.stderr, flush=True)
    os._exit(EXIT_BUG)
