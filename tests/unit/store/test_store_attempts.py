"""Waiting after wrong passphrases: over restarts, with the clock set back, with spoilt counts."""

from pathlib import Path

import pytest

from station.store.clock import Stamp
from station.store.keyring import (
    Keyring,
    KeyringFile,
    KeyringUnwritable,
    Reason,
    Refused,
    Unlocked,
    attempts_path,
)
from station.store.keyring import locked as keyring_file
from station.store.keyring.attempts import LONGEST_WAIT_S, wait_s
from sync.wire import ClockReading, format_instant
from tests.support.store_keys import RECOVERY, TEST_COST, written_keyring

ACCOUNT, RIGHT, WRONG = "desk01", "only for tests", "only for test"
LIGHTEST = 10


class Desk:
    """A machine with its two clocks, and somebody who tries passphrases at it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.wall_s, self.monotonic_s, self.boot = 1_790_000_000.0, 1000.0, "boot-1"
        written_keyring(path, Keyring.new("station-1"), {ACCOUNT: RIGHT, "gate01": RIGHT})
        self.file = KeyringFile.read(path, self.clock)

    def clock(self) -> Stamp:
        reading = ClockReading("station", 0, None)
        return Stamp(
            format_instant(self.wall_s), reading, self.boot, round(self.monotonic_s * 1000)
        )

    def passes(self, seconds: float) -> None:
        self.wall_s += seconds
        self.monotonic_s += seconds

    def restarts(self, boot: str = "boot-2", wall_change_s: float = 0.0) -> None:
        self.boot, self.monotonic_s = boot, 5.0
        self.wall_s += wall_change_s
        self.file = KeyringFile.read(self.path, self.clock)

    def tries(self, passphrase: str, account: str = ACCOUNT) -> Refused | None:
        return self.file.verify_passphrase(account, passphrase)

    def fails(self, times: int) -> Refused:
        answer = None
        for _ in range(times):
            answer = self.tries(WRONG)
        assert answer is not None
        return answer


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "keyring.json")


def locked_s(answer: Refused | None) -> float:
    assert answer is not None
    assert answer.reason is Reason.LOCKED
    return answer.wait_s


def test_five_tries_are_free_and_the_fifth_brings_the_first_wait(desk: Desk) -> None:
    left = [desk.fails(1) for _ in range(5)]
    assert [answer.tries_left for answer in left] == [4, 3, 2, 1, 0]
    assert [answer.wait_s for answer in left] == [0, 0, 0, 0, 15]
    assert locked_s(desk.tries(RIGHT)) == 15


def test_the_right_passphrase_in_time_forgives_all(desk: Desk) -> None:
    desk.fails(4)
    assert desk.tries(RIGHT) is None
    assert desk.fails(1).tries_left == 4


def test_the_wait_doubles_up_to_an_hour(desk: Desk) -> None:
    assert [wait_s(failures) for failures in (4, 5, 6, 7, 12, 13, 1_000_000)] == [
        *(0, 15, 30, 60, 1920, LONGEST_WAIT_S, LONGEST_WAIT_S)
    ]
    desk.fails(5)
    desk.passes(15)
    assert desk.fails(1).wait_s == 30
    desk.passes(29)
    assert locked_s(desk.tries(RIGHT)) == 1
    desk.passes(1)
    assert desk.tries(RIGHT) is None


def test_a_locked_try_is_not_looked_at_and_does_not_count(desk: Desk) -> None:
    desk.fails(5)
    for _ in range(10):
        locked_s(desk.tries(RIGHT))
    assert locked_s(desk.tries(RIGHT)) == 15


def test_everybody_has_a_count_of_their_own_and_strangers_share_one(desk: Desk) -> None:
    desk.fails(5)
    assert desk.tries(RIGHT, "gate01") is None
    for stranger in range(5):
        answer = desk.tries(WRONG, f"stranger{stranger}")
        assert answer is not None
        assert answer.reason is Reason.WRONG
    locked_s(desk.tries(WRONG, "another"))
    assert desk.file.wait_left_s("another") == 15
    assert desk.file.wait_left_s("gate01") == 0


def test_the_wait_survives_a_restart_of_the_program(desk: Desk) -> None:
    desk.fails(5)
    desk.passes(5)
    desk.file = KeyringFile.read(desk.path, desk.clock)
    assert locked_s(desk.tries(RIGHT)) == LIGHTEST


def test_time_that_passed_while_off_counts(desk: Desk) -> None:
    desk.fails(5)
    desk.passes(5)
    desk.restarts(wall_change_s=4)
    assert locked_s(desk.tries(RIGHT)) == 6
    desk.passes(6)
    assert desk.tries(RIGHT) is None


def test_within_a_boot_the_wall_clock_changes_nothing(desk: Desk) -> None:
    desk.fails(5)
    desk.wall_s += 1e6
    assert locked_s(desk.tries(RIGHT)) == 15
    desk.wall_s -= 2e6
    assert locked_s(desk.tries(RIGHT)) == 15


def test_a_clock_set_back_over_a_restart_gains_nothing_and_locks_nobody_out_for_good(
    desk: Desk,
) -> None:
    desk.fails(5)
    desk.passes(5)
    desk.restarts(wall_change_s=-1e6)
    assert locked_s(desk.tries(RIGHT)) == 15
    desk.passes(14)
    assert locked_s(desk.tries(RIGHT)) == 1
    desk.passes(1)
    assert desk.tries(RIGHT) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"version":1}', b"\xff", b"x" * 70_000])
def test_whoever_spoils_the_count_gets_one_try(desk: Desk, content: bytes) -> None:
    desk.fails(3)
    attempts_path(desk.path).write_bytes(content)
    assert desk.fails(1).wait_s == 15
    locked_s(desk.tries(RIGHT))


def test_a_try_is_counted_before_it_is_answered(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class PoweredOff(BaseException):
        pass

    def off(*_: object) -> bytes:
        raise PoweredOff

    with monkeypatch.context() as patched:
        patched.setattr(keyring_file, "passphrase_key", off)
        for _ in range(5):
            with pytest.raises(PoweredOff):
                desk.tries(RIGHT)
    assert locked_s(desk.tries(RIGHT)) == 15


def test_what_cannot_be_counted_is_not_tried(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[object] = []

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("station.store.durable_files.os.replace", full)
    monkeypatch.setattr(keyring_file, "passphrase_key", lambda *values: tried.append(values))
    with pytest.raises(KeyringUnwritable):
        desk.tries(RIGHT)
    assert tried == []


def test_whoever_is_unknown_is_refused_after_the_same_work(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    costs: list[object] = []

    def derive(_passphrase: str, _salt: bytes, cost: object) -> bytes:
        costs.append(cost)
        return bytes(32)

    monkeypatch.setattr(keyring_file, "passphrase_key", derive)
    known, unknown = desk.tries(WRONG), desk.tries(WRONG, "stranger")
    assert known == unknown
    assert costs == [TEST_COST, TEST_COST]


def test_a_new_passphrase_begins_with_a_new_count(desk: Desk) -> None:
    desk.fails(5)
    unlocked = desk.file.unlock_with_recovery(RECOVERY)
    assert isinstance(unlocked, Unlocked)
    desk.file.set_passphrase(unlocked, ACCOUNT, "another passphrase", TEST_COST)
    assert desk.tries("another passphrase") is None


def test_the_count_names_nobody(desk: Desk) -> None:
    desk.fails(1)
    content = attempts_path(desk.path).read_bytes()
    assert ACCOUNT.encode() not in content
    assert attempts_path(desk.path).stat().st_mode & 0o077 == 0
