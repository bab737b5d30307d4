"""Fictional people for demonstrations and tests: nobody's names, addresses or ID numbers.

Their ID numbers have a right check digit, but area codes beginning with 00, which were never
assigned to any place, so no number here can be a living person's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

import numpy as np

from drivers.api import CardText, DocumentType, Image, Sex
from drivers.simulated.faces import Face, draw_face, face_of

# GB 11643-1999, ISO 7064 MOD 11-2.
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"

CARD_PHOTO_WIDTH_PX, CARD_PHOTO_HEIGHT_PX = 102, 126

# A man's and a woman's name in each row.
_PAIRS = (
    ("沈砚秋", "林疏影"),
    ("陆闻舟", "苏念真"),
    ("顾知远", "程溪午"),
    ("贺兰亭", "叶听澜"),
    ("裴云起", "宋晚照"),
    ("萧见深", "许青芜"),
    ("温以恒", "姜若木"),
    ("江望舒", "尹春迟"),
    ("谢长庚", "钟灵犀"),
    ("卫行止", "黎朝露"),
    ("邵景行", "乔木兮"),
    ("祝南星", "施婉清"),
    ("柏松年", "简书瑶"),
    ("商叙白", "秦霜降"),
    ("闻人溯", "池未央"),
    ("梁既明", "阮星竹"),
    ("戚怀瑾", "魏如练"),
    ("霍临川", "岳知夏"),
    ("段星阑", "路遥岑"),
)
# Names that break what was only tried with three common characters: twenty characters with a
# middle dot, a character of extension A, one outside the basic plane, two-part and foreign forms.
LONG_NAME = "阿卜杜热伊木江·麦麦提图尔荪尼亚孜别克江"
_UNUSUAL = (
    (LONG_NAME, Sex.MALE, "05"),
    ("龚䶮", Sex.MALE, "01"),
    ("𠮷文漪", Sex.FEMALE, "01"),
    ("欧阳澹台月", Sex.FEMALE, "01"),
    ("央金拉姆", Sex.FEMALE, "04"),
    ("巴图", Sex.MALE, "02"),
)
_NATIONS = ("01", "01", "01", "01", "01", "01", "11", "03", "15", "08")
_CITIES = ("云岭省星河市", "望海省澄江市", "朔方省雁栖市", "南乔省白鹭市")
_DISTRICTS = ("望舒区", "听涛区", "青禾县", "折桂区")
_STREETS = ("甲子路", "扶摇街", "半山巷", "漱石里", "长亭路")
FIRST_BIRTH, BIRTH_SPAN_DAYS = date(1975, 1, 1), 8600


def check_digit(first_17: str) -> str:
    """Check character of an ID number's first seventeen digits (GB 11643-1999)."""
    if len(first_17) != 17 or not (first_17.isascii() and first_17.isdigit()):
        raise ValueError("an ID number has seventeen digits before its check digit")
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first_17, strict=True))
    return CHECK_DIGITS[total % 11]


@dataclass(frozen=True)
class Person:
    """Somebody who does not exist. `key` names them to every hand: fingers, face and card."""

    key: str
    name: str = field(repr=False)
    sex: Sex = field(repr=False)
    nation_code: str = field(repr=False)
    birth: date = field(repr=False)
    address: str = field(repr=False)
    number: str = field(repr=False)
    authority: str = field(repr=False)
    valid_from: date = field(repr=False)
    valid_to: date | None = field(repr=False)

    def card(self) -> CardText:
        """What this person's ID card says, photo included."""
        return CardText(
            document_type=DocumentType.RESIDENT,
            name=self.name,
            sex=self.sex,
            nation_code=self.nation_code,
            birth=self.birth,
            address=self.address,
            number=self.number,
            authority=self.authority,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            photo=_card_photo(self.key),
        )


@cache
def people() -> tuple[Person, ...]:
    """All fictional people, `P001` onwards; the same on every machine."""
    plain = [who for man, woman in _PAIRS for who in ((man, Sex.MALE), (woman, Sex.FEMALE))]
    ordinary = [
        (name, sex, _NATIONS[index % len(_NATIONS)]) for index, (name, sex) in enumerate(plain)
    ]
    everybody = (*ordinary, *_UNUSUAL)
    return tuple(_person(number, *who) for number, who in enumerate(everybody, start=1))


def person(key: str) -> Person | None:
    """The fictional person of a key, if it is one of ours."""
    return next((somebody for somebody in people() if somebody.key == key), None)


def face(key: str) -> Face:
    """The face of a key; a key that is none of ours has one too."""
    somebody = person(key)
    return face_of(key, female=somebody is not None and somebody.sex is Sex.FEMALE)


def _person(number: int, name: str, sex: Sex, nation_code: str) -> Person:
    rng = np.random.default_rng(0x5EED + number)
    birth = FIRST_BIRTH + timedelta(days=int(rng.integers(BIRTH_SPAN_DAYS)))
    place = int(rng.integers(len(_CITIES)))
    district = _DISTRICTS[rng.integers(len(_DISTRICTS))]
    street = _STREETS[rng.integers(len(_STREETS))]
    valid_from = date(2019, 1, 1) + timedelta(days=int(rng.integers(2200)))
    city = _CITIES[place]
    return Person(
        key=f"P{number:03d}",
        name=name,
        sex=sex,
        nation_code=nation_code,
        birth=birth,
        address=f"{city}{district}{street}{rng.integers(1, 300)}号{rng.integers(1, 30)}室",
        number=_id_number(f"00{1234 + 1000 * place:04d}", birth, int(rng.integers(499)), sex),
        authority=f"{city.split('省')[1]}公安局{district[:2]}分局",
        valid_from=valid_from,
        valid_to=_valid_to(birth, valid_from),
    )


def _id_number(area: str, birth: date, pair: int, sex: Sex) -> str:
    sequence = 2 * pair + (1 if sex is Sex.MALE else 0)
    first_17 = f"{area}{birth:%Y%m%d}{sequence:03d}"
    return first_17 + check_digit(first_17)


def _valid_to(birth: date, valid_from: date) -> date | None:
    """Twenty years for those issued at 26 to 45, for life from 46 on, ten years before."""
    age = valid_from.year - birth.year
    if age >= 46:
        return None
    years = 20 if age >= 26 else 10
    # Cards run to the same day; the 28th stands in for a 29 February that the later year lacks.
    day = min(valid_from.day, 28) if valid_from.month == 2 else valid_from.day
    return date(valid_from.year + years, valid_from.month, day)


@cache
def _card_photo(key: str) -> Image:
    picture = draw_face(face(key), CARD_PHOTO_WIDTH_PX, CARD_PHOTO_HEIGHT_PX)
    picture.setflags(write=False)
    return picture
