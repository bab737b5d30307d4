"""A process that holds keys leaves no core dump, also when it is made to crash."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

CRASHING = """
import os, resource, signal
resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
{protect}
print(resource.getrlimit(resource.RLIMIT_CORE)[0], dumpable(), flush=True)
os.kill(os.getpid(), signal.SIGABRT)
"""
DUMPABLE = """
import ctypes
def dumpable():
    return ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)  # PR_GET_DUMPABLE
"""


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_a_crash_leaves_no_dump(tmp_path: Path, repo_root: Path) -> None:
    protect = "from station.services.private_memory import keep_memory_private as keep\nkeep()"
    script = DUMPABLE + CRASHING.format(protect=protect)
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(repo_root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == -signal.SIGABRT
    assert ended.stdout.split() == ["0", "0"]
    assert list(tmp_path.iterdir()) == []


COMMAND = """
import resource, sys
from station.__main__ import main
sys.argv = ["station", "keys", "status", "--config", "nothing.toml", "--account", "x"]
status = main()
print(status, *resource.getrlimit(resource.RLIMIT_CORE), dumpable())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_a_command_that_holds_keys_forbids_dumps_before_it_begins(
    tmp_path: Path, repo_root: Path
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", DUMPABLE + COMMAND],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(repo_root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout.split() == ["2", "0", "0", "0"]
