"""What lies in a reader, told from the reader's state and the card's answer to reset.

PC/SC part 3, 3.1.3.2.3: readers make up the answer of contactless cards, 3B 8n 80 01, n historical
bytes, check byte. Memory cards are named there (80 4F, length, RID of PC/SC, standard and name);
of type B cards the bytes are the answer to the request: application data, protocol, MBLI.
"""

from __future__ import annotations

from functools import reduce
from operator import xor

from drivers.api import PresenceKind

STATE_PRESENT, STATE_MUTE = 0x0020, 0x0200
CONTACTLESS = bytes.fromhex("8001")
MEMORY_CARD = bytes.fromhex("804F0CA000000306")
TYPE_B_BYTES = 8
MAX_ANSWER_TO_RESET_BYTES = 33  # ISO/IEC 7816-3, 8.1


def kind_of(state: int, answer_to_reset: bytes) -> PresenceKind:
    """What lies there; `state` as PC/SC gives it with the reader's name."""
    if not state & STATE_PRESENT:
        return PresenceKind.EMPTY
    if state & STATE_MUTE or not answer_to_reset:
        return PresenceKind.SILENT
    historical = _contactless_history(answer_to_reset)
    if historical.startswith(MEMORY_CARD):
        return PresenceKind.PRESENCE_ONLY
    if len(historical) == TYPE_B_BYTES:
        return PresenceKind.CONTACTLESS_B
    return PresenceKind.CHIP


def _contactless_history(answer: bytes) -> bytes:
    """The historical bytes of a contactless card; none for a card with contacts."""
    if not 5 <= len(answer) <= MAX_ANSWER_TO_RESET_BYTES or answer[0] != 0x3B:
        return b""
    count = answer[1] & 0x0F
    made_up = answer[1] & 0xF0 == 0x80 and answer[2:4] == CONTACTLESS
    if not made_up or len(answer) != 5 + count or reduce(xor, answer[1:]) != 0:
        return b""
    return answer[4:-1]
