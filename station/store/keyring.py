"""The station's keys in one versioned file, apart from the data they protect.

Version 1 is clear text with mode 0600: whoever can read the file can read the database. It is for
demonstrations only, and `mode = "live"` is refused on it. Later versions wrap the database key
(passphrase, recovery key, card, machine) behind this same door.
"""

import base64
import json
import os
import stat
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from station.settings import Mode
from station.store.database import DatabaseKey
from station.store.durable_files import put_in_place, unfinished
from station.store.errors import StoreError
from sync.errors import SealError, WireError
from sync.seal import SealingKey, SigningKey, UnsealingKey, VerifyKey
from sync.wire import Fields, JsonObject, parse_json

VERSION = 1
MAX_FILE_BYTES = 16 * 1024
_OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Custody(StrEnum):
    """How the keys in the file are protected."""

    CLEAR = "clear"


class KeyringMissing(StoreError):
    """There is no keyring where it should be."""

    sentence = "找不到本机的密钥文件。程序没有新建密钥，请检查密钥目录，或从保管处恢复。"


class KeyringExists(StoreError):
    """A keyring was to be created where one lies."""

    sentence = "本机已经有密钥文件，程序没有覆盖它，请直接启动工作站，或另选密钥目录。"


class KeyringDamaged(StoreError):
    """The file is no keyring of a version this program knows."""

    sentence = "密钥文件已损坏或版本不符，文件没有改动，请从保管处恢复。"


class KeyringExposed(StoreError):
    """Other accounts of this machine may read or change the file."""

    sentence = "密钥文件的权限过宽，其他用户可能读到，请联系管理员改为仅本程序用户可读写（0600）。"


class KeyringUnfitForLive(StoreError):
    """Clear-text keys and real people do not go together."""

    sentence = "密钥以明文保存，只能用于演示；正式使用前请由管理员设置密钥保管方式。"


@dataclass(frozen=True)
class Platform:
    """What activation pinned: whose answers are trusted and to whom confirmations are sealed."""

    tenant: str
    demo: bool
    verify_key: VerifyKey = field(repr=False)
    unit_sealing_key: SealingKey = field(repr=False)


@dataclass(frozen=True)
class Keyring:
    """The keys of one station. `platform` is None until the station is activated.

    `incarnation` numbers the lives of the log: renewed whenever the database is restored or
    salvaged, so that no event number is used twice.
    """

    station: str
    incarnation: int
    database: DatabaseKey = field(repr=False)
    signing: SigningKey = field(repr=False)
    unsealing: UnsealingKey = field(repr=False)
    platform: Platform | None = None

    @classmethod
    def new(cls, station: str) -> "Keyring":
        """Fresh random keys for `station` (a token; activation may give another)."""
        return cls(station, 1, DatabaseKey.random(), SigningKey.generate(), UnsealingKey.generate())

    def activated(self, station: str, platform: Platform) -> "Keyring":
        """The same keys under the id and with the platform that activation answered with."""
        return replace(self, station=station, platform=platform)

    def renewed(self) -> "Keyring":
        """The next incarnation, for use after a restore."""
        return replace(self, incarnation=self.incarnation + 1)


def create_keyring(path: Path, keyring: Keyring) -> None:
    """Write the first keyring, whole or not at all.

    Raises:
        KeyringExists: one lies there already; it is not touched.
        OSError: the folder cannot be written.
    """
    if path.exists():
        raise KeyringExists
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(path, keyring)


def update_keyring(path: Path, keyring: Keyring) -> None:
    """Replace an existing keyring, whole or not at all.

    Raises:
        KeyringMissing: there is none to replace.
        OSError: the folder cannot be written; the old keyring is still there.
    """
    if not path.exists():
        raise KeyringMissing
    _write(path, keyring)


def open_keyring(path: Path, mode: Mode) -> Keyring:
    """Read the keyring.

    Raises:
        KeyringMissing, KeyringDamaged, KeyringExposed, KeyringUnfitForLive: see there.
    """
    if not path.is_file():
        raise KeyringMissing
    with path.open("rb") as file:
        # Windows has no such bits; there the folder's access list is the installer's doing.
        if os.name == "posix" and os.fstat(file.fileno()).st_mode & _OPEN_TO_OTHERS:
            raise KeyringExposed
        content = file.read(MAX_FILE_BYTES + 1)
    keyring = _parsed(content)
    if mode is Mode.LIVE:
        raise KeyringUnfitForLive
    return keyring


def _parsed(content: bytes) -> Keyring:
    try:
        fields = Fields(parse_json(content, MAX_FILE_BYTES), "keyring")
        fields.integer("version", VERSION, VERSION)
        fields.choice("custody", Custody)
        keyring = Keyring(
            station=fields.token("station"),
            incarnation=fields.integer("incarnation", 1, 2**31),
            database=DatabaseKey(fields.blob("database_key", 32), fields.blob("database_salt", 16)),
            signing=SigningKey.from_bytes(fields.blob("signing_key", 64)),
            unsealing=UnsealingKey.from_bytes(fields.blob("unsealing_key", 64)),
            platform=_platform(fields.raw("platform")),
        )
        fields.done()
    except (WireError, SealError, ValueError):
        # No cause is chained: a parser's message may quote what it read.
        raise KeyringDamaged from None
    return keyring


def _platform(value: object) -> Platform | None:
    if value is None:
        return None
    fields = Fields(value, "keyring.platform")
    platform = Platform(
        tenant=fields.token("tenant"),
        demo=fields.boolean("demo"),
        verify_key=VerifyKey.from_bytes(fields.blob("verify_key", 64)),
        unit_sealing_key=SealingKey.from_bytes(fields.blob("unit_sealing_key", 64)),
    )
    fields.done()
    return platform


def _written(keyring: Keyring) -> JsonObject:
    platform = keyring.platform
    return {
        "version": VERSION,
        "custody": Custody.CLEAR.value,
        "station": keyring.station,
        "incarnation": keyring.incarnation,
        "database_key": _base64(keyring.database.key),
        "database_salt": _base64(keyring.database.salt),
        "signing_key": _base64(keyring.signing.to_bytes()),
        "unsealing_key": _base64(keyring.unsealing.to_bytes()),
        "platform": None
        if platform is None
        else {
            "tenant": platform.tenant,
            "demo": platform.demo,
            "verify_key": _base64(platform.verify_key.to_bytes()),
            "unit_sealing_key": _base64(platform.unit_sealing_key.to_bytes()),
        },
    }


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _write(path: Path, keyring: Keyring) -> None:
    fresh = unfinished(path)
    content = json.dumps(_written(keyring), indent=1).encode("ascii")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        put_in_place(fresh, path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
