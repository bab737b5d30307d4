"""Kill -9 at any instant: what was acknowledged is there, and nothing is there by halves."""

import signal
import subprocess
from pathlib import Path

import pytest

from tests.support.store_cases import created, opened
from tests.support.store_child import drafts
from tests.support.store_kills import ROOT, account_for, child, kill_many
from tests.support.store_trace import Unsynced, acknowledgements, traced

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


# Presses, a pair at the fifth append and a sealed copy at the seventh.
APPENDS = 7
STORED = "[0-9a-f]{32}"


def trace_of(folder: Path, synchronous: str) -> str:
    options = ("--count", str(APPENDS), "--synchronous", synchronous)
    return traced(child(folder, *options), folder)


def test_the_log_is_on_the_disk_before_the_acknowledgement(folder: Path) -> None:
    assert acknowledgements(trace_of(folder, "FULL"), STORED) == APPENDS


@pytest.mark.parametrize("synchronous", ["OFF", "NORMAL"])
def test_the_same_check_fails_without_full_synchronisation(folder: Path, synchronous: str) -> None:
    with pytest.raises(Unsynced):
        acknowledgements(trace_of(folder, synchronous), STORED)
