"""Rows out of pages that may say anything: all of a sound page, and never more than `Torn`."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from station.store.connection import PAGE_BYTES, writing
from station.store.salvage.cells import Row, Torn, rows
from station.store.salvage.pages import DamagedPages, PageImage, Place
from station.store.salvage.rescue import gaps_between
from station.store.salvage.tables import Table, table_of
from sync.seal.database_page import USABLE_BYTES
from tests.support.store_cases import KEY

VALUES = [
    (1, None, 0, 1, "", b""),
    (2, -1, 127, -128, "方采䶮", bytes(range(256))),
    (3, 2**31, -(2**47), 2**62, "x" * 3000, b"\x00" * 900),
    (4, -(2**63), 2**63 - 1, 256, "y" * 40_000, b"z" * 70_000),
]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file whose rows have every type of integer and every way to overflow."""
    made: Path = tmp_path_factory.mktemp("cells") / "some.db"
    connection = writing(made, KEY, "rwc")
    connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a, b, c, d TEXT, e BLOB)")
    connection.execute("BEGIN")
    connection.execute("CREATE TABLE w (d TEXT PRIMARY KEY, e BLOB) WITHOUT ROWID")
    connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", VALUES)
    connection.executemany(
        "INSERT INTO w VALUES (?, ?)", [(f"key {number}", b"v" * number) for number in range(2200)]
    )
    connection.execute("COMMIT")
    connection.close()
    return made


def all_rows(pages: DamagedPages) -> Iterator[Row]:
    for number in pages.numbers:
        image = pages.best(number)
        assert image is not None
        yield from rows(image)


def test_every_row_is_read_as_it_was_written(path: Path) -> None:
    with DamagedPages(path, KEY) as pages:
        found = list(all_rows(pages))
        table = [row for row in found if row.rowid is not None and len(row.kinds) == 6]
        values = [((row.rowid, *row.values(pages)[0][1:]), row.values(pages)[1]) for row in table]
        index = {row.values(pages)[0] for row in found if row.rowid is None}
    assert sorted(values) == [(row, True) for row in VALUES]
    assert index == {(f"key {number}", b"v" * number) for number in range(2200)}


def test_pages_of_noise_and_torn_pages_give_rows_or_torn_and_nothing_else(path: Path) -> None:
    """Mutations of sound pages: most keep their header, so the parser is really reached."""
    random_ = random.Random(20260301)
    reached = torn = 0
    with DamagedPages(path, KEY) as pages:
        sound = [pages.best(number) for number in pages.numbers]
        for _ in range(3000):
            image = random_.choice(sound)
            assert image is not None
            content = bytearray(image.content)
            for _ in range(random_.randrange(1, 20)):
                near = random_.choice([12, 300, USABLE_BYTES])
                content[random_.randrange(near)] = random_.randrange(256)
            mutated = PageImage(image.place, bytes(content), False)
            for row in rows(mutated):
                table_of(row)
                reached += 1
                try:
                    row.values(pages)
                except Torn:
                    torn += 1
    assert reached > 2000
    assert torn > 0


class Circle:
    """Every page leads to itself."""

    reads = 0

    def best(self, number: int) -> PageImage:
        self.reads += 1
        content = number.to_bytes(4, "big") + bytes(USABLE_BYTES - 4)
        return PageImage(Place(number, False, 0), content, False)


def test_a_chain_that_leads_in_a_circle_ends(path: Path) -> None:
    with DamagedPages(path, KEY) as pages:
        chained = next(row for row in all_rows(pages) if row.chain)
    circle = Circle()
    values, proven = chained.values(cast(DamagedPages, circle))
    assert len(values) == len(chained.kinds)
    assert not proven
    assert circle.reads < 40


def test_what_is_no_page_of_rows_has_none() -> None:
    for first in (0x00, 0x05, 0x0B, 0xFF):
        content = bytes([first]) + bytes(USABLE_BYTES - 1)
        assert list(rows(PageImage(Place(2, False, PAGE_BYTES), content, True))) == []


def test_rows_of_other_tables_are_nobodys(path: Path) -> None:
    with DamagedPages(path, KEY) as pages:
        assert {table_of(row) for row in all_rows(pages)} <= {None, Table.RECEIPT, Table.PERSON_KEY}


@pytest.mark.parametrize(
    ("positions", "known", "gaps"),
    [
        ([1, 2, 3], 0, ()),
        ([2, 3], 0, ((1, 1),)),
        ([1, 4, 5, 9], 0, ((2, 3), (6, 8))),
        ([1, 2], 4, ((3, 4),)),
        ([3], 1, ((1, 2),)),
    ],
)
def test_gaps_are_what_is_missing_from_one_to_the_last_known(
    positions: list[int], known: int, gaps: tuple[tuple[int, int], ...]
) -> None:
    assert gaps_between(positions, known) == gaps
