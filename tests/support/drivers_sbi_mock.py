"""A Secure Biometric Interface service for tests: what the specification 0.9.5 says, and the habits
of the public mock service that drivers stumble over.

It reads a request once and wants `Content-Length: ` written so; it calls a streaming device busy
and stops the stream's pictures during a capture; at time-out it delivers the best picture, even of
an empty glass; errors come with the status line "405 OK"; numbers are text.
"""

from __future__ import annotations

import hashlib
import json
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from drivers.api import Image
from drivers.fingerprint_reader.sbi.hash_chain import HashConvention
from tests.support.drivers_sbi_keys import Signer, b64url, self_signer
from tests.support.drivers_sbi_records import empty_glass, encoded, lossless_record
from tests.support.free_ports import HOST, free_ports

PORTS = 3
STREAM_PERIOD_S = 0.05
LOOK_S = 0.01
FAILED = "405 OK"
Fields = dict[str, object]
Reply = Callable[[socket.socket], None]


@dataclass
class MockDevice:
    """One device, the hand on its glass, and what it says wrongly on purpose."""

    serial: str = "SN-000000000001"
    sub_kind: str = "Single"
    kind: str = "Finger"
    device_id: str = "4"
    code: str = "b692b595-3523-slap-99fc-bd76e35f190f"
    status: str = "Ready"
    purpose: str = "Registration"
    signer: Signer = field(default_factory=self_signer)
    signed_info: bool = True
    plugged: bool = True
    finger: Image | None = None
    score: int = 80
    score_of_nothing: int = 0
    convention: HashConvention = HashConvention.BYTES
    code_at_timeout: str = ""
    record: Callable[[Image], bytes] = lossless_record
    payload_changes: Fields = field(default_factory=dict)
    entry_changes: Fields = field(default_factory=dict)
    info_changes: Fields = field(default_factory=dict)
    algorithm: str = "RS256"
    capturing: bool = False
    streams: int = 0
    hashes: list[str] = field(default_factory=list)

    def press(self, image: Image) -> None:
        self.finger = image

    def lift(self) -> None:
        self.finger = None

    @property
    def status_now(self) -> str:
        """A device that streams or captures calls itself busy."""
        occupied = self.capturing or self.streams > 0
        return "Busy" if occupied and self.status == "Ready" else self.status

    def digital_id(self, *, signed: bool) -> str:
        """Field names and values as in the specification, "Digital Id"."""
        payload = json.dumps(
            {
                "serialNo": self.serial,
                "make": "ACME",
                "model": "Model 7",
                "type": self.kind,
                "deviceSubType": self.sub_kind,
                "deviceProvider": "ACME",
                "deviceProviderId": "ACME.1",
                "dateTime": _timestamp(),
            }
        ).encode()
        return self.signer.token(payload, self.algorithm) if signed else b64url(payload)

    def listed(self, port: int) -> Fields:
        """An entry of the answer to MOSIPDISC."""
        registered = self.status != "Not Registered"
        return {
            "deviceId": self.device_id if registered else "",
            "deviceStatus": self.status_now,
            "certification": "L0",
            "serviceVersion": "0.9.5",
            "deviceSubId": ["0"],
            "callbackId": f"http://{HOST}:{port}/",
            "digitalId": self.digital_id(signed=False),
            "deviceCode": self.code if registered else "",
            "specVersion": ["0.9.5"],
            "purpose": self.purpose if registered else "",
            "error": None if registered else error_of("100"),
        }

    def info(self, port: int) -> Fields:
        """An entry of the answer to MOSIPDINFO."""
        registered = self.status != "Not Registered"
        signed = self.signed_info and registered
        facts = {
            **self.listed(port),
            "digitalId": self.digital_id(signed=signed),
            "env": "Developer" if registered else "None",
            "firmware": "fw 1.2",
            **self.info_changes,
        }
        payload = json.dumps(facts).encode()
        token = self.signer.token(payload, self.algorithm) if signed else b64url(payload)
        return {"deviceInfo": token, "error": error_of("0" if registered else "100")}

    def sample(self, request: Mapping[str, object], bio: Mapping[str, object]) -> Fields:
        """An entry of the answer to RCAPTURE: what lies on the glass now."""
        record = self.record(self.finger if self.finger is not None else empty_glass())
        payload = {
            "digitalId": self.digital_id(signed=True),
            "deviceCode": self.code,
            "deviceServiceVersion": "0.9.5",
            "bioType": "Finger",
            "bioSubType": "UNKNOWN",
            "purpose": "Registration",
            "env": request["env"],
            "bioValue": b64url(record),
            "transactionId": request["transactionId"],
            "timestamp": _timestamp(),
            "requestedScore": bio["requestedScore"],
            "qualityScore": str(self.score if self.finger is not None else self.score_of_nothing),
            **self.payload_changes,
        }
        link = self._link(str(bio["previousHash"]), record)
        self.hashes.append(link)
        return {
            "specVersion": "0.9.5",
            "data": self.signer.token(json.dumps(payload).encode(), self.algorithm),
            "hash": link,
            "error": error_of("0"),
            **self.entry_changes,
        }

    def _link(self, previous: str, record: bytes) -> str:
        current = hashlib.sha256(record)
        if self.convention is HashConvention.BYTES:
            joined = bytes.fromhex(previous) + current.digest()
        else:
            joined = (previous + current.hexdigest()).upper().encode()
        return hashlib.sha256(joined).hexdigest().upper()


def error_of(code: str) -> Fields:
    return {"errorCode": code, "errorInfo": "Success" if code == "0" else "in its own words"}


