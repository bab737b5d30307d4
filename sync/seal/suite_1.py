"""Suite 1: the algorithms of today, through `cryptography`.

Ed25519 (RFC 8032) · HPKE base mode, single shot (RFC 9180; X25519, HKDF-SHA256, AES-256-GCM) ·
AES-256-GCM with random 96-bit nonces (NIST SP 800-38D) · HKDF-SHA256 (RFC 5869).
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM
from cryptography.hazmat.primitives.hpke import Suite as Hpke
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.errors import SealError

RAW_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16


class Suite1:
    """See `sync.seal.suites.Suite` for what each method promises."""

    id = 0x01
    name = "Ed25519 · HPKE(X25519, HKDF-SHA256, AES-256-GCM) · AES-256-GCM · HMAC-SHA256"
    signature_bytes = 64
    seal_overhead_bytes = 32 + TAG_BYTES

    def new_signing_key(self) -> bytes:
        return Ed25519PrivateKey.generate().private_bytes_raw()

    def verify_key(self, signing: bytes) -> bytes:
        return _signing(signing).public_key().public_bytes_raw()

    def checked_verify_key(self, verify: bytes) -> bytes:
        return _right_length(verify, "verify key")

    def sign(self, signing: bytes, data: bytes) -> bytes:
        return _signing(signing).sign(data)

    def verify(self, verify: bytes, signature: bytes, data: bytes) -> None:
        try:
            Ed25519PublicKey.from_public_bytes(verify).verify(signature, data)
        except (InvalidSignature, ValueError) as error:
            raise SealError("signature: does not verify") from error

    def new_unsealing_key(self) -> bytes:
        return X25519PrivateKey.generate().private_bytes_raw()

    def sealing_key(self, unsealing: bytes) -> bytes:
        return _unsealing(unsealing).public_key().public_bytes_raw()

    def checked_sealing_key(self, sealing: bytes) -> bytes:
        return _right_length(sealing, "sealing key")

    def seal(self, sealing: bytes, plaintext: bytes, info: bytes) -> bytes:
        return _hpke().encrypt(plaintext, X25519PublicKey.from_public_bytes(sealing), info)

    def unseal(self, unsealing: bytes, sealed: bytes, info: bytes) -> bytes:
        try:
            return _hpke().decrypt(sealed, _unsealing(unsealing), info)
        except (InvalidTag, ValueError) as error:
            raise SealError("seal: does not open") from error

    def new_data_key(self) -> bytes:
        return secrets.token_bytes(RAW_BYTES)

    def checked_data_key(self, key: bytes) -> bytes:
        return _right_length(key, "data key")

    def encrypt(self, key: bytes, plaintext: bytes, aad: bytes) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(key).encrypt(nonce, plaintext, aad)

    def decrypt(self, key: bytes, ciphertext: bytes, aad: bytes) -> bytes:
        if len(ciphertext) < NONCE_BYTES + TAG_BYTES:
            raise SealError("ciphertext: too short")
        try:
            return AESGCM(key).decrypt(ciphertext[:NONCE_BYTES], ciphertext[NONCE_BYTES:], aad)
        except InvalidTag as error:
            raise SealError("ciphertext: does not open") from error

    def subkey(self, key: bytes, purpose: bytes) -> bytes:
        return HKDF(hashes.SHA256(), RAW_BYTES, None, purpose).derive(key)


def _hpke() -> Hpke:
    return Hpke(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def _signing(raw: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_right_length(raw, "signing key"))


def _unsealing(raw: bytes) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(_right_length(raw, "unsealing key"))


def _right_length(raw: bytes, what: str) -> bytes:
    if len(raw) != RAW_BYTES:
        raise SealError(f"{what}: wrong length")
    return raw
