"""Seeded damage to what a Secure Biometric Interface service sends, and what becomes of it.

Every case is accepted or refused with a typed error; anything else escapes and fails the caller.
"""

from __future__ import annotations

import base64
import io
import json
import os
import random
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.utils import CryptographyDeprecationWarning

from drivers.api import Retry
from drivers.errors import DeviceError
from drivers.fingerprint_reader.sbi.captures import CaptureRequest, SampleChecks
from drivers.fingerprint_reader.sbi.device_info import SbiDevice, listed_status, read_info
from drivers.fingerprint_reader.sbi.exchange import ServiceGone, opened_answer, whole_body
from drivers.fingerprint_reader.sbi.hash_chain import FIRST_PREVIOUS
from drivers.fingerprint_reader.sbi.image_record import Compression, read_impression
from drivers.fingerprint_reader.sbi.jws import Signatures, TrustAnchors
from drivers.fingerprint_reader.sbi.motion_jpeg import pictures
from drivers.fingerprint_reader.sbi.picture import decoded_jpeg
from drivers.fingerprint_reader.sbi.strict_json import AnswerInvalid, base64url, parsed
from tests.support.drivers_sbi_keys import b64url, device_signer
from tests.support.drivers_sbi_mock import MockDevice, json_answer, part
from tests.support.drivers_sbi_records import Record, encoded, ridges

MOST_BYTES = 1_000_000
SIDE_PX = 64
WHEN = datetime(2026, 11, 21, 9, tzinfo=UTC)
# What a parser says before it has looked at anything in particular.
EARLY = frozenset(
    {
        "no HTTP answer",
        "no JSON",
        "no object",
        "no signature",
        "no base64url",
        "no finger image record of 2011",
        "no boundary in the stream",
    }
)
_WORDS = (b"null", b"-1", b"1e999", b'""', b"[]", b"{}", b"\xff", b"\0", b"4294967295", b"\r\n\r\n")

