"""The driver: finds a card, selects it, reads it; see `drivers.api.DocumentReader`."""

from __future__ import annotations

import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from drivers.api import (
    CardText,
    DeviceFacts,
    DeviceState,
    DeviceStatus,
    NoCard,
    NoCardReason,
)
from drivers.document_reader.sam_serial import card_data, text_record
from drivers.document_reader.sam_serial.card_data import CardDataInvalid
from drivers.document_reader.sam_serial.conversation import Conversation
from drivers.document_reader.sam_serial.frames import Command, Reply, Status
from drivers.document_reader.sam_serial.photo import DecoderProgram, PhotoDecoder
from drivers.errors import DeviceBusy, DeviceError, DeviceFault, DeviceNotFound, DeviceUnplugged
from drivers.options import Options
from drivers.transport.byte_line import ByteLine
from drivers.transport.serial_line import SerialLine, port_exists

NAME = "sam_serial"
BAUDS = (115_200, 57_600, 38_400, 19_200, 9_600)
LOOK_EVERY_S = 0.3
FAULT_RESTS_S = 3.0
# A question that was asked in time may be answered this much later.
GRACE_S = 0.5
TEXT_ONLY = "text only: no photo decoder"
_SAM_NUMBER_BYTES = 16
_CARD_GONE = (Status.FIND_FAILED, Status.SELECT_FAILED)


