"""One way to write a value as bytes, so that hashes and signatures agree (RFC 8785)."""

from __future__ import annotations

import hashlib

import rfc8785

from sync.errors import WireError


def canonical_bytes(value: object) -> bytes:
    """Canonical JSON of dictionaries, lists, text, numbers, truth values and null."""
    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]  # its JSON type is invariant in dict
    except rfc8785.CanonicalizationError as error:
        raise WireError("canonical: value has no canonical form") from error


def sha256_hex(data: bytes) -> str:
    """SHA-256 as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