def _timestamp() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class SbiMock:
    """A service on one of a few ports. `replies` answers a verb with something else entirely."""

    def __init__(self, *devices: MockDevice, ports: range | None = None) -> None:
        self.devices = devices or (MockDevice(),)
        self.ports = free_ports(PORTS) if ports is None else ports
        self.port = 0
        self.replies: dict[str, Reply] = {}
        self.asked: list[tuple[str, Fields]] = []
        self._listener: socket.socket | None = None
        self._lines: set[socket.socket] = set()
        self._lock = threading.Lock()

    @property
    def device(self) -> MockDevice:
        return self.devices[0]

    def up(self, port: int | None = None) -> None:
        """Listen, on the first of the ports when none is named."""
        self.port = self.ports[0] if port is None else port
        self._listener = socket.create_server((HOST, self.port))
        listener = self._listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def down(self) -> None:
        """End, and with it every connection."""
        listener, self._listener = self._listener, None
        if listener is not None:
            _cut(listener)
        with self._lock:
            lines = list(self._lines)
        for line in lines:
            _cut(line)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with self._lock:
                self._lines.add(line)
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        try:
            with line:
                self._answer(line, line.recv(65_536))
        except OSError:
            return  # the other side left
        finally:
            with self._lock:
                self._lines.discard(line)

    def _answer(self, line: socket.socket, request: bytes) -> None:
        head, _, body = request.partition(b"\r\n\r\n")
        verb = head.split(b" ", 1)[0].decode("ascii")
        stated = head.partition(b"Content-Length: ")[2].split(b"\r\n")[0]
        if stated.decode("ascii") != str(len(body)):
            answer(line, error_of("500"), FAILED)
            return
        fields: Fields = json.loads(body) if body else {}
        self.asked.append((verb, fields))
        if verb in self.replies:
            self.replies[verb](line)
            return
        match verb:
            case "MOSIPDISC":
                self._answer_list(line, [one.listed(self.port) for one in self._plugged()], "503")
            case "MOSIPDINFO":
                self._answer_list(line, [one.info(self.port) for one in self._plugged()], "106")
            case "STREAM":
                self._stream(line, fields)
            case "RCAPTURE":
                self._capture(line, fields)
            case _:
                answer(line, {"error": error_of("500")}, FAILED)

    def _plugged(self) -> list[MockDevice]:
        return [one for one in self.devices if one.plugged]

    def _answer_list(self, line: socket.socket, entries: list[Fields], without: str) -> None:
        if entries:
            answer(line, entries)
        else:  # an object where there would be a list
            answer(line, {"error": error_of(without)}, FAILED)

    def _named(self, device_id: object) -> MockDevice | None:
        return next((one for one in self._plugged() if one.device_id == device_id), None)

    def _stream(self, line: socket.socket, fields: Fields) -> None:
        device = self._named(fields["deviceId"])
        code = "605" if device is None else "606" if device.purpose == "Auth" else ""
        if device is None or code:
            answer(line, {"error": error_of(code)}, FAILED)
            return
        line.sendall(
            b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
            b"Content-Type: multipart/x-mixed-replace; boundary=--BoundaryString\r\n\r\n"
        )
        device.streams += 1
        try:
            while self._listener is not None and device.plugged:
                if not device.capturing:
                    line.sendall(part(device.finger))
                time.sleep(STREAM_PERIOD_S)
        finally:
            device.streams -= 1

    def _capture(self, line: socket.socket, fields: Fields) -> None:
        bios = fields["bio"]
        assert isinstance(bios, list)
        bio = bios[0]
        device = self._named(bio["deviceId"])
        code = "705" if device is None else "703" if device.capturing else ""
        if device is None or code:
            answer(line, _refused(code), FAILED)
            return
        device.capturing = True
        try:
            code = self._wait_for_finger(device, int(str(fields["timeout"])) / 1000, bio)
            reply = _refused(code) if code else {"biometrics": [device.sample(fields, bio)]}
        finally:
            device.capturing = False
        answer(line, reply, FAILED if code else "200 OK")

    def _wait_for_finger(
        self, device: MockDevice, timeout_s: float, bio: Mapping[str, object]
    ) -> str:
        """Until the score is reached or the time is over; a code instead of a picture."""
        end_s = time.monotonic() + timeout_s
        while time.monotonic() < end_s:
            if not device.plugged:
                return "106"
            if device.finger is not None and device.score >= int(str(bio["requestedScore"])):
                return ""
            time.sleep(LOOK_S)
        return device.code_at_timeout


def answer(line: socket.socket, value: object, status: str = "200 OK") -> None:
    """JSON with the headers of the specification, 5.1."""
    line.sendall(json_answer(value, status))


def json_answer(value: object, status: str = "200 OK") -> bytes:
    body = json.dumps(value).encode("ascii")
    head = (
        f"HTTP/1.1 {status}\r\nCACHE-CONTROL:no-store\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: application/json\r\nConnection: Closed\r\n\r\n"
    )
    return head.encode("ascii") + body


def part(finger: Image | None) -> bytes:
    """One picture of the stream, byte for byte as in the specification, "Live stream"."""
    jpeg = encoded(finger if finger is not None else empty_glass(), "jpg")
    head = (
        "--BoundaryString\r\nAccess-Control-Allow-Origin:*\r\nContent-Type:image/jpeg\r\n"
        f"Content-Length:{len(jpeg)}\r\n\r\n"
    )
    return head.encode("ascii") + jpeg


def _refused(code: str) -> Fields:
    """A capture's error, in a list as its samples would be."""
    return {"biometrics": [{"specVersion": "", "data": "", "hash": "", "error": error_of(code)}]}


def _cut(line: socket.socket) -> None:
    with suppress(OSError):  # it was cut already
        line.shutdown(socket.SHUT_RDWR)
    line.close()