class SamSerialReader:
    """One reader on one port. The port is opened anew when it comes back after a pulled plug."""

    simulated: ClassVar[bool] = False

    def __init__(
        self,
        connect: Callable[[], ByteLine],
        is_there: Callable[[], bool],
        photo_decoder: PhotoDecoder | None = None,
        with_fingers: bool = False,
    ) -> None:
        """`connect` opens the line, `is_there` says at once whether the port exists."""
        self._connect = connect
        self._is_there = is_there
        self._decoder = photo_decoder
        self._with_fingers = with_fingers
        self._line: ByteLine | None = None
        self._conversation: Conversation | None = None
        self._opened = False
        self._running = threading.Lock()
        self._cancelled = threading.Event()
        self._fault = ""
        self._rested_at = 0.0

    @classmethod
    def from_options(cls, options: Mapping[str, object], **parts: Any) -> SamSerialReader:
        """Options: `port`, `baud` (115200), `photo_decoder` (a program, see `photo`),
        `with_fingers` (1: also ask which fingers the card holds; 0).
        """
        read = Options(NAME, options)
        port = read.text("port")
        baud = read.integer("baud", BAUDS[0], BAUDS[-1], BAUDS[0])
        decoder = DecoderProgram(read.path("photo_decoder")) if "photo_decoder" in options else None
        with_fingers = bool(read.integer("with_fingers", 0, 0, 1))
        connect = partial(SerialLine, NAME, port, baud)
        return cls(connect, partial(port_exists, port), decoder, with_fingers)

    def open(self) -> DeviceFacts:
        """Open the port and ask the SAM who it is."""
        self._hang_up()
        try:
            number = self._sam_number()
        except DeviceError:
            self._hang_up()
            raise
        self._opened, self._fault = True, ""
        return DeviceFacts(NAME, "GA/T 467", "SAM", number, "", simulated=False)

    def status(self) -> DeviceStatus:
        """State now; any thread. READY says in its detail when photos cannot be decoded."""
        if not self._is_there():
            return DeviceStatus(DeviceState.UNPLUGGED)
        if self._running.locked():
            return DeviceStatus(DeviceState.BUSY)
        if self._fault and time.monotonic() < self._rested_at:
            return DeviceStatus(DeviceState.FAULT, self._fault)
        return DeviceStatus(DeviceState.READY, "" if self._decoder else TEXT_ONLY)

    def read(self, timeout_s: float) -> CardText | NoCard:
        """Wait for a card and read it whole."""
        if not self._opened:
            raise RuntimeError("the document reader is not open")
        if not self._running.acquire(blocking=False):
            raise DeviceBusy(NAME, "read_running")
        try:
            self._cancelled.clear()
            return self._read(timeout_s)
        except DeviceUnplugged:
            self._hang_up()
            raise
        except DeviceFault as error:
            # Nothing but the next question can tell whether it works again, so let one be asked.
            self._fault, self._rested_at = error.detail, time.monotonic() + FAULT_RESTS_S
            raise
        finally:
            self._running.release()

    def cancel(self) -> None:
        """End the running `read`."""
        self._cancelled.set()

    def close(self) -> None:
        """Give the port back, ending a `read` that is still running."""
        self.cancel()
        with self._running:
            self._opened = False
            self._hang_up()

    @property
    def _read_command(self) -> Command:
        return Command.READ_CARD_WITH_FINGERS if self._with_fingers else Command.READ_CARD

    def _read(self, timeout_s: float) -> CardText | NoCard:
        end = time.monotonic() + timeout_s
        seen = False
        while not self._cancelled.is_set():
            if self._selected(end):
                seen = True
                outcome = self._card(end)
                if isinstance(outcome, CardText) or outcome.reason is NoCardReason.UNREADABLE:
                    return outcome
            if time.monotonic() >= end:
                return NoCard(NoCardReason.MOVED_AWAY if seen else NoCardReason.TIMEOUT)
            self._cancelled.wait(min(LOOK_EVERY_S, max(0.0, end - time.monotonic())))
        return NoCard(NoCardReason.CANCELLED)

    def _selected(self, end: float) -> bool:
        # A card that was read once is not found again until it is lifted, but can be selected.
        self._ask(Command.FIND_CARD, end)
        return _is_ok(self._ask(Command.SELECT_CARD, end))

    def _card(self, end: float) -> CardText | NoCard:
        reply = self._ask(self._read_command, end)
        if not _is_ok(reply):  # once more, if the card still lies there
            if not self._selected(end):
                return NoCard(NoCardReason.MOVED_AWAY)
            reply = self._ask(self._read_command, end)
        if reply is None or reply.status in _CARD_GONE:
            return NoCard(NoCardReason.MOVED_AWAY)
        return self._text_of(reply) if _is_ok(reply) else NoCard(NoCardReason.UNREADABLE)

    def _ask(self, command: Command, end: float) -> Reply | None:
        return self._connected().ask(
            command, lambda: self._cancelled.is_set() or time.monotonic() > end + GRACE_S
        )

    def _text_of(self, reply: Reply) -> CardText | NoCard:
        try:
            data = card_data.parsed(reply.data, self._with_fingers)
            text = text_record.parsed(data.text)
        except CardDataInvalid:
            return NoCard(NoCardReason.UNREADABLE)
        photo = self._decoder.decoded(data.photo) if self._decoder and data.photo else None
        return replace(text, photo=photo, fingers=data.fingers)

    def _connected(self) -> Conversation:
        if self._line is None or self._conversation is None:
            try:
                self._line = self._connect()
            except DeviceNotFound:
                if not self._opened:
                    raise
                raise DeviceUnplugged(NAME, "serial line") from None
            self._conversation = Conversation(NAME, self._line)
        return self._conversation

    def _hang_up(self) -> None:
        line, self._line, self._conversation = self._line, None, None
        if line is not None:
            line.close()

    def _sam_number(self) -> str:
        reply = self._connected().ask(Command.SAM_NUMBER)
        if reply is None or not _is_ok(reply) or len(reply.data) != _SAM_NUMBER_BYTES:
            raise DeviceFault(NAME, "gives no SAM number")
        return "{:02d}.{:02d}-{}-{:010d}-{}".format(*struct.unpack("<HHIII", reply.data))


def _is_ok(reply: Reply | None) -> bool:
    return reply is not None and reply.status == Status.OK
