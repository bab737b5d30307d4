"""Keys on a disk that is really full: nothing is half-written, nobody is locked out for good."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from station.store.errors import StoreFull
from station.store.keyring import (
    Keyring,
    KeyringFile,
    KeyringUnwritable,
    RecoveryKey,
    Refused,
    Unlocked,
)
from station.store.rotation import rotate_database, settle_rotation
from tests.support.small_disk import MIB, fill, mounted
from tests.support.store_cases import KEY, created, opened, press
from tests.support.store_keys import RECOVERY, TEST_COST, unlocked_keyring, written_keyring

PRESSES = 4


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MiB."""
    with mounted(tmp_path / "small", 2 * MIB) as place:
        yield place


def test_a_full_disk_takes_no_change_and_no_try_and_the_recovery_key_still_opens(
    small_disk: Path,
) -> None:
    path = small_disk / "keys" / "keyring.json"
    file, unlocked = written_keyring(path, Keyring.new("station-1"), {"desk01": "only for tests"})
    before = path.read_bytes()
    ballast = fill(small_disk)
    for change in (
        lambda: file.set_passphrase(unlocked, "desk01", "another one", TEST_COST),
        lambda: file.renew_recovery(unlocked, RecoveryKey.random()),
        lambda: file.remove(unlocked, "desk01"),
        lambda: file.unlock_with_passphrase("desk01", "only for tests"),
    ):
        with pytest.raises(KeyringUnwritable):
            change()
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert isinstance(file.unlock_with_recovery(RECOVERY), Unlocked)
    ballast.unlink()
    assert isinstance(file.unlock_with_passphrase("desk01", "only for tests"), Unlocked)
    file.set_passphrase(unlocked, "desk01", "another one", TEST_COST)
    assert isinstance(file.unlock_with_passphrase("desk01", "only for tests"), Refused)


def test_no_room_for_the_copy_leaves_the_database_under_its_key(
    small_disk: Path, tmp_path: Path
) -> None:
    store = created(small_disk)
    for number in range(PRESSES):
        store.log.append(press(number, size=66_000))
    store.database.close()
    fresh = Keyring.new("station-1")
    keyring = Keyring("station-1", 1, KEY, fresh.signing, fresh.unsealing)
    written_keyring(tmp_path / "keyring.json", keyring)
    file, unlocked = unlocked_keyring(tmp_path / "keyring.json")
    ballast = fill(small_disk, spare_bytes=200_000)
    with pytest.raises(StoreFull):
        rotate_database(store.path, file, unlocked)
    assert unlocked.keyring.rotation_due
    assert unlocked.keyring.database == KEY
    assert not list(small_disk.glob(".*"))
    again = opened(store.path)
    assert len(again.log.all_since(0)) == PRESSES
    again.database.close()
    file.revise(unlocked, Keyring.rotating)
    assert not settle_rotation(store.path, KeyringFile.read(file.path), unlocked)
    ballast.unlink()
    rotate_database(store.path, file, unlocked)
    again = opened(store.path, unlocked.keyring.database)
    assert len(again.log.all_since(0)) == PRESSES
    again.database.close()
