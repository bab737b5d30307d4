"""Keys, certificates and signatures of fictional device makers, for the service of the tests."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


@cache
def rsa_key(number: int, bits: int = 2048) -> rsa.RSAPrivateKey:
    """Made once a run: making one takes long."""
    assert number >= 0
    return rsa.generate_private_key(65537, bits)


@cache
def ec_key(number: int) -> ec.EllipticCurvePrivateKey:
    assert number >= 0
    return ec.generate_private_key(ec.SECP256R1())


@dataclass(frozen=True)
class Signer:
    """A key, its certificate and those above it, lowest first."""

    key: PrivateKey
    chain: tuple[x509.Certificate, ...]

    def token(self, payload: bytes, algorithm: str = "RS256", **header: object) -> str:
        """A JSON Web Signature in compact form; `x5c` holds the whole chain."""
        certificates = [
            base64.b64encode(one.public_bytes(Encoding.DER)).decode("ascii") for one in self.chain
        ]
        head = {"typ": "JWT", "alg": algorithm, "x5c": certificates, **header}
        signed = f"{b64url(json.dumps(head).encode())}.{b64url(payload)}"
        return f"{signed}.{b64url(self._signature(algorithm, signed.encode()))}"

    def _signature(self, algorithm: str, signed: bytes) -> bytes:
        if algorithm == "none":
            return b""
        if algorithm == "HS256":  # keyed with what everybody can read
            return hmac.digest(self.chain[0].public_bytes(Encoding.DER), signed, "sha256")
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            pair = decode_dss_signature(self.key.sign(signed, ec.ECDSA(SHA256())))
            return b"".join(half.to_bytes(32, "big") for half in pair)
        pss = padding.PSS(padding.MGF1(SHA256()), padding.PSS.DIGEST_LENGTH)
        return self.key.sign(signed, pss if algorithm == "PS256" else padding.PKCS1v15(), SHA256())

    def pem(self, path: Path) -> Path:
        """The top of the chain as a file of trust anchors."""
        path.write_bytes(self.chain[-1].public_bytes(Encoding.PEM))
        return path


def certificate(
    name: str,
    key: PrivateKey,
    issuer: tuple[str, PrivateKey] | None = None,
    *,
    authority: bool = False,
    valid_days: tuple[int, int] = (-30, 300),
) -> x509.Certificate:
    """Issued by `issuer`, by itself without one; valid from and until so many days from now."""
    issuer_name, issuer_key = issuer or (name, key)
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer_name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=valid_days[0]))
        .not_valid_after(now + timedelta(days=valid_days[1]))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
        .sign(issuer_key, SHA256())
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def device_signer(*, valid_days: tuple[int, int] = (-30, 300), authority: bool = True) -> Signer:
    """A device's key certified by its maker, whose certificate is its own root."""
    maker = certificate("Maker", rsa_key(0), authority=authority)
    device = certificate("Device", rsa_key(1), ("Maker", rsa_key(0)), valid_days=valid_days)
    return Signer(rsa_key(1), (device, maker))


def self_signer(number: int = 2, bits: int = 2048) -> Signer:
    """A key that only vouches for itself."""
    key = rsa_key(number, bits)
    return Signer(key, (certificate("Somebody", key),))
