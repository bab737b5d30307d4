"""Signing in with a staff card before the machine's real PC/SC service: what people are told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.smartcard.reader import PcscSmartCardReader
from station.domain.approvals import Approval
from station.domain.audit import OperatorSignedIn, RefusalReason, SignInMethod, SignInRefused
from station.domain.people import Account
from station.domain.rights import Action
from station.services.status import CardAsked, SignInFailure, SignInRefusal
from station.settings import SecondFactor
from sync.seal import CardCertificate
from tests.support.drivers_piv_card import OTHER_PIN, RIGHT_PIN, PivChip, p256_keys
from tests.support.pcsc_card import PcscService, SilentChip, Slit, pcsc_service, wait_until
from tests.support.people_station import (
    CLERK,
    PASSPHRASE,
    SECOND,
    SECURITY,
    HandClock,
    PeopleStation,
    collected,
    reader_chip,
)

PIN, WRONG_PIN = RIGHT_PIN.decode(), OTHER_PIN.decode()


@pytest.fixture(scope="module")
def service() -> Iterator[PcscService]:
    with pcsc_service() as running:
        yield running


@pytest.fixture
def chip() -> PivChip:
    """The card of desk01."""
    return PivChip(p256_keys(1))


@pytest.fixture
def second_chip() -> PivChip:
    """The card of desk02."""
    return PivChip(p256_keys(7))


@pytest.fixture
def slit(service: PcscService, chip: PivChip) -> Iterator[Slit]:
    slit = Slit(lambda: chip)
    yield slit
    slit.pull()


@pytest.fixture
def station(
    tmp_path: Path, slit: Slit, chip: PivChip, second_chip: PivChip
) -> Iterator[PeopleStation]:
    """Everybody's card is wanted; desk01 has one, and so has desk02 another."""
    reader = PcscSmartCardReader.from_options({"reader": slit.reader})
    made = PeopleStation(tmp_path, HandClock(), reader, SecondFactor.CARD)
    made.employ(SECURITY)
    for operator, card in ((CLERK, chip), (SECOND, second_chip)):
        made.employ(operator)
        fingerprint = CardCertificate(card.certificates[0x9A]).fingerprint
        made.room.operators.put(Account(operator, card_fingerprint=fingerprint))
    made.sign_in.load()
    yield made
    reader.close()
    made.close()


def put_in(slit: Slit, station: PeopleStation) -> None:
    slit.insert()
    reader = station.reader
    assert reader is not None
    wait_until(lambda: (lies := reader.presence()) is not None and lies.present, "the card")


def take_out(slit: Slit, station: PeopleStation) -> None:
    slit.pull()
    reader = station.reader
    assert reader is not None
    wait_until(lambda: (lies := reader.presence()) is not None and not lies.present, "the removal")


def claim(station: PeopleStation) -> None:
    station.sign_in.sign_in("desk01", PASSPHRASE)
    assert station.sign_in.state.needs_card


def refused(station: PeopleStation, pin: str) -> SignInRefusal:
    """What is told; the claim stays, so that the next try needs no passphrase again."""
    station.sign_in.sign_in_card(pin)
    state = station.sign_in.state
    assert state.operator is None
    assert state.needs_card
    assert state.failure is not None
    return SignInRefusal(state.failure, state.wait_s, state.tries_left)


def test_a_card_and_its_pin_sign_in_offline(station: PeopleStation, slit: Slit) -> None:
    put_in(slit, station)
    claim(station)
    station.sign_in.sign_in_card(PIN)
    assert station.sign_in.state.operator == CLERK
    told = station.told(OperatorSignedIn)
    assert told == [("desk01", OperatorSignedIn(SignInMethod.PASSPHRASE_AND_CARD))]
    assert reader_chip(station) == "ready"


