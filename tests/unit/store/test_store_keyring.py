"""The keyring: written whole or not at all, read by its owner only, never for real people."""

import os
from pathlib import Path

import pytest

from station.settings import Mode
from station.store.keyring import (
    Keyring,
    KeyringDamaged,
    KeyringExists,
    KeyringExposed,
    KeyringMissing,
    KeyringUnfitForLive,
    Platform,
    create_keyring,
    open_keyring,
    update_keyring,
)
from sync.seal import SigningKey, UnsealingKey

KEYRING = Keyring.new("station-1")
PLATFORM = Platform(
    "tenant-1", True, SigningKey.generate().verify_key, UnsealingKey.generate().sealing_key
)


def same(one: Keyring, two: Keyring) -> bool:
    return (
        (one.station, one.incarnation, one.database, one.platform)
        == (two.station, two.incarnation, two.database, two.platform)
        and one.signing.to_bytes() == two.signing.to_bytes()
        and one.unsealing.to_bytes() == two.unsealing.to_bytes()
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "keys" / "station.keyring"
    create_keyring(place, KEYRING)
    return place


def test_keys_come_back_as_they_were(path: Path) -> None:
    assert same(open_keyring(path, Mode.SIMULATION), KEYRING)


def test_activation_pins_the_platform(path: Path) -> None:
    update_keyring(path, KEYRING.activated("station-9", PLATFORM).renewed())
    read = open_keyring(path, Mode.SIMULATION)
    assert (read.station, read.incarnation, read.platform) == ("station-9", 2, PLATFORM)
    assert read.database == KEYRING.database


def test_only_the_owner_may_read_it(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    update_keyring(path, KEYRING.renewed())
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_keyring_open_to_others_is_refused(path: Path, mode: int) -> None:
    path.chmod(mode)
    with pytest.raises(KeyringExposed):
        open_keyring(path, Mode.SIMULATION)


def test_clear_keys_are_refused_for_real_people(path: Path) -> None:
    with pytest.raises(KeyringUnfitForLive):
        open_keyring(path, Mode.LIVE)


def test_a_keyring_is_never_made_or_overwritten_by_accident(path: Path, tmp_path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(KeyringExists):
        create_keyring(path, Keyring.new("station-2"))
    assert path.read_bytes() == before
    with pytest.raises(KeyringMissing):
        open_keyring(tmp_path / "none", Mode.SIMULATION)
    with pytest.raises(KeyringMissing):
        update_keyring(tmp_path / "none", KEYRING)
    assert not (tmp_path / "none").exists()


def test_a_failed_update_leaves_the_old_keyring(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_source: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        update_keyring(path, KEYRING.renewed())
    assert same(open_keyring(path, Mode.SIMULATION), KEYRING)
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_damage_is_said_to_be_damage_and_shows_no_key(path: Path) -> None:
    content = path.read_bytes()
    secret = content.split(b'"database_key": "')[1][:20].decode()
    damaged = [content[:-1], b"", b"\xff\xfe", b"[]", b"x" * 20_000]
    damaged += [content.replace(b'"version": 1', b'"version": 2')]
    damaged += [content.replace(b'"custody": "clear"', b'"custody": "?"')]
    damaged += [content[:place] + b"!" + content[place + 1 :] for place in range(len(content))]
    for changed in damaged:
        path.write_bytes(changed)
        with pytest.raises(KeyringDamaged) as caught:
            open_keyring(path, Mode.SIMULATION)
        assert secret not in str(caught.value)


def test_no_repr_shows_a_key() -> None:
    shown = repr(KEYRING.activated("station-9", PLATFORM))
    assert KEYRING.database.key.hex()[:8] not in shown
    assert "key=" not in shown
    assert "DataKey" not in shown
