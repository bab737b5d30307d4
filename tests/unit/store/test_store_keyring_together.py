"""Several programs at one keyring: no count or change is lost, no strange key is sealed to."""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from station.store.durable_files import write_whole
from station.store.keyring import (
    Keyring,
    KeyringChanged,
    KeyringFile,
    Reason,
    RecoveryKey,
    Refused,
    SlotKind,
    Unlocked,
    attempts_path,
    open_escrow,
)
from station.store.keyring import attempts as counting
from station.store.keyring.layout import RecoveryLock, layout_read, layout_written
from station.store.keyring.slots import new_slot, recovery_slot_key
from sync.seal import random_id
from tests.support.store_keys import RECOVERY, TEST_COST, written_keyring

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="folders are locked on POSIX only")
ACCOUNT, RIGHT = "desk01", "only for tests"
CHILDREN = 8


@pytest.fixture
def path(tmp_path: Path) -> Path:
    written_keyring(tmp_path / "keyring.json", Keyring.new("station-1"), {ACCOUNT: RIGHT})
    return tmp_path / "keyring.json"


def opened(path: Path) -> tuple[KeyringFile, Unlocked]:
    file = KeyringFile.read(path)
    answer = file.unlock_with_recovery(RECOVERY)
    assert isinstance(answer, Unlocked)
    return file, answer


def is_held(folder: Path) -> bool:
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


@posix_only
def test_every_reading_and_writing_of_counts_and_keys_is_alone_in_the_folder(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[bool] = []

    def watched(does: Callable[..., object]) -> Callable[..., object]:
        def call(*values: object) -> object:
            held.append(is_held(path.parent))
            return does(*values)

        return call

    file, unlocked = opened(path)
    for writer in ("disk", "attempts"):
        name = f"station.store.keyring.{writer}.write_whole"
        monkeypatch.setattr(name, watched(write_whole))
    monkeypatch.setattr(counting, "_parsed", watched(counting._parsed))
    assert isinstance(file.verify_passphrase(ACCOUNT, "something else"), Refused)
    file.wait_left_s(ACCOUNT)
    assert file.verify_passphrase(ACCOUNT, RIGHT) is None
    file.set_passphrase(unlocked, ACCOUNT, "another passphrase", TEST_COST)
    KeyringFile.create(path.with_name("another.json"), unlocked.keyring, RECOVERY)
    assert len(held) >= 8
    assert all(held)
    assert not is_held(path.parent)


@posix_only
def test_programs_that_guess_at_the_same_time_have_no_more_tries_than_one(path: Path) -> None:
    begin, go = os.pipe()
    children = []
    for number in range(CHILDREN):
        child = os.fork()
        if child == 0:
            os.read(begin, 1)
            answer = KeyringFile.read(path).verify_passphrase(ACCOUNT, f"guess number {number}")
            os._exit(0 if answer is not None and answer.reason is Reason.WRONG else 1)
        children.append(child)
    os.write(go, bytes(CHILDREN))
    looked_at = [os.waitpid(child, 0)[1] == 0 for child in children]
    os.close(begin)
    os.close(go)
    assert sum(looked_at) == 5
    assert counting._parsed(attempts_path(path).read_bytes()).popitem()[1].failures == 5


def test_the_escrow_is_never_sealed_to_a_recovery_slot_that_was_slipped_in(path: Path) -> None:
    file, unlocked = opened(path)
    theirs, lock, slot_id = RecoveryKey.random(), RecoveryLock("2026-01-01"), random_id()
    layout = layout_read(path.read_bytes())
    mine = layout.slot(SlotKind.RECOVERY)
    assert mine is not None
    slot = new_slot(slot_id, None, lock, recovery_slot_key(slot_id, theirs))
    others = tuple(one for one in layout.slots if one.kind is not SlotKind.RECOVERY)
    slipped_in = replace(slot, ring=mine.ring)
    path.write_bytes(layout_written(replace(layout, slots=(slipped_in, *others))))
    with pytest.raises(KeyringChanged):
        file.escrow(unlocked)


def test_another_programs_change_of_somebody_elses_slot_keeps_no_backup_from_its_escrow(
    path: Path,
) -> None:
    file, unlocked = opened(path)
    elsewhere, theirs = opened(path)
    elsewhere.set_passphrase(theirs, ACCOUNT, "another passphrase", TEST_COST)
    assert open_escrow(file.escrow(unlocked), RECOVERY) is not None


def test_a_recovery_key_renewed_elsewhere_is_not_missed_by_the_escrow(path: Path) -> None:
    file, unlocked = opened(path)
    elsewhere, theirs = opened(path)
    elsewhere.renew_recovery(theirs)
    with pytest.raises(KeyringChanged):
        file.escrow(unlocked)


def test_the_escrow_follows_ones_own_renewal(path: Path) -> None:
    file, unlocked = opened(path)
    fresh = file.renew_recovery(unlocked)
    escrow = file.escrow(unlocked)
    assert open_escrow(escrow, fresh) is not None
    assert open_escrow(escrow, RECOVERY) is None
