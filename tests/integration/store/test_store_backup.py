"""Backups: whole or not at all, proved before they are needed, restored with the words alone."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from station.domain.audit import StoreRestored
from station.store import copies as copies_module
from station.store.aside import bring_in, move_aside
from station.store.backup import (
    Backup,
    BackupDamaged,
    BackupFolderFull,
    BackupFolderGone,
    backup_at,
    backups_in,
    drill,
    keep_newest,
    make_backup,
    renewed_for_restore,
    restore,
)
from station.store.chain import Witnesses, verify_chain
from station.store.connection import DatabaseKey
from station.store.copies import Stopped
from station.store.database import open_database
from station.store.errors import DatabaseDamaged, DatabaseExists, StoreBusy, StoreError, WrongKey
from station.store.events import StoredEvent
from station.store.keyring import Keyring, RecoveryKey, open_escrow
from tests.support.small_disk import MIB, mounted
from tests.support.store_cases import KEY, STATION, TickingClock, opened, plain, press
from tests.support.store_damage import Filled, filled, flipped
from tests.support.store_keys import RECOVERY, written_keyring

AT = "2026-03-02T02:00:00.000Z"
LATER = "2026-03-03T02:00:00.000Z"
ESCROW = b"sealed keyring"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    return filled(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def whole(made: Filled, tmp_path: Path) -> Filled:
    path = tmp_path / "station.db"
    shutil.copy(made.path, path)
    return Filled(path, made.keyring, made.events, made.payloads)


@pytest.fixture
def usb(tmp_path: Path) -> Path:
    folder = tmp_path / "备份盘"
    folder.mkdir()
    return folder


def backed_up(whole: Filled, folder: Path, at: str = AT, escrow: bytes = ESCROW) -> Backup:
    return make_backup(whole.path, KEY, escrow, STATION, folder, at)


def test_a_backup_passes_its_drill_while_the_station_goes_on(whole: Filled, usb: Path) -> None:
    store = opened(whole.path)
    store.log.append(plain(subject=None))  # still in the log beside the file
    backup = backed_up(whole, usb)
    store.log.append(plain(subject=None))
    report = drill(backup, KEY, live=store.database)
    assert report.passed
    assert report.in_log
    assert report.manifest.position == len(whole.events) + 1
    assert report.manifest.tables["event"].rows == len(whole.events) + 1
    store.database.close()


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few pages at a time that something can happen in between."""
    monkeypatch.setattr(copies_module, "STEP_PAGES", 16)


@pytest.mark.usefixtures("small_steps")
def test_the_copy_is_of_one_moment_though_others_write(whole: Filled, usb: Path) -> None:
    store = opened(whole.path)
    wrote: list[StoredEvent] = []

    def write_between(_share: float) -> None:
        if len(wrote) < 3:
            wrote.append(store.log.append(press(len(wrote), size=9000)))

    backup = make_backup(whole.path, KEY, ESCROW, STATION, usb, AT, write_between)
    assert len(wrote) == 3
    assert backup.manifest.position == len(whole.events)
    assert drill(backup, KEY, live=store.database).passed
    store.database.close()


def test_a_backup_tells_nothing_and_reveals_no_name(whole: Filled, usb: Path) -> None:
    backup = backed_up(whole, usb)
    content = b"".join(path.read_bytes() for path in backup.folder.iterdir())
    for told in ("方采䶮", "press_captured", "desk01"):
        assert told.encode() not in content


