"""Symmetric keys for rows and columns: AES-256-GCM, references by HMAC-SHA256, random ids."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.errors import SealError
from sync.seal.keys import SUITE_1

_ROLE = 0x30
_RAW_BYTES = 32
_NONCE_BYTES = 12
_TAG_BYTES = 16


class DataKey:
    """One person's (or one table's) data key. Destroying it erases what it encrypts."""

    def __init__(self, raw: bytes) -> None:
        if len(raw) != _RAW_BYTES:
            raise SealError("data key: wrong length")
        self._raw = raw

    @classmethod
    def generate(cls) -> DataKey:
        return cls(secrets.token_bytes(_RAW_BYTES))

    @classmethod
    def from_bytes(cls, data: bytes) -> DataKey:
        """Raises SealError unless `data` is a serialised data key."""
        if data[:2] != bytes((SUITE_1, _ROLE)):
            raise SealError("data key: wrong suite or kind")
        return cls(data[2:])

    def to_bytes(self) -> bytes:
        return bytes((SUITE_1, _ROLE)) + self._raw

    def reference(self, data: bytes) -> str:
        """HMAC-SHA256 of `data`, in hexadecimal, under a subkey of its own (HKDF, RFC 5869).

        An event row holds this in place of the data: it proves, while the key exists, which
        payload was meant, and says nothing once the key is destroyed.
        """
        subkey = HKDF(hashes.SHA256(), _RAW_BYTES, None, b"tdxl-reference-1").derive(self._raw)
        return hmac_sha256(subkey, data).hex()

    def encrypt(self, plaintext: bytes, aad: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return bytes((SUITE_1,)) + nonce + AESGCM(self._raw).encrypt(nonce, plaintext, aad)

    def decrypt(self, ciphertext: bytes, aad: bytes) -> bytes:
        if len(ciphertext) < 1 + _NONCE_BYTES + _TAG_BYTES or ciphertext[0] != SUITE_1:
            raise SealError("ciphertext: wrong suite or length")
        nonce, body = ciphertext[1 : 1 + _NONCE_BYTES], ciphertext[1 + _NONCE_BYTES :]
        try:
            return AESGCM(self._raw).decrypt(nonce, body, aad)
        except InvalidTag as error:
            raise SealError("ciphertext: does not open") from error

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
