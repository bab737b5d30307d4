"""The print service of this machine: IPP over HTTP (RFC 8010, section 4) on its local socket.

Only a local socket: a form carries a person's data, and this transport is not encrypted.
"""

from __future__ import annotations

import http.client
import itertools
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from drivers.errors import DeviceFault, DriverMissing
from drivers.printer.ipp import (
    MAX_ANSWER_BYTES,
    Attribute,
    IppAnswer,
    IppInvalid,
    read_answer,
    request,
)

DEFAULT_SOCKET = Path("/run/cups/cups.sock")
ANSWER_TIMEOUT_S = 8.0
# Owner of the jobs as the service logs it: the station, never whoever sits at it.
USER = "station"


class PrintServer(Protocol):
    """Answers requests about one queue."""

    def ask(
        self,
        operation: int,
        operation_attributes: Sequence[Attribute] = (),
        job_attributes: Sequence[Attribute] = (),
        document: bytes = b"",
    ) -> IppAnswer:
        """Raises DriverMissing without a service, DeviceFault for one that does not answer."""


class LocalPrintServer:
    """cupsd behind its socket, asked about one queue; every request on a connection of its own."""

    def __init__(self, driver: str, socket_path: Path, queue: str) -> None:
        self._driver = driver
        self._socket_path = socket_path
        self._path = f"/printers/{quote(queue, safe='')}"
        self._numbers = itertools.count(1)

    def ask(
        self,
        operation: int,
        operation_attributes: Sequence[Attribute] = (),
        job_attributes: Sequence[Attribute] = (),
        document: bytes = b"",
    ) -> IppAnswer:
        """See `PrintServer.ask`."""
        number = next(self._numbers)
        target = f"ipp://localhost{self._path}"
        asked = request(operation, number, target, USER, operation_attributes, job_attributes)
        try:
            status, raw = self._exchanged(asked + document)
            if status != http.client.OK:  # a policy asks for a password, or a limit was met
                raise DeviceFault(self._driver, "refused")
            answer = read_answer(raw)
        except (FileNotFoundError, ConnectionRefusedError) as error:
            raise DriverMissing(self._driver, "cups_missing") from error
        except (OSError, http.client.HTTPException) as error:
            raise DeviceFault(self._driver, "cups_not_answering") from error
        except IppInvalid as error:
            raise DeviceFault(self._driver, "cups_speaks_nonsense") from error
        if answer.request_id != number:
            raise DeviceFault(self._driver, "cups_speaks_nonsense")
        return answer

    def _exchanged(self, body: bytes) -> tuple[int, bytes]:
        connection = _SocketConnection(self._socket_path)
        try:
            headers = {"Content-Type": "application/ipp", "Connection": "close"}
            connection.request("POST", self._path, body, headers)
            response = connection.getresponse()
            return response.status, response.read(MAX_ANSWER_BYTES + 1)
        finally:
            connection.close()


class _SocketConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=ANSWER_TIMEOUT_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))
