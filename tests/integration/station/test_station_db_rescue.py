"""Restore and salvage when more than the file is wrong: waits, killed runs, left logs, words."""

import os
import shutil
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from station.cli import rescue_rights
from station.cli.opening import NotOpened
from station.domain.people import Account
from station.domain.retention import Kind
from station.services.upkeep_folders import kept_folders
from station.settings import load_settings
from station.store.backup import make_backup
from station.store.chain import verify_chain
from station.store.connection import writing
from station.store.copies import remove_old_copies
from station.store.events import EventLog
from station.store.head_file import HeadFile
from station.store.kept_files import KeptFiles
from station.store.keyring import attempts_path
from station.store.operators import Operators
from station.store.signing import LogSigner
from tests.support.kill_steps import dying
from tests.support.store_cases import TickingClock, press
from tests.support.store_damage import shredded
from tests.support.store_keys import unlocked_keyring
from tests.support.store_schemas import schema_1
from tests.support.store_site import ADMIN, EVENTS, WORDS, Site, site_in

AFTER_THE_BACKUP = 3
DONE, PASSED_OVER = 10, 11
RESCUED = (0, 1)
"""All of it, or all but what lay on the lost page."""
MOST_STEPS = 60


@pytest.fixture
def site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Site:
    return site_in(tmp_path, monkeypatch, capsys)


def spoilt(site: Site) -> None:
    """A page of evidence is gone; the accounts can still be read."""
    shredded(site.places.database, range(12, 13))


def rescue(site: Site, task: str, backup: Path, **who: str | None) -> tuple[int, str]:
    more = ("--backup", str(backup)) if task == "restore" else ()
    words = ("--words",) if "account" in who else ()
    return site.db(task, *more, *words, **who)  # type: ignore[arg-type] # account may be None


@pytest.mark.parametrize("task", ["restore", "salvage"])
def test_who_has_to_wait_is_not_told_that_the_right_passphrase_is_wrong(
    site: Site, task: str
) -> None:
    folder = site.backup()
    spoilt(site)
    for _ in range(5):
        assert rescue(site, task, folder, spoken="not this one")[0] == 2
    status, told = rescue(site, task, folder)
    assert status == 2
    assert "秒后再试" in told
    assert "口令不对" not in told
    attempts_path(site.places.keyring).unlink()
    assert rescue(site, task, folder)[0] in RESCUED


@pytest.mark.parametrize("task", ["restore", "salvage"])
def test_a_given_passphrase_rescues_nothing_and_the_words_do(site: Site, task: str) -> None:
    folder = site.backup()
    database = site.database()
    Operators(database).put(Account(ADMIN, must_change=True))
    database.close()
    spoilt(site)
    status, told = rescue(site, task, folder)
    assert status == 2
    assert "别人给的口令" in told
    assert "--words" in told
    status, told = rescue(site, task, folder, account=None, spoken=WORDS)
    assert status in RESCUED, told
    assert ("recovery_used", "system") in {event[:2] for event in site.last_events(3)}


