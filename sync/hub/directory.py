"""The platform's directory: configuration, keys, database and sealed files.

The private unsealing key lies in a directory of its own, the vault, which the web process has no
business in and which may be on another machine or medium.
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
_CONFIG_FILE = "platform.json"
_DATABASE_FILE = "platform.db"
_MAX_CONFIG_BYTES = 64 * 1024


@dataclass(frozen=True)
class Platform:
    """What the web process may hold: everything but the vault's key."""

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


def create_platform(directory: Path, vault: Path, *, tenant: str, demo: bool) -> Platform:
    """Make keys, an empty database and the vault. Raises HubSetupError if one is there."""
    if (directory / _CONFIG_FILE).exists() or (vault / VAULT_KEY_FILE).exists():
        raise HubSetupError("there is a platform or a vault in this directory already")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    vault.mkdir(mode=0o700, parents=True, exist_ok=True)
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
    write_whole(directory / _CONFIG_FILE, _config(platform))
    return platform


def _config(platform: Platform) -> bytes:
    values = {
        "version": 1,
        "tenant": platform.tenant,
        "demo": platform.demo,
        "database_key": to_base64(platform.database_key),
        "signing_key": to_base64(platform.signing_key.to_bytes()),
        "sealing_key": to_base64(platform.sealing_key.to_bytes()),
    }
    return json.dumps(values, indent=1).encode("utf-8")


def open_platform(directory: Path) -> Platform:
    """Read configuration and keys and bring the database up to date. Raises HubSetupError."""
    platform = _read_config(directory, _read(directory / _CONFIG_FILE))
    with platform.database() as database:
        migrate(database)
    return platform


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else "unreadable"
        raise HubSetupError(f"{path.name}: {reason}") from error


def _read_config(directory: Path, data: bytes) -> Platform:
    try:
        f = Fields(parse_json(data, _MAX_CONFIG_BYTES), "platform")
        f.integer("version", 1, 1)
        platform = Platform(
            directory,
            f.token("tenant"),
            f.boolean("demo"),
            f.blob("database_key", KEY_BYTES),
            SigningKey.from_bytes(f.blob("signing_key", 128)),
            SealingKey.from_bytes(f.blob("sealing_key", 128)),
        )
        f.done()
    except (WireError, SealError) as error:
        raise HubSetupError(f"{_CONFIG_FILE} is damaged") from error
    return platform


def open_vault(vault: Path) -> UnsealingKey:
    """The private key that opens confirmations: for the vault's process only."""
    try:
        return UnsealingKey.from_bytes(_read(vault / VAULT_KEY_FILE))
    except SealError as error:
        raise HubSetupError(f"{VAULT_KEY_FILE} is damaged") from error
