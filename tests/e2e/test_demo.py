"""The real programs as a visitor starts them: the demo to its end, and a kill in its middle."""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.api import Capture
from drivers.registry import open_driver
from station.__main__ import main
from station.cli import demo
from station.cli.demo import prepare
from station.cli.demo_data import Scene
from station.cli.demo_processes import Processes
from station.settings import load_settings
from tests.support.demo_story import check_story
from tests.support.drivers_rig import finger_folder
from tests.support.privacy_demo import Played

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 480


@pytest.mark.slow
@pytest.mark.timeout(LIMIT_S)
def test_demo_with_synthetic_fingers(played: Played) -> None:
    """The same run whose files are searched for the people in it.

    `./dev prove demo` plays it with real impressions, too.
    """
    output = played.scene.output
    check_story(output, (output / "summary.txt").read_text(encoding="utf-8"))


def test_a_demo_that_was_played_leaves_nothing_but_its_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `station demo` does around the story, which here is over at once."""
    folders: list[Path] = []

    def over_at_once(_arguments: argparse.Namespace, scene: Scene, _processes: Processes) -> int:
        (scene.folder / "station.db").write_bytes(b"left lying")
        folders.append(scene.folder)
        return 0

    monkeypatch.setattr(demo, "_play", over_at_once)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert main(["demo", "--story", "--output", str(tmp_path)]) == 0
    assert not folders[0].exists()


@pytest.mark.parametrize(
    ("folder", "said"), [("nowhere", "请检查路径"), ("empty", "请检查文件和 --dpi")]
)
def test_demo_with_a_folder_that_cannot_be_played_says_so(
    tmp_path: Path, folder: str, said: str
) -> None:
    (tmp_path / "empty").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "station", "demo", "--fingers", str(tmp_path / folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert said in done.stderr


def test_a_folder_of_fingers_is_what_the_demos_reader_plays(tmp_path: Path) -> None:
    """`./dev prove demo` plays the whole story so, with real impressions."""
    folder = finger_folder(tmp_path / '指纹 "甲"', fingers=6, impressions=1)
    scene = Scene(tmp_path, tmp_path, folder, 508.0)
    scene.write_settings(port=1)
    choice = load_settings(scene.settings).fingerprint_reader
    assert choice.driver == "image_folder"
    reader = open_driver("fingerprint_reader", choice.driver, choice.options, mode="simulation")
    reader.open()
    reader.hand.press("P001", 6)
    capture = reader.capture(5, lambda _phase: None)
    assert isinstance(capture, Capture)
    assert capture.resolution_ppi == 508
    reader.close()


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    output = tmp_path / "output"
    output.mkdir()
    return Scene(tmp_path, output, None, 500.0)


@pytest.fixture
def processes(scene: Scene) -> Iterator[Processes]:
    running = Processes()
    prepare(scene, running)
    yield running
    running.end()


def station(scene: Scene, story: str) -> subprocess.Popen[str]:
    command = ["-m", "station", "run", "--config", str(scene.settings), "--window"]
    return subprocess.Popen(
        [sys.executable, *command, "--story", story, "--story-output", str(scene.output)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.slow
@pytest.mark.timeout(LIMIT_S)
def test_killed_after_the_thirteenth_press_it_asks_for_the_fourteenth(
    scene: Scene, processes: Processes
) -> None:
    first = station(scene, "thirteen")
    assert first.stdout is not None
    assert first.stdout.readline().strip() == "thirteen presses stored"
    first.send_signal(signal.SIGKILL)
    first.communicate()
    second = station(scene, "resume")
    said, _ = second.communicate(timeout=LIMIT_S)
    assert second.returncode == 0, said
    # Thirteen presses are three fingers and one press; the fourteenth is the right index's second.
    assert said.splitlines()[0] == "右手食指 · 第 2 次，共 4 次"
    assert "all presses in" in said


def test_a_demo_that_is_asked_to_end_leaves_no_program_behind(tmp_path: Path) -> None:
    demo = subprocess.Popen(
        [sys.executable, "-m", "station", "demo", "--story", "--output", str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert demo.stdout is not None
    assert "platform ready" in demo.stdout.readline()
    demo.send_signal(signal.SIGTERM)
    assert demo.wait(60) == 143
    with pytest.raises(ProcessLookupError):  # its whole session is empty
        os.killpg(demo.pid, 0)
    demo.stdout.close()