def test_a_flipped_bit_anywhere_in_a_backup_fails_its_drill(whole: Filled, usb: Path) -> None:
    backup = backed_up(whole, usb)
    for path in sorted(backup.folder.iterdir()):
        size = path.stat().st_size
        for place in (0, size // 3, size // 2, size - 1):
            with flipped(path, place, 3):
                try:
                    passed = drill(backup_at(backup.folder), KEY).passed
                except (BackupDamaged, DatabaseDamaged):
                    passed = False
                assert not passed, (path.name, place)
    assert drill(backup, KEY).passed


def test_a_row_changed_by_somebody_with_the_key_fails_the_drill(whole: Filled, usb: Path) -> None:
    backup = backed_up(whole, usb)
    database = open_database(backup.database, KEY)
    database.execute("UPDATE operator SET display_name = 'x' WHERE operator_id = 'desk01'")
    database.close()
    report = drill(backup, KEY)
    assert not report.passed
    assert report.wrong_tables == ("operator",)


def test_a_backup_of_another_log_is_no_backup_of_this(
    whole: Filled, usb: Path, tmp_path: Path
) -> None:
    backup = backed_up(whole, usb)
    (tmp_path / "other").mkdir()
    other = filled(tmp_path / "other")
    live = open_database(other.path, KEY)
    assert drill(backup, KEY, live=live).in_log is False
    assert not drill(backup, KEY, live=live).passed
    live.close()


def test_another_key_is_told_as_another_key(whole: Filled, usb: Path) -> None:
    with pytest.raises(WrongKey):
        drill(backed_up(whole, usb), DatabaseKey.random())


@pytest.mark.parametrize("part", ["station.db", "keyring.escrow", "manifest.json"])
def test_a_part_that_is_missing_is_told(whole: Filled, usb: Path, part: str) -> None:
    backup = backed_up(whole, usb)
    (backup.folder / part).unlink()
    with pytest.raises(BackupDamaged):
        drill(backup, KEY)


def test_the_newest_are_kept_and_those_of_other_stations_are_not_touched(
    whole: Filled, usb: Path
) -> None:
    make_backup(whole.path, KEY, ESCROW, "another:station", usb, AT)
    days = [f"2026-03-{day:02}T02:00:00.000Z" for day in range(1, 6)]
    for day in days:
        backed_up(whole, usb, day)
    left = usb / f".{backups_in(usb, STATION)[0].folder.name}.0123"  # by a kill
    left.mkdir()
    os.utime(left, (1e9, 1e9))
    (usb / "holiday.jpg").write_bytes(b"somebody's")
    assert keep_newest(usb, STATION, 2) == 3
    assert [one.manifest.made_at for one in backups_in(usb, STATION)] == days[:2:-1]
    assert len(backups_in(usb)) == 3
    assert sorted(path.name for path in usb.iterdir() if path.name.startswith(".")) == []
    assert (usb / "holiday.jpg").exists()


def test_a_backup_that_is_being_written_is_not_taken_away_by_another(
    whole: Filled, usb: Path
) -> None:
    """The station and `station db backup` at once: both are whole."""
    begun, done = threading.Event(), threading.Event()

    def halfway(_share: float) -> None:
        begun.set()
        assert done.wait(30)

    made = list[Backup]()
    slow = threading.Thread(
        target=lambda: made.append(make_backup(whole.path, KEY, ESCROW, STATION, usb, AT, halfway))
    )
    slow.start()
    assert begun.wait(30)
    backed_up(whole, usb, "2026-03-09T02:00:00.000Z")
    keep_newest(usb, STATION, 1)
    done.set()
    slow.join()
    assert drill(made[0], KEY).passed


def test_two_backups_of_one_second_are_two(whole: Filled, usb: Path) -> None:
    assert backed_up(whole, usb).folder != backed_up(whole, usb).folder
    assert len(backups_in(usb, STATION)) == 2


def test_a_place_that_is_not_there_is_told_and_never_made(whole: Filled, tmp_path: Path) -> None:
    with pytest.raises(BackupFolderGone):
        backed_up(whole, tmp_path / "media" / "usb")
    assert not (tmp_path / "media").exists()


def test_a_place_that_goes_away_meanwhile_is_told(whole: Filled, usb: Path) -> None:
    def unplug(share: float) -> None:
        if share > 0:
            shutil.rmtree(usb, ignore_errors=True)

    with pytest.raises(StoreError) as caught:
        make_backup(whole.path, KEY, ESCROW, STATION, usb, AT, unplug)
    assert isinstance(caught.value, BackupFolderGone)
    assert open_database(whole.path, KEY).rows("PRAGMA integrity_check") == [("ok",)]


def test_stopping_leaves_nothing(whole: Filled, usb: Path) -> None:
    def stop(share: float) -> None:
        if share > 0.5:
            raise Stopped

    with pytest.raises(Stopped):
        make_backup(whole.path, KEY, ESCROW, STATION, usb, AT, stop)
    assert list(usb.iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with room for little more than one backup."""
    with mounted(tmp_path / "small", 7 * MIB) as place:
        yield place


def test_a_full_disk_leaves_the_backup_before(whole: Filled, small_disk: Path) -> None:
    first = backed_up(whole, small_disk)
    (small_disk / "ballast").write_bytes(bytes(3 * 1024 * 1024))
    with pytest.raises(BackupFolderFull):
        backed_up(whole, small_disk, LATER)
    assert backups_in(small_disk, STATION) == (first,)
    assert drill(first, KEY).passed
    assert sorted(path.name for path in small_disk.iterdir()) == ["ballast", first.folder.name]


@pytest.mark.usefixtures("small_steps")
def test_a_disk_that_fills_up_meanwhile_leaves_the_backup_before(
    whole: Filled, small_disk: Path
) -> None:
    first = backed_up(whole, small_disk)

    def fill(_share: float) -> None:
        free = shutil.disk_usage(small_disk).free
        with (small_disk / "ballast").open("ab") as file:
            file.write(bytes(max(0, free - 8192)))

    with pytest.raises(BackupFolderFull):
        make_backup(whole.path, KEY, ESCROW, STATION, small_disk, LATER, fill)
    assert backups_in(small_disk, STATION) == (first,)
    assert drill(first, KEY).passed


def test_a_lost_machine_comes_back_with_the_words_alone(
    whole: Filled, usb: Path, tmp_path: Path
) -> None:
    (tmp_path / "keys").mkdir()
    file, unlocked = written_keyring(tmp_path / "keys" / "keyring.json", whole.keyring)
    backup = backed_up(whole, usb, escrow=file.escrow(unlocked))
    shutil.rmtree(tmp_path / "keys")
    whole.path.unlink()

    words = " ".join(RECOVERY.words)
    key = RecoveryKey.from_text(words)
    assert isinstance(key, RecoveryKey)
    found = backup_at(backup.folder)
    keys = open_escrow(found.escrow(), key)
    assert isinstance(keys, Keyring)
    renewed = renewed_for_restore(keys, now_s=1_790_000_000.0)
    assert restore(found, keys.database, whole.path, renewed, TickingClock()).passed

    database = open_database(whole.path, keys.database)
    chain = verify_chain(
        database, Witnesses(STATION, renewed.incarnation, whole.keyring.signing.verify_key)
    )
    assert chain.intact, chain.faults
    first_of_life = database.rows(
        "SELECT type, seq, incarnation FROM event WHERE position = ?", (len(whole.events) + 1,)
    )
    assert first_of_life == [(StoreRestored.TYPE, 1, renewed.incarnation)]
    database.close()


def test_a_backup_restored_twice_uses_no_number_twice(whole: Filled) -> None:
    once = renewed_for_restore(whole.keyring, now_s=1_790_000_000.0)
    again = renewed_for_restore(whole.keyring, now_s=1_790_000_000.0 + 86_400)
    assert whole.keyring.incarnation < once.incarnation < again.incarnation
    late = replace(whole.keyring, incarnation=2_000_000)
    assert renewed_for_restore(late, now_s=1_790_000_000.0).incarnation == 2_000_001


def test_restoring_overwrites_nothing(whole: Filled, usb: Path) -> None:
    backup = backed_up(whole, usb)
    before = whole.path.read_bytes()
    with pytest.raises(DatabaseExists):
        restore(backup, KEY, whole.path, whole.keyring.renewed(), TickingClock())
    assert whole.path.read_bytes() == before


def test_a_torn_backup_is_not_restored(whole: Filled, usb: Path, tmp_path: Path) -> None:
    backup = backed_up(whole, usb)
    with backup.database.open("rb+") as file:
        file.seek(backup.manifest.size // 2)
        file.write(os.urandom(100))
    with pytest.raises((BackupDamaged, DatabaseDamaged)):
        restore(backup, KEY, tmp_path / "new.db", whole.keyring.renewed(), TickingClock())
    assert not (tmp_path / "new.db").exists()


def test_a_file_moved_aside_keeps_every_byte_and_its_log(whole: Filled, tmp_path: Path) -> None:
    content = whole.path.read_bytes()
    log = tmp_path / "station.db-wal"
    log.write_bytes(b"a log that a crash left")
    aside = move_aside(whole.path, "damaged-20260302T020000Z")
    assert aside is not None
    assert aside.read_bytes() == content
    assert (tmp_path / f"{aside.name}-wal").read_bytes() == b"a log that a crash left"
    fresh = tmp_path / "fresh.db"
    fresh.write_bytes(content)
    bring_in(fresh, whole.path)
    assert whole.path.read_bytes() == content
    assert not fresh.exists()
    assert not log.exists()


def test_a_file_at_work_is_not_moved(whole: Filled, tmp_path: Path) -> None:
    """Another process has it open; locks of one's own process are no hindrance to oneself."""
    code = (
        "import sys, pathlib; from tests.support.store_cases import opened;"
        "store = opened(pathlib.Path(sys.argv[1])); print('open', flush=True); sys.stdin.read()"
    )
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", code, str(whole.path)],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        assert child.stdout.readline() == b"open\n"
        with pytest.raises(StoreBusy):
            move_aside(whole.path, "aside")
        assert whole.path.exists()
        child.stdin.close()
    assert move_aside(whole.path, "aside") == tmp_path / "station.db.aside"


def test_backups_may_be_made_from_another_thread(whole: Filled, usb: Path) -> None:
    store = opened(whole.path)
    thread = threading.Thread(target=backed_up, args=(whole, usb))
    thread.start()
    thread.join()
    assert drill(backups_in(usb, STATION)[0], KEY).passed
    store.database.close()


def test_a_backup_that_somebody_changed_with_the_key_is_not_restored(
    whole: Filled, usb: Path, tmp_path: Path
) -> None:
    """Every page is in order; a role was given that nobody had."""
    backup = backed_up(whole, usb)
    database = open_database(backup.database, KEY)
    database.execute("UPDATE operator SET roles = 'system_admin' WHERE operator_id = 'desk01'")
    database.forget_deleted()
    database.close()
    assert drill(backup, KEY).wrong_tables == ("operator",)
    with pytest.raises(BackupDamaged):
        restore(backup, KEY, tmp_path / "new.db", whole.keyring.renewed(), TickingClock())
    assert not (tmp_path / "new.db").exists()
