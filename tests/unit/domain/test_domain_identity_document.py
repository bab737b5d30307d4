"""The resident number of GB 11643-1999, and a card held against an application."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.domain.identity_document import (
    ComparedField,
    HolderData,
    NumberFault,
    birth_date_of,
    differing_fields,
    masked_number,
    normalise_number,
    resident_number_fault,
)

TODAY = date(2026, 11, 21)
PUBLISHED = ["11010519491231002X", "440524188001010014", "13032319860911446X"]
RESIDENCE_PERMITS = ["810000199001010019", "830000199001010012"]
HOLDER = HolderData("林晓雾", "00123419900101002X", "2", "19900101")


@pytest.mark.parametrize("number", PUBLISHED + RESIDENCE_PERMITS)
def test_published_numbers_are_right(number: str) -> None:
    assert resident_number_fault(number, TODAY) is None


@pytest.mark.parametrize("number", PUBLISHED)
def test_any_one_wrong_digit_is_noticed(number: str) -> None:
    for place in range(17):
        for digit in set("0123456789") - {number[place]}:
            mistyped = number[:place] + digit + number[place + 1 :]
            assert resident_number_fault(mistyped, TODAY) is not None, place


@pytest.mark.parametrize("number", PUBLISHED)
def test_two_neighbouring_digits_swapped_are_noticed(number: str) -> None:
    for place in range(16):
        if number[place] != number[place + 1]:
            swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
            assert resident_number_fault(swapped, TODAY) is not None, place


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("", NumberFault.WRONG_LENGTH),
        ("1101051949123100", NumberFault.WRONG_LENGTH),
        ("11010519491231002X0", NumberFault.WRONG_LENGTH),
        ("11010519491231002Y", NumberFault.WRONG_CHARACTER),
        ("11010519491231002x", NumberFault.WRONG_CHARACTER),
        ("1101051949123100XX", NumberFault.WRONG_CHARACTER),
        ("11010519491231００2X", NumberFault.WRONG_CHARACTER),
        ("1101051949123100²X", NumberFault.WRONG_CHARACTER),
        ("110105194913310023", NumberFault.IMPOSSIBLE_DATE),
        ("110105190002290024", NumberFault.IMPOSSIBLE_DATE),
        ("110105000001010024", NumberFault.IMPOSSIBLE_DATE),
        ("110105202611220024", NumberFault.IMPOSSIBLE_DATE),
        ("110105194912310021", NumberFault.WRONG_CHECK_DIGIT),
    ],
)
def test_what_is_wrong_is_named(number: str, fault: NumberFault) -> None:
    assert resident_number_fault(number, TODAY) is fault


def test_somebody_born_today_is_possible_and_tomorrow_is_not() -> None:
    assert resident_number_fault("110105194912310021", date(1949, 12, 30)) is (
        NumberFault.IMPOSSIBLE_DATE
    )
    assert resident_number_fault("11010519491231002X", date(1949, 12, 31)) is None


@given(st.text(max_size=30))
def test_nothing_typed_breaks_the_check(text: str) -> None:
    resident_number_fault(normalise_number(text), TODAY)
    birth_date_of(text)
    assert masked_number(text)[-4:] == text[-4:]


@pytest.mark.parametrize(
    "typed", ["11010519491231002x", " 110105 19491231 002x\n", "110105\t19491231002X"]
)
def test_typed_numbers_are_brought_into_one_form(typed: str) -> None:
    assert normalise_number(typed) == "11010519491231002X"


def test_birth_date_is_read_from_the_number() -> None:
    assert birth_date_of("11010519491231002X") == date(1949, 12, 31)
    assert birth_date_of("1101051949") is None


def test_a_screen_shows_four_characters_only() -> None:
    assert masked_number("11010519491231002X") == "••••••••••••••002X"
    assert masked_number("12") == "12"
    assert masked_number("") == ""


def test_the_same_person_does_not_differ() -> None:
    card = replace(HOLDER, name=" 林晓雾 ", number="001234 19900101 002x")
    assert differing_fields(card, HOLDER) == ()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"name": "林晓"}, (ComparedField.NAME,)),
        ({"number": "001234199001010021"}, (ComparedField.NUMBER,)),
        ({"sex": "1"}, (ComparedField.SEX,)),
        ({"birth_date": "19900102"}, (ComparedField.BIRTH_DATE,)),
        ({"birth_date": "19900102", "name": "䶮"}, (ComparedField.NAME, ComparedField.BIRTH_DATE)),
    ],
)
def test_differences_are_named_in_reading_order(
    change: dict[str, str], expected: tuple[ComparedField, ...]
) -> None:
    assert differing_fields(replace(HOLDER, **change), HOLDER) == expected
    assert differing_fields(HOLDER, replace(HOLDER, **change)) == expected


def test_a_value_missing_on_both_sides_is_no_agreement() -> None:
    empty = HolderData("", "", "", "")
    assert differing_fields(empty, empty) == tuple(ComparedField)
