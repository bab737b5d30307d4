"""Symmetric keys for rows and columns, references by HMAC-SHA256, random ids."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from sync.errors import SealError
from sync.seal.suites import DEFAULT, Suite, suite_of

_ROLE = 0x30


class DataKey:
    """One person's (or one table's) data key. Destroying it erases what it encrypts."""

    def __init__(self, raw: bytes, suite: Suite = DEFAULT) -> None:
        """Raises SealError unless `raw` is of the suite's length."""
        self._suite = suite
        self._raw = suite.checked_data_key(raw)

    @classmethod
    def generate(cls) -> DataKey:
        return cls(DEFAULT.new_data_key())

    @classmethod
    def from_bytes(cls, data: bytes) -> DataKey:
        """Raises SealError unless `data` is a serialised data key."""
        suite = suite_of(data, "data key")
        if data[1:2] != bytes((_ROLE,)):
            raise SealError("data key: wrong kind")
        return cls(data[2:], suite)

    def to_bytes(self) -> bytes:
        return bytes((self._suite.id, _ROLE)) + self._raw

    def reference(self, data: bytes) -> str:
        """HMAC-SHA256 of `data`, in hexadecimal, under a subkey of its own (HKDF, RFC 5869).

        An event row holds this in place of the data: it proves, while the key exists, which
        payload was meant, and says nothing once the key is destroyed.
        """
        return hmac_sha256(self.reference_key(), data).hex()

    def reference_key(self) -> bytes:
        """The subkey of `reference`: who holds it can check references, and open nothing."""
        return self._suite.subkey(self._raw, b"tdxl-reference-1")

    def encrypt(self, plaintext: bytes, aad: bytes) -> bytes:
        return bytes((self._suite.id,)) + self._suite.encrypt(self._raw, plaintext, aad)

    def decrypt(self, ciphertext: bytes, aad: bytes) -> bytes:
        if suite_of(ciphertext, "ciphertext") is not self._suite:
            raise SealError("ciphertext: of another suite than the key")
        return self._suite.decrypt(self._raw, ciphertext[1:], aad)

    def __repr__(self) -> str:
        return "DataKey(…)"


def encrypt_with_key(key: DataKey, plaintext: bytes, aad: bytes) -> bytes:
    """Suite id · random 96-bit nonce · ciphertext and tag; bound to `aad` (type and id)."""
    return key.encrypt(plaintext, aad)


def decrypt_with_key(key: DataKey, ciphertext: bytes, aad: bytes) -> bytes:
    """Open what `encrypt_with_key` made. Raises SealError for another key, `aad` or bytes."""
    return key.decrypt(ciphertext, aad)


def hmac_sha256(key: bytes, data: bytes) -> bytes:
    """HMAC-SHA256 (RFC 2104), 32 bytes."""
    return hmac.digest(key, data, hashlib.sha256)


def random_id() -> str:
    """128 random bits as 32 lower-case hexadecimal digits."""
    return secrets.token_hex(16)
