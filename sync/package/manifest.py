"""The signed table of contents of a package."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sync.errors import PackageError, PackageFault, WireError
from sync.wire.canonical import canonical_bytes
from sync.wire.fields import MAX_SAFE_INTEGER, Fields, JsonObject, parse_json, to_base64

MAX_MANIFEST_BYTES = 8 * 1024 * 1024
MAX_ENTRIES = 20_000
MAX_ENTRY_BYTES = 256 * 1024 * 1024
_MAX_KEY_BYTES = 128
_ENTRY_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_./-]*\Z")


@dataclass(frozen=True)
class Entry:
    """Name, and size and SHA-256 of the entry as sealed."""

    name: str
    size: int
    sha256: str

    @classmethod
    def from_json(cls, value: object) -> Entry:
        f = Fields(value, "entry")
        entry = cls(
            f.matching("name", _ENTRY_NAME),
            f.integer("size", 0, MAX_ENTRY_BYTES),
            f.digest("sha256"),
        )
        f.done()
        return entry

    def to_json(self) -> JsonObject:
        return {"name": self.name, "size": self.size, "sha256": self.sha256}


@dataclass(frozen=True)
class Manifest:
    """What the package is, from whom, for whom, and which of its kind and id it succeeds.

    `sequence` counts up within (issuer, kind, id); `created` and `not_after` are instants.
    """

    kind: str
    id: str
    issuer_key: bytes
    audience: str
    sequence: int
    created: str
    not_after: str
    entries: tuple[Entry, ...]

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """Raises PackageError unless `data` is one manifest in canonical form."""
        try:
            return cls._from_json(parse_json(data, MAX_MANIFEST_BYTES), data)
        except WireError as error:
            raise PackageError(PackageFault.MALFORMED) from error

    @classmethod
    def _from_json(cls, value: object, data: bytes) -> Manifest:
        f = Fields(value, "manifest")
        manifest = cls(
            kind=f.token("kind", 40),
            id=f.token("id"),
            issuer_key=f.blob("issuer_key", _MAX_KEY_BYTES),
            audience=f.token("audience"),
            sequence=f.integer("sequence", 1, MAX_SAFE_INTEGER),
            created=f.instant("created"),
            not_after=f.instant("not_after"),
            entries=tuple(map(Entry.from_json, f.items("entries", MAX_ENTRIES))),
        )
        f.done()
        names = {entry.name for entry in manifest.entries}
        if len(names) != len(manifest.entries) or canonical_bytes(value) != data:
            raise WireError("manifest: not canonical")
        return manifest

    def to_bytes(self) -> bytes:
        return canonical_bytes(
            {
                "kind": self.kind,
                "id": self.id,
                "issuer_key": to_base64(self.issuer_key),
                "audience": self.audience,
                "sequence": self.sequence,
                "created": self.created,
                "not_after": self.not_after,
                "entries": [entry.to_json() for entry in self.entries],
            }
        )
