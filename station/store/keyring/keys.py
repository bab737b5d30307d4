"""The keys of one station, as they are while the keyring is open."""

from dataclasses import dataclass, field, replace

from station.store.database import DatabaseKey
from station.store.keyring.errors import KeyringDamaged
from sync.errors import SealError, WireError
from sync.seal import SealingKey, SigningKey, UnsealingKey, VerifyKey
from sync.wire import Fields, JsonObject, to_base64


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
    salvaged, so that no event number is used twice. `next_database` is there while the database is
    being rotated to it; `rotation_due` since somebody was removed who knew the database's key.
    """

    station: str
    incarnation: int
    database: DatabaseKey = field(repr=False)
    signing: SigningKey = field(repr=False)
    unsealing: UnsealingKey = field(repr=False)
    platform: Platform | None = None
    next_database: DatabaseKey | None = field(default=None, repr=False)
    rotation_due: bool = False

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

    def rotating(self) -> "Keyring":
        """With a fresh key for the database to change to."""
        return replace(self, next_database=DatabaseKey.random())

    def not_rotated(self) -> "Keyring":
        """After a change that could not be made: it is still to be made."""
        return replace(self, next_database=None, rotation_due=True)

    def rotated(self) -> "Keyring":
        """After the change: the next key is the key."""
        assert self.next_database is not None
        return replace(self, database=self.next_database, next_database=None, rotation_due=False)


def keyring_written(keyring: Keyring) -> JsonObject:
    """The content of the box, as JSON."""
    return {
        "station": keyring.station,
        "incarnation": keyring.incarnation,
        "database": _database_written(keyring.database),
        "next_database": keyring.next_database and _database_written(keyring.next_database),
        "rotation_due": keyring.rotation_due,
        "signing_key": to_base64(keyring.signing.to_bytes()),
        "unsealing_key": to_base64(keyring.unsealing.to_bytes()),
        "platform": keyring.platform and platform_written(keyring.platform),
    }


def keyring_read(value: object) -> Keyring:
    """The keyring out of what `keyring_written` gave. Raises KeyringDamaged.

    No cause is chained: a parser's message may quote what it read.
    """
    try:
        fields = Fields(value, "keyring")
        following = fields.raw("next_database")
        keyring = Keyring(
            station=fields.token("station"),
            incarnation=fields.integer("incarnation", 1, 2**31),
            database=_database_read(fields.raw("database")),
            signing=SigningKey.from_bytes(fields.blob("signing_key", 64)),
            unsealing=UnsealingKey.from_bytes(fields.blob("unsealing_key", 64)),
            platform=platform_read(fields.raw("platform")),
            next_database=None if following is None else _database_read(following),
            rotation_due=fields.boolean("rotation_due"),
        )
        fields.done()
    except (WireError, SealError, ValueError):
        raise KeyringDamaged from None
    return keyring


def platform_written(platform: Platform) -> JsonObject:
    """What activation pinned, as JSON."""
    return {
        "tenant": platform.tenant,
        "demo": platform.demo,
        "verify_key": to_base64(platform.verify_key.to_bytes()),
        "unit_sealing_key": to_base64(platform.unit_sealing_key.to_bytes()),
    }


def platform_read(value: object) -> Platform | None:
    """What `platform_written` gave, or None for null. Raises WireError or SealError."""
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


def _database_written(key: DatabaseKey) -> JsonObject:
    return {"key": to_base64(key.key), "salt": to_base64(key.salt)}


def _database_read(value: object) -> DatabaseKey:
    fields = Fields(value, "keyring.database")
    key = DatabaseKey(fields.blob("key", 32), fields.blob("salt", 16))
    fields.done()
    return key
