"""Frames and values between the station and a driver's process: round trips, flaws, fuzz."""

from __future__ import annotations

import io
import random
import struct
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from drivers import api
from drivers.errors import DeviceError, DeviceFault, DeviceUnplugged
from drivers.host.frames import (
    MAX_BODY_BYTES,
    MAX_HEADER_BYTES,
    FrameFlaw,
    FrameInvalid,
    WireFrame,
    encode_frame,
    read_frame,
)
from drivers.host.wire import Bytes, ValueInvalid, pack, pack_error, unpack, unpack_error
from drivers.simulated.people import people

FACTS = api.ReaderFacts(
    api.DeviceFacts("acme", "ACME", "A1", "7", "2", simulated=False), 500.0, 4, 3, True, False
)
CAPTURE = api.Capture(np.arange(12, dtype=np.uint8).reshape(3, 4), 500.0, FACTS, 17)
FUZZ_ROUNDS = 4000  # `python -m tests.prove devices` has the full count


def frame_bytes(header: dict[str, Any], *bodies: bytes) -> bytes:
    return b"".join(bytes(piece) for piece in encode_frame(header, bodies))


def read(data: bytes) -> WireFrame | None:
    return read_frame(io.BytesIO(data))


def crossed(value: object, wanted: Any) -> Any:
    """A value after its way through a frame."""
    bodies: list[Any] = []
    packed = pack(value, bodies)
    frame = read(b"".join(bytes(piece) for piece in encode_frame({"value": packed}, bodies)))
    assert frame is not None
    data = Bytes(frame.body)
    found = unpack(frame.header["value"], wanted, data)
    data.end()
    return found


def test_a_stream_of_frames_ends_where_it_ends() -> None:
    stream = io.BytesIO(frame_bytes({"a": 1}, b"xy", b"z") + frame_bytes({"名": "二"}))
    first = read_frame(stream)
    assert first == WireFrame({"a": 1}, b"xyz")
    assert read_frame(stream) == WireFrame({"名": "二"})
    assert read_frame(stream) is None


GOOD = frame_bytes({"tell": "pulse"}, b"body")
FLAWS = {
    "half a prefix": (GOOD[:7], FrameFlaw.CUT_OFF),
    "half a header": (GOOD[:20], FrameFlaw.CUT_OFF),
    "half a body": (GOOD[:-1], FrameFlaw.CUT_OFF),
    "text": (b"vendor library says hello", FrameFlaw.BAD_MAGIC),
    "a later version": (b"DF\x02" + GOOD[3:], FrameFlaw.WRONG_VERSION),
    "a reserved byte": (b"DF\x01\x01" + GOOD[4:], FrameFlaw.WRONG_VERSION),
    "a huge header": (
        struct.pack(">2sBBII", b"DF", 1, 0, MAX_HEADER_BYTES + 1, 0),
        FrameFlaw.TOO_LARGE,
    ),
    "a huge body": (
        struct.pack(">2sBBII", b"DF", 1, 0, 2, MAX_BODY_BYTES + 1),
        FrameFlaw.TOO_LARGE,
    ),
}
HEADERS = {
    "no JSON": b"{",
    "a list": b"[1]",
    "a name twice": b'{"a":1,"a":2}',
    "not a number": b'{"a":NaN}',
    "no UTF-8": b'{"a":"\xff"}',
    "very deep": b'{"a":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "a digit too many": b'{"a":' + b"1" * 5000 + b"}",
}


@pytest.mark.parametrize("case", FLAWS)
def test_what_is_no_frame_is_named(case: str) -> None:
    data, flaw = FLAWS[case]
    with pytest.raises(FrameInvalid) as caught:
        read(data)
    assert caught.value.flaw is flaw


@pytest.mark.parametrize("case", HEADERS)
def test_a_header_is_one_strict_object(case: str) -> None:
    text = HEADERS[case][:MAX_HEADER_BYTES]
    data = struct.pack(">2sBBII", b"DF", 1, 0, len(text), 0) + text
    with pytest.raises(FrameInvalid) as caught:
        read(data)
    assert caught.value.flaw is FrameFlaw.BAD_HEADER


def test_what_is_too_large_is_not_sent() -> None:
    with pytest.raises(FrameInvalid):
        encode_frame({"a": "x" * MAX_HEADER_BYTES})


def test_a_capture_crosses_whole_and_read_only() -> None:
    found = crossed(CAPTURE, api.Capture | api.Retry)
    assert isinstance(found, api.Capture)
    assert np.array_equal(found.image, CAPTURE.image)
    assert not found.image.flags.writeable
    assert (found.facts, found.captured_monotonic_ms) == (FACTS, 17)


def test_a_card_crosses_whole() -> None:
    card = people()[0].card()
    found = crossed(card, api.CardText | api.NoCard)
    assert isinstance(found, api.CardText)
    assert found.photo is not None
    assert card.photo is not None
    assert np.array_equal(found.photo, card.photo)
    said = ("document_type", "name", "sex", "birth", "number", "valid_from", "valid_to", "fingers")
    assert all(getattr(found, name) == getattr(card, name) for name in said)
    assert isinstance(found.birth, date)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (api.Retry(api.RetryReason.TOO_DRY), api.Capture | api.Retry),
        (api.NoCard(api.NoCardReason.TIMEOUT), api.CardText | api.NoCard),
        (api.DeviceStatus(api.DeviceState.FAULT, "jam"), api.DeviceStatus),
        (api.PrintJob("7", "desk", Path("a") / "b.pdf"), api.PrintJob),
        (api.PrintJob("7", "desk"), api.PrintJob),
        (api.PrintJobState(api.PrintPhase.FAILED, api.PrintTrouble.JAM), api.PrintJobState),
        (b"%PDF", bytes),
        (None, str | None),
    ],
)
def test_values_cross_as_they_are(value: object, wanted: Any) -> None:
    assert crossed(value, wanted) == value


