"""One question to a service on this machine and its answer, over HTTP/1.1 with verbs of its own.

The public mock reads a request once and looks for `Content-Length: ` literally, so a request is
one write of ASCII. An answer has a deadline as a whole and a greatest size, and whoever waits for
it can give up.
"""

from __future__ import annotations

import io
import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse, RemoteDisconnected
from typing import Any, cast

from drivers.fingerprint_reader.sbi.strict_json import AnswerInvalid

HOST = "127.0.0.1"  # not "localhost": the specification, section 5.1
APPLICATION = "station"
CONNECT_TIMEOUT_S = 1.0
HEADER_ROOM_BYTES = 64 * 1024
_LOOK_EVERY_S = 0.05
_CLIENT_ERROR = 400

GiveUp = Callable[[], bool]


class ServiceGone(Exception):
    """Nobody listens there, or the line was cut."""


class ServiceLate(Exception):
    """No whole answer in time."""


class GivenUp(Exception):
    """Whoever asked does not want the answer any more."""


def never() -> bool:
    """Give up never."""
    return False


@dataclass(frozen=True)
class Question:
    """Verb and path as in `RCAPTURE /capture`, and the fields of its body."""

    verb: str
    path: str
    fields: Mapping[str, object] | None = None

    def request(self, port: int) -> bytes:
        """The bytes to send."""
        body = b"" if self.fields is None else json.dumps(self.fields).encode("ascii")
        head = (
            f"{self.verb} {self.path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nEXT: {APPLICATION}\r\n"
            "Content-Type: application/json\r\nConnection: close\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode("ascii") + body


@dataclass(frozen=True)
class Terms:
    """How long to wait, how much to take, and when to give up."""

    wait_s: float
    most_bytes: int
    give_up: GiveUp = never


def ask(port: int, question: Question, terms: Terms) -> bytes:
    """The body of the answer, at most `terms.most_bytes`.

    Raises ServiceGone, ServiceLate, GivenUp or AnswerInvalid.
    """
    with answering(port, question, terms) as response:
        return whole_body(response, terms.most_bytes)


@contextmanager
def answering(port: int, question: Question, terms: Terms) -> Iterator[HTTPResponse]:
    """The answer with its headers read and its body still to come; raises as `ask` does."""
    try:
        with socket.create_connection((HOST, port), min(CONNECT_TIMEOUT_S, terms.wait_s)) as line:
            line.sendall(question.request(port))
            yield opened_answer(_Incoming(line, terms))
    except TimeoutError as error:
        raise ServiceLate from error
    except OSError as error:
        raise ServiceGone from error


def opened_answer(incoming: io.RawIOBase) -> HTTPResponse:
    """The answer in a stream of bytes, its headers read. Raises ServiceGone or AnswerInvalid."""
    response = HTTPResponse(cast(socket.socket, _Readable(incoming)))
    try:
        response.begin()
    except RemoteDisconnected as error:  # closed without a word: the service was ended
        raise ServiceGone from error
    except (HTTPException, ValueError) as error:
        raise AnswerInvalid("no HTTP answer") from error
    return response


def whole_body(response: HTTPResponse, most_bytes: int) -> bytes:
    """The body, complete. Raises AnswerInvalid for one that is too long, cut short or an error.

    An error of the interface comes as JSON with whatever status (the public mock: "405 OK").
    """
    try:
        body = response.read(most_bytes + 1)
    except (HTTPException, ValueError) as error:
        raise AnswerInvalid("answer cut short") from error
    if len(body) > most_bytes:
        raise AnswerInvalid("answer too long")
    if response.length:
        raise AnswerInvalid("answer cut short")
    if response.status >= _CLIENT_ERROR and not body.lstrip().startswith((b"{", b"[")):
        raise AnswerInvalid(f"HTTP status {response.status}")
    return body


class _Incoming(io.RawIOBase):
    """What comes over a socket until the deadline."""

    def __init__(self, line: socket.socket, terms: Terms) -> None:
        super().__init__()
        self._line = line
        self._terms = terms
        self._deadline_s = time.monotonic() + terms.wait_s
        self._taken_bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, room: Any) -> int:
        """Wait in short steps, so that giving up and the deadline are noticed."""
        while True:
            if self._terms.give_up():
                raise GivenUp
            left_s = self._deadline_s - time.monotonic()
            if left_s <= 0:
                raise ServiceLate
            self._line.settimeout(min(_LOOK_EVERY_S, left_s))
            try:
                count = self._line.recv_into(room)
            except TimeoutError:
                continue
            self._taken_bytes += count
            if self._taken_bytes > self._terms.most_bytes + HEADER_ROOM_BYTES:
                raise AnswerInvalid("answer too long")
            return count


class _Readable:
    """As much of a socket as an HTTPResponse asks for."""

    def __init__(self, incoming: io.RawIOBase) -> None:
        self._incoming = incoming

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._incoming, HEADER_ROOM_BYTES)
