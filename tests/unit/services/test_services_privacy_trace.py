"""The record of written files itself: whatever a program writes, and wherever, is in it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.privacy_trace import TracedProcesses, elsewhere, may_trace, written_in

WRITES = """
import os, sys, tempfile, threading
here, there = sys.argv[1:]
at = lambda name: os.path.join(here, name)
open(at("plain"), "w").close()
os.rename(at("plain"), at("renamed"))
os.mkdir(at("folder"))
os.symlink("renamed", at("link"))
threading.Thread(target=lambda: open(at("by-thread"), "w").close()).start()
with tempfile.TemporaryFile(dir=here) as nameless:
    nameless.write(b"1")
open(os.path.join(there, "escaped"), "w").close()
open(os.devnull, "w").close()
open(at("renamed")).close()
"""


@pytest.fixture
def traced(tmp_path: Path) -> set[str]:
    if not may_trace(tmp_path):
        pytest.skip("strace may not trace processes here")
    for name in ("here", "there", "traces"):
        (tmp_path / name).mkdir()
    processes = TracedProcesses(tmp_path / "traces")
    processes.run(["-c", WRITES, str(tmp_path / "here"), str(tmp_path / "there")])
    processes.end()
    return written_in((tmp_path / "traces").glob("*.trace"))


def test_every_way_of_writing_is_seen(traced: set[str], tmp_path: Path) -> None:
    here = {"plain", "renamed", "folder", "link", "by-thread"}
    nameless = "."
    wanted = {tmp_path / "here" / name for name in (*here, nameless)}
    wanted.add(tmp_path / "there" / "escaped")
    assert {Path(path) for path in traced if path.startswith(str(tmp_path))} == wanted


def test_what_lies_elsewhere_is_told(traced: set[str], tmp_path: Path) -> None:
    assert elsewhere(traced, [tmp_path / "here"]) == [str(tmp_path / "there" / "escaped")]
    assert elsewhere(traced, [tmp_path]) == []


def test_where_nothing_can_be_traced_it_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not may_trace(tmp_path)
    assert subprocess.run([sys.executable, "-c", ""], check=False).returncode == 0
