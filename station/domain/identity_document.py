"""Identity documents: the number of GB 11643-1999, and a card against an application."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_LENGTH = 18


class NumberFault(StrEnum):
    """Why a resident identity number cannot be right."""

    WRONG_LENGTH = "wrong_length"
    WRONG_CHARACTER = "wrong_character"
    IMPOSSIBLE_DATE = "impossible_date"
    WRONG_CHECK_DIGIT = "wrong_check_digit"


def normalise_number(text: str) -> str:
    """The number as typed or scanned, without blanks, the check letter in upper case."""
    return "".join(text.split()).upper()


def resident_number_fault(number: str, today: date) -> NumberFault | None:
    """What is wrong with an 18-character resident number, or None (GB 11643-1999, MOD 11-2)."""
    if len(number) != _LENGTH:
        return NumberFault.WRONG_LENGTH
    body, check = number[:-1], number[-1]
    if not (body.isascii() and body.isdigit()) or check not in _CHECK_CHARACTERS:
        return NumberFault.WRONG_CHARACTER
    born = birth_date_of(number)
    if born is None or born > today:
        return NumberFault.IMPOSSIBLE_DATE
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True))
    if _CHECK_CHARACTERS[total % 11] != check:
        return NumberFault.WRONG_CHECK_DIGIT
    return None


def birth_date_of(number: str) -> date | None:
    """The date in characters 7-14 of a resident number, or None if there is no such day."""
    digits = number[6:14]
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def masked_number(number: str) -> str:
    """The number for a screen others can see: all but the last four characters hidden."""
    return "•" * max(len(number) - 4, 0) + number[-4:]


class ComparedField(StrEnum):
    """What a card and an application both say."""

    NAME = "name"
    NUMBER = "number"
    SEX = "sex"
    BIRTH_DATE = "birth_date"


@dataclass(frozen=True)
class HolderData:
    """The four facts that a card and an application are compared by; `birth_date` is yyyymmdd."""

    name: str = field(repr=False)
    number: str = field(repr=False)
    sex: str = field(repr=False)
    birth_date: str = field(repr=False)


@dataclass(frozen=True)
class CardShown:
    """What a reader gave of a card, for the clerk to compare. On the screen only, never stored.

    `photo` is JPEG, empty where the reader gives text only.
    """

    holder: HolderData = field(repr=False)
    photo: bytes = field(default=b"", repr=False)


def differing_fields(card: HolderData, application: HolderData) -> tuple[ComparedField, ...]:
    """The fields in which the card and the application differ, in reading order.

    An empty value on either side is a difference: the desk must look, not assume.
    """
    pairs = (
        (ComparedField.NAME, card.name.strip(), application.name.strip()),
        (
            ComparedField.NUMBER,
            normalise_number(card.number),
            normalise_number(application.number),
        ),
        (ComparedField.SEX, card.sex, application.sex),
        (ComparedField.BIRTH_DATE, card.birth_date, application.birth_date),
    )
    return tuple(name for name, left, right in pairs if left != right or not left)
