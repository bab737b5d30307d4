"""The recovery key: 256 random bits as 24 words for the unit's safe (English list of BIP-39)."""

import functools
import hashlib
import re
import secrets
from dataclasses import dataclass, field

from mnemonic import Mnemonic

WORDS = 24
SECRET_BYTES = 32
_BITS_PER_WORD = 11
# The first four letters tell every word of the list from all others.
_TELLING_LETTERS = 4
MAX_TEXT = 1000


@dataclass(frozen=True)
class Mistyped:
    """What was typed is no recovery key. `place` counts words from 1, 0 where no one is at fault.

    The sentence repeats no word that was typed or meant.
    """

    sentence: str
    place: int = 0


@dataclass(frozen=True)
class RecoveryKey:
    """The key that opens the keyring when nobody else can."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != SECRET_BYTES:
            raise ValueError("a recovery key is 32 bytes")

    @classmethod
    def random(cls) -> "RecoveryKey":
        return cls(secrets.token_bytes(SECRET_BYTES))

    @classmethod
    def from_text(cls, text: str) -> "RecoveryKey | Mistyped":
        """Read what was typed or scanned: 24 words, of which four letters suffice.

        Upper case, numbers before the words and any spacing are fine.
        """
        typed = re.findall(r"[^\W\d_]+", text[:MAX_TEXT].lower())
        numbers = []
        for place, word in enumerate(typed[: WORDS + 1], 1):
            number = _numbers().get(word[:_TELLING_LETTERS])
            if number is None or not _words()[number].startswith(word):
                return Mistyped(f"第 {place} 个词拼写有误，请对照恢复密钥页改正。", place)
            numbers.append(number)
        if len(typed) != WORDS:
            return Mistyped(f"应为 {WORDS} 个词，现在是 {len(typed)} 个，请对照恢复密钥页补全。")
        bits = "".join(f"{number:0{_BITS_PER_WORD}b}" for number in numbers)
        whole = int(bits, 2).to_bytes(SECRET_BYTES + 1, "big")
        if hashlib.sha256(whole[:-1]).digest()[0] != whole[-1]:
            return Mistyped("每个词都在词表里，但合起来不对：请检查词的顺序和看起来相近的词。")
        return cls(whole[:-1])

    @property
    def words(self) -> tuple[str, ...]:
        """The 24 words, in order."""
        return tuple(_list().to_mnemonic(self.secret).split(" "))


@functools.cache
def _list() -> Mnemonic:
    return Mnemonic("english")


@functools.cache
def _words() -> tuple[str, ...]:
    return tuple(_list().wordlist)


@functools.cache
def _numbers() -> dict[str, int]:
    """Number of each word by its first four letters, which are the whole of a shorter word."""
    return {word[:_TELLING_LETTERS]: number for number, word in enumerate(_words())}
