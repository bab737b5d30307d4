"""Staff cards: whether a signature is the card's, and a key that only the card can agree on.

The card's half is done elsewhere (NIST SP 800-73-4); here are the certificate (X.509 in DER), ECDSA
with P-256 and RSA 2048 (PKCS #1 v1.5), both over SHA-256, and ECDH with P-256 (SP 800-56A). A card
is known by the fingerprint of its certificate, which is enrolled; who issued it says nothing here.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.errors import SealError

MAX_CERTIFICATE_BYTES = 8 * 1024
NONCE_BYTES = 32
SHARED_BYTES = 32
POINT_BYTES = 65
RSA_BITS = 2048
_CHALLENGE_LABEL = b"tdxl-card-challenge-1\x00"
_KEY_LABEL = b"tdxl-card-key-1\x00"


def card_challenge(purpose: bytes) -> bytes:
    """A message for a card to sign, never the same twice; `purpose` keeps its uses apart.

    It begins with a label, so that what a card signs for us is worth nothing anywhere else.
    """
    return _CHALLENGE_LABEL + purpose + b"\x00" + secrets.token_bytes(NONCE_BYTES)


class CardCertificate:
    """A card's certificate; its repr shows nothing of the holder."""

    def __init__(self, der: bytes) -> None:
        """Raises SealError unless `der` is a certificate of a P-256 or RSA-2048 key."""
        if len(der) > MAX_CERTIFICATE_BYTES:
            raise SealError("certificate: too long")
        try:
            parsed = x509.load_der_x509_certificate(der)
            key = parsed.public_key()
            self.not_before: datetime = parsed.not_valid_before_utc
            self.not_after: datetime = parsed.not_valid_after_utc
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise SealError("certificate: cannot be read") from error
        self._key = _usable(key)
        self.fingerprint = hashlib.sha256(der).hexdigest()

    def valid_at(self, moment: datetime) -> bool:
        """Whether a moment (with its time zone) lies within the certificate's validity."""
        return self.not_before <= moment <= self.not_after

    def verify(self, signature: bytes, message: bytes) -> None:
        """Return if the signature over the message is this card's; otherwise raise SealError."""
        try:
            if isinstance(self._key, rsa.RSAPublicKey):
                self._key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
            else:
                self._key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature as error:
            raise SealError("card signature: does not verify") from error

    @property
    def agreement_key(self) -> ec.EllipticCurvePublicKey:
        """The key to agree with. Raises SealError for a card whose key only signs."""
        if isinstance(self._key, rsa.RSAPublicKey):
            raise SealError("certificate: no key for agreement")
        return self._key

    def __repr__(self) -> str:
        return "CardCertificate(…)"


@dataclass(frozen=True)
class CardAgreement:
    """A key of 32 bytes, and the point (65 bytes) with which the card makes it again."""

    point: bytes
    key: bytes = field(repr=False)


def agree_with_card(certificate: CardCertificate, purpose: bytes) -> CardAgreement:
    """A new key that is kept nowhere: only the card gets it back, from `point`."""
    ours = ec.generate_private_key(ec.SECP256R1())
    point = ours.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    shared = ours.exchange(ec.ECDH(), certificate.agreement_key)
    return CardAgreement(point, key_from_card(certificate, purpose, point, shared))


def key_from_card(
    certificate: CardCertificate, purpose: bytes, point: bytes, shared: bytes
) -> bytes:
    """The 32-byte key out of what the card agreed on: HKDF-SHA256 (RFC 5869).

    Certificate, purpose and point enter the derivation: with another of them it is another key.
    Raises SealError for values of the wrong length.
    """
    if len(shared) != SHARED_BYTES or len(point) != POINT_BYTES:
        raise SealError("card agreement: wrong length")
    info = _KEY_LABEL + bytes.fromhex(certificate.fingerprint) + point + purpose
    return HKDF(hashes.SHA256(), 32, None, info).derive(shared)


def _usable(key: object) -> ec.EllipticCurvePublicKey | rsa.RSAPublicKey:
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    if isinstance(key, rsa.RSAPublicKey) and key.key_size == RSA_BITS:
        return key
    raise SealError("certificate: kind of key not used")
