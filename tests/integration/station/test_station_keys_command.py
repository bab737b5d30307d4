"""`station keys` over a real store: every change, what it says, what it leaves in the trail."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from PySide6.QtWidgets import QApplication

from station.__main__ import main
from station.cli import keys as keys_command
from station.domain.people import Account, Operator, Role
from station.services import machine_key
from station.services.places import Places
from station.settings import Settings
from station.store.database import create_database, open_database
from station.store.errors import StoreFull, WrongKey
from station.store.keyring import (
    Keyring,
    KeyringFile,
    NoTpm,
    RecoveryKey,
    SlotKind,
    SoftwareMachine,
    Unlocked,
)
from station.store.operators import Operators
from tests.support.store_keys import RECOVERY, TEST_COST, written_keyring
from tests.unit.store.test_store_keyring_damage import CLEAR, clear_keyring

CHIEF = Operator("sec01", "龚䶮安", frozenset({Role.SECURITY_ADMIN}))
CLERK = Operator("desk01", "方采薇", frozenset({Role.DESK_CLERK}))
PASSPHRASE, FRESH = "only for tests", "another one for tests"


@dataclass
class Site:
    """A station's files, and the command line in front of them."""

    config: Path
    places: Places
    keys: Keyring
    sheet: Path
    ask: Callable[..., tuple[int, str]]

    def task(self, *arguments: str, account: str = "sec01", typed: str = "") -> tuple[int, str]:
        command = ["keys", *arguments, "--config", str(self.config), "--account", account]
        if arguments[0] in ("recovery", "protect"):
            command += ["--recovery-sheet", str(self.sheet)]
        return self.ask(*command, typed=typed or f"{PASSPHRASE}\n")

    def file(self) -> KeyringFile:
        return KeyringFile.read(self.places.keyring)

    def opened(self, account: str = "sec01", passphrase: str = PASSPHRASE) -> Unlocked | None:
        answer = self.file().unlock_with_passphrase(account, passphrase)
        return answer if isinstance(answer, Unlocked) else None

    def last_event(self) -> tuple[str, dict[str, object], str]:
        unlocked = self.file().unlock_with_recovery(RECOVERY)
        assert isinstance(unlocked, Unlocked)
        with closing(open_database(self.places.database, unlocked.keyring.database)) as database:
            [(canonical,)] = database.rows(
                "SELECT canonical FROM event ORDER BY position DESC LIMIT 1"
            )
        event = json.loads(canonical)
        return event["type"], event["data"], event["actor"]


@pytest.fixture
def site(
    tmp_path: Path,
    qapp: QApplication,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Site:
    config = tmp_path / "station.toml"
    data, folder = tmp_path / "data", tmp_path / "keys"
    config.write_text(f'data_directory = "{data}"\nkey_directory = "{folder}"\n', encoding="utf-8")
    places = Places.of(Settings(data_directory=str(data), key_directory=str(folder)))
    places.prepare()
    keys = CLEAR
    written_keyring(places.keyring, keys, {"sec01": PASSPHRASE, "desk01": PASSPHRASE})
    database = create_database(places.database, keys.database)
    for operator in (CHIEF, CLERK):
        Operators(database).put(Account(operator))
    database.close()
    monkeypatch.setattr(keys_command, "measured_cost", lambda: TEST_COST)

    def ask(*arguments: str, typed: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        status = main(list(arguments))
        told = capsys.readouterr()
        return status, told.out + told.err

    return Site(config, places, keys, tmp_path / "recovery.pdf", ask)


def key_of(sheet: Path) -> RecoveryKey:
    text = unicodedata.normalize("NFKC", PdfReader(sheet).pages[0].extract_text())
    words = re.findall(r"^(?:\d+\s+)?([a-z]{3,8})$", text, re.MULTILINE)
    key = RecoveryKey.from_text(" ".join(words))
    assert isinstance(key, RecoveryKey)
    return key


def test_status_names_who_opens_what(site: Site) -> None:
    status, told = site.task("status")
    assert status == 0
    assert "desk01 方采薇：口令" in told
    assert "恢复密钥：20" in told
    assert "机器自行开启：没有" in told


@pytest.mark.parametrize("task", [("status",), ("recovery",), ("rotate",), ("machine", "off")])
def test_only_the_security_admin_may_and_a_wrong_passphrase_opens_nothing(
    site: Site, task: tuple[str, ...]
) -> None:
    before = site.places.keyring.read_bytes()
    status, told = site.task(*task, account="desk01")
    assert (status, "权限" in told) == (2, True)
    status, told = site.task(*task, typed="wrong\n")
    assert (status, "不对" in told) == (2, True)
    assert site.places.keyring.read_bytes() == before
    assert not site.sheet.exists()


def test_everybody_changes_their_own_passphrase(site: Site) -> None:
    typed = f"{PASSPHRASE}\n{FRESH}\n{FRESH}\n"
    assert site.task("passphrase", account="desk01", typed=typed)[0] == 0
    assert site.opened("desk01") is None
    assert site.opened("desk01", FRESH)
    change = {"change": "passphrase_set", "operator": "desk01"}
    assert site.last_event() == ("keys_changed", change, "desk01")


def test_a_passphrase_that_somebody_else_gave_is_good_for_its_change_only(site: Site) -> None:
    keys = site.opened()
    assert keys is not None
    with closing(open_database(site.places.database, keys.keyring.database)) as database:
        Operators(database).put(Account(CHIEF, must_change=True))
    before = site.places.keyring.read_bytes()
    status, told = site.task("rotate")
    assert (status, "station keys passphrase" in told) == (2, True)
    assert site.places.keyring.read_bytes() == before
    assert site.task("passphrase", typed=f"{PASSPHRASE}\n{FRESH}\n{FRESH}\n")[0] == 0
    assert site.task("rotate", typed=f"{FRESH}\n")[0] == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (f"{FRESH}\n{FRESH}x\n", "不一样"),
        ("short\nshort\n", "10 至 200"),
        ("1234567890\n1234567890\n", "太好猜"),
    ],
)
def test_a_bad_new_passphrase_changes_nothing(site: Site, typed: str, said: str) -> None:
    status, told = site.task("passphrase", typed=f"{PASSPHRASE}\n{typed}")
    assert status == 2
    assert said in told
    assert FRESH not in told
    assert site.opened()


