"""Sealing, signing and encryption: the only package that imports `cryptography`."""

from sync.errors import SealError
from sync.seal.data_key import (
    DataKey,
    decrypt_with_key,
    encrypt_with_key,
    hmac_sha256,
    random_id,
)
from sync.seal.keys import (
    KEY_BYTES,
    SIGNATURE_BYTES,
    SUITE_1,
    SealingKey,
    SigningKey,
    UnsealingKey,
    VerifyKey,
)
from sync.seal.sealing import SEAL_OVERHEAD_BYTES, seal, unseal

__all__ = [
    "KEY_BYTES",
    "SEAL_OVERHEAD_BYTES",
    "SIGNATURE_BYTES",
    "SUITE_1",
    "DataKey",
    "SealError",
    "SealingKey",
    "SigningKey",
    "UnsealingKey",
    "VerifyKey",
    "decrypt_with_key",
    "encrypt_with_key",
    "hmac_sha256",
    "random_id",
    "seal",
    "unseal",
]
