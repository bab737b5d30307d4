"""A small file with every kind of page, ways to damage it, and what must survive each."""

from __future__ import annotations

import os
import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from station.domain.people import Account, Operator, Role
from station.store.connection import PAGE_BYTES
from station.store.database import create_database, open_database
from station.store.desk import Desk, OpenCase
from station.store.errors import DatabaseDamaged, PayloadGone, PersonErased
from station.store.events import EventLog
from station.store.health import full_check
from station.store.keyring import Keyring
from station.store.operators import Operators
from station.store.outbox import StationOutbox
from station.store.salvage import SalvageReport, salvage
from station.store.salvage.cells import rows
from station.store.salvage.pages import DamagedPages
from station.store.salvage.tables import Table, table_of
from station.store.signing import LogSigner
from sync.seal import SigningKey, UnsealingKey
from sync.wire import Event, Receipt
from tests.support.store_cases import KEY, STATION, TickingClock, erasure, plain, press, sealing

OPERATORS = (
    Operator("admin01", "鲁知远", frozenset({Role.SYSTEM_ADMIN})),
    Operator("desk01", "方采䶮", frozenset({Role.DESK_CLERK})),
)
ERASED = f"{99:032x}"
DELIVERED = 4


@dataclass(frozen=True)
class Filled:
    """A closed file, its keys, and what it holds."""

    path: Path
    keyring: Keyring
    events: dict[int, bytes]
    payloads: dict[tuple[str, str], bytes] = field(repr=False)

    @property
    def pages(self) -> int:
        return self.path.stat().st_size // PAGE_BYTES


def keyring() -> Keyring:
    return Keyring(STATION, 1, KEY, SigningKey.generate(), UnsealingKey.generate())


def person(number: int) -> str:
    return f"{number:032x}"


def filled(folder: Path, people: int = 6, presses: int = 4, size: int = 6000) -> Filled:
    """People with presses and sealed copies, delivered, set aside, and erased ones."""
    path, keys = folder / "station.db", keyring()
    database = create_database(path, keys.database)
    signer = LogSigner(keys.station, keys.incarnation, keys.signing)
    log = EventLog(database, keys.station, keys.incarnation, TickingClock(), signer=signer)
    for operator in OPERATORS:
        Operators(database).put(Account(operator))
    log.append_many([press(n, subject=ERASED, size=size) for n in range(2)])
    for one in range(people):
        log.append(plain(subject=person(one)))
        for number in range(presses):
            log.append(press(number, subject=person(one), size=size))
        log.append(sealing(subject=person(one), size=size))
    for _ in range(60):  # enough for a tree of more than one level
        log.append(plain("record_searched", subject=None))
    outbox = StationOutbox(database)
    events = log.all_since(0, limit=10**6)
    delivered = [stored.event.id for stored in events[:DELIVERED]]
    outbox.delivered(delivered, _receipt(delivered))
    outbox.quarantine(events[DELIVERED].event.id, "unknown subject")
    Desk(database, "1").open(OpenCase("confirmation", person(1)))
    log.erase_person(erasure(ERASED))
    log.sign()
    found = Filled(path, keys, *_contents(log))
    database.close()
    return found


def _receipt(event_ids: list[str]) -> Receipt:
    return Receipt("batch-1", STATION, tuple(event_ids), (), (), (), "2026-09-21T00:00:00.000Z")


def _contents(log: EventLog) -> tuple[dict[int, bytes], dict[tuple[str, str], bytes]]:
    events, payloads = {}, {}
    for stored in log.all_since(0, limit=10**6):
        events[stored.position] = stored.event.canonical()
        for name in stored.event.data:
            if name.startswith("payload."):
                place = (stored.event.id, name.removeprefix("payload."))
                try:
                    payloads[place] = log.payload(*place)
                except (PersonErased, PayloadGone):
                    continue
    return events, payloads


@dataclass(frozen=True)
class Layout:
    """Which events, and which evidence, lie on which page: read from the undamaged file."""

    events: dict[int, set[int]]
    payloads: dict[int, set[tuple[str, str]]]
    persons: dict[int, set[str]]
    kinds: dict[int, int]


