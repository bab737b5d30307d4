"""What a backup says about itself: when, how far the log goes, and a digest of every table."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from station.store.connection import DatabaseKey
from station.store.errors import StoreError
from station.store.table_digests import TableDigest, digest_key
from sync.seal import hmac_sha256
from sync.wire import Fields, JsonObject, WireError, canonical_bytes, parse_json, sha256_hex

VERSION = 1
MAX_MANIFEST_BYTES = 64 * 1024


class BackupDamaged(StoreError):
    """A part of the backup is missing, torn, or not what was written."""

    sentence = "这份备份不完整或已损坏，没有使用它，本机数据没有改动，请换用另一份备份。"


@dataclass(frozen=True)
class Manifest:
    """`made_at` is the station's time (RFC 3339, UTC); `head` the hash of the event at `position`,
    which is 0 while the log is empty. `escrow` is the SHA-256 (hex) of the escrow file."""

    made_at: str
    station: str
    schema: int
    position: int
    head: str
    size: int
    escrow: str
    tables: Mapping[str, TableDigest]

    def to_bytes(self, key: DatabaseKey) -> bytes:
        """Canonical JSON with a MAC by the database's key."""
        told = self._told()
        mac = hmac_sha256(digest_key(key), canonical_bytes(told)).hex()
        return canonical_bytes({"manifest": told, "mac": mac})

    def _told(self) -> JsonObject:
        return {
            "version": VERSION,
            "made_at": self.made_at,
            "station": self.station,
            "schema": self.schema,
            "position": self.position,
            "head": self.head,
            "size": self.size,
            "escrow": self.escrow,
            "tables": {
                name: {"rows": table.rows, "digest": table.digest}
                for name, table in self.tables.items()
            },
        }


def read_manifest(content: bytes) -> Manifest:
    """What the bytes say, not proved by anything. Raises BackupDamaged."""
    try:
        outside = Fields(parse_json(content, MAX_MANIFEST_BYTES), "backup")
        told = Fields(outside.raw("manifest"), "backup.manifest")
        outside.digest("mac")
        outside.done()
        told.integer("version", VERSION, VERSION)
        manifest = Manifest(
            made_at=told.instant("made_at"),
            station=told.token("station"),
            schema=told.integer("schema", 1, 999),
            position=told.integer("position", 0, 2**53 - 1),
            head=told.digest("head"),
            size=told.integer("size", 1, 2**53 - 1),
            escrow=told.digest("escrow"),
            tables=_tables(told.raw("tables")),
        )
        told.done()
    except WireError:
        raise BackupDamaged("the manifest cannot be read") from None
    return manifest


def prove_manifest(content: bytes, key: DatabaseKey) -> Manifest:
    """The manifest, if it was written by whoever had this database key. Raises BackupDamaged."""
    manifest = read_manifest(content)
    if not hmac.compare_digest(manifest.to_bytes(key), content):
        raise BackupDamaged("the manifest has another MAC")
    return manifest


def _tables(value: object) -> dict[str, TableDigest]:
    if not isinstance(value, dict):
        raise WireError("backup.manifest.tables: an object")
    tables = {}
    for name, item in value.items():
        fields = Fields(item, "backup.manifest.tables")
        tables[name] = TableDigest(fields.integer("rows", 0, 2**53 - 1), fields.digest("digest"))
        fields.done()
    return tables


def escrow_digest(escrow: bytes) -> str:
    """How the manifest names the escrow beside it."""
    return sha256_hex(escrow)