@pytest.mark.parametrize("task", ["restore", "salvage"])
def test_the_card_of_the_screens_is_asked_for_here_too(
    site: Site, task: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, asked = site.backup(), list[Account]()

    def no_card(_settings: object, account: Account, _accounts: object) -> None:
        asked.append(account)
        raise NotOpened("读卡器里没有卡。")

    with monkeypatch.context() as patched:
        patched.setattr(rescue_rights, "prove_card", no_card)
        status, told = rescue(site, task, folder)
    assert status == 2
    assert "没有卡" in told
    assert [one.operator for one in asked] == [ADMIN]
    assert site.keyring().incarnation == 1


def test_a_file_that_is_whole_is_not_rescued_into_one_without_rosters(
    site: Site, tmp_path: Path
) -> None:
    before = site.places.database.read_bytes()
    status, told = site.db("salvage")
    assert status == 2
    assert "是完好的" in told
    assert site.places.database.read_bytes() == before
    assert site.keyring().incarnation == 1
    assert site.db("salvage", "--to", str(tmp_path / "copy.db"))[0] == 0


def test_where_only_an_older_keyring_is_left_a_rescue_goes_on_with_it(site: Site) -> None:
    folder = site.backup()
    assert site.db("restore", "--backup", str(folder))[0] == 0
    file, unlocked = unlocked_keyring(site.places.keyring)
    file.update(unlocked, replace(unlocked.keyring, incarnation=1))
    status, told = site.db("check")
    assert status == 2
    assert "station db salvage" in told
    assert site.db("salvage")[0] == 0
    assert site.keyring().incarnation == 3, "no number of the life it did not know is used again"
    assert site.db("check")[0] == 0


def test_words_of_another_station_salvage_nothing(site: Site) -> None:
    other = " ".join(["abandon"] * 23 + ["art"])
    status, told = site.db("salvage", "--words", account=None, spoken=other)
    assert status == 2
    assert "同一台工作站" in told
    assert site.keyring().incarnation == 1


HOLD = {
    "a change of the key": """
from sqlcipher3 import dbapi2
held = dbapi2.connect(sys.argv[1], isolation_level=None)
held.execute(sys.argv[2])
held.execute("PRAGMA journal_mode = DELETE")
held.execute("BEGIN EXCLUSIVE")
""",
    "another rescue": """
from pathlib import Path
from station.store.alone import alone_over
held = alone_over(Path(sys.argv[1]))
held.__enter__()
""",
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows itself refuses the rename")
@pytest.mark.parametrize("what", HOLD)
def test_beside_another_that_exchanges_the_file_nothing_begins(site: Site, what: str) -> None:
    folder = site.backup()
    spoilt(site)
    code = f"import sys\n{HOLD[what]}\nprint('held', flush=True)\nsys.stdin.readline()"
    command = [sys.executable, "-c", code, str(site.places.database), site.keys.database.pragma]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        for task in ("restore", "salvage"):
            status, told = rescue(site, task, folder)
            assert (status, "占用" in told) == (2, True)
        other.communicate(b"\n")
    assert site.keyring().incarnation == 1
    assert rescue(site, "restore", folder)[0] == 0


@pytest.mark.parametrize("named", ["the place", "nothing", "a file"])
def test_a_folder_that_is_no_backup_is_not_called_a_damaged_one(site: Site, named: str) -> None:
    folder = site.backup()
    place = {"the place": site.backups, "nothing": folder / "gone", "a file": folder / "station.db"}
    status, told = site.db("restore", "--backup", str(place[named]))
    assert status == 2
    assert "损坏" not in told
    assert ("最近的是" in told and folder.name in told) is (named == "the place")


def crashed(site: Site) -> None:
    """A station that was killed: its last events lie in the log beside the file."""
    database = site.database()
    keys = site.keyring()
    head_file = HeadFile(site.places.log_head)
    signer = LogSigner(keys.station, keys.incarnation, keys.signing, head_file)
    log = EventLog(database, keys.station, keys.incarnation, TickingClock(), signer=signer)
    for number in range(AFTER_THE_BACKUP):
        log.append(press(100 + number, size=9000))
    path = site.places.database
    for suffix in ("", "-wal"):
        shutil.copy(f"{path}{suffix}", path.with_name(f"crashed{suffix}"))
    log.close()
    database.close()
    for suffix in ("", "-wal"):
        os.replace(path.with_name(f"crashed{suffix}"), f"{path}{suffix}")


def test_a_log_without_its_file_is_not_played_into_the_backup(site: Site) -> None:
    """Somebody moved the damaged file away by hand, and left its log."""
    folder = site.backup()
    crashed(site)
    log = Path(f"{site.places.database}-wal")
    content = log.read_bytes()
    site.places.database.rename(site.places.database.with_name("moved.db"))
    status, told = site.db("restore", "--backup", str(folder))
    assert status == 0, told
    assert site.last_events(2)[1] == ("store_restored", "admin01", 2)
    assert site.db("check")[0] == 0
    (aside,) = site.places.database.parent.glob("*.before-restore-*-wal")
    assert aside.read_bytes() == content, "the only copy of what was stored last is kept"


def killed(site: Site, step: int, *task: str) -> bool | None:
    """Run it in a child that is killed after a renaming, a second name or a removal.

    Whether it was; None where the step was a removal of what was not there.
    """
    child = os.fork()
    if child == 0:
        left = [step]
        for name in ("replace", "link", "unlink"):
            setattr(os, name, dying(getattr(os, name), left, after=True))
        done = site.db(*task)[0] == 0
        os._exit((DONE if left[0] > 0 else PASSED_OVER) if done else 1)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.WEXITSTATUS(status) in (DONE, PASSED_OVER)
    return False if os.WEXITSTATUS(status) == DONE else None


@pytest.mark.skipif(sys.platform == "win32", reason="processes are forked and killed")
@pytest.mark.parametrize("task", ["salvage", "restore"])
def test_killed_at_any_step_the_next_run_loses_nothing(site: Site, task: str) -> None:
    folder = site.backup()
    crashed(site)
    shredded(site.places.database, range(1, 2))
    root = site.config.parent
    for part in ("keys", "data"):
        shutil.copytree(root / part, root / f"{part}-before")
    stored = EVENTS + 1 + AFTER_THE_BACKUP if task == "salvage" else EVENTS
    more = ("--backup", str(folder)) if task == "restore" else ()
    kills = 0
    for step in range(1, MOST_STEPS):
        was_killed = killed(site, step, task, *more)
        if was_killed is False:
            break
        if was_killed:
            kills += 1
            status, told = site.db(task, *more)
            assert status == 0 or "是完好的" in told, (step, told)
            database = site.database()
            of_before = database.rows("SELECT count(*) FROM event WHERE incarnation = 1")
            assert (step, of_before) == (step, [(stored,)])
            assert verify_chain(database).intact
            database.close()
        for part in ("keys", "data"):
            shutil.rmtree(root / part)
            shutil.copytree(root / f"{part}-before", root / part)
    assert kills >= 8
    assert step < MOST_STEPS - 1


def test_half_a_rescue_of_long_ago_takes_nobodys_place(site: Site) -> None:
    database = site.places.database
    half = database.with_name(".station.db.salvaging")
    shutil.copy(database, half)
    file, unlocked = unlocked_keyring(site.places.keyring)
    file.update(unlocked, unlocked.keyring.renewed())
    database.unlink()
    status, told = site.db("salvage")
    assert status == 2
    assert "找不到本机的数据库文件" in told
    assert not database.exists()
    assert half.exists(), "it may be all there is"


def test_a_backup_of_an_earlier_schema_leaves_no_second_copy_of_its_people(
    site: Site,
) -> None:
    keys = site.keyring()
    earlier = site.backups.parent / "earlier.db"
    schema_1(earlier, keys.database)
    with closing(writing(earlier, keys.database, "rw")) as connection:
        connection.execute("DELETE FROM payload")  # it holds noise there, which no drill passes
    file, unlocked = unlocked_keyring(site.places.keyring)
    escrow, at = file.escrow(unlocked), "2026-03-02T01:00:00.000Z"
    made = make_backup(earlier, keys.database, escrow, keys.station, site.backups, at)
    status, told = site.db("restore", "--backup", str(made.folder))
    assert status == 0, told
    names = {path.name for path in site.places.database.parent.iterdir()}
    assert names == {"forms", "station.db", ".station.db.lock"} | {
        name for name in names if name.startswith("station.db.before-restore-")
    }


def test_what_was_set_aside_is_in_the_report_and_goes_like_a_backup(site: Site) -> None:
    folder = site.backup()
    assert site.db("restore", "--backup", str(folder))[0] == 0
    crashed(site)
    spoilt(site)
    assert site.db("salvage")[0] in RESCUED
    folders = kept_folders(load_settings(site.config), "station-1")
    database = site.database()
    held = [one for one in KeptFiles(database, folders).held() if one.kind is Kind.BACKUPS]
    database.close()
    aside = [one for one in held if Path(one.key).parent == site.places.database.parent]
    assert [Path(one.key).name.split("-2")[0] for one in aside] == [
        "station.db.before-restore",
        "station.db.damaged",
        "station.db.damaged",  # with the log that was beside it
    ]


def test_what_a_killed_run_left_goes_after_its_days(site: Site) -> None:
    database = site.places.database
    left = [
        database.with_name(name)
        for name in (
            ".station.db.salvaging",
            ".station.db.restoring-wal",
            "..station.db.restoring.00112233aabbccdd",
            ".station.db.rotating",
        )
    ]
    for path in left:
        path.write_bytes(b"a whole copy of everybody")
    assert remove_old_copies(database) == 0
    now_s = time.time() + 31 * 24 * 3600
    assert remove_old_copies(database, now_s) == len(left)
    assert database.exists()
