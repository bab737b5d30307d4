"""The 256-byte text record of a card: four layouts, UTF-16LE, padded with spaces.

Byte 248 tells which: I and Y are foreigners' cards (2017, 2023), J is the residence permit for
Hong Kong, Macao and Taiwan residents, anything else a resident's card. Offsets are in bytes, as
code bases that read such cards agree on them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from drivers.api import CardText, DocumentType, Sex
from drivers.document_reader.sam_serial.card_data import TEXT_BYTES, CardDataInvalid

FOR_LIFE = "长期"
_TYPE_AT = 248
_NUMBER = re.compile(r"[0-9A-Z]{15,18}")
_DATE = re.compile(r"[0-9]{8}")

Place = tuple[int, int]


@dataclass(frozen=True)
class _Layout:
    """Where a layout keeps what we read: (offset, length); None where it has no such field."""

    name: Place
    sex: Place
    birth: Place
    number: Place
    valid_from: Place
    valid_to: Place
    latin_name: Place | None = None
    nation: Place | None = None
    address: Place | None = None
    authority: Place | None = None


_RESIDENT = _Layout(
    name=(0, 30),
    sex=(30, 2),
    nation=(32, 4),
    birth=(36, 16),
    address=(52, 70),
    number=(122, 36),
    authority=(158, 30),
    valid_from=(188, 16),
    valid_to=(204, 16),
)
_HK_MACAO_TAIWAN = replace(_RESIDENT, nation=None)
_FOREIGN_2017 = _Layout(
    name=(158, 30),
    latin_name=(0, 120),
    sex=(120, 2),
    number=(122, 30),
    valid_from=(188, 16),
    valid_to=(204, 16),
    birth=(220, 16),
    authority=(240, 8),
)
_FOREIGN_2023 = _Layout(
    name=(0, 30),
    latin_name=(52, 70),
    sex=(30, 2),
    birth=(36, 16),
    number=(122, 36),
    valid_from=(188, 16),
    valid_to=(204, 16),
)
_LAYOUTS = {
    "I": (DocumentType.FOREIGN_2017, _FOREIGN_2017),
    "J": (DocumentType.HK_MACAO_TAIWAN, _HK_MACAO_TAIWAN),
    "Y": (DocumentType.FOREIGN_2023, _FOREIGN_2023),
}


def parsed(record: bytes) -> CardText:
    """Read a text record. Raises CardDataInvalid, whose text names a field and never its content.

    A foreigner without a Chinese name goes by the Latin one.
    """
    if len(record) != TEXT_BYTES:
        raise CardDataInvalid("text length")
    kind, layout = _LAYOUTS.get(
        _text(record, (_TYPE_AT, 2), "type"), (DocumentType.RESIDENT, _RESIDENT)
    )
    name = _text(record, layout.name, "name") or _optional(record, layout.latin_name, "name")
    number = _text(record, layout.number, "number")
    if not name:
        raise CardDataInvalid("name")
    if not _NUMBER.fullmatch(number):
        raise CardDataInvalid("number")
    return CardText(
        document_type=kind,
        name=name,
        sex=_sex(_text(record, layout.sex, "sex")),
        nation_code=_optional(record, layout.nation, "nation"),
        birth=_date(_text(record, layout.birth, "birth"), "birth"),
        address=_optional(record, layout.address, "address"),
        number=number,
        authority=_optional(record, layout.authority, "authority"),
        valid_from=_date(_text(record, layout.valid_from, "valid_from"), "valid_from"),
        valid_to=_last_day(_text(record, layout.valid_to, "valid_to")),
    )


def _text(record: bytes, place: Place, name: str) -> str:
    start, length = place
    try:
        text = record[start : start + length].decode("utf-16-le")
    except UnicodeDecodeError:
        raise CardDataInvalid(f"{name} is no text") from None  # the cause carries the bytes
    text = text.rstrip(" \0")
    if any(ord(character) < ord(" ") for character in text):
        raise CardDataInvalid(f"{name} is no text")
    return text


def _optional(record: bytes, place: Place | None, name: str) -> str:
    return "" if place is None else _text(record, place, name)


def _sex(text: str) -> Sex:
    try:
        return Sex(text)
    except ValueError:
        raise CardDataInvalid("sex") from None


def _date(text: str, name: str) -> date:
    if not _DATE.fullmatch(text):
        raise CardDataInvalid(name)
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise CardDataInvalid(name) from None


def _last_day(text: str) -> date | None:
    return None if text == FOR_LIFE else _date(text, "valid_to")