_VALUES: Sequence[object] = (
    *(None, True, -1, 0, 1, 2**70, 1e308, float("inf"), "", "0", "-1", "L0", "Ready", "x" * 300),
    *([], {}, [[]], [{}], {"errorCode": "0"}, {"errorCode": []}, "e30.e30.e30", "AA", "\0"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-21", "0" * 64),
)
_CHARACTERS = ("", "A", "=", ".", "-", "0", "\0", "\n", "é", "指", '"', "[")


@dataclass
class Summary:
    """What came of the cases, by parser and outcome."""

    outcomes: Counter[str] = field(default_factory=Counter)
    past_header: int = 0

    @property
    def cases(self) -> int:
        return self.outcomes.total()

    @property
    def accepted(self) -> int:
        return sum(count for name, count in self.outcomes.items() if name.endswith(": accepted"))

    def note(self, parser: str, outcome: str) -> None:
        self.outcomes[f"{parser}: {outcome}"] += 1
        self.past_header += outcome not in EARLY

    def __str__(self) -> str:
        return (
            f"{self.cases} damaged answers, {self.past_header} past the header,"
            f" {self.accepted} accepted, {len(self.outcomes)} outcomes"
        )


@dataclass(frozen=True)
class Target:
    """A parser and good inputs for it."""

    name: str
    read: Callable[[bytes], object]
    corpus: Sequence[bytes]


class _Signed(Signatures):
    """Takes every signature, so that damage gets behind it."""

    def payload(self, token: str) -> bytes:
        parts = token.split(".")
        if len(parts) != 3:
            raise AnswerInvalid("no signature")
        return base64url(parts[1])


def fuzz_sbi(count: int, seed: int) -> Summary:
    """Read `count` damaged inputs. Raises whatever is neither accepted nor a typed error."""
    with _decoders_silent(), warnings.catch_warnings():
        # Certificates whose number is no number any more are still taken, with a warning.
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        return _fuzzed(count, random.Random(seed))


@contextmanager
def _decoders_silent() -> Iterator[None]:
    """Picture decoders write of every flaw to the process's standard error, past Python."""
    sys.stderr.flush()
    kept = os.dup(2)
    with open(os.devnull, "wb") as nothing:
        os.dup2(nothing.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _fuzzed(count: int, lot: random.Random) -> Summary:
    summary = Summary()
    targets = all_targets()
    for number in range(count):
        target = targets[number % len(targets)]
        data = damaged(lot.choice(target.corpus), lot)
        try:
            target.read(data)
        except AnswerInvalid as error:
            summary.note(target.name, error.word)
        except (DeviceError, ServiceGone) as error:
            summary.note(target.name, type(error).__name__)
        else:
            summary.note(target.name, "accepted")
    return summary


def damaged(data: bytes, lot: random.Random) -> bytes:
    """Damage to the bytes, or to the values of JSON, so that it gets behind the grammar."""
    if data[:1] in (b"{", b"[") and lot.random() < 0.8:
        value = json.loads(data)
        for _ in range(lot.randint(1, 3)):
            value = _changed(value, lot)
        return json.dumps(value).encode()
    changed = bytearray(data)
    keep_length = lot.random() < 0.6
    for _ in range(lot.randint(1, 4)):
        if changed:
            _damage(changed, lot, keep_length=keep_length)
    return bytes(changed)


def _damage(changed: bytearray, lot: random.Random, *, keep_length: bool) -> None:
    """In place; often near the beginning, where most of the structure is."""
    place = lot.randrange(lot.choice((min(len(changed), 90), len(changed))))
    match lot.randrange(2 if keep_length else 6):
        case 0:
            changed[place] = lot.randrange(256)
        case 1:
            changed[place] ^= 1 << lot.randrange(8)
        case 2:
            del changed[place : place + lot.randint(1, 8)]
        case 3:
            changed[place:place] = lot.choice(_WORDS)
        case 4:
            changed[place:place] = changed[place : place + lot.randint(1, 64)]
        case _:
            del changed[max(place, len(changed) // 2) :]


def _changed(value: object, lot: random.Random) -> object:
    """A value with one thing in it replaced, left out, doubled or put elsewhere."""
    if isinstance(value, dict) and value and lot.random() < 0.9:
        name = lot.choice(sorted(value))
        if lot.random() < 0.1:
            return {key: one for key, one in value.items() if key != name}
        return {**value, name: _changed(value[name], lot)}
    if isinstance(value, list) and value and lot.random() < 0.8:
        place = lot.randrange(len(value))
        if lot.random() < 0.1:
            return value + value[place:]
        return [*value[:place], _changed(value[place], lot), *value[place + 1 :]]
    if isinstance(value, str) and value and lot.random() < 0.6:
        place = lot.randrange(len(value))
        return value[:place] + lot.choice(_CHARACTERS) + value[place + lot.randrange(3) :]
    return lot.choice(_VALUES)


@cache
def all_targets() -> Sequence[Target]:
    """Everything that reads bytes of a service."""
    return tuple(_targets())


def _targets() -> Iterator[Target]:
    device = MockDevice()
    signatures = _Signed(None, lambda: WHEN)
    info = json.dumps([device.info(4501)]).encode()
    (known,) = read_info(info, signatures)
    assert isinstance(known, SbiDevice)
    listed = json.dumps([device.listed(4501)]).encode()
    small = ridges()[:SIDE_PX, :SIDE_PX]
    records = [_record(kind) for kind in ("jp2", "j2k", "png", "jpg", "raw")]
    header = base64url(device.digital_id(signed=True).split(".")[0])
    facts = base64url(str(device.info(4501)["deviceInfo"]).split(".")[1])

    yield Target("http", _http, [json_answer([1, 2]), _chunked(listed), json_answer({}, "405 OK")])
    yield Target("json", parsed, [listed, info, facts])
    yield Target("list", lambda data: listed_status(data, known), [listed, info])
    yield Target("info", lambda data: list(read_info(data, signatures)), [info])
    yield Target("facts", lambda data: _facts(data, signatures), [facts])
    yield Target("signature", _signature, [header, device.digital_id(signed=True).encode()])
    yield _chain()
    yield Target("record", read_impression, records)
    yield Target("stream", _stream, [part(small) * 2, part(None)])
    request = CaptureRequest("transaction", WHEN, 1000, 40, FIRST_PREVIOUS)
    checks = SampleChecks(known, signatures, 1e9)
    fields = {"env": "Developer", "transactionId": "transaction"}
    bio = {"requestedScore": "40", "previousHash": FIRST_PREVIOUS}
    device.record = lambda _: records[-1]
    device.press(small)
    entry = device.sample(fields, bio)
    answer = json.dumps({"biometrics": [entry]}).encode()
    payload = base64url(str(entry["data"]).split(".")[1])

    def sample(data: bytes) -> object:
        read = checks.read(data, request, WHEN)
        assert isinstance(read, Retry) or read.impression.image.ndim == 2
        return read

    def signed_sample(data: bytes) -> object:
        return sample(json.dumps({**entry, "data": f"e30.{b64url(data)}.AA"}).encode())

    yield Target("capture", sample, [answer])

    def chained_sample(record: bytes) -> object:
        device.record = lambda _: record
        return sample(json.dumps({"biometrics": [device.sample(fields, bio)]}).encode())

    yield Target("sample", signed_sample, [payload])
    yield Target("chained", chained_sample, records)


def _record(kind: str) -> bytes:
    codes = {
        "jp2": Compression.JPEG_2000_LOSSLESS,
        "j2k": Compression.JPEG_2000_LOSSY,
        "png": Compression.PNG,
        "jpg": Compression.JPEG,
        "raw": Compression.NONE,
    }
    small = ridges()[:SIDE_PX, :SIDE_PX]
    picture = small.tobytes() if kind == "raw" else encoded(small, kind)
    return Record(picture, codes[kind], width=SIDE_PX, height=SIDE_PX).to_bytes()


def _chunked(body: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"


class _Bytes(io.RawIOBase):
    """Bytes as they would come from a socket."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, room: Any) -> int:
        return self._data.readinto(room)


def _http(data: bytes) -> bytes:
    return whole_body(opened_answer(_Bytes(data)), MOST_BYTES)


def _facts(data: bytes, signatures: Signatures) -> object:
    entry = {"deviceInfo": f"e30.{b64url(data)}.AA"}
    for one in read_info(json.dumps([entry]).encode(), signatures):
        if isinstance(one, AnswerInvalid):
            raise one
    return None


def _signature(data: bytes) -> bytes:
    """Damaged headers and damaged whole tokens, with the real checks."""
    token = data.decode("latin-1")
    if data.count(b".") != 2:
        token = f"{b64url(data)}.e30.AA"
    return Signatures(None, lambda: datetime.now(UTC)).payload(token)


def _chain() -> Target:
    """Damaged certificates in headers that are signed well, so that damage gets to the anchors."""
    signer = device_signer()
    leaf, maker = (one.public_bytes(Encoding.DER) for one in signer.chain)
    strict = Signatures(TrustAnchors(signer.chain[-1:]), lambda: datetime.now(UTC))

    def read(data: bytes) -> bytes:
        chain = [base64.b64encode(one).decode("ascii") for one in (data, maker)]
        return strict.payload(signer.token(b"{}", x5c=chain))

    return Target("chain", read, [leaf])


def _stream(data: bytes) -> int:
    return sum(decoded_jpeg(jpeg).size for jpeg in pictures(io.BytesIO(data), b"--BoundaryString"))
