"""A sweep and an erasure on a disk that is really full: whole people, and room lets them go on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from station.services.erasure import Eraser
from station.store.chain import verify_chain
from station.store.errors import StoreFull
from sync.wire import Page, Tombstone
from tests.support.privacy_pages import decrypted_pages, pieces
from tests.support.privacy_room import PrivacyRoom, privacy_room
from tests.support.small_disk import MIB, fill, mounted
from tests.support.store_cases import KEY, press, sealing
from tests.support.sync_people import applicant

PEOPLE = tuple(applicant(number) for number in range(1, 7))
PRESSES = 4


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 6 MiB."""
    with mounted(tmp_path / "small", 6 * MIB) as place:
        yield place


@pytest.fixture
def desk(small_disk: Path) -> Iterator[PrivacyRoom]:
    """Everybody is sealed and delivered, the log is empty, and eight days are over."""
    made = privacy_room(small_disk)
    made.room.roster.apply(Page(PEOPLE, (), "1"))
    for person in PEOPLE:
        for number in range(PRESSES):
            made.append(press(number, subject=person.subject, size=66_000))
        made.append(sealing(subject=person.subject))
    made.deliver_all()
    made.database.forget_deleted()
    made.times.pass_(8)
    made.hear_platform()
    yield made
    made.database.close()


def held(desk: PrivacyRoom) -> list[int]:
    return [desk.payloads(person.subject) for person in PEOPLE]


def traces(desk: PrivacyRoom) -> list[bytes]:
    rows = desk.database.rows("SELECT ciphertext FROM payload")
    return [piece for (content,) in rows for piece in pieces(content)]


def test_a_sweep_without_room_leaves_whole_people_and_room_finishes_it(
    desk: PrivacyRoom, small_disk: Path
) -> None:
    everything = traces(desk)
    ballast = fill(small_disk, spare_bytes=600_000)
    with pytest.raises(StoreFull):
        desk.sweep()
    counts = held(desk)
    assert set(counts) == {0, 2 * PRESSES}, "some went, some stayed, nobody is half there"
    for person, count in zip(PEOPLE, counts, strict=True):
        types = [stored.event.type for stored in desk.room.log.events_of(person.subject)]
        assert ("payloads_deleted" in types) is (count == 0), "rows and evidence go together"
    assert desk.sweeper().last_run() is None, "a sweep that did not end does not count"
    assert verify_chain(desk.database).intact
    ballast.unlink()
    assert desk.sweep() == sum(counts)
    assert not [trace for trace in everything if trace in decrypted_pages(desk.path, KEY)]


def test_an_erasure_without_room_is_none_and_room_finishes_it(
    desk: PrivacyRoom, small_disk: Path
) -> None:
    everything = traces(desk)
    tombs = tuple(
        Tombstone(person.subject, "cleared", "2026-06-02T01:00:00.000Z") for person in PEOPLE
    )
    desk.room.roster.apply(Page((), tombs, "2"))
    desk.database.forget_deleted()
    eraser = Eraser(desk.room, small_disk / "forms")
    ballast = fill(small_disk, spare_bytes=80_000)
    with pytest.raises(StoreFull):
        eraser.erase_due()
    assert held(desk) == [2 * PRESSES] * len(PEOPLE)
    assert len(desk.room.log.erasures_due()) == len(PEOPLE), "everybody is asked for again"
    ballast.unlink()
    assert eraser.erase_due() == len(PEOPLE)
    assert held(desk) == [0] * len(PEOPLE)
    assert verify_chain(desk.database).intact
    assert not [trace for trace in everything if trace in decrypted_pages(desk.path, KEY)]
