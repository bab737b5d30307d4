"""What a process told and what lay on the disk by then, read from its system calls.

Only calls on files called `-wal` count: SQLite syncs the write-ahead log when a commit is done.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.support.store_kills import ROOT

CALLS = "trace=pwrite64,write,fdatasync,fsync"
_UNFINISHED = re.compile(r"^(\d+) +(.*) <unfinished \.\.\.>$")
_RESUMED = re.compile(r"^(\d+) +<\.\.\. \w+ resumed>(.*)$")
_WRITTEN = re.compile(r"\bpwrite64\(\d+<[^>]*-wal>.* = (\d+)$")
_TOLD = re.compile(r"\bwrite\(1<")
_SYNCED = re.compile(r"\bf(?:data)?sync\(\d+<[^>]*-wal>\)\s+= 0")


class Unsynced(Exception):
    """Something was acknowledged before it was on the disk."""


def traced(command: Sequence[str], folder: Path) -> str:
    """The trace of a command that ends well; the test is skipped where nothing may be traced."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    trace = folder / "trace.txt"
    done = subprocess.run(
        [strace, "-f", "-y", "-s", "64", "-e", CALLS, "-o", str(trace), *command],
        capture_output=True,
        cwd=ROOT,
        text=True,
        check=False,
    )
    if "Operation not permitted" in done.stderr:
        pytest.skip("strace may not trace processes here")
    assert done.returncode == 0, done.stderr
    return trace.read_text(encoding="utf-8", errors="replace")


def acknowledgements(trace: str, told: str, least_bytes: int = 1) -> int:
    """Count lines on stdout that match `told`, each after a sync of what it tells.

    At least `least_bytes` must have reached the disk since the line before, of whatever kind,
    which tells a press from a mere note that another thread stored in between.

    Raises:
        Unsynced: a line came too early.
    """
    line = re.compile(rf'\bwrite\(1<[^>]*>, "{told}\\n')
    unsynced = synced = count = 0
    for call in _whole_calls(trace):
        if written := _WRITTEN.search(call):
            unsynced += int(written[1])
        elif _SYNCED.search(call):
            synced, unsynced = synced + unsynced, 0
        elif _TOLD.search(call):
            if line.search(call):
                count += 1
                if synced < least_bytes:
                    raise Unsynced(f"{synced} bytes on the disk before {call}")
            synced = 0
    return count


def _whole_calls(trace: str) -> Iterator[str]:
    """Calls in the order of their ends; threads interrupt each other's lines."""
    begun: dict[str, str] = {}
    for line in trace.splitlines():
        if unfinished := _UNFINISHED.match(line):
            begun[unfinished[1]] = unfinished[2]
        elif resumed := _RESUMED.match(line):
            yield begun.pop(resumed[1], "") + resumed[2]
        else:
            yield line
