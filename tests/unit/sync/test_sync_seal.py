"""Signatures, seals and data keys: they open with the right key and no other, and say no more."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from hypothesis import given
from hypothesis import strategies as st

from sync.seal import (
    KEY_BYTES,
    SEAL_OVERHEAD_BYTES,
    SIGNATURE_BYTES,
    DataKey,
    SealError,
    SealingKey,
    SigningKey,
    UnsealingKey,
    VerifyKey,
    decrypt_with_key,
    encrypt_with_key,
    hmac_sha256,
    random_id,
    seal,
    unseal,
)

SIGNING = SigningKey.from_bytes(
    bytes.fromhex("0110" + "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
)
UNSEALING = UnsealingKey.generate()
DATA_KEY = DataKey.generate()


def test_signature_is_that_of_rfc_8032() -> None:
    assert SIGNING.verify_key.to_bytes().hex() == (
        "0111d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    )
    assert SIGNING.sign(b"").hex() == (
        "01e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )


def test_a_changed_message_or_signature_does_not_verify() -> None:
    signature = SIGNING.sign(b"message")
    SIGNING.verify_key.verify(signature, b"message")
    with pytest.raises(SealError):
        SIGNING.verify_key.verify(signature, b"massage")
    for position in range(SIGNATURE_BYTES):
        changed = bytearray(signature)
        changed[position] ^= 1
        with pytest.raises(SealError):
            SIGNING.verify_key.verify(bytes(changed), b"message")


@given(plaintext=st.binary(max_size=300), aad=st.binary(max_size=50))
def test_a_seal_opens_with_its_key_and_its_aad_only(plaintext: bytes, aad: bytes) -> None:
    sealed = seal(UNSEALING.sealing_key, plaintext, aad)
    assert len(sealed) == len(plaintext) + SEAL_OVERHEAD_BYTES
    assert unseal(UNSEALING, sealed, aad) == plaintext
    with pytest.raises(SealError):
        unseal(UNSEALING, sealed, aad + b"x")
    with pytest.raises(SealError):
        unseal(UnsealingKey.generate(), sealed, aad)


def test_a_seal_with_any_byte_changed_or_missing_does_not_open() -> None:
    sealed = seal(UNSEALING.sealing_key, b"impression", b"confirmation:1")
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 0x80
        with pytest.raises(SealError):
            unseal(UNSEALING, bytes(changed), b"confirmation:1")
        with pytest.raises(SealError):
            unseal(UNSEALING, sealed[:position], b"confirmation:1")


def test_an_all_zero_encapsulated_key_is_refused() -> None:
    with pytest.raises(SealError):
        unseal(UNSEALING, b"\x01" + bytes(32 + 40), b"")


def test_the_same_plaintext_never_seals_alike() -> None:
    assert seal(UNSEALING.sealing_key, b"x", b"") != seal(UNSEALING.sealing_key, b"x", b"")


def test_hpke_of_the_library_opens_the_vector_of_rfc_9180() -> None:
    """A.1.1 has associated data on every message; the library takes those by one function only.

    The RFC prints AES-128-GCM; the KEM, KDF and key schedule are the ones our suite uses.
    """
    from cryptography.hazmat.bindings._rust import openssl  # its only door for the vector's aad

    recipient = X25519PrivateKey.from_private_bytes(
        bytes.fromhex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8")
    )
    enc = bytes.fromhex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431")
    ciphertext = bytes.fromhex(
        "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a"
    )
    opened = openssl.hpke._decrypt_with_aad(
        Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM),
        enc + ciphertext,
        recipient,
        bytes.fromhex("4f6465206f6e2061204772656369616e2055726e"),
        b"Count-0",
    )
    assert opened == b"Beauty is truth, truth beauty"


def test_keys_round_trip_and_are_never_taken_for_another_kind() -> None:
    kinds: dict[Any, bytes] = {
        SigningKey: SIGNING.to_bytes(),
        VerifyKey: SIGNING.verify_key.to_bytes(),
        UnsealingKey: UNSEALING.to_bytes(),
        SealingKey: UNSEALING.sealing_key.to_bytes(),
        DataKey: DATA_KEY.to_bytes(),
    }
    for kind, serialised in kinds.items():
        assert len(serialised) == KEY_BYTES
        assert kind.from_bytes(serialised).to_bytes() == serialised
        for other, foreign in kinds.items():
            if other is not kind:
                with pytest.raises(SealError):
                    kind.from_bytes(foreign)
        with pytest.raises(SealError):
            kind.from_bytes(serialised[:-1])


@given(plaintext=st.binary(max_size=300), aad=st.binary(max_size=50))
def test_a_data_key_opens_what_it_encrypted_and_nothing_else(plaintext: bytes, aad: bytes) -> None:
    ciphertext = encrypt_with_key(DATA_KEY, plaintext, aad)
    assert decrypt_with_key(DATA_KEY, ciphertext, aad) == plaintext
    for key, text, bound in [
        (DataKey.generate(), ciphertext, aad),
        (DATA_KEY, ciphertext[:-1], aad),
        (DATA_KEY, b"\x02" + ciphertext[1:], aad),
        (DATA_KEY, ciphertext, aad + b"x"),
    ]:
        with pytest.raises(SealError):
            decrypt_with_key(key, text, bound)


def test_hmac_is_that_of_rfc_4231() -> None:
    assert hmac_sha256(b"Jefe", b"what do ya want for nothing?").hex() == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )


def test_a_reference_depends_on_key_and_data() -> None:
    assert DATA_KEY.reference(b"a") == DATA_KEY.reference(b"a")
    assert DATA_KEY.reference(b"a") != DATA_KEY.reference(b"b")
    assert DATA_KEY.reference(b"a") != DataKey.generate().reference(b"a")


def test_private_keys_do_not_show_in_a_repr() -> None:
    for key in (SIGNING, UNSEALING, DATA_KEY):
        assert key.to_bytes()[2:].hex() not in repr(key)
        assert repr(key).endswith("(…)")


def test_random_ids_are_128_bits_and_differ() -> None:
    ids = {random_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(len(id_) == 32 and int(id_, 16) >= 0 for id_ in ids)
