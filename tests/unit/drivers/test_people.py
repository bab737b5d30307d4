"""Fictional people are nobody, and their cards and faces hold together."""

from __future__ import annotations

import numpy as np
import pytest

from drivers.api import Sex
from drivers.simulated.people import LONG_NAME, check_digit, face, people, person


def test_there_are_enough_people_and_each_is_once() -> None:
    everybody = people()
    assert len(everybody) >= 40
    assert len({somebody.name for somebody in everybody}) == len(everybody)
    assert len({somebody.number for somebody in everybody}) == len(everybody)


def test_numbers_are_right_but_nobodys() -> None:
    for somebody in people():
        assert somebody.number.startswith("00")
        assert check_digit(somebody.number[:17]) == somebody.number[17]
        assert somebody.number[6:14] == f"{somebody.birth:%Y%m%d}"
        assert (int(somebody.number[16]) % 2 == 1) == (somebody.sex is Sex.MALE)


@pytest.mark.parametrize(
    ("first_17", "check"),
    [("11010519491231002", "X"), ("44052418800101001", "4"), ("13032319860911446", "X")],
)
def test_check_digits_of_published_examples(first_17: str, check: str) -> None:
    assert check_digit(first_17) == check


@pytest.mark.parametrize("wrong", ["", "1" * 16, "1" * 18, "1" * 16 + "X", "１" * 17])
def test_a_check_digit_needs_seventeen_digits(wrong: str) -> None:
    with pytest.raises(ValueError, match="seventeen digits"):
        check_digit(wrong)


def test_unusual_names_are_among_them() -> None:
    names = {somebody.name for somebody in people()}
    assert LONG_NAME in names
    assert len(LONG_NAME) == 20
    assert "·" in LONG_NAME
    assert any("䶮" in name for name in names)
    assert any("𠮷" in name for name in names)


def test_nothing_of_a_person_shows_in_a_repr() -> None:
    somebody = people()[0]
    shown = repr(somebody) + repr(somebody.card())
    for secret in (somebody.name, somebody.number, somebody.address, str(somebody.birth.year)):
        assert secret not in shown


def test_a_card_has_a_picture_and_is_valid_after_its_issue() -> None:
    card = people()[1].card()
    assert card.photo is not None
    assert card.photo.shape == (126, 102, 3)
    assert card.valid_from is not None
    assert card.valid_to is None or card.valid_to > card.valid_from


def test_people_have_their_own_lasting_faces() -> None:
    assert face("P001") == face("P001")
    assert face("P001") != face("P003")
    first, second = people()[0].card().photo, people()[2].card().photo
    assert first is not None
    assert second is not None
    assert not np.array_equal(first, second)


def test_an_unknown_key_is_nobody_but_has_a_face() -> None:
    assert person("stranger") is None
    assert face("stranger") == face("stranger")
