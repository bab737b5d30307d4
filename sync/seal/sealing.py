"""Seals: HPKE base mode, single shot (RFC 9180; X25519, HKDF-SHA256, AES-256-GCM).

A seal is: suite id · encapsulated key (32 bytes) · ciphertext and tag.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from sync.errors import SealError
from sync.seal.keys import SUITE_1, SealingKey, UnsealingKey

SEAL_OVERHEAD_BYTES = 1 + 32 + 16
_LABEL = b"tdxl-seal-1\x00"


def _suite() -> Suite:
    return Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def _info(aad: bytes) -> bytes:
    """Associated data enters the key schedule: the public single-shot API takes `info` alone.

    Each HPKE context encrypts exactly one message here, so a seal opened with other associated
    data derives another key and fails just as it would with the AEAD's own parameter.
    """
    return _LABEL + aad


def seal(public: SealingKey, plaintext: bytes, aad: bytes) -> bytes:
    """Seal `plaintext` to `public`, bound to `aad`; every call gives other bytes."""
    return bytes((SUITE_1,)) + _suite().encrypt(plaintext, public.exchange_key, _info(aad))


def unseal(private: UnsealingKey, sealed: bytes, aad: bytes) -> bytes:
    """Open what `seal` made. Raises SealError for another key, other `aad` or changed bytes."""
    if len(sealed) < SEAL_OVERHEAD_BYTES or sealed[0] != SUITE_1:
        raise SealError("seal: wrong suite or length")
    try:
        return _suite().decrypt(sealed[1:], private.exchange_key, _info(aad))
    except (InvalidTag, ValueError) as error:
        raise SealError("seal: does not open") from error