def test_errors_cross_by_kind_and_on_one_line() -> None:
    found = unpack_error(pack_error(DeviceUnplugged("acme", "cable\nout")))
    assert type(found) is DeviceUnplugged
    assert (found.device, found.detail) == ("acme", "cable?out")
    assert len(unpack_error(pack_error(DeviceFault("acme", "x" * 999))).detail) == 200


RETRY = {"is": "Retry", "reason": "too_dry"}
WRONG: dict[str, tuple[object, Any]] = {
    "a type nobody asked for": ({"is": "Path", "x": 1}, api.Retry),
    "another known type": ({"is": "NoCard", "reason": "timeout"}, api.Capture | api.Retry),
    "a reason nobody knows": ({**RETRY, "reason": "boredom"}, api.Retry),
    "a field too many": ({**RETRY, "more": 1}, api.Retry),
    "a field too few": ({"is": "Retry"}, api.Retry),
    "a truth for a number": (True, float),
    "a number for a text": (1, str),
    "a text for nothing": ("", None | bool),
    "infinity": (float("inf"), float),
    "a number beyond all": (2**80, int),
    "a long text": ("x" * 5000, str),
    "half a character": ("\ud800", str),
    "a picture without bytes": ([3, 4], api.Image),
    "a picture of no size": ([0, 4], api.Image),
    "a picture of four samples": ([1, 1, 4], api.Image),
    "a huge picture": ([8000, 8000, 3], api.Image),
    "a date that never was": ("2026-02-30", date),
    "a negative length": (-1, bytes),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_no_value_is_refused(case: str) -> None:
    packed, wanted = WRONG[case]
    with pytest.raises(ValueInvalid):
        unpack(packed, wanted, Bytes(b"1234"))


@pytest.mark.parametrize(
    "packed",
    [None, {}, {"is": "KeyError", "device": "", "detail": ""}, {**RETRY, "device": 1}],
)
def test_what_is_no_error_is_refused(packed: object) -> None:
    with pytest.raises(ValueInvalid):
        unpack_error(packed)


def test_bytes_that_nobody_asked_for_are_refused() -> None:
    with pytest.raises(ValueInvalid):
        Bytes(b"1").end()


def test_mutated_frames_give_typed_errors_only() -> None:
    assert sum(fuzz(random.Random(seed)) for seed in range(FUZZ_ROUNDS)) > FUZZ_ROUNDS // 50


def fuzz(lot: random.Random) -> bool:
    """Read one mutation of a good message; whether it got as far as the value."""
    bodies: list[Any] = []
    packed = pack(lot.choice((CAPTURE, DRY)), bodies)
    data = bytearray(frame_bytes({"tell": "result", "id": 1, "value": packed}, *map(bytes, bodies)))
    for _ in range(lot.randint(1, 4)):
        place = lot.randrange(len(data))
        match lot.randrange(3):
            case 0:
                data[place] = lot.randrange(256)
            case 1:
                del data[place : place + lot.randint(1, 5)]
            case _:
                data[place:place] = lot.randbytes(lot.randint(1, 5))
    try:
        frame = read(bytes(data))
        if frame is None:
            return False
        unpack(frame.header.get("value"), api.Capture | api.Retry, Bytes(frame.body))
    except (FrameInvalid, ValueInvalid, DeviceError) as error:
        return isinstance(error, ValueInvalid)
    return True


DRY = api.Retry(api.RetryReason.TOO_DRY)
