"""Mutated bytes of an ID-card module: damaged streams of frames, and card data that is no data.

Every outcome but the driver's own typed one escapes as what it is and fails whoever called.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from drivers.document_reader.sam_serial import card_data, text_record
from drivers.document_reader.sam_serial.card_data import CardDataInvalid
from drivers.document_reader.sam_serial.frames import Damage, FrameReader, Reply
from tests.support import drivers_sam_cards as cards
from tests.support.drivers_sam_emulator import FOUND, NO_CARD, SELECTED, whole

FRAMES = (FOUND, NO_CARD, SELECTED, whole(b"\x00\x00\x90" + bytes(1284)))
HEAD_BYTES = 6
RECORDS = tuple(
    cards.text_record(fields)
    for fields in (cards.RESIDENT, cards.HK_MACAO_TAIWAN, cards.FOREIGN_2017, cards.FOREIGN_2023)
)


@dataclass(frozen=True)
class SamFuzz:
    """What became of the inputs: half of them streams of frames, half card data."""

    streams: int
    replies: int
    damages: int
    cards: int
    refused: int

    @property
    def inputs(self) -> int:
        return self.streams + self.cards

    @property
    def told_apart(self) -> bool:
        """Whether both outcomes of both parsers came up; otherwise nothing was tried."""
        return self.replies > 0 and self.damages > 0 and 0 < self.refused < self.cards

    def line(self) -> str:
        """The counts in words."""
        return (
            f"{self.inputs} SAM inputs ({self.streams} streams: {self.replies} replies,"
            f" {self.damages} damages; {self.cards} cards: {self.refused} refused)"
        )


def fuzz_sam(count: int, seed: int) -> SamFuzz:
    """Feed `count` mutated inputs; the same seed gives the same inputs."""
    chance = random.Random(seed)
    streams = (count + 1) // 2
    replies = damages = refused = 0
    for _ in range(streams):
        found = [_kind(item) for item in _fed(chance, _stream(chance))]
        replies += found.count(Reply)
        damages += found.count(Damage)
    for _ in range(count - streams):
        refused += _is_refused(_card(chance))
    return SamFuzz(streams, replies, damages, count - streams, refused)


def _kind(item: Reply | Damage) -> type:
    assert isinstance(item, Reply | Damage)
    return type(item)


def _stream(chance: random.Random) -> bytes:
    stream = bytearray(b"".join(chance.choices(FRAMES, k=3)))
    for _ in range(chance.randrange(4)):
        stream[chance.randrange(len(stream))] = chance.randrange(256)
    del stream[chance.randrange(len(stream)) :]
    return bytes(stream)


def _fed(chance: random.Random, stream: bytes) -> list[Reply | Damage]:
    """As a serial line gives it: in two pieces."""
    reader, cut = FrameReader(), chance.randrange(len(stream) + 1)
    return [*reader.feed(stream[:cut]), *reader.feed(stream[cut:])]


def _card(chance: random.Random) -> bytes:
    """Three part lengths and their parts, with up to five bytes changed where the text lies."""
    parts = (chance.choice(RECORDS), cards.PHOTO, cards.card_finger(11))
    lengths = b"".join(len(part).to_bytes(2, "big") for part in parts)
    data = bytearray(lengths + b"".join(parts))
    for _ in range(chance.randrange(1, 6)):
        data[chance.randrange(HEAD_BYTES + cards.TEXT_BYTES)] = chance.randrange(256)
    return bytes(data)


def _is_refused(data: bytes) -> bool:
    try:
        text_record.parsed(card_data.parsed(data, with_fingers=True).text)
    except CardDataInvalid:
        return True
    return False
