"""The frames between the station and a driver's process: a small JSON header and raw bytes.

    offset  size  meaning
         0     2  magic "DF"
         2     1  version of this layout and of the messages in it
         3     1  0
         4     4  length of the header, big-endian, at most 64 KiB
         8     4  length of the body, big-endian, at most 128 MiB
        12        header: one JSON object in UTF-8; then the body

Nothing is allocated for a length before the length was judged.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import IO, Any, NoReturn

MAGIC = b"DF"
VERSION = 1
MAX_HEADER_BYTES = 64 * 1024
# A camera of 7680x4320 pixels in RGB is 95 MiB.
MAX_BODY_BYTES = 128 * 1024 * 1024
_PREFIX = struct.Struct(">2sBBII")

Body = bytes | bytearray | memoryview


class FrameFlaw(StrEnum):
    """What is wrong with the bytes of a frame."""

    CUT_OFF = "cut_off"
    BAD_MAGIC = "bad_magic"
    WRONG_VERSION = "wrong_version"
    TOO_LARGE = "too_large"
    BAD_HEADER = "bad_header"


class FrameInvalid(Exception):
    """The bytes are no frame; the text is the flaw's machine word, never any of the bytes."""

    def __init__(self, flaw: FrameFlaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


@dataclass(frozen=True)
class WireFrame:
    """One message: what it is, and the bytes that belong to it."""

    header: Mapping[str, Any] = field(repr=False)
    body: bytes = field(default=b"", repr=False)


def encode_frame(header: Mapping[str, Any], bodies: Sequence[Body] = ()) -> list[Body]:
    """The pieces of a frame, to be written one after the other; bodies are not copied."""
    text = json.dumps(header, separators=(",", ":"), allow_nan=False).encode()
    body_length = sum(len(body) for body in bodies)
    if len(text) > MAX_HEADER_BYTES or body_length > MAX_BODY_BYTES:
        raise FrameInvalid(FrameFlaw.TOO_LARGE)
    return [_PREFIX.pack(MAGIC, VERSION, 0, len(text), body_length) + text, *bodies]


def read_frame(stream: IO[bytes]) -> WireFrame | None:
    """The next frame of a blocking stream; None where the stream ends between two frames.

    Raises FrameInvalid; the stream cannot be used after that.
    """
    prefix = stream.read(_PREFIX.size)
    if not prefix:
        return None
    if len(prefix) < _PREFIX.size:
        raise FrameInvalid(FrameFlaw.CUT_OFF)
    magic, version, reserved, header_length, body_length = _PREFIX.unpack(prefix)
    if magic != MAGIC:
        raise FrameInvalid(FrameFlaw.BAD_MAGIC)
    if version != VERSION or reserved:
        raise FrameInvalid(FrameFlaw.WRONG_VERSION)
    if header_length > MAX_HEADER_BYTES or body_length > MAX_BODY_BYTES:
        raise FrameInvalid(FrameFlaw.TOO_LARGE)
    header = parse_header(_exactly(stream, header_length))
    return WireFrame(header, _exactly(stream, body_length))


def parse_header(text: bytes) -> Mapping[str, Any]:
    """A header's JSON object, strictly: UTF-8, no name twice, no NaN. Raises FrameInvalid."""
    try:
        header = json.loads(
            text.decode("utf-8"), object_pairs_hook=_object, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError) as error:
        raise FrameInvalid(FrameFlaw.BAD_HEADER) from error
    if not isinstance(header, dict):
        raise FrameInvalid(FrameFlaw.BAD_HEADER)
    return header


def _exactly(stream: IO[bytes], length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise FrameInvalid(FrameFlaw.CUT_OFF)
    return data


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError("not a number of JSON")
