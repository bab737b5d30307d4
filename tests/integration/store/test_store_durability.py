"""Kill -9 at any instant: what was acknowledged is there, and nothing is there by halves."""

import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.support.store_cases import created, opened
from tests.support.store_child import drafts
from tests.support.store_kills import ROOT, account_for, child, kill_many

# Reduced count; the full one is `./dev prove durability`.
RANDOM_KILLS = 8
_STATEMENTS_OF_A_PAIR = 24


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    created(tmp_path).database.close()
    return tmp_path


def test_kills_at_random_instants_lose_nothing(folder: Path) -> None:
    account = kill_many(folder, RANDOM_KILLS, seed=20260301)
    assert account.kills == RANDOM_KILLS
    assert account.acknowledged > 0
    assert account.clean, account


def test_a_kill_between_any_two_statements_keeps_all_or_none(tmp_path: Path) -> None:
    """A pair of presses with evidence takes some two dozen statements: die before each in turn."""
    reached_the_end = False
    for die_at in range(_STATEMENTS_OF_A_PAIR + 1):
        folder = tmp_path / str(die_at)
        folder.mkdir()
        store = created(folder)
        for number in range(4):
            store.log.append_many(drafts(number, 500))
        store.database.close()
        done = subprocess.run(
            child(folder, "--count", "1", "--size", "500", "--die-at", str(die_at)),
            capture_output=True,
            cwd=ROOT,
            text=True,
            check=False,
        )
        acknowledged = done.stdout.split()
        store = opened(folder / "station.db")
        assert len(store.log.all_since(4)) in (0, 2)
        store.database.close()
        account = account_for(folder, acknowledged, checked=4)
        assert account.clean, (die_at, account)
        if done.returncode == 0:
            assert account.acknowledged == 2
            reached_the_end = True
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
    assert reached_the_end, "the append has more statements than this test kills"


class Unsynced(Exception):
    """An event was acknowledged before the write-ahead log was on the disk."""


def acknowledgements(trace: str) -> int:
    """Count acknowledgements in a system call trace, each after a sync of what it tells.

    Raises:
        Unsynced: an acknowledgement with the log written and not synced since, or never synced.
    """
    synced, written, count = False, False, 0
    for line in trace.splitlines():
        if re.search(r"\bpwrite64\(\d+<[^>]*-wal>", line):
            written, synced = True, False
        elif re.search(r"\bf(data)?sync\(\d+<[^>]*-wal>\)\s+= 0", line):
            written, synced = False, True
        elif re.search(r"\bwrite\(1<[^>]*>, \"[0-9a-f]{32}\\n", line):
            if written or not synced:
                raise Unsynced(line)
            synced = False
            count += 1
    return count


def traced(folder: Path, synchronous: str) -> str:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    trace = folder / "trace.txt"
    calls = "trace=pwrite64,write,fdatasync,fsync"
    done = subprocess.run(
        [
            *(strace, "-f", "-y", "-s", "64", "-e", calls, "-o", str(trace)),
            *child(folder, "--count", "6", "--synchronous", synchronous),
        ],
        capture_output=True,
        cwd=ROOT,
        text=True,
        check=False,
    )
    if "Operation not permitted" in done.stderr:
        pytest.skip("strace may not trace processes here")
    assert done.returncode == 0, done.stderr
    return trace.read_text(encoding="utf-8", errors="replace")


def test_the_log_is_on_the_disk_before_the_acknowledgement(folder: Path) -> None:
    assert acknowledgements(traced(folder, "FULL")) == 6


@pytest.mark.parametrize("synchronous", ["OFF", "NORMAL"])
def test_the_same_check_fails_without_full_synchronisation(folder: Path, synchronous: str) -> None:
    with pytest.raises(Unsynced):
        acknowledgements(traced(folder, synchronous))
