"""JSON Web Signatures of devices (RFC 7515), and whose signature counts.

`header.payload.signature` in base64url; the header names the algorithm and carries the signer's
certificate in `x5c` (specification, "Digital Id"). Only signatures with a public key are taken:
`none` would be no signature, and a keyed hash could be made with what everybody can read.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import (
    BasicConstraints,
    Certificate,
    InvalidVersion,
    load_der_x509_certificate,
    load_pem_x509_certificates,
)
from cryptography.x509.verification import (
    ClientVerifier,
    Criticality,
    ExtensionPolicy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from drivers.errors import OptionInvalid
from drivers.fingerprint_reader.sbi.strict_json import (
    AnswerInvalid,
    Fields,
    an_object,
    base64url,
    parsed,
    text,
)

MAX_HEADER_TEXT = 40_000
MAX_CERTIFICATES = 5
MAX_PEM_BYTES = 200_000
LEAST_RSA_BITS = 2048
_ES256_HALF_BYTES = 32

Now = Callable[[], datetime]


@dataclass(frozen=True)
class TrustAnchors:
    """Certificates from the settings: a signer's own, or those of whoever issues signers' ones."""

    certificates: tuple[Certificate, ...]

    @classmethod
    def from_file(cls, driver: str, path: Path) -> TrustAnchors:
        """Read a PEM file. Raises OptionInvalid."""
        try:
            with path.open("rb") as file:
                data = file.read(MAX_PEM_BYTES + 1)
            if len(data) > MAX_PEM_BYTES:
                raise ValueError("too large")
            return cls(tuple(load_pem_x509_certificates(data)))
        except (OSError, ValueError) as error:
            raise OptionInvalid(driver, "option trust_anchors: no file of certificates") from error


class Signatures:
    """Checks signatures; without anchors only that they fit the certificate beside them."""

    def __init__(self, anchors: TrustAnchors | None, now: Now) -> None:
        self._anchors = anchors
        self._now = now

    @property
    def anchored(self) -> bool:
        """Whether a signer must be one of those, or issued by one of those, in the settings."""
        return self._anchors is not None

    def payload(self, token: str) -> bytes:
        """What was signed. Raises AnswerInvalid when the signature does not count."""
        parts = token.split(".")
        if len(parts) != 3 or len(parts[0]) > MAX_HEADER_TEXT:
            raise AnswerInvalid("no signature")
        header = an_object(parsed(base64url(parts[0])))
        if "crit" in header:  # an extension that must be understood, and none is
            raise AnswerInvalid("signature with an unknown extension")
        payload, signature = base64url(parts[1]), base64url(parts[2])
        chain = _certificates(header)
        _check(chain[0], text(header, "alg"), f"{parts[0]}.{parts[1]}".encode("ascii"), signature)
        self._check_signer(chain)
        return payload

    def payload_or_plain(self, token: str) -> tuple[bytes, bool]:
        """What a signed or unsigned text says, and whether it is signed. Raises AnswerInvalid.

        Unsigned ones are allowed for devices that are not registered; never with anchors.
        """
        if "." in token:
            return self.payload(token), True
        if self.anchored:
            raise AnswerInvalid("not signed")
        return base64url(token, padding_allowed=True), False

    def _check_signer(self, chain: Sequence[Certificate]) -> None:
        """Raises AnswerInvalid. The library reads a certificate's parts only when asked for them,
        so that a broken one may show as late as here.
        """
        signer, now = chain[0], self._now().astimezone(UTC)
        try:
            if not signer.not_valid_before_utc <= now <= signer.not_valid_after_utc:
                raise AnswerInvalid("certificate expired or not yet valid")
            if self._anchors is not None and signer not in self._anchors.certificates:
                _verifier(self._anchors, now).verify(signer, list(chain[1:]))
        except (VerificationError, ValueError, UnsupportedAlgorithm) as error:
            raise AnswerInvalid("signer not trusted") from error


def _verifier(anchors: TrustAnchors, now: datetime) -> ClientVerifier:
    """Paths from a signer to an anchor; issuers must be authorities, other extensions are free."""
    any_extension = ExtensionPolicy.permit_all()
    issuer = any_extension.require_present(BasicConstraints, Criticality.AGNOSTIC, None)
    return (
        PolicyBuilder()
        .store(Store(list(anchors.certificates)))
        .time(now)
        .max_chain_depth(MAX_CERTIFICATES)
        .extension_policies(ca_policy=issuer, ee_policy=any_extension)
        .build_client_verifier()
    )


def _certificates(header: Fields) -> Sequence[Certificate]:
    """The signer's certificate and those above it; in `x5c` they are base64, not base64url."""
    listed = header.get("x5c")
    texts: list[object] = listed if isinstance(listed, list) else [listed]
    if not 1 <= len(texts) <= MAX_CERTIFICATES:
        raise AnswerInvalid("signature without certificate")
    return [_certificate(one) for one in texts]


def _certificate(encoded: object) -> Certificate:
    if not isinstance(encoded, str):
        raise AnswerInvalid("signature without certificate")
    try:
        return load_der_x509_certificate(base64.b64decode(encoded, validate=True))
    except (ValueError, InvalidVersion, UnsupportedAlgorithm) as error:
        raise AnswerInvalid("signature without certificate") from error


def _check(signer: Certificate, algorithm: str, signed: bytes, signature: bytes) -> None:
    """Raises AnswerInvalid unless `signature` is the signer's, made with an allowed algorithm."""
    try:
        key = signer.public_key()
        if isinstance(key, rsa.RSAPublicKey) and algorithm in ("RS256", "PS256"):
            if key.key_size < LEAST_RSA_BITS:
                raise AnswerInvalid("signer's key too short")
            pss = padding.PSS(padding.MGF1(SHA256()), padding.PSS.DIGEST_LENGTH)
            key.verify(
                signature, signed, pss if algorithm == "PS256" else padding.PKCS1v15(), SHA256()
            )
        elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm == "ES256":
            if not isinstance(key.curve, ec.SECP256R1) or len(signature) != 2 * _ES256_HALF_BYTES:
                raise AnswerInvalid("wrong signature")
            halves = (signature[:_ES256_HALF_BYTES], signature[_ES256_HALF_BYTES:])
            pair = encode_dss_signature(*(int.from_bytes(half, "big") for half in halves))
            key.verify(pair, signed, ec.ECDSA(SHA256()))
        else:
            raise AnswerInvalid("signature algorithm refused")
    except InvalidSignature as error:
        raise AnswerInvalid("wrong signature") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise AnswerInvalid("signature algorithm refused") from error