def layout(whole: Filled) -> Layout:
    events: dict[int, set[int]] = defaultdict(set)
    payloads: dict[int, set[tuple[str, str]]] = defaultdict(set)
    persons: dict[int, set[str]] = defaultdict(set)
    kinds = {}
    with DamagedPages(whole.path, whole.keyring.database) as pages:
        for number in pages.numbers:
            image = pages.best(number)
            assert image is not None
            kinds[number] = image.content[100 if number == 1 else 0]
            for row in rows(image):
                table = table_of(row)
                if table is Table.EVENT:
                    assert row.rowid is not None
                    _on_every_page(pages, number, row.chain, events, row.rowid)
                elif table is Table.PAYLOAD:
                    values, _ = row.values(pages)
                    place = (str(values[0]), str(values[1]))
                    _on_every_page(pages, number, row.chain, payloads, place)
                elif table is Table.PERSON_KEY:
                    persons[number].add(str(row.values(pages)[0][0]))
    return Layout(events, payloads, persons, kinds)


def _on_every_page(
    pages: DamagedPages, number: int, chain: int, where: dict[int, set[Any]], what: object
) -> None:
    """Enter `what` on its leaf page and on every page of its overflow chain."""
    where[number].add(what)
    while chain:
        where[chain].add(what)
        image = pages.best(chain)
        assert image is not None
        chain = int.from_bytes(image.content[:4], "big")


def places_to_flip(whole: Filled, count: int, seed: int) -> list[tuple[int, int]]:
    """(byte, bit) pairs: every page has its share, at random places of it."""
    random_ = random.Random(seed)
    return [
        (number % whole.pages * PAGE_BYTES + random_.randrange(PAGE_BYTES), random_.randrange(8))
        for number in range(count)
    ]


@contextmanager
def flipped(path: Path, place: int, bit: int) -> Iterator[None]:
    """The file with one bit changed, and as it was again afterwards."""
    _flip(path, place, bit)
    try:
        yield
    finally:
        _flip(path, place, bit)


def _flip(path: Path, place: int, bit: int) -> None:
    with path.open("rb+") as file:
        file.seek(place)
        octet = file.read(1)[0]
        file.seek(place)
        file.write(bytes([octet ^ 1 << bit]))


def is_detected(whole: Filled) -> bool:
    """Whether opening or the full check tells of damage; anything else it does is a failure."""
    try:
        open_database(whole.path, whole.keyring.database).close()
        report = full_check(whole.path, whole.keyring.database, pause=lambda _: None)
    except DatabaseDamaged:
        return True
    return not report.passed


@dataclass(frozen=True)
class Rescued:
    """What a salvage brought back, read from the fresh file."""

    report: SalvageReport
    events: dict[int, bytes]
    payloads: dict[tuple[str, str], bytes] = field(repr=False)


def rescued(whole: Filled, fresh: Path, known_position: int = 0) -> Rescued:
    """Salvage into `fresh` and read everything there."""
    clock = TickingClock()
    report = salvage(whole.path, fresh, whole.keyring, clock, known_position=known_position)
    database = open_database(fresh, whole.keyring.database)
    try:
        log = EventLog(database, STATION, report.incarnation, clock)
        return Rescued(report, *_contents(log))
    finally:
        database.close()


def lost_untouched(whole: Filled, where: Layout, page: int, found: Rescued) -> list[object]:
    """Events and evidence that lie wholly outside the damaged page and are not there, unchanged.

    Evidence is also touched when the page held its event, or the keys of persons.
    """
    touched = where.events.get(page, set())
    touched_ids = {
        Event.from_bytes(canonical).id
        for position, canonical in whole.events.items()
        if position in touched
    }
    events = [
        position
        for position, canonical in whole.events.items()
        if position not in touched and found.events.get(position) != canonical
    ]
    keyless = bool(where.persons.get(page))
    payloads = [
        place
        for place, content in whole.payloads.items()
        if place not in where.payloads.get(page, ())
        and place[0] not in touched_ids
        and not keyless
        and found.payloads.get(place) != content
    ]
    return [*events, *payloads]


def shredded(path: Path, pages: range) -> None:
    """Overwrite whole pages (from 1) with noise."""
    with path.open("rb+") as file:
        for number in pages:
            file.seek((number - 1) * PAGE_BYTES)
            file.write(os.urandom(PAGE_BYTES))
