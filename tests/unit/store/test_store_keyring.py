"""The keyring: opened by each of its slots, written whole or not at all, read by its owner only."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from station.store.keyring import (
    Keyring,
    KeyringChanged,
    KeyringExists,
    KeyringExposed,
    KeyringFile,
    KeyringMissing,
    KeyringUnwritable,
    PassphraseCost,
    Platform,
    Reason,
    RecoveryKey,
    Refused,
    SlotKind,
    Unlocked,
    open_escrow,
    passphrases,
    slots,
)
from station.store.keyring.layout import Layout, layout_read, outside
from station.store.keyring.slots import recovery_slot_key, slot_private_key
from sync.errors import SealError
from sync.seal import DataKey, SigningKey, UnsealingKey, unseal
from tests.support.store_keys import RECOVERY, TEST_COST, written_keyring

KEYRING = Keyring.new("station-1")
PLATFORM = Platform(
    "tenant-1", True, SigningKey.generate().verify_key, UnsealingKey.generate().sealing_key
)
ACCOUNT, PASSPHRASE = "desk01", "only for 测试"
Opened = tuple[KeyringFile, Unlocked]


def same(one: Keyring, two: Keyring) -> bool:
    return (
        (one.station, one.incarnation, one.database, one.next_database, one.platform)
        == (two.station, two.incarnation, two.database, two.next_database, two.platform)
        and one.signing.to_bytes() == two.signing.to_bytes()
        and one.unsealing.to_bytes() == two.unsealing.to_bytes()
    )


def opened(answer: Unlocked | Refused) -> Unlocked:
    assert isinstance(answer, Unlocked)
    return answer


def refused(answer: Unlocked | Refused) -> Refused:
    assert isinstance(answer, Refused)
    return answer


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "keyring.json"


@pytest.fixture
def ring(path: Path) -> Opened:
    return written_keyring(path, KEYRING, {ACCOUNT: PASSPHRASE, "gate01": "another one"})


def test_every_operators_passphrase_and_the_recovery_key_open_the_same_keys(ring: Opened) -> None:
    file, _ = ring
    for answer in (
        file.unlock_with_passphrase(ACCOUNT, PASSPHRASE),
        file.unlock_with_passphrase("gate01", "another one"),
        file.unlock_with_recovery(RECOVERY),
    ):
        assert same(opened(answer).keyring, KEYRING)


def test_what_looks_the_same_is_the_same_passphrase(ring: Opened) -> None:
    file, unlocked = ring
    file.set_passphrase(unlocked, ACCOUNT, "caf\u00e9 １２３ abc", TEST_COST)
    opened(file.unlock_with_passphrase(ACCOUNT, "cafe\u0301 123 abc"))


@pytest.mark.parametrize("wrong", ["", "Only for 测试", "only for 测试 ", "x" * 500, "\ud83d"])
def test_a_wrong_passphrase_opens_nothing(ring: Opened, wrong: str) -> None:
    file, _ = ring
    assert refused(file.unlock_with_passphrase(ACCOUNT, wrong)).reason is Reason.WRONG
    assert refused(file.unlock_with_passphrase("gate01", PASSPHRASE)).reason is Reason.WRONG
    assert refused(file.unlock_with_recovery(RecoveryKey.random())).reason is Reason.WRONG


def test_activation_pins_the_platform(ring: Opened) -> None:
    file, unlocked = ring
    file.update(unlocked, KEYRING.activated("station-9", PLATFORM).renewed())
    read = opened(file.unlock_with_passphrase(ACCOUNT, PASSPHRASE)).keyring
    assert (read.station, read.incarnation, read.platform) == ("station-9", 2, PLATFORM)
    assert read.database == KEYRING.database


def test_changes_need_nobody_elses_passphrase(ring: Opened) -> None:
    file, unlocked = ring
    file.set_passphrase(unlocked, ACCOUNT, "a new passphrase", TEST_COST)
    fresh = file.renew_recovery(unlocked)
    file.update(unlocked, unlocked.keyring.rotating())
    assert refused(file.unlock_with_passphrase(ACCOUNT, PASSPHRASE)).reason is Reason.WRONG
    assert refused(file.unlock_with_recovery(RECOVERY)).reason is Reason.WRONG
    for answer in (
        file.unlock_with_passphrase(ACCOUNT, "a new passphrase"),
        file.unlock_with_passphrase("gate01", "another one"),
        file.unlock_with_recovery(fresh),
    ):
        assert same(opened(answer).keyring, unlocked.keyring)


def test_somebody_removed_opens_nothing_and_the_database_is_due_for_another_key(
    ring: Opened,
) -> None:
    file, unlocked = ring
    assert file.has(ACCOUNT, SlotKind.PASSPHRASE)
    file.remove(unlocked, ACCOUNT)
    assert not file.has(ACCOUNT, SlotKind.PASSPHRASE)
    assert refused(file.unlock_with_passphrase(ACCOUNT, PASSPHRASE)).reason is Reason.WRONG
    assert opened(file.unlock_with_passphrase("gate01", "another one")).keyring.rotation_due


def test_the_escrow_opens_with_the_recovery_key_alone(ring: Opened) -> None:
    file, unlocked = ring
    escrow = file.escrow(unlocked)
    read = open_escrow(escrow, RECOVERY)
    assert read is not None
    assert same(read, KEYRING)
    assert open_escrow(escrow, RecoveryKey.random()) is None


def test_only_the_owner_may_read_it(ring: Opened, path: Path) -> None:
    file, unlocked = ring
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    file.renew_ring(unlocked)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_keyring_open_to_others_is_refused(ring: Opened, path: Path, mode: int) -> None:
    path.chmod(mode)
    with pytest.raises(KeyringExposed):
        KeyringFile.read(path)
    with pytest.raises(KeyringExposed):
        ring[0].unlock_with_recovery(RECOVERY)


def test_a_keyring_is_never_made_or_overwritten_by_accident(
    ring: Opened, path: Path, tmp_path: Path
) -> None:
    before = path.read_bytes()
    with pytest.raises(KeyringExists):
        KeyringFile.create(path, Keyring.new("station-2"), RECOVERY)
    assert path.read_bytes() == before
    with pytest.raises(KeyringMissing):
        KeyringFile.read(tmp_path / "none")
    path.unlink()
    with pytest.raises(KeyringMissing):
        ring[0].renew_ring(ring[1])
    assert not path.exists()


def test_what_another_program_wrote_meanwhile_is_not_overwritten(ring: Opened, path: Path) -> None:
    file, unlocked = ring
    elsewhere = KeyringFile.read(path)
    elsewhere.remove(opened(elsewhere.unlock_with_recovery(RECOVERY)), ACCOUNT)
    before = path.read_bytes()
    with pytest.raises(KeyringChanged):
        file.set_passphrase(unlocked, ACCOUNT, "back again", TEST_COST)
    assert path.read_bytes() == before


def test_a_full_disk_leaves_the_old_keyring(
    ring: Opened, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_source: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    file, unlocked = ring
    before = path.read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", full)
        with pytest.raises(KeyringUnwritable):
            file.update(unlocked, KEYRING.renewed())
        with pytest.raises(KeyringUnwritable):
            file.unlock_with_passphrase(ACCOUNT, PASSPHRASE)
        opened(file.unlock_with_recovery(RECOVERY))
    assert path.read_bytes() == before
    assert unlocked.keyring.incarnation == KEYRING.incarnation
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("passphrase", ["", "seven77", "x" * 201])
def test_a_passphrase_has_8_to_200_characters(ring: Opened, passphrase: str) -> None:
    with pytest.raises(ValueError, match="8 to 200"):
        ring[0].set_passphrase(ring[1], ACCOUNT, passphrase, TEST_COST)


@pytest.mark.parametrize(
    ("probes_s", "passes"),
    [
        ((0.1, 0.1, 0.1), 10),  # 0.05 s a pass
        ((0.9, 0.1, 0.7), 10),  # somebody else was at work meanwhile
        ((3.0, 3.0, 3.0), 2),  # never less, however slow the machine
        ((0.0, 0.0, 0.0), 16),  # a clock that stands still
        ((0.01, 0.01, 0.01), 16),
    ],
)
def test_a_guess_costs_half_a_second_of_this_machine(
    probes_s: tuple[float, ...], passes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = list[PassphraseCost]()
    now_s = iter([moment for took_s in probes_s for moment in (100.0, 100.0 + took_s)])
    monkeypatch.setattr(passphrases, "passphrase_key", lambda *values: tried.append(values[2]))
    cost = passphrases.measured_cost(lambda: next(now_s))
    assert cost == PassphraseCost(passes, lanes=2, memory_kib=128 * 1024)
    assert {(one.lanes, one.memory_kib) for one in tried} == {(2, 128 * 1024)}


def test_the_file_and_the_reprs_tell_nothing(ring: Opened, path: Path) -> None:
    content = path.read_bytes()
    file, unlocked = ring
    shown = repr((file.locks(), unlocked, KEYRING.activated("station-9", PLATFORM), RECOVERY))
    assert b"desk01" not in content
    assert b"station-1" not in content
    assert KEYRING.database.key.hex()[:8] not in shown
    assert "database=" not in shown
    assert "secret=" not in shown


def test_changes_from_several_threads_are_all_kept(ring: Opened) -> None:
    file, unlocked = ring
    accounts = [f"clerk{number}" for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        changes = [
            pool.submit(file.set_passphrase, unlocked, account, f"mine is {account}", TEST_COST)
            for account in accounts
        ]
        changes.append(pool.submit(file.revise, unlocked, Keyring.rotating))
        changes.append(pool.submit(file.remove, unlocked, "gate01"))
        for change in changes:
            change.result()
    for account in accounts:
        answer = opened(file.unlock_with_passphrase(account, f"mine is {account}"))
        assert answer.keyring.next_database == unlocked.keyring.next_database is not None
        assert answer.keyring.rotation_due
    assert not file.locks("gate01")


def test_a_disk_that_fails_after_the_last_step_leaves_keys_that_can_be_changed_again(
    ring: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_folder: Path) -> None:
        raise OSError(5, "Input/output error")

    file, unlocked = ring
    with monkeypatch.context() as patched:
        patched.setattr("station.store.durable_files._flush_folder", broken)
        with pytest.raises(KeyringUnwritable):
            file.revise(unlocked, Keyring.renewed)
    assert unlocked.keyring.incarnation == 2
    file.revise(unlocked, Keyring.renewed)
    assert opened(file.unlock_with_recovery(RECOVERY)).keyring.incarnation == 3


def test_a_ring_key_somebody_kept_opens_nothing_that_is_written_later(
    ring: Opened, path: Path
) -> None:
    file, unlocked = ring
    layout = layout_read(path.read_bytes())
    slot = layout.slot(SlotKind.RECOVERY)
    assert slot is not None
    private = slot_private_key(slot, recovery_slot_key(slot.id, RECOVERY))
    assert private is not None
    kept = DataKey.from_bytes(unseal(private, slot.ring, slots._ring_aad(slot)))

    def open_with_kept(now: Layout) -> bytes:
        return kept.decrypt(now.box, slots._BOX_LABEL + outside(now.salt, now.slots))

    assert KEYRING.station.encode() in open_with_kept(layout)
    for change in (
        lambda: file.remove(unlocked, ACCOUNT),
        lambda: file.renew_ring(unlocked),
        lambda: file.renew_recovery(unlocked),
    ):
        change()
        with pytest.raises(SealError):
            open_with_kept(layout_read(path.read_bytes()))


def test_the_bytes_of_a_passphrase_are_wiped_once_the_key_is_derived(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    derived_from: list[bytearray] = []

    def derive(passphrase: bytearray, *_: object) -> bytes:
        assert passphrase == PASSPHRASE.encode()
        derived_from.append(passphrase)
        raise SealError

    monkeypatch.setattr(passphrases, "key_from_passphrase", derive)
    with pytest.raises(SealError):
        passphrases.passphrase_key(PASSPHRASE, bytes(16), TEST_COST)
    assert derived_from == [bytearray(len(PASSPHRASE.encode()))]
