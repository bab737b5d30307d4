"""Kill -9 at any instant: what was acknowledged is there, and nothing is there by halves."""

import signal
from pathlib import Path

import pytest

from station.store.signing import SIGN_EVERY
from tests.support.store_cases import created, opened, plain
from tests.support.store_child import drafts
from tests.support.store_kills import account_for, child, kill_many, live_and_die
from tests.support.store_trace import Unsynced, acknowledgements, traced

# Reduced count; the full one is `./dev prove durability`.
RANDOM_KILLS = 8
_STATEMENTS_OF_A_PAIR = 40


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
    """A pair of presses takes some three dozen statements: die before each in turn."""
    reached_the_end = False
    for die_at in range(_STATEMENTS_OF_A_PAIR + 1):
        folder = tmp_path / str(die_at)
        folder.mkdir()
        store = created(folder)
        for number in range(4):
            store.log.append_many(drafts(number, 500))
        store.database.close()
        acknowledged, ended_by = live_and_die(folder, count=1, size=500, die_at=die_at)
        store = opened(folder / "station.db")
        assert len(store.log.all_since(4)) in (0, 2)
        store.database.close()
        account = account_for(folder, acknowledged, checked=4)
        assert account.clean, (die_at, account)
        if not ended_by:
            assert account.acknowledged == 2
            reached_the_end = True
            break
        assert ended_by == signal.SIGKILL
    assert reached_the_end, "the append has more statements than this test kills"


def nearly_due(folder: Path) -> int:
    """A log to whose next append a signature belongs; how many events it holds."""
    store = created(folder)
    store.log.append_many([plain()] * (SIGN_EVERY - 1))
    store.database.close()
    return SIGN_EVERY - 1


def test_a_kill_while_signing_keeps_what_is_signed_and_the_signature_or_neither(
    tmp_path: Path,
) -> None:
    for die_at in range(_STATEMENTS_OF_A_PAIR):
        folder = tmp_path / str(die_at)
        folder.mkdir()
        before = nearly_due(folder)
        acknowledged, ended_by = live_and_die(folder, count=1, size=500, die_at=die_at)
        account = account_for(folder, acknowledged, checked=before)
        assert account.clean, (die_at, account)
        assert (account.stored, account.signatures) in ((0, 0), (account.stored, 1))
        if not ended_by:
            assert account.signatures == 1
            return
    raise AssertionError("signing has more statements than this test kills")


@pytest.mark.parametrize("write", [0, 1, 3])
def test_a_kill_with_the_head_half_written_says_nothing_wrong(folder: Path, write: int) -> None:
    acknowledged, ended_by = live_and_die(folder, count=9, die_in_head=write)
    assert ended_by == signal.SIGKILL
    account = account_for(folder, acknowledged, checked=0)
    assert account.clean, account
    # The event was stored, its head was not, and nobody was told of either.
    assert account.stored == account.acknowledged + 1
    assert account.torn_heads == 1
    acknowledged, _ = live_and_die(folder, count=1)
    account = account_for(folder, acknowledged, checked=account.stored)
    assert (account.clean, account.torn_heads) == (True, 0)


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
