"""The recovery key as people type it: forgiven where it can be, else told which word is wrong."""

import pytest

from station.store.keyring import Mistyped, RecoveryKey

KEY = RecoveryKey(bytes(range(32)))
WORDS = KEY.words


def typed(text: str) -> RecoveryKey | Mistyped:
    return RecoveryKey.from_text(text)


def mistyped(text: str) -> Mistyped:
    answer = typed(text)
    assert isinstance(answer, Mistyped)
    return answer


def test_published_vectors_of_bip_39() -> None:
    # github.com/trezor/python-mnemonic/blob/master/vectors.json, the entries of 256 bits.
    assert RecoveryKey(bytes(32)).words == ("abandon",) * 23 + ("art",)
    assert RecoveryKey(b"\xff" * 32).words == ("zoo",) * 23 + ("vote",)
    assert RecoveryKey(b"\x7f" * 32).words[:4] == ("legal", "winner", "thank", "year")


@pytest.mark.parametrize(
    "text",
    [
        " ".join(WORDS),
        " ".join(WORDS).upper(),
        "\n".join(f"{place}. {word}" for place, word in enumerate(WORDS, 1)),
        " ".join(word[:4] for word in WORDS),
        "，".join(WORDS),
        "  " + "\t".join(WORDS) + "\r\n",
    ],
    ids=["plain", "capitals", "numbered", "four letters", "Chinese commas", "tabs"],
)
def test_what_people_type_is_understood(text: str) -> None:
    assert typed(text) == KEY


@pytest.mark.parametrize("place", [1, 7, 24])
@pytest.mark.parametrize("wrong", ["xylophon", "abandom", "能", "ab"])
def test_a_misspelt_word_is_named_by_its_place(place: int, wrong: str) -> None:
    words = list(WORDS)
    words[place - 1] = wrong
    answer = mistyped(" ".join(words))
    assert answer.place == place
    assert f"第 {place} 个词拼写有误" in answer.sentence
    assert wrong not in answer.sentence


def test_missing_and_surplus_words_are_counted() -> None:
    assert "现在是 23 个" in mistyped(" ".join(WORDS[:-1])).sentence
    assert "现在是 0 个" in mistyped("").sentence
    assert "24 个词" in mistyped(" ".join((*WORDS, "zoo"))).sentence
    assert mistyped("zoo " * 5000).place == 0


def test_words_in_the_wrong_order_are_found_by_the_checksum() -> None:
    swapped = [WORDS[1], WORDS[0], *WORDS[2:]]
    assert "顺序" in mistyped(" ".join(swapped)).sentence


def test_every_key_comes_back_from_its_words() -> None:
    for _ in range(50):
        key = RecoveryKey.random()
        assert typed(" ".join(key.words)) == key


def test_a_key_shows_itself_nowhere() -> None:
    assert repr(KEY) == "RecoveryKey()"
    with pytest.raises(ValueError, match="32 bytes"):
        RecoveryKey(b"short")
