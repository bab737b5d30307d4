"""The chain of hashes over the captures of one opening.

The first capture names the hash of the empty text, each later one the hash its forerunner answered
(specification, 5.3 `previousHash`). How the next is computed, sources disagree: the public mock
hashes bytes, the specification and the registration client's own code hash texts in hexadecimal.
"""

from __future__ import annotations

import hashlib
import re
from enum import StrEnum

from drivers.fingerprint_reader.sbi.strict_json import AnswerInvalid

FIRST_PREVIOUS = hashlib.sha256(b"").hexdigest().upper()
_HASH = re.compile(r"[0-9A-Fa-f]{64}")


class HashConvention(StrEnum):
    """What is hashed: the bytes of both hashes, or their hexadecimal texts."""

    BYTES = "bytes"
    HEX_TEXT = "hex_text"


def convention_of(previous: str, bio_value: bytes, answered: str) -> HashConvention:
    """By which convention `answered` follows `previous` over the record's bytes.

    Hexadecimal texts may be written in either case. Raises AnswerInvalid when it does not follow.
    """
    if not _HASH.fullmatch(answered):
        raise AnswerInvalid("no hash")
    wanted = bytes.fromhex(answered)
    current = hashlib.sha256(bio_value)
    if hashlib.sha256(bytes.fromhex(previous) + current.digest()).digest() == wanted:
        return HashConvention.BYTES
    texts = {previous + current.hexdigest(), previous + current.hexdigest().upper()}
    texts |= {(previous + current.hexdigest()).lower(), (previous + current.hexdigest()).upper()}
    if any(hashlib.sha256(text.encode("ascii")).digest() == wanted for text in texts):
        return HashConvention.HEX_TEXT
    raise AnswerInvalid("wrong hash")
