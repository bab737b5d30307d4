"""What a card reply says: four layouts, parts that do not add up, fields that are no data."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from datetime import date

import numpy as np
import pytest

from drivers.api import CardFinger, DocumentType, Sex
from drivers.document_reader.sam_serial import card_data, photo, text_record
from drivers.document_reader.sam_serial.card_data import CardDataInvalid
from tests.support import drivers_sam_cards as cards

RECORD = cards.text_record(cards.RESIDENT)


def test_a_resident_card() -> None:
    card = text_record.parsed(RECORD)
    assert card.document_type is DocumentType.RESIDENT
    assert (card.name, card.sex, card.nation_code) == ("欧阳示例", Sex.FEMALE, "01")
    assert (card.number, card.birth) == ("001234199003150028", date(1990, 3, 15))
    assert (card.address, card.authority) == ("虚构省示例市样本路一号", "示例市公安局")
    assert (card.valid_from, card.valid_to) == (date(2020, 1, 1), date(2040, 1, 1))
    assert "欧阳" not in repr(card)


def test_valid_for_life_and_characters_outside_the_first_plane() -> None:
    card = text_record.parsed(cards.text_record(cards.RESIDENT_FOR_LIFE))
    assert card.valid_to is None
    assert card.name == "𠮷㛃"


def test_a_residence_permit_for_hong_kong_macao_and_taiwan() -> None:
    card = text_record.parsed(cards.text_record(cards.HK_MACAO_TAIWAN))
    assert card.document_type is DocumentType.HK_MACAO_TAIWAN
    assert (card.name, card.nation_code, card.number) == ("司徒样本", "", "001234199001010013")


@pytest.mark.parametrize(
    ("fields", "kind", "name", "number"),
    [
        (cards.FOREIGN_2017, DocumentType.FOREIGN_2017, "EXAMPLE, ALEX", "XXA110090010101"),
        (cards.FOREIGN_2023, DocumentType.FOREIGN_2023, "样本安娜", "001560199001010012"),
    ],
)
def test_foreigners_cards_of_two_generations(
    fields: Mapping[int, str], kind: DocumentType, name: str, number: str
) -> None:
    card = text_record.parsed(cards.text_record(fields))
    assert (card.document_type, card.name, card.number) == (kind, name, number)
    assert card.birth == date(1990, 1, 1)
    assert card.address == ""


@pytest.mark.parametrize(
    ("offset", "text", "field"),
    [
        (36, "19900231", "birth"),
        (36, "1990031五", "birth"),
        (30, "7", "sex"),
        (122, "0012341990031500２8", "number"),
        (188, "        ", "valid_from"),
        (204, "20251301", "valid_to"),
        (0, "\x07示例", "name"),
        (0, "    ", "name"),
    ],
)
def test_a_field_that_is_no_data_is_named_and_not_shown(offset: int, text: str, field: str) -> None:
    wrong = cards.text_record({**cards.RESIDENT, offset: text.ljust(4)})
    with pytest.raises(CardDataInvalid, match=field) as caught:
        text_record.parsed(wrong)
    assert caught.value.__cause__ is None
    assert text.strip() not in str(caught.value) or not text.strip()


def test_half_a_surrogate_pair_is_no_text() -> None:
    broken = b"\x00\xd8" * 15 + RECORD[30:]
    with pytest.raises(CardDataInvalid, match="name"):
        text_record.parsed(broken)


def _reply(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(2, "big") for part in parts) + b"".join(parts)


def test_a_card_with_and_without_fingerprints() -> None:
    fingers = cards.card_finger(11) + cards.card_finger(16, result=3, quality=0)
    with_both = card_data.parsed(_reply(RECORD, cards.PHOTO, fingers), with_fingers=True)
    assert with_both.fingers == (CardFinger(11, True, 60), CardFinger(16, False, 0))
    without = card_data.parsed(_reply(RECORD, cards.PHOTO, b""), with_fingers=True)
    assert (without.text, without.fingers) == (RECORD, ())
    plain = card_data.parsed(_reply(RECORD, cards.PHOTO), with_fingers=False)
    assert plain.photo == cards.PHOTO


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x01\x00",
        _reply(RECORD[:-1], cards.PHOTO),
        _reply(RECORD, cards.PHOTO[:-1]),
        _reply(RECORD, cards.PHOTO) + b"\x00",
        _reply(RECORD, cards.PHOTO)[:-1],
    ],
)
def test_parts_that_do_not_add_up_are_refused(data: bytes) -> None:
    with pytest.raises(CardDataInvalid):
        card_data.parsed(data, with_fingers=False)


def test_a_decoder_programs_picture_is_taken_only_as_it_must_be() -> None:
    header = b"BM" + struct.pack("<IHHI", photo.BMP_BYTES, 0, 0, 54)
    header += struct.pack("<IiiHHIIiiII", 40, 102, 126, 1, 24, 0, 0, 0, 0, 0, 0)
    rows = np.zeros((126, 308), np.uint8)
    rows[-1, :3] = (10, 20, 30)  # top left of the picture, blue first
    bmp = header + rows.tobytes()
    picture = photo.picture_of(bmp)
    assert picture is not None
    assert picture.shape == (126, 102, 3)
    assert picture[0, 0].tolist() == [30, 20, 10]
    assert photo.picture_of(bmp[:-1]) is None
    assert photo.picture_of(bmp.replace(b"\x18\x00", b"\x20\x00", 1)) is None
