"""The system's real PC/SC service with a card that exists only in software.

Debian's vsmartcard-vpcd is a reader driver for pcscd: whoever connects to its TCP port is the card
in the reader, and who hangs up has been pulled out.
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drivers.errors import DeviceNotFound
from drivers.smartcard.pcsc import PcscReaders, load_pyscard

PCSCD = "/usr/sbin/pcscd"
READER, PORT = "Virtual PCD 00 00", 35963  # as the Debian package configures it
PATIENCE_S = 20.0
POLL_S = 0.02
# ISO/IEC 7816-3: direct convention, T=1 only, four historical bytes, check byte.
ANSWER_TO_RESET = bytes.fromhex("3B8480015445535413")
ASK_ANSWER_TO_RESET = 4
INSTRUCTION_NOT_SUPPORTED = b"\x6d\x00"


class VirtualCard:
    """A card that answers a reset and knows no instruction."""

    def __init__(self, port: int = PORT) -> None:
        self._wire = _connected(port)
        self._wire.settimeout(None)
        self._thread = threading.Thread(target=self._answer, daemon=True)
        self._thread.start()

    def pull_out(self) -> None:
        """Take the card out of the reader."""
        # Wakes the thread, which a mere close would not.
        self._wire.shutdown(socket.SHUT_RDWR)
        self._thread.join(PATIENCE_S)
        self._wire.close()

    def _answer(self) -> None:
        while (asked := self._received()) is not None:
            if asked == bytes([ASK_ANSWER_TO_RESET]):
                self._send(ANSWER_TO_RESET)
            elif len(asked) > 1:  # one byte alone is a word about power, which wants no answer
                self._send(INSTRUCTION_NOT_SUPPORTED)

    def _received(self) -> bytes | None:
        head = self._exactly(2)
        return None if head is None else self._exactly(struct.unpack(">H", head)[0])

    def _exactly(self, count: int) -> bytes | None:
        got = b""
        while len(got) < count:
            try:
                part = self._wire.recv(count - len(got))
            except OSError:
                return None
            if not part:
                return None
            got += part
        return got

    def _send(self, answer: bytes) -> None:
        self._wire.sendall(struct.pack(">H", len(answer)) + answer)


@contextmanager
def pcsc_service() -> Iterator[None]:
    """The machine's PC/SC service: the one that runs, else one of our own for as long."""
    with Path(tempfile.gettempdir(), "pcsc-tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # there is one service and one virtual reader a machine
        if _answers():
            yield
            return
        as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        service = subprocess.Popen(
            [*as_root, PCSCD, "--foreground"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            _wait_for_reader(service)
            yield
        finally:
            service.terminate()
            service.wait(PATIENCE_S)


def _answers() -> bool:
    try:
        return READER in PcscReaders(load_pyscard()).names()
    except DeviceNotFound:
        return False


def _wait_for_reader(service: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not _answers():
        assert service.poll() is None, f"pcscd ended with {service.returncode}"
        assert time.monotonic() < end, "pcscd shows no virtual reader"
        time.sleep(POLL_S)


def _connected(port: int) -> socket.socket:
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        except ConnectionRefusedError:  # the driver opens its door a moment after the service
            assert time.monotonic() < end, "the virtual reader takes no card"
            time.sleep(POLL_S)
