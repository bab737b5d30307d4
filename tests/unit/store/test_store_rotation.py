"""Another key for the database: all rows, no old file, and a kill anywhere loses nothing."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from station.store import copies, rotation
from station.store.chain import Witnesses
from station.store.connection import keyed
from station.store.database import open_database
from station.store.errors import (
    DatabaseDamaged,
    DatabaseMissing,
    StoreBusy,
    StoreFull,
    StoreUnwritable,
    WrongKey,
)
from station.store.events import EventLog
from station.store.head_file import HeadFile, read_head
from station.store.health import LogBroken
from station.store.keyring import Keyring, KeyringChanged, KeyringFile, Unlocked
from station.store.keyring import file as keyring_file
from station.store.rotation import key_in_use, rotate_database, settle_rotation
from station.store.salvage.pages import FRAME_HEADER_BYTES, WAL_HEADER_BYTES
from station.store.signing import LogSigner
from sync.seal import SigningKey
from tests.support.kill_steps import dying
from tests.support.store_cases import (
    KEY,
    STATION,
    TickingClock,
    created,
    folder_bytes,
    opened,
    press,
)
from tests.support.store_keys import unlocked_keyring, written_keyring

PRESSES = 12
SIGNING = SigningKey.generate()


class Place:
    """A database with presses, its keyring, and an operator who is in it."""

    def __init__(self, folder: Path) -> None:
        store = created(folder)
        for number in range(PRESSES):
            store.log.append(press(number, size=30_000))
        self.path = store.path
        store.database.close()
        keyring = Keyring.new("station-1")
        self.keyring = folder / "keyring.json"
        self.first = Keyring("station-1", 1, KEY, keyring.signing, keyring.unsealing)
        written_keyring(self.keyring, self.first, {"desk01": "only for tests"})

    def unlocked(self) -> tuple[KeyringFile, Unlocked]:
        return unlocked_keyring(self.keyring)

    def rows(self) -> int:
        _, unlocked = self.unlocked()
        store = opened(self.path, unlocked.keyring.database)
        found = store.database.rows("SELECT count(*) FROM event")[0][0]
        store.database.close()
        return int(found)

    def rotated(self) -> bool:
        """All presses under another key, nothing under the old one, nothing left behind."""
        _, unlocked = self.unlocked()
        assert unlocked.keyring.next_database is None
        assert self.rows() == PRESSES
        files = {one.name for one in self.path.parent.iterdir()}
        assert files == {"station.db", "keyring.json"}, files
        return unlocked.keyring.database != KEY


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_all_rows_are_there_under_another_key_and_nothing_under_the_old(place: Place) -> None:
    shares: list[float] = []
    rotate_database(place.path, *place.unlocked(), shares.append)
    assert place.rotated()
    assert shares[-1] == 1.0
    assert shares == sorted(shares)
    with pytest.raises(WrongKey):
        open_database(place.path, KEY)


def test_a_removed_operators_old_keyring_does_not_open_the_rotated_database(place: Place) -> None:
    copy = place.keyring.with_name("stolen.json")
    copy.write_bytes(place.keyring.read_bytes())
    copy.chmod(0o600)
    file, unlocked = place.unlocked()
    file.remove(unlocked, "desk01")
    due = [unlocked.keyring.rotation_due]
    rotate_database(place.path, file, unlocked)
    assert [*due, unlocked.keyring.rotation_due] == [True, False]
    stolen = KeyringFile.read(copy).unlock_with_passphrase("desk01", "only for tests")
    assert isinstance(stolen, Unlocked)
    with pytest.raises(WrongKey):
        open_database(place.path, stolen.keyring.database)


def test_what_a_crash_left_in_the_log_comes_along(place: Place) -> None:
    store = opened(place.path)
    store.log.append(press(PRESSES, size=30_000))
    log = place.path.with_name("station.db-wal")
    kept = (place.path.read_bytes(), log.read_bytes())
    store.database.close()
    place.path.write_bytes(kept[0])
    log.write_bytes(kept[1])
    rotate_database(place.path, *place.unlocked())
    assert place.rows() == PRESSES + 1
    assert not log.exists() or not log.stat().st_size


def test_copies_under_the_old_key_go(place: Place) -> None:
    place.path.with_name("station.db.schema-1").write_bytes(place.path.read_bytes())
    rotate_database(place.path, *place.unlocked())
    assert place.rotated()


def test_somebody_who_has_the_file_open_stops_it_before_anything_changes(place: Place) -> None:
    store = opened(place.path)
    before = place.path.read_bytes()
    with pytest.raises(StoreBusy):
        rotate_database(place.path, *place.unlocked())
    store.database.close()
    assert place.path.read_bytes() == before
    _, unlocked = place.unlocked()
    assert unlocked.keyring.database == KEY
    assert unlocked.keyring.next_database is None
    assert not unlocked.keyring.rotation_due
    assert key_in_use(place.path, unlocked.keyring) == KEY


def test_nobody_gets_at_the_file_while_it_is_copied(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_out: list[float] = []

    def comes_in(share: float) -> None:
        if share < 1.0:
            with pytest.raises(StoreBusy):
                opened(place.path)
            kept_out.append(share)

    monkeypatch.setattr("station.store.connection.BUSY_TIMEOUT_S", 0.001)
    rotate_database(place.path, *place.unlocked(), comes_in)
    assert kept_out
    assert place.rotated()
    assert place.rows() == PRESSES


def test_a_start_in_the_middle_of_a_rotation_takes_nothing_from_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def starts(share: float) -> None:
        if share < 1.0:
            assert not settle_rotation(place.path, *place.unlocked())

    monkeypatch.setattr("station.store.connection.BUSY_TIMEOUT_S", 0.001)
    rotate_database(place.path, *place.unlocked(), starts)
    assert place.rotated()
    assert place.rows() == PRESSES


def test_a_full_disk_leaves_the_database_under_its_key(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreFull

    file, unlocked = place.unlocked()
    with monkeypatch.context() as patched:
        patched.setattr(rotation, "copy_into", full)
        with pytest.raises(StoreFull):
            rotate_database(place.path, file, unlocked)
    assert unlocked.keyring.next_database is None
    assert unlocked.keyring.rotation_due
    assert place.rows() == PRESSES
    rotate_database(place.path, file, unlocked)
    assert place.rotated()


def test_a_start_without_room_goes_on_under_the_key_there_is(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreFull

    file, unlocked = place.unlocked()
    file.update(unlocked, unlocked.keyring.rotating())
    monkeypatch.setattr(rotation, "copy_into", full)
    assert not settle_rotation(place.path, file, unlocked)
    assert unlocked.keyring.database == KEY
    assert place.rows() == PRESSES


def test_a_start_with_nothing_to_end_touches_nothing(place: Place) -> None:
    before = folder_bytes(place.path.parent)
    assert not settle_rotation(place.path, *place.unlocked())
    assert folder_bytes(place.path.parent) == before


# Every call that changes something on the disk, wherever it is looked up.
STEPS: dict[str, tuple[Any, str]] = {
    "write keyring": (keyring_file, "write_keyring"),
    "remove": (rotation, "_remove"),
    "hold": (rotation, "_held"),
    "copy": (rotation, "_copy"),
    "check": (rotation, "_check"),
    "put": (rotation, "_put"),
}


def killed(place: Place, doing: Callable[[list[int]], None], step: int) -> bool:
    """Rotate in a child that is killed at a step; whether it was."""
    child = os.fork()
    if child == 0:
        doing([step])
        rotate_database(place.path, *place.unlocked())
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


@pytest.mark.skipif(sys.platform == "win32", reason="processes are forked and killed")
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_between_any_two_steps_the_next_start_ends_it(tmp_path: Path, after: bool) -> None:
    def doing(countdown: list[int]) -> None:
        for owner, name in STEPS.values():
            setattr(owner, name, dying(getattr(owner, name), countdown, after=after))

    for step in range(1, 100):
        folder = tmp_path / str(step)
        folder.mkdir()
        place = Place(folder)
        ended = not killed(place, doing, step)
        settle_rotation(place.path, *place.unlocked())
        assert place.rotated() or step == 1 or (step == 2 and not after)
        if ended:
            break
    assert step >= len(STEPS) + 2


@pytest.mark.skipif(sys.platform == "win32", reason="processes are forked and killed")
def test_killed_in_the_middle_of_the_copy_the_next_start_begins_it_anew(place: Place) -> None:
    def doing(_: list[int]) -> None:
        make = copies.copy_into

        def half(source: Any, copy: Path, key: Any, _progress: Any) -> None:
            make(source, copy, key, lambda _share: os.kill(os.getpid(), signal.SIGKILL))

        setattr(rotation, "copy_into", half)  # noqa: B010 - the module keeps it to itself

    assert killed(place, doing, 0)
    file, unlocked = place.unlocked()
    assert unlocked.keyring.next_database is not None
    assert key_in_use(place.path, unlocked.keyring) == KEY
    assert settle_rotation(place.path, file, unlocked)
    assert place.rotated()


def torn(folder: Path) -> Witnesses:
    """What a cut of power can leave: a log whose first frame is torn, and a head file beyond it.

    SQLite takes the torn frame for the end and would drop what follows.
    """
    store = opened(folder / "station.db")
    head = HeadFile(folder / "log-head")
    signer = LogSigner(STATION, 1, SIGNING, head)
    log = EventLog(store.database, STATION, 1, TickingClock(), signer=signer)
    log.append_many([press(number, size=9000) for number in range(20, 24)])
    log.close()
    crashed = {suffix: (folder / f"station.db{suffix}").read_bytes() for suffix in ("", "-wal")}
    store.database.close()
    frame = bytearray(crashed["-wal"])
    frame[WAL_HEADER_BYTES + FRAME_HEADER_BYTES + 100] ^= 1
    (folder / "station.db").write_bytes(crashed[""])
    (folder / "station.db-wal").write_bytes(frame)
    return Witnesses(STATION, 1, SIGNING.verify_key, read_head(folder / "log-head"))


@pytest.mark.parametrize("begun", [True, False], ids=["interrupted", "asked for"])
def test_a_torn_log_is_told_before_a_rotation_ends_it(place: Place, begun: bool) -> None:
    witnesses = torn(place.path.parent)
    file, unlocked = place.unlocked()
    if begun:
        file.update(unlocked, unlocked.keyring.rotating())
    files = [place.path, place.path.with_name("station.db-wal")]
    before = [one.read_bytes() for one in files]
    rotate = settle_rotation if begun else rotate_database
    with pytest.raises(LogBroken):
        rotate(place.path, file, unlocked, witnesses=witnesses)
    assert [one.read_bytes() for one in files] == before, "the salvage can still prove the rest"
    assert key_in_use(place.path, unlocked.keyring) == KEY


def test_a_file_that_is_gone_is_told_as_gone(place: Place) -> None:
    file, unlocked = place.unlocked()
    file.update(unlocked, unlocked.keyring.rotating())
    place.path.unlink()
    with pytest.raises(DatabaseMissing):
        settle_rotation(place.path, file, unlocked)


def test_a_copy_with_other_rows_does_not_take_the_files_place(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def differing(source: Any, copy: Path, key: Any, progress: Any) -> None:
        copies.copy_into(source, copy, key, progress)
        connection = keyed(copy, key, "rw")
        connection.execute("INSERT INTO upkeep VALUES ('drill', '', '')")
        connection.close()

    file, unlocked = place.unlocked()
    with monkeypatch.context() as patched:
        patched.setattr(rotation, "copy_into", differing)
        with pytest.raises(DatabaseDamaged):
            rotate_database(place.path, file, unlocked)
    assert key_in_use(place.path, unlocked.keyring) == KEY
    assert not list(place.path.parent.glob(".*"))
    assert place.rows() == PRESSES


def test_a_disk_that_fails_once_the_copy_has_its_place_takes_nobodys_key(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = rotation._put

    def failing(copy: Path, path: Path) -> None:
        put(copy, path)
        raise StoreUnwritable("Input/output error")

    file, unlocked = place.unlocked()
    with monkeypatch.context() as patched:
        patched.setattr(rotation, "_put", failing)
        with pytest.raises(StoreUnwritable):
            rotate_database(place.path, file, unlocked)
    assert settle_rotation(place.path, *place.unlocked())
    assert place.rotated()
    assert place.rows() == PRESSES


def test_who_waited_while_another_ended_the_rotation_copies_nothing(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It holds the file that was replaced: to copy that would lose what was stored since."""
    file, unlocked = place.unlocked()
    file.revise(unlocked, Keyring.rotating)
    hold = rotation._held

    def waited(path: Path, key: Any) -> Any:
        monkeypatch.setattr(rotation, "_held", hold)
        held = keyed(path, key, "rw")
        assert settle_rotation(path, *place.unlocked())
        store = opened(path, place.unlocked()[1].keyring.database)
        store.log.append(press(PRESSES, size=30_000))
        store.database.close()
        return held

    monkeypatch.setattr(rotation, "_held", waited)
    with pytest.raises(KeyringChanged):
        rotate_database(place.path, file, unlocked)
    assert place.rows() == PRESSES + 1
