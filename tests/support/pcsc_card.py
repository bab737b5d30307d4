"""The system's real PC/SC service with a card that exists only in software.

Debian's vsmartcard-vpcd is a reader driver for pcscd: whoever connects to its TCP port is the card
in the reader, and who hangs up has been pulled out.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import socket
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from drivers.errors import DeviceNotFound
from drivers.smartcard.pcsc import PcscReaders, load_pyscard

PCSCD = "/usr/sbin/pcscd"
READER, PORT = "Virtual PCD 00 00", 35963  # as the Debian package configures it
SECOND_READER, SECOND_PORT = "Virtual PCD 00 01", 35964
READERS = {PORT: READER, SECOND_PORT: SECOND_READER}
PATIENCE_S = 20.0
ATTEMPTS = 5
READER_PATIENCE_S = 4.0
POLL_S = 0.02
# ISO/IEC 7816-3: direct convention, T=1 only, four historical bytes, check byte.
ANSWER_TO_RESET = bytes.fromhex("3B8480015445535413")
ASK_ANSWER_TO_RESET = 4
INSTRUCTION_NOT_SUPPORTED = b"\x6d\x00"


class CardChip(Protocol):
    """What a card does once it has power."""

    answer_to_reset: bytes

    def reset(self) -> None: ...

    def answer(self, command: bytes) -> bytes | None:
        """The answer; None: it is pulled out before it answers."""


class SilentChip:
    """Answers a reset and knows no instruction."""

    answer_to_reset = ANSWER_TO_RESET

    def reset(self) -> None:
        pass

    def answer(self, command: bytes) -> bytes:
        return INSTRUCTION_NOT_SUPPORTED


class VirtualCard:
    """A card in a virtual reader, from its making until it is pulled out."""

    def __init__(self, port: int = PORT, chip: CardChip | None = None) -> None:
        self._chip: CardChip = chip or SilentChip()
        self._wire = _connected(port)
        self._wire.settimeout(None)
        self._wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._thread = threading.Thread(target=self._answer, daemon=True)
        self._thread.start()

    def pull_out(self) -> None:
        """Take the card out of the reader; a card that is out stays out."""
        with suppress(OSError):  # the reader may have gone before
            # Wakes the thread, which a mere close would not.
            self._wire.shutdown(socket.SHUT_RDWR)
        self._thread.join(PATIENCE_S)
        self._wire.close()

    def _answer(self) -> None:
        while (asked := self._received()) is not None:
            if asked == bytes([ASK_ANSWER_TO_RESET]):
                self._send(self._chip.answer_to_reset)
            elif len(asked) == 1:  # a word about power, which wants no answer
                self._chip.reset()
            elif (answer := self._chip.answer(asked)) is not None:
                self._send(answer)
            else:
                self._wire.shutdown(socket.SHUT_RDWR)

    def _received(self) -> bytes | None:
        head = self._exactly(2)
        return None if head is None else self._exactly(struct.unpack(">H", head)[0])

    def _exactly(self, count: int) -> bytes | None:
        got = b""
        while len(got) < count:
            try:
                # Else every command waits for the acknowledgement of the last answer, 40 ms.
                self._wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
                part = self._wire.recv(count - len(got))
            except OSError:
                return None
            if not part:
                return None
            got += part
        return got

    def _send(self, answer: bytes) -> None:
        with suppress(OSError):  # the reader may have gone meanwhile
            self._wire.sendall(struct.pack(">H", len(answer)) + answer)


class Slit:
    """The slit of a virtual reader: one card at a time, `chip` making it anew for every insertion.

    Nobody swaps cards faster than the service looks, which is every 0.4 s; so slits take turns at
    the two readers, and a card that was pulled goes unnoticed while the other reader is used.
    """

    _ports = itertools.cycle((PORT, SECOND_PORT))

    def __init__(self, chip: Callable[[], CardChip], port: int | None = None) -> None:
        self.chip = chip
        self._port = port or next(self._ports)
        self._card: VirtualCard | None = None
        self._await_empty()

    @property
    def reader(self) -> str:
        return READERS[self._port]

    def insert(self) -> None:
        self.pull()
        self._await_empty()
        self._card = VirtualCard(self._port, self.chip())

    def pull(self) -> None:
        card, self._card = self._card, None
        if card is not None:
            card.pull_out()

    def _await_empty(self) -> None:
        wait_until(lambda: not card_lies(self._port), "the slit to be empty")


class PcscService:
    """The machine's PC/SC service; one of our own can be stopped and started again."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def ours(self) -> bool:
        return self._process is not None

    def start(self) -> None:
        """Any program's connection may hold the virtual reader's port, which then stays away.

        The port lies among those that the system gives to connections, so it is tried again.
        """
        said = ""
        for _ in range(ATTEMPTS):
            said = self._start_once()
            if not said:
                return
        raise AssertionError(f"pcscd shows no virtual reader: {said}")

    def _start_once(self) -> str:
        """What the service said, if its virtual reader did not come."""
        as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        with tempfile.TemporaryFile() as log:
            self._process = subprocess.Popen(
                [*as_root, PCSCD, "--foreground"], stdout=log, stderr=subprocess.STDOUT
            )
            if _comes(self._process):
                return ""
            self.stop()
            log.seek(0)
            return log.read().decode(errors="replace")[-1000:] or "nothing"

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE_S)
            self._process = None


@contextmanager
def pcsc_service() -> Iterator[PcscService]:
    """The machine's PC/SC service: the one that runs, else one of our own for as long."""
    service = PcscService()
    with Path(tempfile.gettempdir(), "pcsc-tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # there is one service and one virtual reader a machine
        try:
            if READER not in (_names() or ()):
                service.start()
            yield service
        finally:
            service.stop()


def wait_until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(POLL_S)


def _readers() -> PcscReaders:
    return PcscReaders(load_pyscard())


def card_lies(port: int = PORT) -> bool:
    name = READERS[port]
    return any(one.present for one in _readers().presence() if one.reader == name)


def _names() -> tuple[str, ...] | None:
    """The readers that the service shows; None: there is no service."""
    try:
        return _readers().names()
    except DeviceNotFound:
        return None


def _comes(service: subprocess.Popen[bytes]) -> bool:
    """Whether the virtual reader comes: as the service begins, or not at all."""
    end = time.monotonic() + PATIENCE_S
    while service.poll() is None and time.monotonic() < end:
        names = _names()
        if names is not None and READER in names:
            return True
        if names is not None:  # it serves, so its readers are there, or all but there
            end = min(end, time.monotonic() + READER_PATIENCE_S)
        time.sleep(POLL_S)
    return False


def _connected(port: int) -> socket.socket:
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        except ConnectionRefusedError:  # the driver opens its door a moment after the service
            assert time.monotonic() < end, "the virtual reader takes no card"
            time.sleep(POLL_S)
