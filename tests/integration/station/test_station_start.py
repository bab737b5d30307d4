"""`station run` on a machine where something is wrong: one sentence, exit 2, nothing touched."""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from station import app
from station.store.errors import DatabaseDamaged, DatabaseMissing, WrongKey
from station.store.keyring import (
    Keyring,
    KeyringClear,
    KeyringDamaged,
    KeyringExposed,
    KeyringFile,
    KeyringMissing,
    SoftwareMachine,
    system_identity,
)
from tests.support.station_hub import set_up_alone
from tests.support.store_keys import written_keyring

SETTINGS = """
data_directory = "{folder}/data"
key_directory = "{folder}/keys"
[devices]
printer = {{ driver = "simulated" }}
"""


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pattern")
    set_up_alone(folder)
    return folder


@pytest.fixture
def folder(pattern: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "工作站 1"
    shutil.copytree(pattern, copy)
    (copy / "station.toml").write_text(SETTINGS.format(folder=copy), encoding="utf-8")
    return copy


@pytest.fixture(autouse=True)
def quiet_qt(qapp: QApplication) -> Iterator[None]:
    yield
    qInstallMessageHandler(None)


def start(folder: Path) -> int:
    return app.run(
        argparse.Namespace(
            config=folder / "station.toml",
            language=None,
            window=True,
            size="1366x768",
            panel=False,
            commands=None,
            story=None,
            story_output=None,
        )
    )


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def wrong_key(folder: Path) -> None:
    keyring = folder / "keys" / "keyring.json"
    keyring.unlink()
    shutil.copy(other_keyring(folder.parent), keyring)


def other_keyring(folder: Path) -> Path:
    set_up_alone(folder / "other")
    return folder / "other" / "keys" / "keyring.json"


def damaged(folder: Path) -> None:
    database = folder / "data" / "station.db"
    content = bytearray(database.read_bytes())
    for place in range(len(content) // 3, len(content), 512):
        content[place] ^= 0xFF
    database.write_bytes(content)


def no_database(folder: Path) -> None:
    (folder / "data" / "station.db").unlink()


def no_keyring(folder: Path) -> None:
    (folder / "keys" / "keyring.json").unlink()


def exposed(folder: Path) -> None:
    (folder / "keys" / "keyring.json").chmod(0o644)


def keyring_cut_off(folder: Path) -> None:
    keyring = folder / "keys" / "keyring.json"
    keyring.write_bytes(keyring.read_bytes()[:-20])


def not_activated(folder: Path) -> None:
    no_keyring(folder)
    file, unlocked = written_keyring(folder / "keys" / "keyring.json", Keyring.new("station-1"))
    file.set_machine(unlocked, SoftwareMachine(system_identity()))


def clear_keys(folder: Path) -> None:
    keyring = folder / "keys" / "keyring.json"
    keyring.write_bytes(b'{"version": 1, "custody": "clear"}')


def settings(text: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        path = folder / "station.toml"
        path.write_text(text + path.read_text(encoding="utf-8"), encoding="utf-8")

    return write


def no_settings(folder: Path) -> None:
    (folder / "station.toml").unlink()


TROUBLES: dict[str, tuple[Callable[[Path], None], str]] = {
    "wrong key": (wrong_key, WrongKey.sentence),
    "damaged": (damaged, DatabaseDamaged.sentence),
    "no database": (no_database, DatabaseMissing.sentence),
    "no keyring": (no_keyring, KeyringMissing.sentence),
    "exposed keyring": (exposed, KeyringExposed.sentence),
    "damaged keyring": (keyring_cut_off, KeyringDamaged.sentence),
    "not activated": (not_activated, "station init"),
    "no settings": (no_settings, "读不到设置文件"),
    "no TOML": (settings("这不是 TOML\n"), "TOML"),
    "unknown key": (settings("quality_minimun = 3\n"), "quality_minimun"),
    "out of limits": (settings("capture.quality_minimum = 300\n"), "0 到 100"),
    "unknown driver": (settings('devices.camera.driver = "polaroid"\n'), "devices"),
    "clear keys": (clear_keys, KeyringClear.sentence),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_station_that_cannot_start_says_why_and_touches_nothing(
    trouble: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    break_it, expected = TROUBLES[trouble]
    break_it(folder)
    before = contents(folder)
    assert start(folder) == app.EXIT_REFUSED
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1, "one sentence"
    assert expected in said.err
    assert said.err.endswith(("。\n", "？\n"))
    assert contents(folder) == before


def test_a_keyring_that_may_not_be_read_is_told_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def forbidden(*_: object) -> Keyring:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(KeyringFile, "read", forbidden)
    assert start(folder) == app.EXIT_REFUSED
    assert "权限" in capfd.readouterr().err


def test_as_a_program_it_ends_with_2_and_the_sentence_alone(folder: Path) -> None:
    no_database(folder)
    ended = subprocess.run(
        [sys.executable, "-m", "station", "run", "--config", str(folder / "station.toml")],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (2, DatabaseMissing.sentence + "\n")
