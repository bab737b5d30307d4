"""Help with typing the recovery key, word by word: which words begin like this."""

import functools
from bisect import bisect_left

from mnemonic import Mnemonic

WORDS = 24
MOST_SHOWN = 5


def completions(beginning: str) -> tuple[str, ...]:
    """Words of the list that begin like this; nothing for an empty beginning."""
    if not beginning:
        return ()
    words = _words()
    first = bisect_left(words, beginning)
    after = bisect_left(words, beginning + "~")
    return words[first:after]


def completed(typed: str) -> str | None:
    """The one word that is meant: typed in full, or begun as no other word is; None if neither."""
    found = completions(typed)
    if typed in found or len(found) == 1:
        return typed if typed in found else found[0]
    return None


@functools.cache
def _words() -> tuple[str, ...]:
    return tuple(sorted(Mnemonic("english").wordlist))
