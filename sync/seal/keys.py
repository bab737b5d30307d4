"""Key pairs: Ed25519 for signatures (RFC 8032), X25519 for seals (RFC 7748).

Serialised keys and signatures begin with a suite id, so that another suite (SM2/SM3/SM4) can
come beside this one; serialised keys continue with a byte for their role, so that no key can be
taken for another kind.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from sync.errors import SealError

SUITE_1 = 0x01
"""Ed25519 · HPKE base mode with X25519, HKDF-SHA256, AES-256-GCM · AES-256-GCM · HMAC-SHA256."""

SIGNATURE_BYTES = 65
KEY_BYTES = 34
_SIGNING, _VERIFY, _UNSEALING, _SEALING = 0x10, 0x11, 0x20, 0x21


def _serialise(role: int, raw: bytes) -> bytes:
    return bytes((SUITE_1, role)) + raw


def _raw(role: int, data: bytes) -> bytes:
    if len(data) != KEY_BYTES or data[:2] != bytes((SUITE_1, role)):
        raise SealError("key: wrong suite, kind or length")
    return data[2:]


class VerifyKey:
    """Public half of a signing key."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key

    @classmethod
    def from_bytes(cls, data: bytes) -> VerifyKey:
        """Raises SealError unless `data` is a serialised verify key."""
        return cls(Ed25519PublicKey.from_public_bytes(_raw(_VERIFY, data)))

    def to_bytes(self) -> bytes:
        return _serialise(_VERIFY, self._key.public_bytes_raw())

    def verify(self, signature: bytes, data: bytes) -> None:
        """Return if `signature` is this key's over `data`; otherwise raise SealError."""
        if len(signature) != SIGNATURE_BYTES or signature[0] != SUITE_1:
            raise SealError("signature: wrong suite or length")
        try:
            self._key.verify(signature[1:], data)
        except InvalidSignature as error:
            raise SealError("signature: does not verify") from error

    def __eq__(self, other: object) -> bool:
        return isinstance(other, VerifyKey) and self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash(self.to_bytes())


class SigningKey:
    """Private signing key; its repr shows nothing."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @classmethod
    def generate(cls) -> SigningKey:
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_bytes(cls, data: bytes) -> SigningKey:
        """Raises SealError unless `data` is a serialised signing key."""
        return cls(Ed25519PrivateKey.from_private_bytes(_raw(_SIGNING, data)))

    def to_bytes(self) -> bytes:
        return _serialise(_SIGNING, self._key.private_bytes_raw())

    @property
    def verify_key(self) -> VerifyKey:
        return VerifyKey(self._key.public_key())

    def sign(self, data: bytes) -> bytes:
        """Suite id and Ed25519 signature, 65 bytes."""
        return bytes((SUITE_1,)) + self._key.sign(data)

    def __repr__(self) -> str:
        return "SigningKey(…)"


class SealingKey:
    """Public key to which anyone can seal."""

    def __init__(self, key: X25519PublicKey) -> None:
        self.exchange_key = key

    @classmethod
    def from_bytes(cls, data: bytes) -> SealingKey:
        """Raises SealError unless `data` is a serialised sealing key."""
        return cls(X25519PublicKey.from_public_bytes(_raw(_SEALING, data)))

    def to_bytes(self) -> bytes:
        return _serialise(_SEALING, self.exchange_key.public_bytes_raw())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SealingKey) and self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash(self.to_bytes())


class UnsealingKey:
    """Private key that opens what was sealed to its public half; its repr shows nothing."""

    def __init__(self, key: X25519PrivateKey) -> None:
        self.exchange_key = key

    @classmethod
    def generate(cls) -> UnsealingKey:
        return cls(X25519PrivateKey.generate())

    @classmethod
    def from_bytes(cls, data: bytes) -> UnsealingKey:
        """Raises SealError unless `data` is a serialised unsealing key."""
        return cls(X25519PrivateKey.from_private_bytes(_raw(_UNSEALING, data)))

    def to_bytes(self) -> bytes:
        return _serialise(_UNSEALING, self.exchange_key.private_bytes_raw())

    @property
    def sealing_key(self) -> SealingKey:
        return SealingKey(self.exchange_key.public_key())

    def __repr__(self) -> str:
        return "UnsealingKey(…)"
