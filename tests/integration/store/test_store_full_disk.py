"""A disk that is really full: the step is refused, the past is whole, and room lets it go on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from station.store.chain import verify_chain
from station.store.errors import StoreFull
from tests.support.small_disk import MIB, mounted
from tests.support.store_cases import Store, created, press


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MiB."""
    with mounted(tmp_path / "small", 2 * MIB) as place:
        yield place


def press_until_full(store: Store) -> int:
    """Number of presses that were kept."""
    for number in range(1, 1000):
        try:
            store.log.append(press(number, size=66_000))
        except StoreFull:
            return number - 1
    raise AssertionError("the disk was never full")


def test_a_full_disk_loses_nothing_and_room_lets_it_go_on(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(500_000))
    store = created(small_disk)
    kept = press_until_full(store)
    assert kept > 2
    with pytest.raises(StoreFull):  # again, and still nothing is half-written
        store.log.append(press(kept + 1, size=66_000))
    assert len(store.log.all_since(0)) == kept
    assert verify_chain(store.database).intact
    ballast.unlink()
    store.log.append(press(kept + 1, size=66_000))
    again = store.reopened()
    stored = again.log.all_since(0)
    assert [item.event.data["press"] for item in stored] == list(range(1, kept + 2))
    for item in stored:
        assert again.log.payload(item.event.id, "impression")
    assert verify_chain(again.database).intact
    again.database.close()


def test_a_full_disk_leaves_a_file_that_opens_after_a_crash(
    small_disk: Path, tmp_path: Path
) -> None:
    store = created(small_disk)
    kept = press_until_full(store)
    for name in ("station.db", "station.db-wal"):
        (tmp_path / name).write_bytes((small_disk / name).read_bytes())
    store.database.close()
    copy = Store(tmp_path / "station.db", store.database, store.log).reopened()
    assert len(copy.log.all_since(0)) == kept
    assert verify_chain(copy.database).intact
    copy.database.close()


@pytest.mark.parametrize("room", [0, 8192, 16384, 40960, 200_000])
def test_no_database_is_left_where_there_was_no_room_for_one(small_disk: Path, room: int) -> None:
    (small_disk / "ballast").write_bytes(bytes(2 * 1024 * 1024 - room))
    with pytest.raises(StoreFull):
        created(small_disk)
    assert [entry.name for entry in small_disk.iterdir()] == ["ballast"]
