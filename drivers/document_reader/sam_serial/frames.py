"""Frames between a host and the security module (SAM) of an ID-card reader.

    to the SAM    AA AA AA 96 69 | length (2, big endian) | command, parameter | check
    from the SAM  AA AA AA 96 69 | length (2, big endian) | 3 status bytes | data | check

The length counts what follows it, check included; the check is the exclusive or of everything
between preamble and check. Sources: eastcoms.com/service/downdrive/508.html; the SAM interface
is GA/T 467, whose text is not public.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import reduce
from operator import xor

PREAMBLE = bytes.fromhex("AAAAAA9669")
LENGTH_BYTES = 2
STATUS_BYTES = 3
# The longest reply carries text, photo and two fingers: three part lengths and their parts.
LONGEST_DATA = 6 + 256 + 1024 + 1024
_SHORTEST = STATUS_BYTES + 1
_LONGEST = STATUS_BYTES + LONGEST_DATA + 1


class Command(IntEnum):
    """Command and parameter byte."""

    RESET = 0x10FF
    STATUS = 0x11FF
    SAM_NUMBER = 0x12FF
    FIND_CARD = 0x2001
    SELECT_CARD = 0x2002
    READ_CARD = 0x3001
    READ_CARD_WITH_FINGERS = 0x3010


class Status(IntEnum):
    """Third status byte, as far as a reader's user can act on it."""

    OK = 0x90
    CARD_FOUND = 0x9F
    CHECK_WRONG = 0x10
    LENGTH_WRONG = 0x11
    CARD_REFUSED_SAM = 0x31
    SAM_REFUSED_CARD = 0x32
    INFORMATION_WRONG = 0x33
    WRONG_CARD = 0x40
    READ_FAILED = 0x41
    RANDOM_FAILED = 0x47
    SELF_TEST_FAILED = 0x60
    NOT_AUTHORISED = 0x66
    FIND_FAILED = 0x80
    SELECT_FAILED = 0x81


class Damage(StrEnum):
    """What was wrong with bytes that began like a frame."""

    LENGTH = "length"
    CHECK = "check"


@dataclass(frozen=True)
class Reply:
    """One whole frame from the SAM. The data may be personal: they stay out of the repr."""

    status: int
    data: bytes = field(repr=False)


def command_frame(command: Command) -> bytes:
    """The frame that gives a command without data."""
    body = (LENGTH_BYTES + 1).to_bytes(LENGTH_BYTES, "big") + int(command).to_bytes(2, "big")
    return PREAMBLE + body + bytes([reduce(xor, body)])


class FrameReader:
    """Finds frames in what arrives, in pieces of any size and between any garbage.

    Never holds more than one longest frame, and never trusts a length before it is checked.
    """

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, data: bytes) -> list[Reply | Damage]:
        """Take what arrived; whole frames and damaged ones in their order."""
        self._bytes += data
        found: list[Reply | Damage] = []
        while (item := self._next()) is not None:
            found.append(item)
        return found

    def _next(self) -> Reply | Damage | None:
        self._drop_garbage()
        head = len(PREAMBLE) + LENGTH_BYTES
        if len(self._bytes) < head:
            return None
        length = int.from_bytes(self._bytes[len(PREAMBLE) : head], "big")
        if not _SHORTEST <= length <= _LONGEST:
            return self._damaged(Damage.LENGTH)
        if len(self._bytes) < head + length:
            return None
        checked = self._bytes[len(PREAMBLE) : head + length]
        if reduce(xor, checked) != 0:  # the check byte cancels what it was made from
            return self._damaged(Damage.CHECK)
        body = bytes(self._bytes[head : head + length - 1])
        del self._bytes[: head + length]
        return Reply(body[STATUS_BYTES - 1], body[STATUS_BYTES:])

    def _drop_garbage(self) -> None:
        start = self._bytes.find(PREAMBLE)
        if start < 0:  # the last bytes may be the beginning of a preamble
            start = max(0, len(self._bytes) - len(PREAMBLE) + 1)
        del self._bytes[:start]

    def _damaged(self, damage: Damage) -> Damage:
        """Skip this preamble only: a sound frame may begin right behind it."""
        del self._bytes[: len(PREAMBLE)]
        return damage