def test_wrong_pins_say_how_many_are_left_until_the_card_blocks(
    station: PeopleStation, slit: Slit
) -> None:
    put_in(slit, station)
    claim(station)
    assert refused(station, WRONG_PIN) == SignInRefusal(SignInFailure.PIN_WRONG, tries_left=2)
    assert refused(station, "12345") == SignInRefusal(SignInFailure.PIN_MISTYPED)
    assert refused(station, WRONG_PIN) == SignInRefusal(SignInFailure.PIN_WRONG, tries_left=1)
    assert refused(station, WRONG_PIN) == SignInRefusal(SignInFailure.PIN_BLOCKED, tries_left=0)
    assert refused(station, PIN) == SignInRefusal(SignInFailure.PIN_BLOCKED, tries_left=0)
    reasons = [fact.reason for _, fact in station.told(SignInRefused)]
    assert reasons == [RefusalReason.PIN_WRONG] * 3 + [RefusalReason.PIN_BLOCKED] * 2


def test_a_card_pulled_in_mid_challenge_signs_nobody_in_and_the_next_try_does(
    station: PeopleStation, slit: Slit, chip: PivChip
) -> None:
    put_in(slit, station)
    claim(station)
    chip.pull_at_challenge = True
    assert refused(station, PIN) == SignInRefusal(SignInFailure.CARD_PULLED)
    assert ("system", SignInRefused(RefusalReason.CARD_PULLED, "desk01")) in station.told()
    chip.pull_at_challenge = False
    take_out(slit, station)
    put_in(slit, station)
    station.sign_in.sign_in_card(PIN)
    assert station.sign_in.state.operator == CLERK


def test_a_card_of_somebody_else_is_not_even_asked(
    station: PeopleStation, slit: Slit, second_chip: PivChip
) -> None:
    slit.chip = lambda: second_chip
    put_in(slit, station)
    claim(station)
    assert refused(station, PIN) == SignInRefusal(SignInFailure.CARD_OF_ANOTHER)
    assert second_chip.tries_left == 3
    verify, authenticate = 0x20, 0x87
    assert not {verify, authenticate} & set(second_chip.heard)


def test_a_certificate_copied_onto_another_card_does_not_sign_in(
    station: PeopleStation, slit: Slit, chip: PivChip
) -> None:
    """Certificates are public; only the key behind one proves whose card it is."""
    forged = PivChip(p256_keys(9))
    forged.certificates = chip.certificates
    forged._objects = chip._objects
    slit.chip = lambda: forged
    put_in(slit, station)
    claim(station)
    assert refused(station, PIN) == SignInRefusal(SignInFailure.CARD_REFUSED)


def test_no_card_or_none_of_this_kind(station: PeopleStation, slit: Slit) -> None:
    claim(station)
    slit.chip = SilentChip
    put_in(slit, station)
    assert refused(station, PIN) == SignInRefusal(SignInFailure.CARD_UNREADABLE)


def test_a_second_person_proves_themselves_with_their_own_card(
    station: PeopleStation, slit: Slit, second_chip: PivChip
) -> None:
    station.sign_in.enter("desk01", SignInMethod.CARD)
    answers, then = collected()
    put_in(slit, station)  # the first person's card still lies there
    asked = Approval(Action.APPROVE_FINGER_EXCEPTION, "ab" * 16)
    station.sign_in.approve("desk02", PASSPHRASE, asked, then)
    station.sign_in.approve_card(PIN, then)
    take_out(slit, station)
    slit.chip = lambda: second_chip
    put_in(slit, station)
    station.sign_in.approve_card(PIN, then)
    assert answers == [CardAsked(), SignInRefusal(SignInFailure.CARD_OF_ANOTHER), "desk02"]


def test_a_security_admin_registers_a_card_that_proves_itself(
    station: PeopleStation, slit: Slit
) -> None:
    mine = PivChip(p256_keys(11))
    slit.chip = lambda: mine
    station.sign_in.enter("secadmin01", SignInMethod.CARD)
    put_in(slit, station)
    answers, then = collected()
    station.admin.register_card("desk01", WRONG_PIN, then)
    station.admin.register_card("desk01", PIN, then)
    assert answers == [SignInRefusal(SignInFailure.PIN_WRONG, tries_left=2), None]
    account = station.room.operators.account("desk01")
    assert account is not None
    assert account.card_fingerprint == CardCertificate(mine.certificates[0x9A]).fingerprint
    agreement = CardCertificate(mine.certificates[0x9D]).fingerprint
    assert station.file.card_point(agreement) is not None, "and it opens the station"
    station.sign_in.sign_out()
    claim(station)
    station.sign_in.sign_in_card(PIN)
    assert station.sign_in.state.operator == CLERK
