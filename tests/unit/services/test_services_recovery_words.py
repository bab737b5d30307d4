"""Help with typing the recovery key."""

import pytest

from station.services.recovery_words import completed, completions


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", ()),
        ("zz", ()),
        ("abs", ("absent", "absorb", "abstract", "absurd")),
        ("zoo", ("zoo",)),
        ("act", ("act", "action", "actor", "actress", "actual")),
    ],
)
def test_words_that_begin_like_this(typed: str, found: tuple[str, ...]) -> None:
    assert completions(typed) == found


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("aban", "abandon"),
        ("act", "act"),
        ("acti", "action"),
        ("ab", None),
        ("x", None),
        ("", None),
    ],
)
def test_the_word_that_is_meant_is_known_once_it_is_clear(typed: str, meant: str | None) -> None:
    assert completed(typed) == meant
