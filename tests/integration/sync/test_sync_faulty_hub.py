"""Platforms that fail, hang, babble, lie or break off: each is its own clear outcome."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
import requests

from sync.batch import Batch
from sync.client import HubClient, StationIdentity, activate
from sync.errors import (
    HubFailing,
    HubNonsense,
    HubRefused,
    HubTimeout,
    HubUnreachable,
    RefusalReason,
    SyncError,
)
from sync.exchange import Exchange
from sync.http_signature import RequestLine, sign_answer
from sync.seal import SigningKey, UnsealingKey
from sync.wire import Receipt, WireError, canonical_bytes, sha256_hex
from sync.wire.fields import to_base64
from sync.worker import Limits, Paused, PauseReason, deliver_once
from tests.support.sync_hub import Clock, RunningPlatform
from tests.support.sync_outbox import MemoryOutbox, item
from tests.support.sync_people import chain

HUB_KEY = SigningKey.generate()
STATION_KEY = SigningKey.generate()
EVENTS = chain(2)
TIME = b'{"hub_time":"2026-03-01T00:00:00.000Z"}'


def http(status: int, body: bytes, headers: dict[str, str] | None = None, cut: int = 0) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body[: len(body) - cut]


def signed(status: int, body: bytes, request: bytes, key: SigningKey = HUB_KEY) -> bytes:
    headers = request.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
    [signature] = [line[11:] for line in headers if line.startswith("Signature: ")]
    return http(status, body, sign_answer(key, status, body, signature))


class Hanging(bytes):
    """Sent, and then the connection stays open and silent."""


Answer = Callable[[bytes], bytes]


@contextmanager
def answering(answer: Answer) -> Iterator[str]:
    """A raw server giving `answer(request)` to every connection."""
    listener = socket.create_server(("127.0.0.1", 0))
    silent: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            text = answer(_read_request(connection))
            with suppress(ConnectionError):  # whoever asked has heard enough
                connection.sendall(text)
            if isinstance(text, Hanging):
                silent.append(connection)
            else:
                connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)
        for connection in silent:
            connection.close()


def _read_request(connection: socket.socket) -> bytes:
    connection.settimeout(10)
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (int(x[15:]) for x in head.split(b"\r\n") if x.lower().startswith(b"content-length:")), 0
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def client_of(answer: Answer, timeout_s: float = 5) -> Iterator[HubClient]:
    identity = StationIdentity("station-1", STATION_KEY, HUB_KEY.verify_key)
    with answering(answer) as base_url, requests.Session() as session:
        session.trust_env = False
        yield HubClient(base_url, identity, session, Clock(), timeout_s)


WEATHER: dict[str, tuple[Answer, type[SyncError]]] = {
    "500": (lambda r: http(500, b"oops"), HubFailing),
    "503 of a proxy": (lambda r: http(503, b"<html>"), HubFailing),
    "web page": (lambda r: http(200, b"<html>log in to the hotel network</html>"), HubNonsense),
    "redirect": (lambda r: http(302, b"", {"Location": "http://127.0.0.1:9/"}), HubNonsense),
    "refusal of somebody else": (lambda r: http(403, b'{"reason":"not_found"}'), HubNonsense),
    "no HTTP": (lambda r: b"SSH-2.0-OpenSSH_9.2\r\n", HubUnreachable),
    "closed at once": (lambda r: b"", HubUnreachable),
    "cut in the body": (lambda r: http(200, TIME, cut=5), HubUnreachable),
    "wrong key": (lambda r: signed(200, TIME, r, SigningKey.generate()), HubNonsense),
    "body changed": (lambda r: signed(200, TIME, r).replace(b"2026", b"2025"), HubNonsense),
    "status changed": (lambda r: signed(200, TIME, r).replace(b" 200 ", b" 404 "), HubNonsense),
    "signed nonsense": (lambda r: signed(200, b"[1,2]", r), HubNonsense),
    "signed half JSON": (lambda r: signed(200, b'{"hub_ti', r), HubNonsense),
    "signed unknown refusal": (lambda r: signed(403, b'{"reason":"mood"}', r), HubNonsense),
    "endless": (lambda r: signed(200, b" " * 2_000_000, r), HubNonsense),
    "silence": (lambda r: Hanging(), HubTimeout),
    "silence in the headers": (lambda r: Hanging(b"HTTP/1.1 200 OK\r\nServer"), HubTimeout),
    "silence in the body": (lambda r: Hanging(http(200, TIME, cut=5)), HubTimeout),
}


@pytest.mark.parametrize("weather", WEATHER)
def test_every_kind_of_bad_platform_is_told_apart(weather: str) -> None:
    answer, expected = WEATHER[weather]
    with client_of(answer, 0.3 if expected is HubTimeout else 5) as client:
        with pytest.raises(expected) as failure:
            client.hub_time()
        assert type(failure.value) is expected


@pytest.mark.parametrize("weather", WEATHER)
def test_no_bad_platform_costs_an_event(weather: str) -> None:
    answer, expected = WEATHER[weather]
    outbox = MemoryOutbox(map(item, EVENTS))
    with client_of(answer, 0.3 if expected is HubTimeout else 5) as client:
        outcome = deliver_once(outbox, client, Limits())
    assert isinstance(outcome, Paused)
    assert isinstance(outcome.reason, PauseReason)
    assert (outbox.count(), outbox.settled, outbox.aside) == (2, [], {})


def test_an_answer_to_another_request_is_not_believed() -> None:
    recorded: list[bytes] = []

    def replay(request: bytes) -> bytes:
        recorded.append(signed(200, TIME, request))
        return recorded[0]

    with client_of(replay) as client:
        client.hub_time()
        with pytest.raises(HubNonsense):
            client.hub_time()


def receipt(key: SigningKey = HUB_KEY, **changes: object) -> bytes:
    batch = Batch(tuple(map(item, EVENTS)))
    values: dict[str, object] = {
        "batch_id": batch.id,
        "station": "station-1",
        "accepted": batch.event_ids,
        "already": (),
        "rejected": (),
        "gaps": (),
        "hub_time": "2026-03-01T00:00:00.000Z",
    }
    unsigned = Receipt(**(values | changes))  # type: ignore[arg-type]  # table of fields
    signature = key.sign(unsigned.signed_bytes())
    return canonical_bytes(unsigned.to_json() | {"signature": to_base64(signature)})


@pytest.mark.parametrize(
    "changes",
    [
        {"batch_id": "00" * 16},
        {"station": "station-2"},
        {"accepted": ()},
        {"accepted": (EVENTS[0].id, EVENTS[0].id)},
        {"already": (EVENTS[0].id,)},
        {"already": ("ff" * 16,)},
    ],
)
def test_a_receipt_that_does_not_account_for_the_batch_settles_nothing(
    changes: dict[str, Any],
) -> None:
    outbox = MemoryOutbox(map(item, EVENTS))
    with client_of(lambda request: signed(200, receipt(**changes), request)) as client:
        outcome = deliver_once(outbox, client, Limits())
    assert isinstance(outcome, Paused)
    assert outcome.reason is PauseReason.NONSENSE
    assert outbox.settled == []


def test_a_receipt_signed_by_another_key_settles_nothing() -> None:
    good, forged = receipt(), receipt(SigningKey.generate())
    outbox = MemoryOutbox(map(item, EVENTS))
    with client_of(lambda request: signed(200, forged, request)) as client:
        assert isinstance(deliver_once(outbox, client, Limits()), Paused)
    with client_of(lambda request: signed(200, good, request)) as client:
        deliver_once(outbox, client, Limits())
    assert outbox.settled == [e.id for e in EVENTS]


def join(base_url: str, code: str, **keys: SigningKey) -> str:
    with requests.Session() as session:
        session.trust_env = False
        activation = activate(
            base_url,
            code,
            station_name="一号机",
            signing_key=keys.get("signing_key", STATION_KEY),
            sealing_key=UnsealingKey.from_bytes(b"\x01\x20" + b"k" * 32).sealing_key,
            session=session,
            timeout_s=5,
        )
    return activation.station_id


def test_a_code_works_once_and_again_only_for_the_same_station(hub: RunningPlatform) -> None:
    code = hub.code()
    typed = code.lower().replace("-", " ")
    assert join(hub.base_url, code) == join(hub.base_url, typed)
    with pytest.raises(HubRefused) as refused:
        join(hub.base_url, code, signing_key=SigningKey.generate())
    assert refused.value.reason is RefusalReason.CODE_INVALID


def test_a_late_or_invented_code_is_refused(hub: RunningPlatform) -> None:
    code = hub.code()
    invented = ("BBBBB" if code[0] == "A" else "AAAAA") + code[5:]
    with pytest.raises(HubRefused):
        join(hub.base_url, invented)
    hub.clock.now_s += 3601
    with pytest.raises(HubRefused):
        join(hub.base_url, code)


@pytest.mark.parametrize("code", ["", "ABC", "AAAAA-AAAAA-AAAAA-AAAA9", "一" * 20])
def test_a_mistyped_code_is_noticed_before_anything_is_sent(code: str) -> None:
    with pytest.raises(WireError):
        join("http://127.0.0.1:9", code)


def test_a_platform_other_than_the_one_the_code_names_is_not_joined(hub: RunningPlatform) -> None:
    code = hub.code()
    misread = code[:-1] + ("A" if code[-1] != "A" else "B")
    with hub.platform.database() as database, database.transaction():
        database.run("UPDATE activation_code SET code_digest = ?", sha256_hex(misread.encode()))
    with pytest.raises(HubNonsense):
        join(hub.base_url, misread)


@pytest.mark.parametrize("answer", [b"<html>", b'{"reason":"mood"}'])
def test_joining_through_something_that_is_no_platform_is_nonsense(answer: bytes) -> None:
    with answering(lambda request: http(403, answer)) as url, pytest.raises(HubNonsense):
        join(url, "AAAAA-AAAAA-AAAAA-AAAAA")


def test_an_answer_over_the_limit_is_not_read_to_its_end() -> None:
    with answering(lambda request: http(200, b" " * 5000)) as url, requests.Session() as session:
        session.trust_env = False
        with pytest.raises(HubNonsense, match="too large"):
            Exchange(url, session, 5).send(RequestLine("GET", "/", ""), {}, b"", 1000)


def test_an_answer_that_only_trickles_is_given_up() -> None:
    ticks = iter(range(0, 10_000, 1000))
    with answering(lambda request: http(200, TIME)) as url, requests.Session() as session:
        session.trust_env = False
        exchange = Exchange(url, session, 5, total_s=60, monotonic=lambda: next(ticks))
        with pytest.raises(HubTimeout):
            exchange.send(RequestLine("GET", "/v1/time", ""), {}, b"", 1000)
