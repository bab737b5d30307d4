"""The platform's directory: configuration, database and sealed files; its keys lie elsewhere.

Two key directories: one for the web process (database, signature), which a copy of the data must
not carry along, and the vault with the private unsealing key, which the web process has no business
in and which may be on another machine or medium.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sync.errors import SealError, WireError
from sync.hub.database import KEY_BYTES, Database, migrate, open_database
from sync.hub.errors import HubSetupError
from sync.hub.files import SealedFiles, write_whole
from sync.seal import SealingKey, SigningKey, UnsealingKey
from sync.wire.fields import Fields, parse_json, to_base64

VAULT_KEY_FILE = "unsealing.key"
WEB_KEYS_FILE = "web-keys.json"
_CONFIG_FILE = "platform.json"
_DATABASE_FILE = "platform.db"
_MAX_CONFIG_BYTES = 64 * 1024
_MAX_PATH = 4096
_VERSION = 2  # 1 kept the keys of the web process beside the data


@dataclass(frozen=True)
class Platform:
    """What the web process may hold: everything but the vault's key. Its repr shows no key."""

    directory: Path
    tenant: str
    demo: bool
    database_key: bytes
    signing_key: SigningKey
    sealing_key: SealingKey

    @contextmanager
    def database(self) -> Iterator[Database]:
        with open_database(self.directory / _DATABASE_FILE, self.database_key) as database:
            yield database

    @property
    def files(self) -> SealedFiles:
        return SealedFiles(self.directory / "sealed")

    def __repr__(self) -> str:
        return f"Platform({self.tenant!r}, demo={self.demo})"


def create_platform(
    directory: Path, vault: Path, *, tenant: str, demo: bool, keys: Path | None = None
) -> Platform:
    """Make keys, an empty database and the vault. Raises HubSetupError if one is there.

    `keys` is the web process's key directory; only a demo tenant leaves it inside `directory`.
    """
    keys = keys or directory / "keys"
    made = (directory / _CONFIG_FILE, keys / WEB_KEYS_FILE, vault / VAULT_KEY_FILE)
    if any(path.exists() for path in made):
        raise HubSetupError("there is a platform, its keys or a vault in this directory already")
    for folder in (directory, keys, vault):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    unsealing_key = UnsealingKey.generate()
    platform = Platform(
        directory,
        tenant,
        demo,
        secrets.token_bytes(KEY_BYTES),
        SigningKey.generate(),
        unsealing_key.sealing_key,
    )
    with open_database(directory / _DATABASE_FILE, platform.database_key, create=True) as database:
        migrate(database)
    write_whole(vault / VAULT_KEY_FILE, unsealing_key.to_bytes())
    write_whole(keys / WEB_KEYS_FILE, _keys(platform))
    write_whole(directory / _CONFIG_FILE, _config(platform, keys))
    return platform


def _config(platform: Platform, keys: Path) -> bytes:
    values = {
        "version": _VERSION,
        "tenant": platform.tenant,
        "demo": platform.demo,
        "keys": str(keys.resolve()),
        "sealing_key": to_base64(platform.sealing_key.to_bytes()),
    }
    return json.dumps(values, indent=1).encode("utf-8")


def _keys(platform: Platform) -> bytes:
    values = {
        "version": _VERSION,
        "database_key": to_base64(platform.database_key),
        "signing_key": to_base64(platform.signing_key.to_bytes()),
    }
    return json.dumps(values, indent=1).encode("utf-8")


def open_platform(directory: Path) -> Platform:
    """Read configuration and keys and bring the database up to date. Raises HubSetupError."""
    platform = _read_platform(directory)
    with platform.database() as database:
        migrate(database)
    return platform


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else "unreadable"
        raise HubSetupError(f"{path.name}: {reason}") from error


def _read_platform(directory: Path) -> Platform:
    with _damage_of(_CONFIG_FILE):
        config = Fields(parse_json(_read(directory / _CONFIG_FILE), _MAX_CONFIG_BYTES), "platform")
        config.integer("version", _VERSION, _VERSION)
        tenant, demo = config.token("tenant"), config.boolean("demo")
        keys = Path(config.text("keys", _MAX_PATH, min_chars=1))
        sealing_key = SealingKey.from_bytes(config.blob("sealing_key", 128))
        config.done()
    with _damage_of(WEB_KEYS_FILE):
        secret = Fields(parse_json(_read(keys / WEB_KEYS_FILE), _MAX_CONFIG_BYTES), "keys")
        secret.integer("version", _VERSION, _VERSION)
        database_key = secret.blob("database_key", KEY_BYTES)
        signing_key = SigningKey.from_bytes(secret.blob("signing_key", 128))
        secret.done()
    return Platform(directory, tenant, demo, database_key, signing_key, sealing_key)


@contextmanager
def _damage_of(name: str) -> Iterator[None]:
    try:
        yield
    except (WireError, SealError):
        # Without the cause: a parser's message may quote a key.
        raise HubSetupError(f"{name} is damaged or of another version") from None


def open_vault(vault: Path) -> UnsealingKey:
    """The private key that opens confirmations: for the vault's process only."""
    try:
        return UnsealingKey.from_bytes(_read(vault / VAULT_KEY_FILE))
    except SealError as error:
        raise HubSetupError(f"{VAULT_KEY_FILE} is damaged") from error
