"""A PIV card that answers with spoilt bytes: the driver may refuse, and nothing else."""

from __future__ import annotations

import random

from drivers.api import CardSlot, Pin, PivCard
from drivers.smartcard.piv import PivApplication
from drivers.smartcard.refusal import CardRefuses
from tests.support.drivers_piv_card import RIGHT_PIN, PivChip, p256_key

MAX_EXCHANGES = 400


class SpoilingChip:
    """A good card until, from some answer on, bytes are changed, lost, added or made up."""

    def __init__(self, chip: PivChip, rng: random.Random) -> None:
        self._chip = chip
        self._rng = rng
        self._good = rng.randrange(8)
        self._asked = 0

    def exchange(self, sent: bytes | bytearray) -> bytes:
        self._asked += 1
        assert self._asked < MAX_EXCHANGES, "the driver asks for ever"
        answer = self._chip.answer(bytes(sent))
        assert answer is not None
        return answer if self._asked <= self._good else self._spoilt(answer)

    def _spoilt(self, answer: bytes) -> bytes:
        rng, spoilt = self._rng, bytearray(answer)
        match rng.randrange(6):
            case 0:
                for _ in range(rng.randrange(1, 4)):
                    spoilt[rng.randrange(len(spoilt))] = rng.randrange(256)
            case 1:
                del spoilt[rng.randrange(len(spoilt)) :]
            case 2:
                spoilt[rng.randrange(len(spoilt)) :] = rng.randbytes(rng.randrange(300))
            case 3:
                spoilt[-2:] = rng.choice((b"\x61\x00", b"\x6c\x10", b"\x6a\x82", b"\x63\xc0"))
            case 4:
                spoilt[: rng.randrange(1, 8)] = rng.randbytes(rng.randrange(8))
            case _:
                pass
        return bytes(spoilt)


def fuzz_piv(inputs: int, seed: int) -> dict[str, int]:
    """Hold conversations with spoilt cards; counts how they ended. Fails for any other error."""
    rng = random.Random(seed)
    chips = [
        PivChip({0x9A: p256_key(1), 0x9D: p256_key(2)}, packed=packed) for packed in (False, True)
    ]
    ends: dict[str, int] = {}
    for _ in range(inputs):
        end = _conversation(rng.choice(chips), rng)
        ends[end] = ends.get(end, 0) + 1
    return ends


def _conversation(chip: PivChip, rng: random.Random) -> str:
    chip.reset()
    chip.tries_left = 3
    try:
        card = PivApplication(SpoilingChip(chip, rng).exchange)
        match rng.randrange(4):
            case 0:
                made: object = card.card()
            case 1:
                made = card.tries()
            case 2:
                made = card.sign(CardSlot.AUTHENTICATION, b"challenge", Pin(RIGHT_PIN))
            case _:
                point = b"\x04" + p256_point()
                made = card.agree(CardSlot.KEY_MANAGEMENT, point, Pin(RIGHT_PIN))
    except CardRefuses as refuses:
        return refuses.refused.reason.value
    assert not isinstance(made, PivCard) or len(made.guid) in (0, 16)
    return "done"


def p256_point() -> bytes:
    """Both coordinates of a point of the curve, 64 bytes."""
    numbers = p256_key(9).public_key().public_numbers()
    return numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