def test_a_renewed_recovery_key_is_on_the_new_sheet_and_the_old_one_opens_nothing(
    site: Site,
) -> None:
    status, told = site.task("recovery")
    assert status == 0, told
    file = site.file()
    assert isinstance(file.unlock_with_recovery(key_of(site.sheet)), Unlocked)
    assert not isinstance(file.unlock_with_recovery(RECOVERY), Unlocked)
    unlocked = site.opened()
    assert unlocked
    assert site.task("recovery")[0] == 2, "the sheet lies there already"


def test_a_rotation_leaves_no_file_for_the_old_key(site: Site) -> None:
    status, told = site.task("rotate")
    assert status == 0, told
    with pytest.raises(WrongKey):
        open_database(site.places.database, site.keys.database)
    assert site.last_event()[1]["change"] == "database_key_rotated"


def test_a_running_station_keeps_its_key(site: Site) -> None:
    with closing(open_database(site.places.database, site.keys.database)) as running:
        running.rows("SELECT count(*) FROM event")
        status, told = site.task("rotate")
    assert status == 2
    assert "占用" in told
    unlocked = site.opened()
    assert unlocked
    assert unlocked.keyring.database == site.keys.database
    assert unlocked.keyring.next_database is None


def test_the_machine_opens_by_policy_only(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine_key, "find_tpm", lambda: NoTpm("no chip"))
    monkeypatch.setattr(machine_key, "system_identity", lambda: b"the id of a system")
    status, told = site.task("machine", "on")
    assert status == 2
    assert "unattended_restart" in told
    with site.config.open("a", encoding="utf-8") as file:
        file.write("[security]\nunattended_restart = true\n")
    status, told = site.task("machine", "on")
    assert status == 0
    assert "硬盘被盗时等于没有保护" in told
    machine = SoftwareMachine(b"the id of a system")
    assert isinstance(site.file().unlock_with_machine(machine), Unlocked)
    assert site.last_event()[1]["change"] == "machine_set"
    assert site.task("machine", "off")[0] == 0
    assert not isinstance(site.file().unlock_with_machine(machine), Unlocked)
    unlocked = site.opened()
    assert unlocked
    assert unlocked.keyring.rotation_due


def test_a_clear_keyring_is_protected_for_one_account_first(site: Site) -> None:
    site.places.keyring.unlink()
    clear_keyring(site.places.keyring.parent)
    typed = f"{FRESH}\n{FRESH}\n"
    status, told = site.task("protect", account="nobody", typed=typed)
    assert (status, "没有这个账号" in told) == (2, True)
    assert not site.sheet.exists()
    status, told = site.task("protect", typed=typed)
    assert status == 0, told
    assert "desk01" in told
    file = site.file()
    assert file.has("sec01", SlotKind.PASSPHRASE)
    assert site.opened("sec01", FRESH)
    assert isinstance(file.unlock_with_recovery(key_of(site.sheet)), Unlocked)
    status, told = site.task("protect", typed=typed)
    assert status == 2


