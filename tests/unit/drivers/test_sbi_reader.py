"""The reader behind a Secure Biometric Interface service: presses, plugs and everything between."""

from __future__ import annotations

import hashlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from drivers.api import (
    Capture,
    CapturePhase,
    DeviceState,
    DeviceStatus,
    Image,
    Retry,
    RetryReason,
)
from drivers.conformance.bench import started
from drivers.errors import (
    DeviceBusy,
    DeviceError,
    DeviceFault,
    DeviceNotFound,
    DeviceUnplugged,
    OptionInvalid,
)
from drivers.fingerprint_reader.sbi import SbiReader, live_view, press, watch
from drivers.fingerprint_reader.sbi.discovery import Search
from drivers.fingerprint_reader.sbi.hash_chain import HashConvention
from drivers.fingerprint_reader.sbi.jws import Signatures, TrustAnchors
from drivers.fingerprint_reader.sbi.press import PressRules
from tests.support.drivers_sbi_keys import Signer, device_signer, self_signer
from tests.support.drivers_sbi_mock import (
    PORTS,
    MockDevice,
    SbiMock,
    answer,
    error_of,
    json_answer,
)
from tests.support.drivers_sbi_records import plain_record, ridges
from tests.support.free_ports import free_ports

PATIENCE_S = 20.0
SHORT_S = 0.1
TOO_LATE = "answers too late"
QUICK = PressRules(least_score=40, stretch_s=0.3, clock_tolerance_s=300)


