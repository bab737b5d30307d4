"""Keyrings of version 1: keys in clear text, read only to be protected."""

from collections.abc import Callable
from pathlib import Path

from station.store.clock import Clock
from station.store.database import DatabaseKey
from station.store.keyring.disk import keyring_bytes
from station.store.keyring.errors import KeyringClear, KeyringDamaged, KeyringProtected
from station.store.keyring.file import KeyringFile
from station.store.keyring.keys import Keyring, platform_read
from station.store.keyring.layout import layout_read
from station.store.keyring.recovery import RecoveryKey
from station.store.keyring.unlocked import Unlocked
from sync.errors import SealError, WireError
from sync.seal import SigningKey, UnsealingKey
from sync.wire import Fields, parse_json

_MAX_FILE_BYTES = 16 * 1024


def protect(
    path: Path,
    recovery: RecoveryKey,
    look: Callable[[Keyring], None] = lambda _: None,
    clock: Clock | None = None,
) -> Unlocked:
    """Put the clear keys of version 1 under a recovery key; the clear file is replaced.

    `look` sees the keys before anything is written, and what it raises forbids it. What a
    disk keeps of a replaced file is not in our hands: the database is due for another key.

    Raises:
        KeyringMissing, KeyringDamaged, KeyringExposed, KeyringUnwritable: nothing was changed.
        KeyringProtected: it is of a later version.
    """
    keyring = _clear_keyring(keyring_bytes(path))
    look(keyring)
    return KeyringFile.replace(path, keyring, recovery, clock)


def _clear_keyring(content: bytes) -> Keyring:
    try:
        layout_read(content)
    except KeyringClear:
        return _parsed(content)
    raise KeyringProtected


def _parsed(content: bytes) -> Keyring:
    try:
        fields = Fields(parse_json(content, _MAX_FILE_BYTES), "keyring")
        fields.integer("version", 1, 1)
        fields.text("custody", 16)
        keyring = Keyring(
            station=fields.token("station"),
            incarnation=fields.integer("incarnation", 1, 2**31),
            database=DatabaseKey(fields.blob("database_key", 32), fields.blob("database_salt", 16)),
            signing=SigningKey.from_bytes(fields.blob("signing_key", 64)),
            unsealing=UnsealingKey.from_bytes(fields.blob("unsealing_key", 64)),
            platform=platform_read(fields.raw("platform")),
            rotation_due=True,
        )
        fields.done()
    except (WireError, SealError, ValueError):
        raise KeyringDamaged from None
    return keyring
