"""Damage to the keyring: told as damage, never a crash, never a change, never a key shown."""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from station.store.keyring import (
    Keyring,
    KeyringClear,
    KeyringDamaged,
    KeyringFile,
    KeyringProtected,
    RecoveryKey,
    SoftwareMachine,
    Unlocked,
    attempts_path,
    open_escrow,
    protect,
)
from station.store.keyring.layout import MAX_FILE_BYTES, layout_read, layout_written
from sync.errors import SealError
from sync.seal import CardCertificate, SoftwareCardKey, UnsealingKey
from sync.wire import canonical_bytes, sha256_hex, to_base64
from tests.support.kill_steps import dying
from tests.support.store_keys import RECOVERY, TEST_COST, written_keyring
from tests.unit.store.test_store_keyring import PLATFORM, same

KEYRING = Keyring.new("station-1")


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("pattern") / "keyring.json"
    file, unlocked = written_keyring(path, KEYRING, {"desk01": "only for tests"})
    file.set_machine(unlocked, SoftwareMachine(b"the id of a system"))
    return path.read_bytes()


def test_every_flipped_byte_and_every_cut_is_damage(content: bytes) -> None:
    for place in range(len(content)):
        for flip in (0x01, 0x20, 0x80):
            damaged = bytearray(content)
            damaged[place] ^= flip
            with pytest.raises(KeyringDamaged):
                layout_read(bytes(damaged))
        with pytest.raises(KeyringDamaged):
            layout_read(content[:place])


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 50_000,
        b"x" * (MAX_FILE_BYTES + 1),
        b'{"version": 3}',
        b'{"version": true}',
    ],
)
def test_what_is_no_keyring_is_damage_and_stays_as_it_is(damaged: bytes, tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    path.write_bytes(damaged)
    path.chmod(0o600)
    with pytest.raises(KeyringDamaged):
        KeyringFile.read(path)
    with pytest.raises(KeyringDamaged):
        protect(path, RECOVERY)
    assert path.read_bytes() == damaged


def forged(content: bytes, change: dict[str, object]) -> bytes:
    """The file with a field changed and a checksum that fits, as an attacker writes it."""
    value = json.loads(content) | change
    del value["checksum"]
    return canonical_bytes(value | {"checksum": sha256_hex(canonical_bytes(value))}) + b"\n"


def test_a_slot_that_was_slipped_in_closes_the_box(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    slots = json.loads(content)["slots"]
    mine = slots[1] | {"public": to_base64(UnsealingKey.generate().sealing_key.to_bytes())}
    for changed in ([*slots, mine | {"id": "0" * 32}], [slots[0], mine, *slots[2:]], slots[:2]):
        path.write_bytes(forged(content, {"slots": changed}))
        path.chmod(0o600)
        before = path.read_bytes()
        with pytest.raises(KeyringDamaged):
            KeyringFile.read(path).unlock_with_recovery(RECOVERY)
        assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "value"),
    [("kib", 2**30), ("kib", 1), ("iterations", 10_000), ("lanes", 200), ("salt", "AAAA")],
)
def test_costs_that_no_machine_can_pay_are_damage(content: bytes, name: str, value: object) -> None:
    slots = json.loads(content)["slots"]
    slot = next(one for one in slots if one["kind"] == "passphrase")
    slot["lock"][name] = value
    with pytest.raises(KeyringDamaged):
        layout_read(forged(content, {"slots": slots}))


def test_too_many_slots_are_damage(content: bytes) -> None:
    slots = json.loads(content)["slots"]
    with pytest.raises(KeyringDamaged):
        layout_read(forged(content, {"slots": slots[:1] * 200}))


def test_what_is_read_is_written_the_same(content: bytes) -> None:
    assert layout_written(layout_read(content)) == content


def test_every_flipped_byte_of_an_escrow_is_damage_or_no_key(tmp_path: Path) -> None:
    file, unlocked = written_keyring(tmp_path / "keyring.json", KEYRING)
    escrow = file.escrow(unlocked)
    for place in range(len(escrow)):
        damaged = bytearray(escrow)
        damaged[place] ^= 1
        try:
            assert open_escrow(bytes(damaged), RECOVERY) is None
        except KeyringDamaged:
            continue


def test_version_1_opens_nothing_and_says_what_to_run(tmp_path: Path) -> None:
    path = clear_keyring(tmp_path)
    before = path.read_bytes()
    with pytest.raises(KeyringClear) as told:
        KeyringFile.read(path)
    assert "station keys protect" in told.value.sentence
    assert path.read_bytes() == before


