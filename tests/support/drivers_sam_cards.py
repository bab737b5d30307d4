"""Text records of fictional cards, laid out by hand from the published offsets.

Area codes that were never assigned, so the numbers are nobody's; the check digits are right. A real
permit begins with 81 to 83, a real card of 2023 with 9: the record does not care.
"""

from __future__ import annotations

from collections.abc import Mapping

TEXT_BYTES = 256
PHOTO = bytes(range(256)) * 4

RESIDENT = {
    0: "欧阳示例",
    30: "2",
    32: "01",
    36: "19900315",
    52: "虚构省示例市样本路一号",
    122: "001234199003150028",
    158: "示例市公安局",
    188: "20200101",
    204: "20400101",
}
RESIDENT_FOR_LIFE = {**RESIDENT, 0: "𠮷㛃", 204: "长期"}
HK_MACAO_TAIWAN = {
    0: "司徒样本",
    30: "1",
    36: "19900101",
    52: "示例市样本路二号",
    122: "001234199001010013",
    158: "示例市公安局",
    188: "20190901",
    204: "20240901",
    220: "H00000000",
    238: "01",
    248: "J",
}
FOREIGN_2017 = {
    0: "EXAMPLE, ALEX",
    120: "1",
    122: "XXA110090010101",
    152: "XXA",
    158: "",
    188: "20180601",
    204: "20280601",
    220: "19900101",
    236: "01",
    240: "0000",
    248: "I",
}
FOREIGN_2023 = {
    0: "样本安娜",
    30: "2",
    32: "00",
    36: "19900101",
    52: "EXAMPLE, ANNA",
    122: "001560199001010012",
    188: "20240101",
    204: "20340101",
    242: "156",
    248: "Y",
}


def text_record(fields: Mapping[int, str]) -> bytes:
    """256 bytes of UTF-16LE spaces with the fields at their byte offsets."""
    record = bytearray(" ".encode("utf-16-le") * (TEXT_BYTES // 2))
    for offset, text in fields.items():
        encoded = text.encode("utf-16-le")
        record[offset : offset + len(encoded)] = encoded
    assert len(record) == TEXT_BYTES
    return bytes(record)


def card_finger(code: int, result: int = 1, quality: int = 60) -> bytes:
    """512 bytes of one finger as far as they are public."""
    part = bytearray(512)
    part[0], part[4], part[5], part[6] = 0x43, result, code, quality
    return bytes(part)
