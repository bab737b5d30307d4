"""The tests' PIV card before OpenSC's tools: what they take for a PIV card, the driver may, too."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from tests.support.drivers_piv_card import RIGHT_PIN, Key, PivChip, p256_key
from tests.support.pcsc_card import PATIENCE_S, PORT, Slit, card_lies, pcsc_service, wait_until

MESSAGE = b"a challenge of the station"
OPERATORS = (p256_key(1), p256_key(2), p256_key(3))
RSA_KEY = rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def service() -> Iterator[None]:
    with pcsc_service():
        yield


@pytest.fixture(scope="module", params=["P-256", "P-256 packed", "RSA"])
def chip(request: pytest.FixtureRequest, service: None) -> Iterator[PivChip]:
    first: Key = RSA_KEY if request.param == "RSA" else OPERATORS[0]
    keys = {0x9A: first, 0x9D: OPERATORS[1], 0x9E: OPERATORS[2]}
    chip = PivChip(keys, packed=request.param.endswith("packed"))
    slit = Slit(lambda: chip, PORT)
    slit.insert()
    wait_until(card_lies, "the card")
    yield chip
    slit.pull()


def said(*command: str | Path) -> str:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, timeout=PATIENCE_S, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def test_opensc_reads_and_believes_the_card(chip: PivChip) -> None:
    assert said("opensc-tool", "-a").strip() == chip.answer_to_reset.hex(":")
    assert said("opensc-tool", "-n").strip() == "Personal Identity Verification Card"
    assert said("piv-tool", "-n").strip() == "Personal Identity Verification Card"
    listed = said("pkcs15-tool", "--list-certificates", "--list-keys")
    for name in ("PIV Authentication", "Key Management", "Card Authentication"):
        assert f"[Certificate for {name}]" in listed
    for key in ("PIV AUTH", "KEY MAN", "CARD AUTH"):
        assert f"[{key} key]" in listed
    read = x509.load_pem_x509_certificate(said("pkcs15-tool", "--read-certificate", "01").encode())
    assert read.public_bytes(serialization.Encoding.DER) == chip.certificates[0x9A]


def test_a_signature_made_through_opensc_verifies(chip: PivChip, tmp_path: Path) -> None:
    asked, made = tmp_path / "asked", tmp_path / "made"
    asked.write_bytes(MESSAGE)
    key = chip.keys[0x9A]
    mechanism = "SHA256-RSA-PKCS" if isinstance(key, rsa.RSAPrivateKey) else "ECDSA-SHA256"
    said(
        *("pkcs11-tool", "--login", "--pin", RIGHT_PIN.decode(), "--sign", "--id", "01"),
        *("--mechanism", mechanism, "--signature-format", "openssl"),
        *("--input-file", asked, "--output-file", made),
    )
    if isinstance(key, rsa.RSAPrivateKey):
        key.public_key().verify(made.read_bytes(), MESSAGE, padding.PKCS1v15(), hashes.SHA256())
    else:
        key.public_key().verify(made.read_bytes(), MESSAGE, ec.ECDSA(hashes.SHA256()))


def test_opensc_agrees_with_the_card_on_a_secret(chip: PivChip, tmp_path: Path) -> None:
    ours, card = p256_key(9), chip.keys[0x9D]
    assert isinstance(card, ec.EllipticCurvePrivateKey)
    asked, made = tmp_path / "asked", tmp_path / "made"
    asked.write_bytes(
        ours.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    said(
        *("pkcs11-tool", "--login", "--pin", RIGHT_PIN.decode(), "--derive", "--id", "03"),
        *("--mechanism", "ECDH1-COFACTOR-DERIVE", "--input-file", asked, "--output-file", made),
    )
    assert made.read_bytes() == ours.exchange(ec.ECDH(), card.public_key())


def test_opensc_counts_a_wrong_pin(chip: PivChip) -> None:
    before = chip.tries_left
    tool = ["pkcs15-tool", "--verify-pin", "--pin", "999999"]
    done = subprocess.run(tool, capture_output=True, timeout=PATIENCE_S, check=False)
    assert done.returncode != 0
    assert chip.tries_left == before - 1
    assert said("pkcs15-tool", "--verify-pin", "--pin", RIGHT_PIN.decode()) == ""
    assert chip.tries_left == before
