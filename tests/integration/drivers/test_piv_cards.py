"""The PIV driver before the machine's real PC/SC service, what it gives checked by cryptography."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from drivers.api import (
    CardAlgorithm,
    CardPresence,
    CardRefusal,
    CardRefused,
    CardSecret,
    CardSignature,
    CardSlot,
    DeviceState,
    Pin,
    PivCard,
)
from drivers.errors import DeviceNotFound, DeviceUnplugged
from drivers.smartcard.reader import PcscSmartCardReader
from sync.errors import SealError
from sync.seal import CardCertificate, agree_with_card, card_challenge, key_from_card
from tests.support.drivers_piv_card import (
    GUID,
    OTHER_PIN,
    RIGHT_PIN,
    TRIES,
    PivChip,
    p256_keys,
)
from tests.support.pcsc_card import (
    PATIENCE_S,
    PORT,
    READER,
    SECOND_PORT,
    PcscService,
    SilentChip,
    Slit,
    pcsc_service,
    wait_until,
)

PURPOSE = b"sign-in"
AUTHENTICATION, AGREEMENT = CardSlot.AUTHENTICATION, CardSlot.KEY_MANAGEMENT


@pytest.fixture(scope="module")
def service() -> Iterator[PcscService]:
    with pcsc_service() as running:
        yield running


@pytest.fixture
def chip() -> PivChip:
    return PivChip(p256_keys(1))


@pytest.fixture
def slit(service: PcscService, chip: PivChip) -> Iterator[Slit]:
    slit = Slit(lambda: chip)
    yield slit
    slit.pull()


@pytest.fixture
def reader(slit: Slit) -> Iterator[PcscSmartCardReader]:
    reader = PcscSmartCardReader.from_options({"reader": slit.reader})
    reader.open()
    yield reader
    reader.close()


def put_in(slit: Slit, reader: PcscSmartCardReader) -> CardPresence:
    slit.insert()
    found = reader.await_card(PATIENCE_S)
    assert isinstance(found, CardPresence)
    return found


def signed(reader: PcscSmartCardReader, message: bytes, pin: bytes = RIGHT_PIN) -> object:
    with Pin(pin) as entered:
        return reader.sign(AUTHENTICATION, message, entered)


def test_a_card_proves_whose_it_is(slit: Slit, chip: PivChip, reader: PcscSmartCardReader) -> None:
    assert put_in(slit, reader).reader == slit.reader
    card = reader.read()
    assert isinstance(card, PivCard)
    assert card.guid == GUID
    assert {slot.value: found for slot, found in card.certificates.items()} == chip.certificates
    enrolled = CardCertificate(card.certificates[AUTHENTICATION])

    challenge = card_challenge(PURPOSE)
    answer = signed(reader, challenge)

    assert isinstance(answer, CardSignature)
    assert answer.algorithm is CardAlgorithm.ECC_P256
    enrolled.verify(answer.signature, challenge)
    with pytest.raises(SealError):
        enrolled.verify(answer.signature, card_challenge(PURPOSE))
    assert not chip.verified, "the PIN does not stay verified for the next program"


def test_a_card_makes_the_same_key_again(slit: Slit, reader: PcscSmartCardReader) -> None:
    put_in(slit, reader)
    card = reader.read()
    assert isinstance(card, PivCard)
    certificate = CardCertificate(card.certificates[AGREEMENT])
    slot = agree_with_card(certificate, PURPOSE)
    with Pin(RIGHT_PIN) as pin:
        secret = reader.agree(AGREEMENT, slot.point, pin)
    assert isinstance(secret, CardSecret)
    assert secret.certificate == card.certificates[AGREEMENT]
    assert key_from_card(certificate, PURPOSE, slot.point, secret.shared) == slot.key
    assert key_from_card(certificate, b"other", slot.point, secret.shared) != slot.key
    unasked = reader.agree(AGREEMENT, slot.point, None)
    assert unasked == CardRefused(CardRefusal.PIN_NEEDED)


def test_an_rsa_card_signs_and_agrees_on_nothing(slit: Slit, reader: PcscSmartCardReader) -> None:
    key = rsa.generate_private_key(65537, 2048)
    slit.chip = lambda: PivChip({0x9A: key, 0x9D: key}, packed=True)
    put_in(slit, reader)
    challenge = card_challenge(PURPOSE)
    answer = signed(reader, challenge)
    assert isinstance(answer, CardSignature)
    assert answer.algorithm is CardAlgorithm.RSA_2048
    CardCertificate(answer.certificate).verify(answer.signature, challenge)
    point = agree_with_card(CardCertificate(PivChip(p256_keys(1)).certificates[0x9D]), b"").point
    assert reader.agree(AGREEMENT, point, None) == CardRefused(CardRefusal.NO_KEY)
    missing = reader.sign(CardSlot.CARD_AUTHENTICATION, challenge, None)
    assert missing == CardRefused(CardRefusal.NO_KEY)


def test_wrong_pins_are_counted_by_the_card_until_it_blocks(
    slit: Slit, reader: PcscSmartCardReader
) -> None:
    put_in(slit, reader)
    assert reader.pin_tries() == TRIES
    for left in (2, 1):
        wrong = signed(reader, PURPOSE, OTHER_PIN)
        assert wrong == CardRefused(CardRefusal.WRONG_PIN, left)
    # Taking the card out and into another machine does not bring the tries back.
    slit.pull()
    put_in(slit, reader)
    assert reader.pin_tries() == 1
    assert signed(reader, PURPOSE, OTHER_PIN) == CardRefused(CardRefusal.PIN_BLOCKED, 0)
    assert signed(reader, PURPOSE, RIGHT_PIN) == CardRefused(CardRefusal.PIN_BLOCKED, 0)
    assert reader.pin_tries() == 0


def test_a_card_pulled_in_mid_challenge(
    slit: Slit, chip: PivChip, reader: PcscSmartCardReader
) -> None:
    put_in(slit, reader)
    chip.pull_at_challenge = True
    assert signed(reader, PURPOSE) == CardRefused(CardRefusal.PULLED)
    assert reader.await_removal(PATIENCE_S)
    assert reader.status().state is DeviceState.READY
    chip.pull_at_challenge = False
    put_in(slit, reader)
    assert isinstance(signed(reader, PURPOSE), CardSignature)


def test_a_card_of_somebody_else_is_told_by_its_signature(
    slit: Slit, reader: PcscSmartCardReader, chip: PivChip
) -> None:
    enrolled = CardCertificate(chip.certificates[0x9A])
    slit.chip = lambda: PivChip(p256_keys(7))
    put_in(slit, reader)
    challenge = card_challenge(PURPOSE)
    answer = signed(reader, challenge)
    assert isinstance(answer, CardSignature)
    assert CardCertificate(answer.certificate).fingerprint != enrolled.fingerprint
    with pytest.raises(SealError, match="does not verify"):
        enrolled.verify(answer.signature, challenge)


def test_a_card_that_is_no_piv_card(slit: Slit, reader: PcscSmartCardReader) -> None:
    slit.chip = SilentChip
    put_in(slit, reader)
    for answer in (reader.read(), reader.pin_tries(), signed(reader, PURPOSE)):
        assert answer == CardRefused(CardRefusal.NOT_PIV)


def test_two_readers_count_as_one_unless_one_is_named(service: PcscService) -> None:
    first, second = (
        Slit(lambda: PivChip(p256_keys(1)), PORT),
        Slit(lambda: PivChip(p256_keys(4)), SECOND_PORT),
    )
    any_reader = PcscSmartCardReader.from_options({})
    any_reader.open()
    named = PcscSmartCardReader.from_options({"reader": second.reader})
    assert named.open().model == second.reader
    assert put_in(second, any_reader).reader == second.reader
    assert isinstance(any_reader.read(), PivCard)
    second.pull()
    assert any_reader.await_removal(PATIENCE_S)
    assert put_in(first, any_reader).reader == first.reader
    assert named.await_card(0.0) == CardRefused(CardRefusal.TIMEOUT)
    assert named.read() == CardRefused(CardRefusal.NO_CARD)
    first.pull()
    for reader in (any_reader, named):
        reader.close()


def test_no_such_reader(service: PcscService) -> None:
    with pytest.raises(DeviceNotFound, match="no_reader"):
        PcscSmartCardReader.from_options({"reader": "nobody makes this one"}).open()


def test_the_service_stops_and_starts_again(chip: PivChip, service: PcscService) -> None:
    if not service.ours:
        pytest.skip("the service of this machine was not started by the tests")
    reader = PcscSmartCardReader.from_options({"reader": READER})
    reader.open()
    service.stop()
    wait_until(lambda: reader.status().state is DeviceState.UNPLUGGED, "the loss to show")
    assert reader.status().detail == "service_stopped"
    with pytest.raises(DeviceUnplugged):
        reader.read()
    with pytest.raises(DeviceNotFound):
        PcscSmartCardReader.from_options({}).open()

    service.start()
    wait_until(lambda: reader.status().state is DeviceState.READY, "the service to be noticed")
    slit = Slit(lambda: chip, PORT)
    put_in(slit, reader)
    assert isinstance(signed(reader, PURPOSE), CardSignature)
    slit.pull()
    reader.close()
