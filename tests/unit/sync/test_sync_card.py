"""Staff cards: signatures of challenges and keys that only the card makes again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from sync.seal import (
    CardCertificate,
    SealError,
    SoftwareCardKey,
    agree_with_card,
    card_challenge,
    key_from_card,
)

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def certified(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> CardCertificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "O002")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, NOW, NOW + timedelta(days=1))
    return CardCertificate(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))


def test_a_challenge_is_signed_by_the_card_that_it_was_asked_of() -> None:
    key, other = SoftwareCardKey("O001", NOW), SoftwareCardKey("O002", NOW)
    certificate, challenge = CardCertificate(key.certificate), card_challenge(b"sign-in")
    certificate.verify(key.sign(challenge), challenge)
    for wrong in (other.sign(challenge), key.sign(card_challenge(b"sign-in")), b"", b"\x30\x00"):
        with pytest.raises(SealError, match="does not verify"):
            certificate.verify(wrong, challenge)
    assert certificate.fingerprint != CardCertificate(other.certificate).fingerprint


def test_an_rsa_card_is_verified_and_has_no_key_to_agree_with() -> None:
    key = rsa.generate_private_key(65537, 2048)
    certificate, challenge = certified(key), card_challenge(b"sign-in")
    certificate.verify(key.sign(challenge, padding.PKCS1v15(), hashes.SHA256()), challenge)
    with pytest.raises(SealError, match="does not verify"):
        certificate.verify(bytes(256), challenge)
    with pytest.raises(SealError, match="no key for agreement"):
        agree_with_card(certificate, b"slot")


def test_no_challenge_comes_twice_and_purposes_are_apart() -> None:
    challenges = {card_challenge(purpose) for purpose in (b"a", b"a", b"b", b"b")}
    assert len(challenges) == 4
    assert all(challenge.startswith(b"tdxl-card-challenge-1\x00") for challenge in challenges)


def test_only_the_card_makes_the_key_again() -> None:
    key, other = SoftwareCardKey("O001", NOW), SoftwareCardKey("O002", NOW)
    certificate = CardCertificate(key.certificate)
    made = agree_with_card(certificate, b"slot")
    again = key_from_card(certificate, b"slot", made.point, key.agree(made.point))
    assert again == made.key
    assert made.key.hex() not in repr(made)
    assert agree_with_card(certificate, b"slot").key != made.key
    others = key_from_card(certificate, b"slot", made.point, other.agree(made.point))
    elsewhere = key_from_card(certificate, b"other", made.point, key.agree(made.point))
    assert made.key not in (others, elsewhere)


def test_values_of_the_wrong_length_or_off_the_curve_are_refused() -> None:
    key = SoftwareCardKey("O001", NOW)
    certificate = CardCertificate(key.certificate)
    point = agree_with_card(certificate, b"slot").point
    for wrong_point, shared in ((point, b"short"), (b"short", bytes(32))):
        with pytest.raises(SealError, match="wrong length"):
            key_from_card(certificate, b"slot", wrong_point, shared)
    with pytest.raises(SealError, match="no point"):
        key.agree(b"\x04" + bytes(64))


def test_what_is_no_usable_certificate_is_refused() -> None:
    good = SoftwareCardKey("O001", NOW).certificate
    for wrong in (b"", good[:-1], b"\x30\x00", bytes(9000)):
        with pytest.raises(SealError, match="certificate"):
            CardCertificate(wrong)
    for key in (ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 3072)):
        with pytest.raises(SealError, match="not used"):
            certified(key)


def test_validity_is_asked_with_a_clock_from_outside() -> None:
    certificate = CardCertificate(SoftwareCardKey("O001", NOW).certificate)
    assert certificate.valid_at(NOW)
    assert not certificate.valid_at(NOW - timedelta(seconds=1))
    assert not certificate.valid_at(NOW + timedelta(days=4000))


def test_nothing_of_a_holder_or_key_is_shown() -> None:
    key = SoftwareCardKey("O001 fictional", NOW)
    assert repr(key) == "SoftwareCardKey(…)"
    assert repr(CardCertificate(key.certificate)) == "CardCertificate(…)"
