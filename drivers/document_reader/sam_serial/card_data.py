"""The parts of a card reply: text, photo, and what the card says of its fingers.

Of a finger's 512 bytes only the first seven are public; the features behind them are dropped here
unread. Layout as several public code bases for GA/T 467 readers agree on it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from drivers.api import CardFinger

TEXT_BYTES = 256
PHOTO_BYTES = 1024
FINGER_BYTES = 512
_MOST_FINGERS = 2
_FINGER_MARK = ord("C")
_REGISTERED = 1


class CardDataInvalid(ValueError):
    """A reply that passed its check byte and still is no card's; the text names the part only."""


@dataclass(frozen=True)
class CardData:
    """What a card reply carries. Personal: nothing of it in the repr."""

    text: bytes = field(repr=False)
    photo: bytes = field(repr=False)
    fingers: tuple[CardFinger, ...] = field(default=(), repr=False)


def parsed(data: bytes, with_fingers: bool) -> CardData:
    """Cut a reply's data into its parts. Raises CardDataInvalid."""
    count = 3 if with_fingers else 2
    head = 2 * count
    if len(data) < head:
        raise CardDataInvalid("part lengths cut short")
    lengths = [int.from_bytes(data[at : at + 2], "big") for at in range(0, head, 2)]
    text, photo, fingers = lengths if with_fingers else (*lengths, 0)
    if text != TEXT_BYTES:
        raise CardDataInvalid("text length")
    if photo not in (0, PHOTO_BYTES):
        raise CardDataInvalid("photo length")
    if fingers % FINGER_BYTES or fingers > _MOST_FINGERS * FINGER_BYTES:
        raise CardDataInvalid("fingerprint length")
    if len(data) != head + text + photo + fingers:
        raise CardDataInvalid("lengths do not add up")
    photo_at, fingers_at = head + text, head + text + photo
    return CardData(
        data[head:photo_at], data[photo_at:fingers_at], tuple(_fingers(data[fingers_at:]))
    )


def _fingers(data: bytes) -> list[CardFinger]:
    parts = [data[at : at + FINGER_BYTES] for at in range(0, len(data), FINGER_BYTES)]
    return [
        CardFinger(part[5], part[4] == _REGISTERED, part[6])
        for part in parts
        if part[0] == _FINGER_MARK
    ]
