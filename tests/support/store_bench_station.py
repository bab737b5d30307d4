"""A station's store at full size, and how long a press, an opening and a search take with it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from drivers.api import Image
from station.app import open_room
from station.services import candidates, lookup
from station.services.matching import Impression, press_evidence
from station.services.pictures import png_of
from station.services.places import Places
from station.services.store_room import StoreRoom
from station.settings import Settings
from station.store.clock import StationClock, this_boot
from station.store.database import create_database
from station.store.keyring import Keyring, Platform, Unlocked
from station.workflow.notices import Notice
from sync.seal import SigningKey, UnsealingKey
from tests.support.population import Population
from tests.support.store_keys import written_keyring
from tests.support.store_population import (
    FINGERS,
    IMPRESSIONS,
    TEMPLATES_OF,
    fill_presses,
    fill_roster,
    fill_site,
    people,
    press,
    press_evidence_pool,
    records,
)

PEOPLE, WITH_IMAGES = 10_000, 500
SESSION = "2026-05-24-am"
TODAY = date(2026, 5, 24)
VISITS = 10_000_000
"""Where the ids of people begin whose presses are measured."""


@dataclass(frozen=True)
class BenchStation:
    """Where everything lies, and its keys, unlocked."""

    settings: Settings
    unlocked: Unlocked

    @property
    def places(self) -> Places:
        return Places.of(self.settings)

    @contextmanager
    def open(self) -> Iterator[StoreRoom]:
        """As the station opens it once it has the keys."""
        room = open_room(self.settings, self.unlocked, StationClock(this_boot()))
        try:
            yield room
        finally:
            room.log.close()
            room.database.close()


def fresh_station(folder: Path) -> BenchStation:
    """A station that holds nothing yet."""
    settings = replace(
        Settings(), data_directory=str(folder / "data"), key_directory=str(folder / "keys")
    )
    places = Places.of(settings)
    places.prepare()
    platform = Platform(
        "bench", True, SigningKey.generate().verify_key, UnsealingKey.generate().sealing_key
    )
    keyring = Keyring.new("bench").activated("bench", platform)
    _, unlocked = written_keyring(places.keyring, keyring)
    create_database(places.database, keyring.database).close()
    return BenchStation(settings, unlocked)


def full_station(folder: Path, people: int, with_images: int) -> BenchStation:
    """Applicants and candidates with templates, and 24 presses each of some of them."""
    station = fresh_station(folder)
    with station.open() as room:
        fill_roster(room.roster, people)
        fill_site(room.site, people, records(min(TEMPLATES_OF, 1 + people // 100)))
        fill_presses(room, with_images, press_evidence_pool() if with_images else [])
    return station


def opening_s(station: BenchStation, repeats: int) -> list[float]:
    """Seconds to open the store, its file read from the disk each time."""
    times_s = []
    for _ in range(repeats):
        _forget_cached(station.places.database.parent)
        began_s = time.perf_counter()
        with station.open():
            times_s.append(time.perf_counter() - began_s)
    return times_s


def _forget_cached(folder: Path) -> None:
    for path in filter(Path.is_file, folder.iterdir()):
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


@dataclass(frozen=True)
class PressTimes:
    """Of each press: by the clock, and of the processor alone, which others cannot disturb."""

    wall_ms: list[float]
    processor_ms: list[float]


def appending(room: StoreRoom, pictures: Sequence[Image], presses: int) -> PressTimes:
    """From the picture and its template to a press that is on the disk, each by itself."""
    population, times = Population(6, 1), PressTimes([], [])
    templates = [
        population.template(0, finger, impression)
        for finger in range(len(FINGERS))
        for impression in range(IMPRESSIONS)
    ]
    for number in range(presses):
        visit, of_visit = divmod(number, 24)
        picture, template = pictures[number % len(pictures)], templates[of_visit]
        fact = press(of_visit, ())
        began_s, processor_s = time.perf_counter(), time.process_time()
        impression = Impression(template, fact.quality, Notice.PRESS_LOW_QUALITY, png_of(picture))
        fact = replace(fact, evidence=press_evidence(fact.position, impression))
        stored = room.store_facts(f"{VISITS + visit:032x}", (fact,), "operator-1")
        times.wall_ms.append((time.perf_counter() - began_s) * 1000)
        times.processor_ms.append((time.process_time() - processor_s) * 1000)
        assert isinstance(stored, tuple), stored
    return times


def searching_ms(station: BenchStation, count: int) -> dict[str, list[float]]:
    """Each way to find somebody at desk and gate: milliseconds, the first from the disk."""
    known = list(people(count))
    some = known[:: max(1, count // 7)]
    at_desk = {
        "document number": [one.document_number for one in some],
        "registration ID": [one.registration_id for one in some],
        "name": [one.name for one in some],
        "surname alone": ["王", "李", "张", "欧阳"],
        "rare characters": ["䶮", "𠮷", "𠮷𬭎", "买买提"],
        "pinyin": ["wang wei", "Li", "z", "lv", "ouyang"],
        "nobody": ["没有这个人", "zzz", some[0].document_number[:-1]],
    }
    at_gate = {
        "ticket": [f"26000{number:06d}" for number in (0, 77, count - 1)],
        "gate: document number": [one.document_number for one in some],
        "gate: room and seat": ["012-05", "12-5", "01205"],
        "gate: end of a number": ["00077", *(one.document_number[-6:] for one in some)],
    }
    found: dict[str, list[float]] = {}
    for ways, look in ((at_desk, _at_desk), (at_gate, _at_gate)):
        for way, texts in ways.items():
            _forget_cached(station.places.database.parent)
            with station.open() as room:
                found[way] = [_took_ms(look, room, text) for text in texts for _ in range(5)]
    return found


def _at_desk(room: StoreRoom, text: str) -> None:
    lookup.search(room, text, TODAY)


def _at_gate(room: StoreRoom, text: str) -> None:
    candidates.by_text(room.site, SESSION, text)


def _took_ms(look: Callable[[StoreRoom, str], None], room: StoreRoom, text: str) -> float:
    began_s = time.perf_counter()
    look(room, text)
    return (time.perf_counter() - began_s) * 1000