def test_a_disk_that_fails_after_the_change_leaves_the_sheet_that_opens_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_folder: Path) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        renew = KeyringFile.renew_recovery

        def failing(*values: Any) -> Any:
            patched.setattr("station.store.durable_files._flush_folder", broken)
            return renew(*values)

        patched.setattr(KeyringFile, "renew_recovery", failing)
        status, told = site.task("recovery")
    assert status == 2
    assert "写不进去" in told
    assert isinstance(site.file().unlock_with_recovery(key_of(site.sheet)), Unlocked)


def test_a_disk_that_fails_before_the_change_leaves_no_sheet(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("station.store.keyring.disk.write_whole", full)
        patched.setattr("station.store.keyring.attempts.write_whole", lambda *_: None)
        assert site.task("recovery")[0] == 2
    assert not site.sheet.exists()
    assert isinstance(site.file().unlock_with_recovery(RECOVERY), Unlocked)


def _full(*_: object, **__: object) -> Any:
    raise StoreFull


@pytest.mark.parametrize("task", [("passphrase",), ("recovery",), ("rotate",), ("machine", "off")])
def test_a_full_data_disk_forbids_what_could_not_be_noted(
    site: Site, monkeypatch: pytest.MonkeyPatch, task: tuple[str, ...]
) -> None:
    before = site.places.keyring.read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr("station.cli.opening.open_checked", _full)
        status, told = site.task(*task, typed=f"{PASSPHRASE}\n{FRESH}\n{FRESH}\n")
    assert status == 2
    assert "没有保存" in told
    assert site.places.keyring.read_bytes() == before
    assert not site.sheet.exists()


def test_a_change_that_stands_and_could_not_be_noted_is_not_told_as_none(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever believed it undone would shred the only sheet that opens the keys now."""
    with monkeypatch.context() as patched:
        patched.setattr(keys_command, "note", _full)
        status, told = site.task("recovery")
    assert status == 1
    assert "已经生效" in told
    assert "没有保存" not in told
    assert isinstance(site.file().unlock_with_recovery(key_of(site.sheet)), Unlocked)


def test_a_path_that_cannot_be_is_named_with_its_reason(site: Site, tmp_path: Path) -> None:
    site.sheet = tmp_path / "gone" / "sheet.pdf"
    status, told = site.task("recovery")
    assert status == 2
    assert str(site.sheet) in told
    assert "没有这个文件或文件夹" in told
    assert isinstance(site.file().unlock_with_recovery(RECOVERY), Unlocked)


def test_a_rotation_that_was_killed_is_ended_by_the_next_command(site: Site) -> None:
    answer = site.opened()
    assert answer is not None
    before = answer.keyring.database
    assert site.task("rotate")[0] == 0
    answer = site.opened()
    assert answer is not None
    rotated = answer.keyring
    halfway = replace(rotated, database=before, next_database=rotated.database)
    site.file().update(answer, halfway)
    status, told = site.task("status")
    assert status == 0, told
    answer = site.opened()
    assert answer is not None
    assert (answer.keyring.database, answer.keyring.next_database) == (rotated.database, None)


def read_until(descriptor: int, asked: str) -> None:
    """Only then does it read: what is typed before a question for a passphrase is thrown away."""
    told = b""
    while asked.encode() not in told:
        read = os.read(descriptor, 4096)
        assert read, told.decode()
        told += read


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of Linux")
def test_a_terminal_that_is_closed_over_the_question_leaves_no_sheet(site: Site) -> None:
    import pty

    ours, theirs = pty.openpty()
    options = ("--config", str(site.config), "--account", "sec01")
    command = [sys.executable, "-m", "station", "keys", "recovery", *options]
    with subprocess.Popen(
        [*command, "--recovery-sheet", str(site.sheet)],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as child:
        assert child.stdout is not None
        read_until(child.stdout.fileno(), "口令：")
        os.write(ours, f"{PASSPHRASE}\n".encode())
        read_until(child.stdout.fileno(), "个词：")
        assert site.sheet.exists()
        child.send_signal(signal.SIGHUP)
        child.stdout.read()
    os.close(ours)
    os.close(theirs)
    assert child.returncode == 130
    assert not site.sheet.exists()
    assert isinstance(site.file().unlock_with_recovery(RECOVERY), Unlocked)