def quiet(_phase: CapturePhase) -> None:
    pass


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service may answer late where that is not what the test is about."""
    monkeypatch.setattr(press, "GRACE_S", PATIENCE_S)


def eventually(condition: Callable[[], bool]) -> None:
    end_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end_s, "it never came"
        time.sleep(0.005)


@pytest.fixture
def mock() -> Iterator[SbiMock]:
    made = SbiMock()
    made.up()
    yield made
    made.down()


Opened = Callable[..., SbiReader]


@pytest.fixture
def opened(mock: SbiMock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """Readers over the mock, open and watched closely; closed in the end."""
    monkeypatch.setattr(watch, "PERIOD_S", 0.05)
    made: list[SbiReader] = []

    def make(
        anchors: TrustAnchors | None = None, rules: PressRules = QUICK, **choices: Any
    ) -> SbiReader:
        reader = SbiReader(Search(mock.ports, 2.0, Signatures(anchors, now)), rules, **choices)
        made.append(reader)
        reader.open()
        return reader

    yield make
    for reader in made:
        reader.close()


def trusted(signer: Signer, folder: Path) -> TrustAnchors:
    return TrustAnchors.from_file("sbi", signer.pem(folder / "anchors.pem"))


def captured(reader: SbiReader) -> Capture:
    capture = reader.capture(PATIENCE_S, quiet)
    assert isinstance(capture, Capture)
    return capture


def requests(mock: SbiMock) -> list[Any]:
    return [fields for verb, fields in mock.asked if verb == "RCAPTURE"]


# --- presses --------------------------------------------------------------------------------


def test_the_picture_is_what_lies_on_the_glass(mock: SbiMock, opened: Opened) -> None:
    reader = opened()
    mock.device.press(ridges())
    phases: list[CapturePhase] = []
    capture = reader.capture(PATIENCE_S, phases.append)
    assert isinstance(capture, Capture)
    assert np.array_equal(capture.image, ridges())
    assert (capture.resolution_ppi, phases) == (500, list(CapturePhase))


def test_facts_are_the_devices_signed_ones(opened: Opened) -> None:
    device = opened().open().device
    assert (device.make, device.model, device.serial, device.firmware) == (
        "ACME",
        "Model 7",
        "SN-000000000001",
        "fw 1.2",
    )


def test_a_request_has_the_form_of_the_specification(mock: SbiMock, opened: Opened) -> None:
    reader = opened(new_id=lambda: "transaction-1")
    mock.device.press(ridges())
    captured(reader)
    request = requests(mock)[0]
    assert datetime.fromisoformat(request.pop("captureTime")).tzinfo is not None
    assert request == {
        "env": "Developer",
        "purpose": "Registration",
        "specVersion": "0.9.5",
        "timeout": "300",
        "transactionId": "transaction-1",
        "bio": [
            {
                "type": "Finger",
                "count": "1",
                "bioSubType": ["UNKNOWN"],
                "exception": [],
                "requestedScore": "40",
                "deviceId": "4",
                "deviceSubId": "0",
                "previousHash": hashlib.sha256(b"").hexdigest().upper(),
            }
        ],
        "customOpts": None,
    }


@pytest.mark.parametrize("convention", HashConvention)
def test_captures_form_a_chain_by_either_convention(
    mock: SbiMock, opened: Opened, convention: HashConvention
) -> None:
    reader = opened()
    mock.device.convention = convention
    mock.device.press(ridges())
    captured(reader)
    captured(reader)
    assert requests(mock)[1]["bio"][0]["previousHash"] == mock.device.hashes[0]
    assert reader.hash_convention is convention


@pytest.mark.usefixtures("no_hurry")
def test_the_best_picture_of_an_empty_glass_is_no_press(mock: SbiMock, opened: Opened) -> None:
    reader = opened()
    mock.device.score_of_nothing = 90
    assert reader.capture(0.5, quiet) == Retry(RetryReason.TIMEOUT)
    assert mock.device.hashes, "the device did deliver"


def test_a_press_below_the_score_gets_one_more_stretch(mock: SbiMock, opened: Opened) -> None:
    reader = opened()
    mock.device.score = 20
    mock.device.press(ridges())
    captured(reader)
    asked = requests(mock)
    assert len(asked) == 2
    mock.device.score = 80
    captured(reader)
    assert requests(mock)[2]["bio"][0]["previousHash"] == mock.device.hashes[1]


def test_a_poor_press_is_delivered_although_the_finger_left(mock: SbiMock, opened: Opened) -> None:
    reader = opened()

    def lifted_meanwhile(image: Image) -> bytes:
        mock.device.lift()
        return plain_record(image)

    mock.device.record = lifted_meanwhile
    mock.device.score = 20
    mock.device.press(ridges())
    assert np.array_equal(captured(reader).image, ridges())
    assert len(requests(mock)) == 2


def test_an_error_does_not_carry_the_answer(mock: SbiMock, opened: Opened) -> None:
    reader = opened()
    secret = b"c2VjcmV0"
    mock.replies["RCAPTURE"] = raw(b'HTTP/1.1 200 OK\r\n\r\n{"bioValue":"' + secret)
    with pytest.raises(DeviceFault) as caught:
        reader.capture(PATIENCE_S, quiet)
    error: BaseException | None = caught.value
    while error is not None:
        assert secret.decode() not in f"{error!r} {vars(error)}"
        error = error.__cause__


def test_cancelled_at_once_although_the_device_goes_on(mock: SbiMock, opened: Opened) -> None:
    reader = opened(rules=PressRules(40, PATIENCE_S, 300))
    result = started(lambda: reader.capture(PATIENCE_S, quiet))
    eventually(lambda: mock.device.capturing)
    reader.cancel()
    assert result() == Retry(RetryReason.CANCELLED)
    assert mock.device.capturing
    mock.device.press(ridges())
    captured(reader)


def test_a_capture_of_another_program_is_told(mock: SbiMock, opened: Opened) -> None:
    reader = opened()
    mock.device.capturing = True
    with pytest.raises(DeviceBusy):
        reader.capture(PATIENCE_S, quiet)
    eventually(lambda: reader.status().state is DeviceState.BUSY)
    mock.device.capturing = False
    eventually(lambda: reader.status().state is DeviceState.READY)


def test_an_answer_from_during_our_own_capture_accuses_no_other_program(
    mock: SbiMock, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "WAIT_S", PATIENCE_S)
    asked, over = threading.Event(), threading.Event()

    def late(line: socket.socket) -> None:
        asked.set()
        over.wait(PATIENCE_S)
        mock.replies.clear()
        answer(line, [mock.device.listed(mock.port) | {"deviceStatus": "Busy"}])

    reader = opened(previews=False)
    mock.device.press(ridges())
    mock.replies["MOSIPDISC"] = late
    assert asked.wait(PATIENCE_S)
    captured(reader)
    before, states = len(mock.asked), set()

    def asked_anew() -> bool:
        states.add(reader.status().state)
        return len(mock.asked) > before

    over.set()
    eventually(asked_anew)
    assert states == {DeviceState.READY}


def test_facts_instead_of_a_picture_say_that_a_capture_is_running(
    mock: SbiMock, opened: Opened
) -> None:
    reader = opened()
    busy = [mock.device.listed(mock.port) | {"deviceStatus": "Busy"}]
    mock.replies["RCAPTURE"] = lambda line: answer(line, busy)
    with pytest.raises(DeviceBusy):
        reader.capture(PATIENCE_S, quiet)


@pytest.mark.parametrize(
    ("code", "reason"), [("102", RetryReason.BAD_IMAGE), ("105", RetryReason.OFF_CENTRE)]
)
def test_what_the_person_can_mend_is_a_value(
    mock: SbiMock, opened: Opened, code: str, reason: RetryReason
) -> None:
    reader = opened()
    mock.device.code_at_timeout = code
    assert reader.capture(PATIENCE_S, quiet) == Retry(reason)


@pytest.mark.usefixtures("no_hurry")
@pytest.mark.parametrize("code", ["101", "701"])
def test_no_finger_in_time_is_a_timeout(mock: SbiMock, opened: Opened, code: str) -> None:
    reader = opened()
    mock.device.code_at_timeout = code
    assert reader.capture(0.4, quiet) == Retry(RetryReason.TIMEOUT)


@pytest.mark.parametrize(
    ("code", "error", "detail"),
    [
        ("100", DeviceFault, "not registered"),
        ("103", DeviceFault, "tampering detected"),
        ("106", DeviceUnplugged, "no device at the service"),
        ("110", DeviceFault, "not ready"),
        ("709", DeviceFault, "no registration device"),
        ("599", DeviceFault, "service error 599"),
        ("<b>", DeviceFault, "service error unknown"),
    ],
)
def test_what_the_operator_must_mend_is_an_error(
    mock: SbiMock, opened: Opened, code: str, error: type[DeviceError], detail: str
) -> None:
    reader = opened()
    mock.device.code_at_timeout = code
    with pytest.raises(error) as caught:
        reader.capture(PATIENCE_S, quiet)
    assert caught.value.detail == detail


@pytest.mark.parametrize(
    "shaped",
    [
        lambda entry: [entry],
        lambda entry: entry,
        lambda entry: {"biometrics": [{**entry, "error": {"errorcode": 102}}]},
    ],
)
def test_errors_come_in_several_shapes(
    mock: SbiMock, opened: Opened, shaped: Callable[[object], object]
) -> None:
    reader = opened()
    value = shaped({"error": error_of("102")})
    mock.replies["RCAPTURE"] = lambda line: answer(line, value, "405 OK")
    assert reader.capture(SHORT_S, quiet) == Retry(RetryReason.BAD_IMAGE)


# --- what cannot be believed ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"transactionId": "an-older-one"}, "answer to another question"),
        ({"timestamp": "2026-01-01T00:00:00.000Z"}, "device clock is wrong"),
        ({"timestamp": "yesterday"}, "bad timestamp"),
        ({"deviceCode": "another"}, "picture of another device"),
        ({"qualityScore": "101"}, "bad qualityScore"),
        ({"qualityScore": None}, "bad qualityScore"),
        ({"bioValue": ""}, "bad bioValue"),
        ({"bioValue": "a+b/"}, "no base64url"),
        ({"bioValue": "AAAA"}, "wrong hash"),
    ],
)
def test_a_sample_that_does_not_fit_is_a_fault(
    mock: SbiMock, opened: Opened, change: dict[str, object], detail: str
) -> None:
    reader = opened()
    mock.device.press(ridges())
    mock.device.payload_changes = change
    with pytest.raises(DeviceFault) as caught:
        reader.capture(PATIENCE_S, quiet)
    assert caught.value.detail == detail
    assert reader.status() == DeviceStatus(DeviceState.FAULT, detail)


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"hash": "0" * 64}, "wrong hash"),
        ({"hash": "zz"}, "no hash"),
        ({"specVersion": "0.9.2"}, "another version of the interface"),
        ({"data": "e30.e30"}, "no signature"),
    ],
)
def test_an_entry_that_does_not_fit_is_a_fault(
    mock: SbiMock, opened: Opened, change: dict[str, object], detail: str
) -> None:
    reader = opened()
    mock.device.press(ridges())
    mock.device.entry_changes = change
    with pytest.raises(DeviceFault, match=detail):
        reader.capture(PATIENCE_S, quiet)


def test_a_replayed_answer_is_refused(mock: SbiMock, opened: Opened) -> None:
    reader = opened()
    device = mock.device
    device.press(ridges())
    captured(reader)
    old = device.sample(requests(mock)[0], requests(mock)[0]["bio"][0])
    mock.replies["RCAPTURE"] = lambda line: answer(line, {"biometrics": [old]})
    with pytest.raises(DeviceFault, match="answer to another question"):
        reader.capture(PATIENCE_S, quiet)


def test_two_fingers_in_an_answer_are_refused(mock: SbiMock, opened: Opened) -> None:
    reader = opened()
    both = {"biometrics": [{"error": error_of("0")}] * 2}
    mock.replies["RCAPTURE"] = lambda line: answer(line, both)
    with pytest.raises(DeviceFault, match="not one finger in the answer"):
        reader.capture(SHORT_S, quiet)


def test_a_signer_of_the_settings_is_trusted(mock: SbiMock, opened: Opened, tmp_path: Path) -> None:
    signer = device_signer()
    mock.device.signer = signer
    mock.device.press(ridges())
    issued = opened(trusted(signer, tmp_path))
    captured(issued)
    assert issued.status() == DeviceStatus(DeviceState.READY)
    pinned = Signer(signer.key, signer.chain[:1])
    captured(opened(trusted(pinned, tmp_path)))


def test_without_anchors_the_status_says_that_nobody_vouches(opened: Opened) -> None:
    assert opened().status() == DeviceStatus(DeviceState.READY, "signer not verified")


@pytest.mark.parametrize(
    ("signer", "detail"),
    [
        (lambda: self_signer(), "signer not trusted"),
        (lambda: device_signer(valid_days=(-30, -1)), "certificate expired or not yet valid"),
        (lambda: device_signer(valid_days=(1, 30)), "certificate expired or not yet valid"),
        (lambda: device_signer(authority=False), "signer not trusted"),
    ],
)
def test_another_signer_is_refused(
    mock: SbiMock,
    opened: Opened,
    tmp_path: Path,
    signer: Callable[[], Signer],
    detail: str,
) -> None:
    other = signer()
    anchors = trusted(other if len(other.chain) > 1 else device_signer(), tmp_path)
    mock.device.signer = other
    with pytest.raises(DeviceFault, match=detail):
        opened(anchors)


def test_a_signer_exchanged_after_opening_is_refused(
    mock: SbiMock, opened: Opened, tmp_path: Path
) -> None:
    mock.device.signer = device_signer()
    reader = opened(trusted(mock.device.signer, tmp_path))
    mock.device.signer = self_signer()
    mock.device.press(ridges())
    with pytest.raises(DeviceFault, match="signer not trusted"):
        reader.capture(PATIENCE_S, quiet)


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS512"])
def test_algorithms_that_prove_nothing_are_refused(
    mock: SbiMock, opened: Opened, algorithm: str
) -> None:
    reader = opened()
    mock.device.algorithm = algorithm
    mock.device.press(ridges())
    with pytest.raises(DeviceFault, match="signature algorithm refused"):
        reader.capture(PATIENCE_S, quiet)


def test_unsigned_facts_count_only_where_nobody_is_named(
    mock: SbiMock, opened: Opened, tmp_path: Path
) -> None:
    mock.device.signed_info = False
    opened()
    with pytest.raises(DeviceFault, match="not signed"):
        opened(trusted(device_signer(), tmp_path))


# --- bad lines ------------------------------------------------------------------------------


def raw(data: bytes) -> Callable[[socket.socket], None]:
    return lambda line: line.sendall(data)


def endless(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\n\r\n[")
    while True:
        line.sendall(b" " * 65_536)


def keep_silent(line: socket.socket) -> None:
    line.recv(1)  # until the other side leaves


def drip(line: socket.socket) -> None:
    for byte in json_answer([error_of("0")] * 1000):
        line.sendall(bytes([byte]))
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("reply", "detail"),
    [
        (raw(b"HTTP/1.1 500 Oops\r\n\r\nstack trace"), "HTTP status 500"),
        (raw(b"HTTP/1.1 200 OK\r\n\r\n{'a': 1}"), "no JSON"),
        (raw(b"HTTP/1.1 200 OK\r\n\r\n\xff\xfe"), "no JSON"),
        (raw(b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 50), "JSON too deep"),
        (raw(b'HTTP/1.1 200 OK\r\n\r\n{"a":1,"a":2}'), "JSON repeats a name"),
        (raw(b"HTTP/1.1 200 OK\r\n\r\n3"), "no object"),
        (raw(b"\x00\x01\x02 nothing like it\r\n\r\n"), "no HTTP answer"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[1]"), "answer cut short"),
        (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), "answer cut short"),
        (
            raw(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n" + b" " * 10_000_002),
            "answer",
        ),
        (endless, "answer too long"),
        (drip, TOO_LATE),
        (keep_silent, TOO_LATE),
    ],
)
def test_a_bad_answer_to_a_capture_is_a_fault(
    mock: SbiMock, opened: Opened, reply: Callable[[socket.socket], None], detail: str
) -> None:
    reader = opened()
    mock.replies["RCAPTURE"] = reply
    limit_s = SHORT_S if detail == TOO_LATE else PATIENCE_S
    with pytest.raises(DeviceFault, match=detail):
        reader.capture(limit_s, quiet)
    assert reader.status().state is DeviceState.FAULT
    mock.replies.clear()
    mock.device.press(ridges())
    captured(reader)
    assert reader.status().state is DeviceState.READY


def reset(line: socket.socket) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


@pytest.mark.parametrize("cut", [reset, socket.socket.close])
def test_a_line_cut_during_a_capture_is_a_pulled_plug(
    mock: SbiMock, opened: Opened, cut: Callable[[socket.socket], None]
) -> None:
    reader = opened()
    mock.replies["RCAPTURE"] = cut
    with pytest.raises(DeviceUnplugged):
        reader.capture(PATIENCE_S, quiet)
    eventually(lambda: reader.status().state is DeviceState.READY)


def test_a_chunked_answer_is_read(mock: SbiMock, opened: Opened) -> None:
    reader = opened()
    body = json_answer({"error": error_of("105")}).partition(b"\r\n\r\n")[2]
    chunk = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    mock.replies["RCAPTURE"] = raw(head + chunk)
    assert reader.capture(PATIENCE_S, quiet) == Retry(RetryReason.OFF_CENTRE)


# --- finding it -----------------------------------------------------------------------------


def found_among(*devices: MockDevice, serial: str = "") -> SbiReader:
    mock = SbiMock(*devices)
    mock.up()
    reader = SbiReader(Search(mock.ports, 2.0, Signatures(None, now)), QUICK, serial=serial)
    try:
        reader.open()
    finally:
        reader.close()
        mock.down()
    return reader


def test_of_two_readers_the_serial_number_chooses() -> None:
    devices = (MockDevice(serial="A"), MockDevice(serial="B", device_id="5"))
    with pytest.raises(DeviceNotFound, match="several readers: set option serial"):
        found_among(*devices)
    found_among(*devices, serial="B")
    with pytest.raises(DeviceNotFound, match="no service with such a reader"):
        found_among(*devices, serial="C")


@pytest.mark.parametrize(
    ("device", "why"),
    [
        (MockDevice(sub_kind="Slap"), "no reader for single fingers"),
        (MockDevice(kind="Iris"), "no reader for single fingers"),
        (MockDevice(purpose="Auth"), "only readers for authentication"),
        (MockDevice(plugged=False), "no service with such a reader"),
    ],
)
def test_devices_that_cannot_serve_are_not_taken(device: MockDevice, why: str) -> None:
    with pytest.raises(DeviceNotFound, match=why):
        found_among(device)


@pytest.mark.parametrize("status", ["Not Ready", "Not Registered"])
def test_a_device_that_is_not_ready_is_not_opened(status: str) -> None:
    with pytest.raises(DeviceFault, match=status.lower()):
        found_among(MockDevice(status=status))


def test_without_a_service_there_is_no_device() -> None:
    ports = free_ports(PORTS)
    options = {"first_port": ports[0], "last_port": ports[-1]}
    with pytest.raises(DeviceNotFound, match="no service with such a reader"):
        SbiReader.from_options(options).open()


def test_other_services_on_the_ports_are_passed_over(mock: SbiMock, opened: Opened) -> None:
    others = [SbiMock(ports=mock.ports) for _ in range(2)]
    others[0].replies["MOSIPDINFO"] = raw(b"220 mail ready\r\n")
    others[1].replies["MOSIPDINFO"] = raw(b"HTTP/1.1 404 Not Found\r\n\r\n<html>")
    for other, port in zip(others, mock.ports[1:], strict=True):
        other.up(port)
    try:
        mock.device.press(ridges())
        captured(opened())
    finally:
        for other in others:
            other.down()


def test_an_address_that_the_device_names_is_not_followed(mock: SbiMock, opened: Opened) -> None:
    mock.device.info_changes = {"callbackId": "http://192.0.2.1:80/"}
    mock.device.press(ridges())
    captured(opened())


@pytest.mark.parametrize(
    "options",
    [
        {"first_port": 80},
        {"first_port": 4600, "last_port": 4501},
        {"least_score": 101},
        {"trust_anchors": "/nowhere/anchors.pem"},
        {"serial": 7},
    ],
)
def test_wrong_options_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(OptionInvalid):
        SbiReader.from_options(options)


# --- plugs and states -----------------------------------------------------------------------


def test_a_device_pulled_from_its_service_ends_the_capture(mock: SbiMock, opened: Opened) -> None:
    reader = opened(rules=PressRules(40, 40, 300))
    mock.replies["RCAPTURE"] = keep_silent
    result = started(lambda: reader.capture(PATIENCE_S, quiet))
    eventually(lambda: bool(requests(mock)))
    mock.device.plugged = False
    with pytest.raises(DeviceUnplugged):
        result()
    assert reader.status().state is DeviceState.UNPLUGGED
    mock.device.plugged = True
    eventually(lambda: reader.status().state is DeviceState.READY)


@pytest.mark.parametrize("status", ["Not Ready", "Not Registered"])
def test_states_of_the_service_are_told(mock: SbiMock, opened: Opened, status: str) -> None:
    reader = opened()
    mock.device.status = status
    eventually(lambda: reader.status() == DeviceStatus(DeviceState.FAULT, status.lower()))
    mock.device.status = "Ready"
    eventually(lambda: reader.status().state is DeviceState.READY)


def test_another_device_in_its_place_is_not_taken_for_it(mock: SbiMock, opened: Opened) -> None:
    reader = opened()
    mock.down()
    other = SbiMock(MockDevice(serial="another"), ports=mock.ports)
    other.up(mock.ports[2])
    eventually(lambda: reader.status().state is DeviceState.UNPLUGGED)
    eventually(lambda: ("MOSIPDINFO", {}) in other.asked)
    assert reader.status().state is DeviceState.UNPLUGGED
    other.down()
    mock.up(mock.ports[1])
    eventually(lambda: reader.status().state is DeviceState.READY)


def test_a_service_that_answers_no_more_is_a_fault(mock: SbiMock, opened: Opened) -> None:
    reader = opened()
    mock.replies["MOSIPDISC"] = keep_silent
    told = DeviceStatus(DeviceState.FAULT, "service does not answer")
    eventually(lambda: reader.status() == told)
    mock.replies.clear()
    eventually(lambda: reader.status().state is DeviceState.READY)


# --- the stream -----------------------------------------------------------------------------


def test_the_preview_shows_the_glass_and_is_not_taken_for_another_program(
    mock: SbiMock, opened: Opened
) -> None:
    reader = opened()
    eventually(lambda: reader.preview() is not None)
    eventually(lambda: mock.device.status_now == "Busy")
    asked = len(mock.asked)
    eventually(lambda: len(mock.asked) > asked + 1)
    eventually(lambda: reader.status().state is DeviceState.READY)
    mock.device.press(ridges())
    eventually(lambda: (frame := reader.preview()) is not None and frame.finger_present)
    assert isinstance(reader.capture(PATIENCE_S, quiet), Capture)


def test_the_stream_ends_when_nobody_looks(
    mock: SbiMock, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_view, "WANTED_FOR_S", 0.1)
    reader = opened()
    eventually(lambda: reader.preview() is not None)
    eventually(lambda: mock.device.streams == 0)


@pytest.mark.parametrize(
    "reply",
    [
        lambda line: answer(line, {"error": error_of("610")}, "405 OK"),
        keep_silent,
        raw(
            b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=b\r\n\r\n"
            b"--b\r\nContent-Type:image/jpeg\r\nContent-Length:3\r\n\r\nabc"
        ),
    ],
)
def test_a_bad_stream_shows_nothing_and_is_asked_for_anew(
    mock: SbiMock,
    opened: Opened,
    monkeypatch: pytest.MonkeyPatch,
    reply: Callable[[socket.socket], None],
) -> None:
    monkeypatch.setattr(live_view, "SILENCE_S", 0.2)
    reader = opened()
    mock.replies["STREAM"] = reply
    assert reader.preview() is None
    eventually(lambda: reader.preview() is None and ("STREAM" in [verb for verb, _ in mock.asked]))
    assert not reader.await_lift(SHORT_S)
    mock.replies.clear()
    eventually(lambda: reader.preview() is not None)


def test_a_half_open_stream_is_given_up(
    mock: SbiMock, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_view, "SILENCE_S", 0.2)
    reader = opened()

    def stuck(line: socket.socket) -> None:
        mock.replies.clear()
        line.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=b\r\n\r\n"
        )
        keep_silent(line)

    mock.replies["STREAM"] = stuck
    eventually(lambda: reader.preview() is not None)


def test_a_reader_without_a_stream_senses_no_lift(mock: SbiMock, opened: Opened) -> None:
    reader = opened(previews=False)
    facts = reader.open()
    assert (facts.previews, facts.senses_lift) == (False, False)
    assert reader.preview() is None
    assert reader.await_lift(SHORT_S)
    assert "STREAM" not in [verb for verb, _ in mock.asked]


def test_pictures_without_compression_are_read_too(mock: SbiMock, opened: Opened) -> None:
    mock.device.record = plain_record
    mock.device.press(ridges())
    assert np.array_equal(captured(opened()).image, ridges())
