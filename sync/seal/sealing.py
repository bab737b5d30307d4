"""Seals: to a public key, opened by its private half alone.

A seal is: suite id · what the suite makes (suite 1: encapsulated key of 32 bytes, ciphertext, tag).
"""

from __future__ import annotations

from sync.errors import SealError
from sync.seal.keys import SealingKey, UnsealingKey
from sync.seal.suites import DEFAULT, suite_of

SEAL_OVERHEAD_BYTES = 1 + DEFAULT.seal_overhead_bytes
_LABEL = b"tdxl-seal-1\x00"


def _info(aad: bytes) -> bytes:
    """Associated data enters the key schedule: the public single-shot API takes `info` alone.

    Each HPKE context encrypts exactly one message here, so a seal opened with other associated
    data derives another key and fails just as it would with the AEAD's own parameter.
    """
    return _LABEL + aad


def seal(public: SealingKey, plaintext: bytes, aad: bytes) -> bytes:
    """Seal `plaintext` to `public`, bound to `aad`; every call gives other bytes."""
    return bytes((public.suite.id,)) + public.suite.seal(public.raw, plaintext, _info(aad))


def unseal(private: UnsealingKey, sealed: bytes, aad: bytes) -> bytes:
    """Open what `seal` made. Raises SealError for another key, other `aad` or changed bytes."""
    suite = suite_of(sealed, "seal")
    if suite is not private.suite:
        raise SealError("seal: of another suite than the key")
    if len(sealed) < 1 + suite.seal_overhead_bytes:
        raise SealError("seal: too short")
    return suite.unseal(private.raw, sealed[1:], _info(aad))
