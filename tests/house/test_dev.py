"""The dev script as a developer meets it: what it says, what its exit status tells, Ctrl-C."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

NOBODY = 65534
LIMIT_S = 60


@pytest.fixture
def stranger_tree(repo_root: Path) -> Iterator[Path]:
    """A copy that an account without rights can read, on a system where libraries are missing."""
    with tempfile.TemporaryDirectory() as name:
        tree = Path(name, "确认 站")
        (tree / "stubs").mkdir(parents=True)
        (tree / "matcher" / "_core").mkdir(parents=True)
        for file in ("dev", "requirements.lock", "pyproject.toml"):
            shutil.copy(repo_root / file, tree)
        for tool, body in (("ldconfig", "exit 0"), ("sudo", "exit 1"), ("apt-get", "exit 99")):
            stub = tree / "stubs" / tool
            stub.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
            stub.chmod(0o755)
        for folder in (Path(name), tree, tree / "stubs"):
            folder.chmod(0o755)
        yield tree


def dev(
    tree: Path, *arguments: str, env: dict[str, str] | None = None, user: int | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [tree / "dev", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env=env,
        user=user,
    )


def processes_of_session(session: int) -> list[int]:
    """Ids of the living processes that a terminal's Ctrl-C would have to reach."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
            if state != "Z" and os.getsid(int(folder.name)) == session:
                found.append(int(folder.name))
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
    return found


def wait_for_count(session: int, at_least: int, at_most: int) -> list[int]:
    deadline_s = time.monotonic() + LIMIT_S
    found = processes_of_session(session)
    while not at_least <= len(found) <= at_most and time.monotonic() < deadline_s:
        time.sleep(0.05)
        found = processes_of_session(session)
    return found


def test_setup_that_has_nothing_to_do_says_nothing(repo_root: Path) -> None:
    assert dev(repo_root, "setup").returncode == 0
    again = dev(repo_root, "setup")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_help_names_every_command(repo_root: Path) -> None:
    said = dev(repo_root).stdout
    for command in ("setup", "demo", "run", "check", "test", "prove", "bench", "clean"):
        assert f"\n  {command} " in said


def test_an_unknown_command_is_an_error_of_use(repo_root: Path) -> None:
    done = dev(repo_root, "frobnicate")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("usage: ./dev COMMAND")


def test_the_exit_status_of_pytest_is_passed_on(repo_root: Path) -> None:
    done = dev(repo_root, "test", "-q", "-p", "no:cacheprovider", "tests/no_such_test.py")
    assert done.returncode == 4


def test_without_rights_the_exact_command_is_printed(stranger_tree: Path) -> None:
    nobody = NOBODY if os.geteuid() == 0 else None
    path = f"{stranger_tree / 'stubs'}:/usr/local/bin:/usr/bin:/bin"

    done = dev(stranger_tree, "setup", env={"PATH": path, "HOME": "/"}, user=nobody)

    assert done.returncode == 2
    assert "sudo apt-get install --no-install-recommends -y " in done.stderr
    assert " libgl1 " in done.stderr
    assert not (stranger_tree / ".venv").exists()


@pytest.mark.parametrize("to_the_group", [True, False], ids=["terminal", "kill"])
def test_ctrl_c_leaves_no_process_behind(
    repo_root: Path, tmp_path: Path, to_the_group: bool
) -> None:
    demo = subprocess.Popen(
        [repo_root / "dev", "demo", "--story", "--output", tmp_path / "out"],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert demo.stdout is not None
    try:
        # Before this line there may be three processes of the script itself.
        assert "platform ready" in demo.stdout.readline()
        started = wait_for_count(demo.pid, 3, 99)
        assert len(started) >= 3, "the platform and the station did not start"
        if to_the_group:
            os.killpg(demo.pid, signal.SIGINT)
        else:
            demo.send_signal(signal.SIGINT)
        assert demo.wait(timeout=LIMIT_S) != 0
        assert wait_for_count(demo.pid, 0, 0) == []
    finally:
        for process in processes_of_session(demo.pid):
            os.kill(process, signal.SIGKILL)
        demo.wait(timeout=LIMIT_S)
        demo.stdout.close()
