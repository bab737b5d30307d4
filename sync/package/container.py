"""Writing and reading the one signed package format.

Layout, big-endian: magic (8 bytes) · version u16 · manifest length u32 · manifest (canonical
JSON) · signature (65 bytes, over everything before it) · the entries, each one seal to the
audience with aad = id and name. Nothing may follow the last entry.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sync.errors import PackageError, PackageFault, SealError
from sync.package.manifest import MAX_MANIFEST_BYTES, Entry, Manifest
from sync.seal import (
    SIGNATURE_BYTES,
    SealingKey,
    SigningKey,
    UnsealingKey,
    VerifyKey,
    seal,
    unseal,
)
from sync.wire.canonical import sha256_hex
from sync.wire.fields import format_instant, parse_instant

MAGIC = b"TDXLPKG\x00"
VERSION = 1
_PREFIX = struct.Struct(">8sHI")
MAX_PACKAGE_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True)
class Package:
    """A package that passed every check; `entries` are open, so its repr shows names only."""

    manifest: Manifest
    entries: Mapping[str, bytes]

    def __repr__(self) -> str:
        return f"Package({self.manifest.kind!r}, {self.manifest.id!r}, {len(self.entries)} entries)"


def write_package(
    entries: Mapping[str, bytes],
    *,
    kind: str,
    package_id: str,
    sequence: int,
    audience: str,
    signing_key: SigningKey,
    sealing_key: SealingKey,
    created_s: float,
    not_after_s: float,
) -> bytes:
    """Seal every entry to `sealing_key` and sign the table of contents.

    `created_s` and `not_after_s` are seconds since 1970 in platform time.
    """
    sealed = {
        name: seal(sealing_key, data, _aad(package_id, name)) for name, data in entries.items()
    }
    manifest = Manifest(
        kind=kind,
        id=package_id,
        issuer_key=signing_key.verify_key.to_bytes(),
        audience=audience,
        sequence=sequence,
        created=format_instant(created_s),
        not_after=format_instant(not_after_s),
        entries=tuple(Entry(name, len(data), sha256_hex(data)) for name, data in sealed.items()),
    ).to_bytes()
    signed = _PREFIX.pack(MAGIC, VERSION, len(manifest)) + manifest
    return b"".join([signed, signing_key.sign(signed), *sealed.values()])


def read_package(
    data: bytes,
    *,
    issuer_key: VerifyKey,
    audience: str,
    unsealing_key: UnsealingKey,
    newer_than: Callable[[str, str], int],
    now_s: float,
) -> Package:
    """Check signature, audience, sequence, dates and every entry, in that order; then open all.

    `newer_than(kind, id)` is the last sequence taken of that kind and id, 0 if none; `now_s` is
    platform time. Raises PackageError; the caller takes all entries in one transaction or none.
    """
    signed, signature, body = _split(data)
    _check_signature(issuer_key, signature, signed)
    manifest = Manifest.from_bytes(signed[_PREFIX.size :])
    _check_manifest(manifest, issuer_key, audience, newer_than, now_s)
    return Package(manifest, _open_entries(manifest, body, unsealing_key))


def _aad(package_id: str, name: str) -> bytes:
    return f"package\n{package_id}\n{name}".encode()


def _split(data: bytes) -> tuple[bytes, bytes, memoryview]:
    if not _PREFIX.size <= len(data) <= MAX_PACKAGE_BYTES:
        raise PackageError(PackageFault.MALFORMED)
    magic, version, manifest_length = _PREFIX.unpack_from(data)
    if magic != MAGIC:
        raise PackageError(PackageFault.MALFORMED)
    if version != VERSION:
        raise PackageError(PackageFault.UNSUPPORTED)
    signed_end = _PREFIX.size + manifest_length
    body_start = signed_end + SIGNATURE_BYTES
    if manifest_length > MAX_MANIFEST_BYTES or body_start > len(data):
        raise PackageError(PackageFault.MALFORMED)
    return data[:signed_end], data[signed_end:body_start], memoryview(data)[body_start:]


def _check_signature(issuer_key: VerifyKey, signature: bytes, signed: bytes) -> None:
    try:
        issuer_key.verify(signature, signed)
    except SealError as error:
        raise PackageError(PackageFault.BAD_SIGNATURE) from error


def _check_manifest(
    manifest: Manifest,
    issuer_key: VerifyKey,
    audience: str,
    newer_than: Callable[[str, str], int],
    now_s: float,
) -> None:
    if manifest.issuer_key != issuer_key.to_bytes():
        raise PackageError(PackageFault.WRONG_ISSUER)
    if manifest.audience != audience:
        raise PackageError(PackageFault.WRONG_AUDIENCE)
    if manifest.sequence <= newer_than(manifest.kind, manifest.id):
        raise PackageError(PackageFault.NOT_NEWER)
    if now_s > parse_instant(manifest.not_after):
        raise PackageError(PackageFault.EXPIRED)


def _open_entries(
    manifest: Manifest, body: memoryview, unsealing_key: UnsealingKey
) -> dict[str, bytes]:
    if sum(entry.size for entry in manifest.entries) != len(body):
        raise PackageError(PackageFault.DAMAGED_ENTRY)
    opened: dict[str, bytes] = {}
    offset = 0
    for entry in manifest.entries:
        sealed = bytes(body[offset : offset + entry.size])
        opened[entry.name] = _open_entry(manifest.id, entry, sealed, unsealing_key)
        offset += entry.size
    return opened


def _open_entry(package_id: str, entry: Entry, sealed: bytes, key: UnsealingKey) -> bytes:
    if sha256_hex(sealed) != entry.sha256:
        raise PackageError(PackageFault.DAMAGED_ENTRY)
    try:
        return unseal(key, sealed, _aad(package_id, entry.name))
    except SealError as error:
        raise PackageError(PackageFault.DAMAGED_ENTRY) from error
