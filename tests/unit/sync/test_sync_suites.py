"""Suites by id, and keys out of passphrases: by the RFCs' numbers, with one clear refusal."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from sync.seal import (
    SUITES,
    DataKey,
    PassphraseCost,
    SealError,
    SigningKey,
    UnsealingKey,
    VerifyKey,
    key_from_passphrase,
    key_from_secret,
    seal,
    suite_of,
    suites,
    unseal,
    wipe,
)
from sync.seal.suite_1 import Suite1

SM_SUITE = 0x02
REFERENCE = "1a98fba8e6394425c9bdc333a9c750aaf811df070f5fb4a5788e1cf4db5793a1"


def test_argon2id_is_that_of_rfc_9106() -> None:
    """Section 5.3; secret and associated data are not used by the station's own function."""
    derived = Argon2id(
        salt=b"\x02" * 16,
        length=32,
        iterations=3,
        lanes=4,
        memory_cost=32,
        ad=b"\x04" * 12,
        secret=b"\x03" * 8,
    ).derive(b"\x01" * 32)
    assert derived.hex() == "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"


def test_a_passphrase_makes_the_same_key_as_the_reference_program() -> None:
    """`echo -n password | argon2 somesaltsomesalt -id -t 2 -k 64 -p 1 -l 32 -r`, argon2(1)."""
    cost = PassphraseCost(iterations=2, lanes=1, memory_kib=64)
    assert key_from_passphrase(b"password", b"somesaltsomesalt", cost).hex() == REFERENCE


def test_every_part_of_the_cost_enters_the_key() -> None:
    costs = [PassphraseCost(*numbers) for numbers in ((1, 1, 64), (2, 1, 64), (1, 2, 64))]
    costs.append(PassphraseCost(1, 1, 128))
    salts = (bytes(16), b"\x01" * 16)
    keys = {key_from_passphrase(b"p", salt, cost) for cost in costs for salt in salts}
    assert len(keys) == 8


@pytest.mark.parametrize(
    "numbers",
    [(0, 1, 64), (65, 1, 64), (1, 0, 64), (1, 17, 256), (1, 2, 15), (1, 1, 2**21), (-1, -1, -1)],
)
def test_costs_out_of_reason_are_refused(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(SealError, match="out of range"):
        PassphraseCost(*numbers)


def test_short_salts_and_short_secrets_are_refused() -> None:
    with pytest.raises(SealError):
        key_from_passphrase(b"p", b"short", PassphraseCost(1, 1, 64))
    with pytest.raises(SealError):
        key_from_secret(b"short", b"purpose")
    assert key_from_secret(bytes(32), b"one") != key_from_secret(bytes(32), b"two")


def test_what_is_wiped_is_zero_and_as_long_as_before() -> None:
    secret = bytearray(b"passphrase")
    wipe(secret)
    assert secret == bytes(10)


def test_the_table_names_every_suite_by_its_id() -> None:
    assert {id_: suite.id for id_, suite in SUITES.items()} == {1: 1}
    assert all("·" in suite.name for suite in SUITES.values())


@pytest.mark.parametrize("id_", [0, SM_SUITE, 255])
def test_an_unknown_suite_is_named_in_one_clear_error(id_: int) -> None:
    signing, unsealing, data_key = (
        SigningKey.generate(),
        UnsealingKey.generate(),
        DataKey.generate(),
    )
    other = bytes((id_,))
    for use in (
        lambda: VerifyKey.from_bytes(other + signing.verify_key.to_bytes()[1:]),
        lambda: SigningKey.from_bytes(other + signing.to_bytes()[1:]),
        lambda: UnsealingKey.from_bytes(other + unsealing.to_bytes()[1:]),
        lambda: DataKey.from_bytes(other + data_key.to_bytes()[1:]),
        lambda: signing.verify_key.verify(other + signing.sign(b"")[1:], b""),
        lambda: unseal(unsealing, other + seal(unsealing.sealing_key, b"", b"")[1:], b""),
        lambda: data_key.decrypt(other + data_key.encrypt(b"", b"")[1:], b""),
    ):
        with pytest.raises(SealError, match=f"unknown suite {id_}$"):
            use()


def test_nothing_has_no_suite() -> None:
    with pytest.raises(SealError, match="empty"):
        suite_of(b"", "seal")


class _Later(Suite1):
    """Stands for the suite of a later release."""

    id = SM_SUITE
    name = "later"


def test_a_second_suite_joins_by_the_table_and_the_first_goes_on_being_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old_signing, old_key = SigningKey.generate(), DataKey.generate()
    old_unsealing = UnsealingKey.generate()
    signed, encrypted = old_signing.sign(b"x"), old_key.encrypt(b"x", b"")
    sealed = seal(old_unsealing.sealing_key, b"x", b"")
    later = _Later()
    monkeypatch.setattr(suites, "SUITES", {**SUITES, later.id: later})

    signing = SigningKey(later, later.new_signing_key())
    signing = SigningKey.from_bytes(signing.to_bytes())
    VerifyKey.from_bytes(signing.verify_key.to_bytes()).verify(signing.sign(b"x"), b"x")
    unsealing = UnsealingKey.from_bytes(UnsealingKey(later, later.new_unsealing_key()).to_bytes())
    assert unseal(unsealing, seal(unsealing.sealing_key, b"x", b""), b"") == b"x"
    key = DataKey.from_bytes(DataKey(later.new_data_key(), later).to_bytes())
    assert key.decrypt(key.encrypt(b"x", b""), b"") == b"x"
    made = (signing.to_bytes(), signing.sign(b"x"), key.encrypt(b"x", b""), unsealing.to_bytes())
    assert {one[0] for one in made} == {SM_SUITE}

    VerifyKey.from_bytes(old_signing.verify_key.to_bytes()).verify(signed, b"x")
    assert DataKey.from_bytes(old_key.to_bytes()).decrypt(encrypted, b"") == b"x"
    assert unseal(UnsealingKey.from_bytes(old_unsealing.to_bytes()), sealed, b"") == b"x"
    for mixed in (
        lambda: old_signing.verify_key.verify(signing.sign(b"x"), b"x"),
        lambda: old_key.decrypt(key.encrypt(b"x", b""), b""),
        lambda: unseal(old_unsealing, seal(unsealing.sealing_key, b"x", b""), b""),
    ):
        with pytest.raises(SealError, match="of another suite"):
            mixed()
