"""A station's file at the size it reaches: applicants, candidates with templates, presses.

Nobody in it exists. Templates and pictures come again and again, for what they hold does not
matter to a store that sees ciphertext of so many bytes; names and numbers are everybody's own.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from drivers.simulated.fingerprint_synthesis.fingers import SyntheticFingers
from matcher import View, to_record
from station.domain.facts import Evidence, PressCaptured
from station.domain.fingers import FingerPosition
from station.services.pictures import png_of
from station.services.store_room import StoreRoom
from station.store.roster import Roster
from station.store.site import PackageIdentity, SiteRoster
from sync.wire import Applicant, Candidate, Page
from tests.support.population import Population
from tests.support.store_cases import bytes_of
from tests.support.sync_people import applicant, candidate, exam_session, with_check_digit

FINGERS = (1, 2, 3, 6, 7, 8)
IMPRESSIONS = 4
PAGE_PEOPLE = 1000
PHOTO_BYTES = 15_000
TEMPLATES_OF = 20
"""Different records; everybody else has one of theirs."""
# Surnames by how often they are met, some beyond the basic plane and GB 2312.
_SURNAMES = (
    "王WANG 李LI 张ZHANG 刘LIU 陈CHEN 杨YANG 黄HUANG 赵ZHAO 吴WU 周ZHOU 徐XU 孙SUN 马MA 朱ZHU 胡HU"
    " 郭GUO 何HE 高GAO 林LIN 罗LUO 欧阳OUYANG 吕LV 䶮YAN 𠮷JI 买买提MAIMAITI"
)
_GIVEN = (
    "伟WEI 芳FANG 娜NA 敏MIN 静JING 丽LI 强QIANG 磊LEI 军JUN 洋YANG 勇YONG 艳YAN 杰JIE 娟JUAN 涛TAO"
    " 明MING 超CHAO 兰LAN 霞XIA 平PING 䶮YAN 㛃JIE 𬭎HONG"
)


def people(count: int, seed: int = 5) -> Iterator[Applicant]:
    """Fictional applicants whose names crowd as real ones do."""
    lots = random.Random(seed)
    surnames, given = _SURNAMES.split(), _GIVEN.split()
    weights = [1 / (rank + 1) for rank in range(len(surnames))]
    for number in range(count):
        parts = lots.choices(surnames, weights) + lots.sample(given, lots.choice((1, 2, 2)))
        name, pinyin = zip(*map(_split, parts), strict=True)
        yield replace(
            applicant(1),
            subject=f"{number:032x}",
            registration_id=f"2026{number:08X}",
            document_number=_document_number(number),
            name="".join(name),
            pinyin=f"{pinyin[0]} {''.join(pinyin[1:])}",
        )


def _split(part: str) -> tuple[str, str]:
    letters = part.lstrip("".join(char for char in part if not char.isascii()))
    return part.removesuffix(letters), letters


def _document_number(number: int) -> str:
    """Area 001234 was never assigned."""
    thousand = number // 1000
    return with_check_digit(
        f"0012341990{1 + thousand % 12:02d}{1 + thousand // 12:02d}{number % 1000:03d}"
    )


def fill_roster(roster: Roster, count: int) -> None:
    """Take over the platform's pages of so many applicants."""
    page: list[Applicant] = []
    for number, person in enumerate(people(count), 1):
        page.append(person)
        if len(page) == PAGE_PEOPLE or number == count:
            roster.apply(Page(tuple(page), (), str(number)))
            page = []


def records(count: int = TEMPLATES_OF, seed: int = 5) -> list[bytes]:
    """Records of 24 impressions each, in the size the matcher writes."""
    population = Population(seed, count)
    return [
        to_record(
            [
                View(position, impression, 60, population.template(person, finger, impression))
                for finger, position in enumerate(FINGERS)
                for impression in range(IMPRESSIONS)
            ]
        )
        for person in range(count)
    ]


def fill_site(site: SiteRoster, count: int, held: Sequence[bytes]) -> None:
    """Take over a site package with so many candidates in one session."""
    seated = [_candidate(number, person, held) for number, person in enumerate(people(count))]
    site.import_package(PackageIdentity("bench", "bench", 1), [exam_session()], seated)


def _candidate(number: int, person: Applicant, held: Sequence[bytes]) -> Candidate:
    return replace(
        candidate(1),
        subject=person.subject,
        ticket_no=f"26000{number:06d}",
        name=person.name,
        document_number=person.document_number,
        room=f"{1 + number // 30:03d}",
        seat=f"{1 + number % 30:02d}",
        photo=bytes_of(f"photo {number}", PHOTO_BYTES),
        record=held[number % len(held)],
    )


def press_evidence_pool(count: int = 24, seed: int = 5) -> list[tuple[Evidence, ...]]:
    """Evidence of presses as the desk stores it: picture and record of one impression."""
    fingers, population = SyntheticFingers(), Population(seed, 1)
    pool: list[tuple[Evidence, ...]] = []
    for number in range(count):
        finger, impression = divmod(number, IMPRESSIONS)
        position = FINGERS[finger % len(FINGERS)]
        picture = fingers.impression("bench", position, impression)
        view = View(position, 0, 60, population.template(0, finger % len(FINGERS), impression))
        pool.append(
            (
                Evidence("impression", "image/png", png_of(picture)),
                Evidence("record", "application/vnd.iso19794-2", to_record([view])),
            )
        )
    return pool


def press(number: int, evidence: tuple[Evidence, ...]) -> PressCaptured:
    """The `number`-th press of a visit, from 0."""
    finger, impression = divmod(number, IMPRESSIONS)
    position = FingerPosition(FINGERS[finger % len(FINGERS)])
    return PressCaptured(position, impression + 1, 60, 50, False, True, evidence)


def fill_presses(room: StoreRoom, count: int, pool: Sequence[tuple[Evidence, ...]]) -> None:
    """24 presses of each of the first so many people, a person a transaction."""
    for number in range(count):
        presses = tuple(press(k, pool[k % len(pool)]) for k in range(24))
        stored = room.store_facts(f"{number:032x}", presses, "operator-1")
        assert isinstance(stored, tuple), stored
