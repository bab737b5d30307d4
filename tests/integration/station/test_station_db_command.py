"""`station db` over a real store: checked, backed up, tried, restored by the words, salvaged."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from station.domain.people import Account
from station.services.upkeep_record import Job, record
from station.store.backup import backups_in
from station.store.chain import verify_chain
from station.store.connection import PAGE_BYTES, DatabaseKey
from station.store.database import open_database
from station.store.head_file import read_head
from station.store.keyring import KeyringFile, Unlocked, attempts_path
from station.store.operators import Operators
from tests.support.store_damage import shredded
from tests.support.store_keys import TEST_COST, unlocked_keyring
from tests.support.store_site import ADMIN, EVENTS, PASSPHRASE, WORDS, Site, site_in

HOLD_OPEN = """
import sys
from sqlcipher3 import dbapi2
connection = dbapi2.connect(sys.argv[1])
connection.execute(sys.argv[2])
connection.execute("SELECT count(*) FROM event").fetchone()
print("open", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Site:
    return site_in(tmp_path, monkeypatch, capsys)


def test_a_whole_file_is_told_as_whole_kept_and_noted(site: Site) -> None:
    status, told = site.db("check")
    assert status == 0
    assert "没有发现问题" in told
    assert f"{EVENTS} 条记录" in told
    assert site.last_events(1) == [("database_checked", "admin01", 1)]
    database = site.database()
    outcome = record(database).last_good(Job.CHECK)
    database.close()
    assert outcome is not None
    assert outcome.passed


def test_damage_is_told_with_what_to_do(site: Site) -> None:
    shredded(site.places.database, range(12, 13))
    before = site.places.database.read_bytes()
    status, told = site.db("check")
    assert status == 1
    assert "station db salvage" in told
    assert len(before) == site.places.database.stat().st_size


@pytest.mark.parametrize("task", ["check", "backup", "drill"])
def test_who_may_not_is_refused(site: Site, task: str) -> None:
    status, told = site.db(task, account="desk01")
    assert status == 2
    assert "权限" in told
    assert list(site.backups.iterdir()) == []


@pytest.mark.parametrize("key", [KeyboardInterrupt, EOFError], ids=["Ctrl-C", "Ctrl-D"])
def test_who_stops_at_the_question_is_told_so_and_nothing_is_counted(
    site: Site, monkeypatch: pytest.MonkeyPatch, key: type[BaseException]
) -> None:
    def stopped(_prompt: str) -> str:
        raise key

    with monkeypatch.context() as patched:
        patched.setattr("station.cli.opening.ask_passphrase", stopped)
        status, told = site.db("check")
    assert status == 130
    assert "已中断" in told
    assert not attempts_path(site.places.keyring).exists()


@pytest.mark.parametrize("task", ["check", "backup", "drill", "salvage"])
def test_a_wrong_passphrase_opens_nothing(site: Site, task: str) -> None:
    before = site.places.database.read_bytes()
    status, told = site.db(task, spoken="not this one")
    assert status == 2
    assert "不对" in told
    assert site.places.database.read_bytes() == before


def test_a_backup_passes_its_drill_and_old_ones_go(site: Site) -> None:
    for _ in range(3):
        assert site.db("backup")[0] == 0
    assert len(backups_in(site.backups)) == 2
    status, told = site.db("drill")
    assert status == 0
    assert "演练通过" in told
    assert [event[0] for event in site.last_events(2)] == ["backup_drilled", "backup_made"]


def test_a_drill_without_a_backup_and_a_disk_that_is_not_there_are_told(site: Site) -> None:
    status, told = site.db("drill")
    assert status == 2
    assert "请先备份" in told
    site.backups.rmdir()
    status, told = site.db("backup")
    assert status == 2
    assert "接好备份盘" in told
    assert site.last_events(1) == [("backup_failed", "admin01", 1)]
    status, told = site.db("drill")
    assert status == 2
    assert "没有演练" in told
    assert "没有备份" not in told
    assert not site.backups.exists()


def test_a_torn_backup_fails_its_drill(site: Site) -> None:
    folder = site.backup()
    shredded(folder / "station.db", range(9, 10))
    status, told = site.db("drill")
    assert status == 1
    assert "不能依靠" in told


def test_a_backup_takes_the_place_of_a_damaged_file_which_is_kept(site: Site) -> None:
    folder = site.backup()
    shredded(site.places.database, range(1, 6))
    damaged = site.places.database.read_bytes()
    status, told = site.db("restore", "--backup", str(folder))
    assert status == 0, told
    (aside,) = site.places.database.parent.glob("station.db.before-restore-*")
    assert aside.read_bytes() == damaged
    assert site.keyring().incarnation == 2
    assert site.last_events(2) == [("log_signed", "system", 2), ("store_restored", "admin01", 2)]
    head = read_head(site.places.log_head)
    assert head is not None
    assert (head.head.incarnation, head.head.position) == (2, EVENTS + 2)
    assert site.db("check")[0] == 0


def test_a_lost_machine_comes_back_with_backup_and_words(site: Site) -> None:
    folder = site.backup()
    of_the_backup = site.keyring().database
    shutil.rmtree(site.places.database.parent)
    shutil.rmtree(site.places.keyring.parent)
    status, told = site.db(
        "restore", "--backup", str(folder), "--words", account=None, spoken=WORDS
    )
    assert status == 0, told
    keyring = site.keyring()
    assert keyring.station == "station-1"
    assert keyring.incarnation > 1
    told_of = [event[:2] for event in site.last_events(3)]
    assert told_of[1:] == [("store_restored", "system"), ("recovery_used", "system")]
    assert keyring.database != of_the_backup, "somebody removed since may know that one"
    database = site.database()
    assert verify_chain(database).intact
    assert {one.operator_id for one in Operators(database).all()} == {"admin01", "desk01"}
    database.close()


def test_wrong_or_mistyped_words_change_nothing(site: Site) -> None:
    folder = site.backup()
    before = site.places.database.read_bytes()
    other = " ".join(["abandon"] * 23 + ["art"])
    for spoken in (other, WORDS + " abandon", "not even words"):
        status, told = site.db(
            "restore", "--backup", str(folder), "--words", account=None, spoken=spoken
        )
        assert status == 2
        assert "。" in told
    assert site.places.database.read_bytes() == before
    assert site.keyring().incarnation == 1


def test_a_backup_under_an_older_key_is_restored_by_the_words(site: Site) -> None:
    folder = site.backup()
    file, unlocked = unlocked_keyring(site.places.keyring)
    _rotated(file, unlocked, site.places.database)
    status, told = site.db("restore", "--backup", str(folder))
    assert status == 2
    assert "--words" in told
    status, told = site.db(
        "restore", "--backup", str(folder), "--words", account=None, spoken=WORDS
    )
    assert status == 0, told
    assert site.db("check")[0] == 0, "the passphrases of before still open it"
    assert site.keyring().database == unlocked.keyring.database, "and not the key of before"


def _rotated(file: KeyringFile, unlocked: Unlocked, path: Path) -> None:
    from station.store.rotation import rotate_database

    assert isinstance(unlocked.keyring.database, DatabaseKey)
    rotate_database(path, file, unlocked)


def test_a_clerk_may_not_bring_back_the_past(site: Site) -> None:
    folder, before = site.backup(), site.places.database.read_bytes()
    status, told = site.db("restore", "--backup", str(folder), account="desk01")
    assert status == 2
    assert "权限" in told
    assert site.places.database.read_bytes() == before


@pytest.mark.parametrize("left", ["unreadable", "gone"])
def test_where_the_file_gives_no_accounts_those_of_the_backup_say_who_may(
    site: Site, left: str
) -> None:
    folder = site.backup()
    if left == "gone":
        site.places.database.unlink()
    else:
        shredded(site.places.database, range(1, 6))
    status, told = site.db("restore", "--backup", str(folder), account="desk01")
    assert status == 2
    assert "权限" in told
    assert site.keyring().incarnation == 1
    assert site.db("restore", "--backup", str(folder))[0] == 0


def test_a_passphrase_without_an_account_brings_nothing_back(site: Site) -> None:
    folder = site.backup()
    file, unlocked = unlocked_keyring(site.places.keyring)
    file.set_passphrase(unlocked, "ghost01", PASSPHRASE, TEST_COST)
    for task in (("restore", "--backup", str(folder)), ("salvage",)):
        status, told = site.db(*task, account="ghost01")
        assert status == 2
        assert "权限" in told


def test_somebody_whose_account_was_closed_brings_nothing_back(site: Site) -> None:
    folder = site.backup()
    database = site.database()
    Operators(database).put(Account(ADMIN, enabled=False))
    database.close()
    for task in (("restore", "--backup", str(folder)), ("salvage",)):
        status, told = site.db(*task)
        assert status == 2
        assert "权限" in told


@pytest.mark.skipif(sys.platform == "win32", reason="Windows itself refuses the rename")
def test_beside_a_station_at_work_nothing_is_replaced_and_no_number_is_used_up(site: Site) -> None:
    folder = site.backup()
    at_work = subprocess.Popen(
        [sys.executable, "-c", HOLD_OPEN, site.places.database, site.keyring().database.pragma],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
    )
    with at_work:
        assert at_work.stdout is not None
        assert at_work.stdout.readline() == b"open\n"
        for task in (("restore", "--backup", str(folder)), ("salvage",)):
            status, told = site.db(*task)
            assert status == 2
            assert "占用" in told
        at_work.communicate(b"\n")
    assert site.keyring().incarnation == 1
    assert list(site.places.database.parent.glob("*before-restore*")) == []


def test_a_torn_backup_is_not_restored_and_nothing_moves(site: Site) -> None:
    folder = site.backup()
    shredded(folder / "station.db", range(9, 10))
    before = site.places.database.read_bytes()
    status, told = site.db("restore", "--backup", str(folder))
    assert status in (1, 2)
    assert "损坏" in told
    assert site.places.database.read_bytes() == before
    assert site.keyring().incarnation == 1


def test_salvage_takes_the_place_of_the_damaged_file_which_is_kept(site: Site) -> None:
    shredded(site.places.database, range(1, 2))
    damaged = site.places.database.read_bytes()
    status, told = site.db("salvage")
    assert status == 0, told
    assert f"救出 {EVENTS} 条记录" in told
    assert "2 个账号" in told
    (aside,) = site.places.database.parent.glob("station.db.damaged-*")
    assert aside.read_bytes() == damaged
    assert site.keyring().incarnation == 2
    assert site.last_events(2)[1] == ("store_salvaged", "admin01", 2)
    head = read_head(site.places.log_head)
    assert head is not None
    assert (head.head.incarnation, head.head.position) == (2, EVENTS + 2)
    assert site.db("check")[0] == 0


def test_salvage_beside_leaves_everything_in_place(site: Site, tmp_path: Path) -> None:
    size = site.places.database.stat().st_size
    shredded(site.places.database, range(size // PAGE_BYTES // 2, size // PAGE_BYTES // 2 + 3))
    damaged = site.places.database.read_bytes()
    status, told = site.db("salvage", "--to", str(tmp_path / "rescued.db"))
    assert status in (0, 1), told
    assert site.places.database.read_bytes() == damaged
    database = open_database(tmp_path / "rescued.db", site.keys.database)
    assert verify_chain(database).intact
    life = database.rows("SELECT max(incarnation) FROM event")[0][0]
    database.close()
    assert site.keyring().incarnation > life, "no number of that file is used again here"


def test_a_file_that_lies_under_the_next_key_already_is_salvaged(site: Site) -> None:
    """The change of the key was killed at its last step, and page 1 is gone since."""
    file, unlocked = unlocked_keyring(site.places.keyring)
    _rotated(file, unlocked, site.places.database)
    now = unlocked.keyring
    halfway = replace(now, database=site.keys.database, next_database=now.database)
    file.update(unlocked, halfway)
    shredded(site.places.database, range(1, 2))
    status, told = site.db("salvage")
    assert status == 0, told
    assert site.keyring().database == now.database
    assert site.keyring().next_database is None
    assert site.db("check")[0] == 0


def test_salvage_declares_an_end_that_only_the_head_file_knows(site: Site, tmp_path: Path) -> None:
    shutil.copy(site.places.database, tmp_path / "older.db")
    assert site.db("check")[0] == 0  # one more event, and the head file knows of it
    shutil.copy(tmp_path / "older.db", site.places.database)
    status, told = site.db("salvage")
    assert status == 1
    assert "丢失 1 条记录" in told
    assert site.db("check")[0] == 0


def test_a_clerk_may_not_salvage_what_can_be_read(site: Site) -> None:
    status, told = site.db("salvage", account="desk01")
    assert status == 2
    assert "权限" in told
