"""`station run` on a machine where something is wrong: one sentence, exit 2, nothing touched.

What is wrong with keys or database is told on the screen: `test_station_unlocking`.
"""

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
from station.ui.ending import EXIT_REFUSED
from tests.support.station_hub import set_up_alone

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


def settings(text: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        path = folder / "station.toml"
        path.write_text(text + path.read_text(encoding="utf-8"), encoding="utf-8")

    return write


def no_settings(folder: Path) -> None:
    (folder / "station.toml").unlink()


TROUBLES: dict[str, tuple[Callable[[Path], None], str]] = {
    "no settings": (no_settings, "读不到设置文件"),
    "no TOML": (settings("这不是 TOML\n"), "TOML"),
    "unknown key": (settings("quality_minimun = 3\n"), "quality_minimun"),
    "out of limits": (settings("capture.quality_minimum = 300\n"), "0 到 100"),
    "unknown driver": (settings('devices.camera.driver = "polaroid"\n'), "devices"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_station_that_cannot_start_says_why_and_touches_nothing(
    trouble: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    break_it, expected = TROUBLES[trouble]
    break_it(folder)
    before = contents(folder)
    assert start(folder) == EXIT_REFUSED
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1, "one sentence"
    assert expected in said.err
    assert said.err.endswith(("。\n", "？\n"))
    assert contents(folder) == before


def test_as_a_program_it_ends_with_2_and_the_sentence_alone(folder: Path) -> None:
    no_settings(folder)
    ended = subprocess.run(
        [sys.executable, "-m", "station", "run", "--config", str(folder / "station.toml")],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert "读不到设置文件" in ended.stderr
