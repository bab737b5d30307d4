"""Keyrings for tests: a cost that costs nothing, a recovery key, people in the keyring."""

from __future__ import annotations

from pathlib import Path

from station.store.keyring import Keyring, KeyringFile, PassphraseCost, RecoveryKey, Unlocked

TEST_COST = PassphraseCost(iterations=1, lanes=1, memory_kib=64)
RECOVERY = RecoveryKey(bytes(range(32)))


def written_keyring(
    path: Path, keyring: Keyring, passphrases: dict[str, str] | None = None
) -> tuple[KeyringFile, Unlocked]:
    """A keyring on the disk that `RECOVERY` and these accounts' passphrases open."""
    unlocked = KeyringFile.create(path, keyring, RECOVERY)
    file = KeyringFile.read(path)
    for account, passphrase in (passphrases or {}).items():
        file.set_passphrase(unlocked, account, passphrase, TEST_COST)
    return file, unlocked


def unlocked_keyring(path: Path) -> tuple[KeyringFile, Unlocked]:
    """Open what `written_keyring` wrote, as a start does."""
    file = KeyringFile.read(path)
    answer = file.unlock_with_recovery(RECOVERY)
    assert isinstance(answer, Unlocked)
    return file, answer