def test_version_1_is_protected_in_place_and_only_once(tmp_path: Path) -> None:
    path = clear_keyring(tmp_path)
    unlocked = protect(path, RECOVERY)
    assert same(unlocked.keyring, CLEAR)
    assert unlocked.keyring.rotation_due
    file = KeyringFile.read(path)
    file.set_passphrase(unlocked, "desk01", "only for tests", TEST_COST)
    assert isinstance(file.unlock_with_passphrase("desk01", "only for tests"), Unlocked)
    before = path.read_bytes()
    assert to_base64(CLEAR.database.key).encode() not in before
    with pytest.raises(KeyringProtected):
        protect(path, RecoveryKey.random())
    assert path.read_bytes() == before


CLEAR = KEYRING.activated("station-9", PLATFORM)


def clear_keyring(folder: Path) -> Path:
    """What the first releases wrote."""
    platform = CLEAR.platform
    assert platform is not None
    path = folder / "keyring.json"
    keys = {
        "database_key": CLEAR.database.key,
        "database_salt": CLEAR.database.salt,
        "signing_key": CLEAR.signing.to_bytes(),
        "unsealing_key": CLEAR.unsealing.to_bytes(),
    }
    pinned = {
        "verify_key": platform.verify_key.to_bytes(),
        "unit_sealing_key": platform.unit_sealing_key.to_bytes(),
    }
    value = {"version": 1, "custody": "clear", "station": "station-9", "incarnation": 1}
    value |= {name: to_base64(key) for name, key in keys.items()}
    value["platform"] = {"tenant": platform.tenant, "demo": platform.demo} | {
        name: to_base64(key) for name, key in pinned.items()
    }
    path.write_text(json.dumps(value, indent=1), encoding="ascii")
    path.chmod(0o600)
    return path


def killed_while_writing(file: KeyringFile, unlocked: Unlocked, step: int, *, after: bool) -> bool:
    """Write in a child that is killed before or after so many calls; whether it was."""
    child = os.fork()
    if child == 0:
        left = [step]
        for name in ("open", "fsync", "replace"):
            setattr(os, name, dying(getattr(os, name), left, after=after))
        file.update(unlocked, unlocked.keyring.renewed())
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


@pytest.mark.skipif(sys.platform == "win32", reason="processes are forked and killed")
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_while_writing_the_old_or_the_new_lies_there(after: bool, tmp_path: Path) -> None:
    lives = []
    for step in range(1, 20):
        path = tmp_path / str(step) / "keyring.json"
        file, unlocked = written_keyring(path, KEYRING, {"desk01": "only for tests"})
        was_killed = killed_while_writing(file, unlocked, step, after=after)
        answer = KeyringFile.read(path).unlock_with_passphrase("desk01", "only for tests")
        assert isinstance(answer, Unlocked)
        lives.append(answer.keyring.incarnation)
        KeyringFile.read(path).renew_ring(answer)
        assert {one.name for one in path.parent.iterdir()} == {path.name, attempts_path(path).name}
        if not was_killed:
            break
    # The folder is locked, the new file made and flushed, its name given, the folder flushed.
    replaced_at = 4 if after else 5
    assert lives == [1] * (replaced_at - 1) + [2] * (8 - replaced_at)


def test_a_card_opens_it_and_another_card_does_not(tmp_path: Path) -> None:
    file, unlocked = written_keyring(tmp_path / "keyring.json", KEYRING)
    mine, other = (SoftwareCardKey(name, datetime.now(UTC)) for name in ("one", "two"))
    certificate = CardCertificate(mine.certificate)
    assert file.card_point(certificate.fingerprint) is None
    file.set_card(unlocked, "desk01", certificate)
    point = file.card_point(certificate.fingerprint)
    assert point is not None
    assert isinstance(file.unlock_with_card(certificate, mine.agree(point)), Unlocked)
    assert not isinstance(file.unlock_with_card(certificate, other.agree(point)), Unlocked)
    stranger = CardCertificate(other.certificate)
    assert not isinstance(file.unlock_with_card(stranger, other.agree(point)), Unlocked)
    with pytest.raises(SealError):
        file.unlock_with_card(certificate, b"short")
    file.remove_card(unlocked, "desk01")
    assert file.card_point(certificate.fingerprint) is None
    assert unlocked.keyring.rotation_due


def test_keys_of_two_stations_are_not_the_same() -> None:
    one, two = Keyring.new("a"), Keyring.new("a")
    assert one.database != two.database
    assert one.signing.to_bytes() != two.signing.to_bytes()
