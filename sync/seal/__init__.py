"""Sealing, signing and encryption: the only package that imports `cryptography`."""

from sync.errors import SealError
from sync.seal.card import (
    CardAgreement,
    CardCertificate,
    agree_with_card,
    card_challenge,
    key_from_card,
)
from sync.seal.data_key import (
    DataKey,
    decrypt_with_key,
    encrypt_with_key,
    hmac_sha256,
    random_id,
)
from sync.seal.database_page import OpenedPage, PageKey
from sync.seal.keys import (
    KEY_BYTES,
    SIGNATURE_BYTES,
    SUITE_1,
    SealingKey,
    SigningKey,
    UnsealingKey,
    VerifyKey,
)
from sync.seal.passphrase import (
    DERIVED_BYTES,
    SALT_BYTES,
    PassphraseCost,
    key_from_passphrase,
    key_from_secret,
    wipe,
)
from sync.seal.sealing import SEAL_OVERHEAD_BYTES, seal, unseal
from sync.seal.software_card import SoftwareCardKey
from sync.seal.suites import SUITES, Suite, suite_of

__all__ = [
    "DERIVED_BYTES",
    "KEY_BYTES",
    "SALT_BYTES",
    "SEAL_OVERHEAD_BYTES",
    "SIGNATURE_BYTES",
    "SUITES",
    "SUITE_1",
    "CardAgreement",
    "CardCertificate",
    "DataKey",
    "OpenedPage",
    "PageKey",
    "PassphraseCost",
    "SealError",
    "SealingKey",
    "SigningKey",
    "SoftwareCardKey",
    "Suite",
    "UnsealingKey",
    "VerifyKey",
    "agree_with_card",
    "card_challenge",
    "decrypt_with_key",
    "encrypt_with_key",
    "hmac_sha256",
    "key_from_card",
    "key_from_passphrase",
    "key_from_secret",
    "random_id",
    "seal",
    "suite_of",
    "unseal",
    "wipe",
]
