"""Keys out of passphrases (Argon2id, RFC 9106) and out of other secrets (HKDF, RFC 5869)."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.errors import SealError

DERIVED_BYTES = 32
SALT_BYTES = 16
MAX_ITERATIONS = 64
MAX_LANES = 16
MAX_MEMORY_KIB = 1024 * 1024


@dataclass(frozen=True)
class PassphraseCost:
    """What one guess costs: passes over the memory, parallel lanes, memory in KiB.

    Raises SealError for values that RFC 9106 forbids (8 KiB a lane at least) or no desk PC can pay.
    """

    iterations: int
    lanes: int
    memory_kib: int

    def __post_init__(self) -> None:
        if not (
            1 <= self.iterations <= MAX_ITERATIONS
            and 1 <= self.lanes <= MAX_LANES
            and 8 * self.lanes <= self.memory_kib <= MAX_MEMORY_KIB
        ):
            raise SealError("passphrase cost: out of range")


def key_from_passphrase(passphrase: bytes | bytearray, salt: bytes, cost: PassphraseCost) -> bytes:
    """32 bytes by Argon2id; other threads run meanwhile. Raises SealError for a short salt.

    `passphrase` may be a bytearray, so that the caller can wipe it.
    """
    if len(salt) != SALT_BYTES:
        raise SealError("passphrase salt: wrong length")
    return Argon2id(
        salt=salt,
        length=DERIVED_BYTES,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    ).derive(passphrase)  # type: ignore[arg-type] # any buffer will do; the stub says bytes


def key_from_secret(secret: bytes | bytearray, purpose: bytes) -> bytes:
    """32 bytes by HKDF-SHA256 out of a secret that is random already; `purpose` keeps uses apart.

    Raises SealError for a secret shorter than 32 bytes.
    """
    if len(secret) < DERIVED_BYTES:
        raise SealError("secret: too short")
    return HKDF(hashes.SHA256(), DERIVED_BYTES, None, purpose).derive(secret)


def wipe(secret: bytearray) -> None:
    """Overwrite what a bytearray held. Copies that others made of it are theirs to wipe."""
    secret[:] = bytes(len(secret))
