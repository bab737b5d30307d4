"""Keys for simulated staff cards: what a real card does with a key that never leaves it.

For demonstrations, training and tests; a key in software guards nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sync.errors import SealError

# NIST SP 800-78-4, table 6-2: ECC, curve P-256.
ECC_P256 = 0x11
VALIDITY = timedelta(days=3650)


class SoftwareCardKey:
    """A P-256 key with a certificate signed by itself; its repr shows nothing."""

    algorithm_id = ECC_P256

    def __init__(self, holder: str, now: datetime) -> None:
        """A fresh key for a fictional holder; `now` with its time zone begins the validity."""
        self._key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, holder)])
        made = x509.CertificateBuilder(
            issuer_name=name,
            subject_name=name,
            public_key=self._key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=now,
            not_valid_after=now + VALIDITY,
        ).sign(self._key, hashes.SHA256())
        self.certificate = made.public_bytes(serialization.Encoding.DER)

    @classmethod
    def from_pem(cls, pem: bytes) -> SoftwareCardKey:
        """What `to_pem` gave. Raises SealError for anything else."""
        loaded = cls.__new__(cls)
        try:
            key = serialization.load_pem_private_key(pem, password=None)
            certificate = x509.load_pem_x509_certificate(pem)
        except ValueError as error:
            raise SealError("software card: no key and certificate") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
            raise SealError("software card: a key of another kind")
        if certificate.public_key() != key.public_key():
            raise SealError("software card: the certificate is another key's")
        loaded._key = key
        loaded.certificate = certificate.public_bytes(serialization.Encoding.DER)
        return loaded

    def to_pem(self) -> bytes:
        """Key (PKCS #8, in the clear) and certificate: for practice cards only."""
        encoding = serialization.Encoding.PEM
        clear = serialization.NoEncryption()
        key = self._key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, clear)
        return key + x509.load_der_x509_certificate(self.certificate).public_bytes(encoding)

    def sign(self, message: bytes) -> bytes:
        """ECDSA over SHA-256 of the message, DER."""
        return self._key.sign(message, ec.ECDSA(hashes.SHA256()))

    def agree(self, point: bytes) -> bytes:
        """ECDH with an uncompressed point, 32 bytes. Raises SealError for a point off the curve."""
        try:
            other = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        except ValueError as error:
            raise SealError("card agreement: no point of the curve") from error
        return self._key.exchange(ec.ECDH(), other)

    def __repr__(self) -> str:
        return "SoftwareCardKey(…)"
