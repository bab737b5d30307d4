"""What a new passphrase must be. Length and not being obvious; nothing that makes people write it
down: no classes of characters, no rotation (see docs/decisions/0016-people-and-rights.md).
"""

import unicodedata
from enum import StrEnum
from itertools import pairwise

from station.domain.people import Operator

MIN_PASSPHRASE = 10
MAX_PASSPHRASE = 200
_FEWEST_DIFFERENT = 4
# Of the lists of what is guessed first, those that are long enough to be tried here.
_COMMON = frozenset(
    (
        *("1234567890", "0123456789", "12345678910", "123456789a", "1q2w3e4r5t", "q1w2e3r4t5"),
        *("qwertyuiop", "1qaz2wsx3edc", "1qazxsw23edc", "qazwsxedcr", "asdfghjkl;", "qwerty123456"),
        *("abc1234567", "a123456789", "aa12345678", "test123456", "root123456", "computer123"),
        *("password12", "password123", "password1234", "passw0rd123", "p@ssw0rd123", "letmein123"),
        *("administrator", "admin12345", "admin123456", "admin888888", "changeme123", "welcome123"),
        *("woaini1314", "woaini520", "5201314520", "1314520520", "iloveyou123", "zhongguo123"),
        *("wodemima123", "mima123456", "xuewei2026", "tongdengxueli"),
    )
)


class Weakness(StrEnum):
    """Why a passphrase cannot be used."""

    SHORT = "short"
    LONG = "long"
    NAME = "name"
    COMMON = "common"


def weakness(passphrase: str, operator: Operator) -> Weakness | None:
    """Why this operator may not choose this passphrase; None when they may."""
    if len(passphrase) < MIN_PASSPHRASE:
        return Weakness.SHORT
    if len(passphrase) > MAX_PASSPHRASE:
        return Weakness.LONG
    compared = _compared(passphrase)
    own = (_compared(operator.operator_id), _compared(operator.display_name))
    if any(_is_only(compared, name) for name in own):
        return Weakness.NAME
    if compared in _COMMON or len(set(compared)) < _FEWEST_DIFFERENT or _is_run(compared):
        return Weakness.COMMON
    return None


def _compared(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _is_only(passphrase: str, name: str) -> bool:
    """Whether nothing is left but digits once the name is taken out, however often it stands."""
    if not name or name not in passphrase:
        return False
    left = passphrase.replace(name, "")
    return not left or left.isdigit()


def _is_run(passphrase: str) -> bool:
    """Whether every character follows the one before it, upwards or downwards."""
    steps = {ord(after) - ord(before) for before, after in pairwise(passphrase)}
    return steps in ({1}, {-1})
