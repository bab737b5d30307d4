"""Key pairs: for signatures, and for seals.

Serialised keys and signatures begin with a suite id, so that another suite can come beside the
first one; serialised keys continue with a byte for their role, so that no key can be taken for
another kind.
"""

from __future__ import annotations

from sync.errors import SealError
from sync.seal.suites import DEFAULT, Suite, suite_of

SUITE_1 = 0x01

SIGNATURE_BYTES = 1 + DEFAULT.signature_bytes
KEY_BYTES = 34
_SIGNING, _VERIFY, _UNSEALING, _SEALING = 0x10, 0x11, 0x20, 0x21


def _serialised(suite: Suite, role: int, raw: bytes) -> bytes:
    return bytes((suite.id, role)) + raw


def _read(data: bytes, role: int) -> tuple[Suite, bytes]:
    suite = suite_of(data, "key")
    if data[1:2] != bytes((role,)):
        raise SealError("key: wrong kind")
    return suite, data[2:]


class VerifyKey:
    """Public half of a signing key."""

    def __init__(self, suite: Suite, raw: bytes) -> None:
        """`raw` as the suite has it; use `from_bytes`."""
        self._suite = suite
        self._raw = suite.checked_verify_key(raw)

    @classmethod
    def from_bytes(cls, data: bytes) -> VerifyKey:
        """Raises SealError unless `data` is a serialised verify key."""
        return cls(*_read(data, _VERIFY))

    def to_bytes(self) -> bytes:
        return _serialised(self._suite, _VERIFY, self._raw)

    def verify(self, signature: bytes, data: bytes) -> None:
        """Return if `signature` is this key's over `data`; otherwise raise SealError."""
        if suite_of(signature, "signature") is not self._suite:
            raise SealError("signature: of another suite than the key")
        if len(signature) != 1 + self._suite.signature_bytes:
            raise SealError("signature: wrong length")
        self._suite.verify(self._raw, signature[1:], data)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, VerifyKey) and self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash(self.to_bytes())


class SigningKey:
    """Private signing key; its repr shows nothing."""

    def __init__(self, suite: Suite, raw: bytes) -> None:
        """`raw` as the suite has it; use `generate` or `from_bytes`."""
        self._suite = suite
        self._raw = raw
        self._verify_key = VerifyKey(suite, suite.verify_key(raw))

    @classmethod
    def generate(cls) -> SigningKey:
        return cls(DEFAULT, DEFAULT.new_signing_key())

    @classmethod
    def from_bytes(cls, data: bytes) -> SigningKey:
        """Raises SealError unless `data` is a serialised signing key."""
        return cls(*_read(data, _SIGNING))

    def to_bytes(self) -> bytes:
        return _serialised(self._suite, _SIGNING, self._raw)

    @property
    def verify_key(self) -> VerifyKey:
        return self._verify_key

    def sign(self, data: bytes) -> bytes:
        """Suite id and signature, 65 bytes with suite 1."""
        return bytes((self._suite.id,)) + self._suite.sign(self._raw, data)

    def __repr__(self) -> str:
        return "SigningKey(…)"


class SealingKey:
    """Public key to which anyone can seal."""

    def __init__(self, suite: Suite, raw: bytes) -> None:
        """`raw` as the suite has it; use `from_bytes`."""
        self.suite = suite
        self.raw = suite.checked_sealing_key(raw)

    @classmethod
    def from_bytes(cls, data: bytes) -> SealingKey:
        """Raises SealError unless `data` is a serialised sealing key."""
        return cls(*_read(data, _SEALING))

    def to_bytes(self) -> bytes:
        return _serialised(self.suite, _SEALING, self.raw)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SealingKey) and self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash(self.to_bytes())


class UnsealingKey:
    """Private key that opens what was sealed to its public half; its repr shows nothing."""

    def __init__(self, suite: Suite, raw: bytes) -> None:
        """`raw` as the suite has it; use `generate` or `from_bytes`."""
        self.suite = suite
        self.raw = raw
        self._sealing_key = SealingKey(suite, suite.sealing_key(raw))

    @classmethod
    def generate(cls) -> UnsealingKey:
        return cls(DEFAULT, DEFAULT.new_unsealing_key())

    @classmethod
    def from_bytes(cls, data: bytes) -> UnsealingKey:
        """Raises SealError unless `data` is a serialised unsealing key."""
        return cls(*_read(data, _UNSEALING))

    def to_bytes(self) -> bytes:
        return _serialised(self.suite, _UNSEALING, self.raw)

    @property
    def sealing_key(self) -> SealingKey:
        return self._sealing_key

    def __repr__(self) -> str:
        return "UnsealingKey(…)"
