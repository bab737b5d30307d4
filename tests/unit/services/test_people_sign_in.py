"""Signing in: who gets in, who does not and what they are told, also after a restart."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from station.domain.approvals import Approval, for_correction, for_exception
from station.domain.audit import (
    OperatorSignedIn,
    OperatorSignedOut,
    RefusalReason,
    SecondPersonApproved,
    SignInMethod,
    SignInRefused,
    SignOutReason,
)
from station.domain.facts import CorrectedPart, FingerException
from station.domain.fingers import FingerPosition
from station.domain.rights import Action
from station.services.status import CardAsked, SignInFailure, SignInRefusal, SignInState
from station.settings import SecondFactor
from station.store.keyring import FREE_TRIES
from tests.support.people_station import (
    CHIEF,
    CLERK,
    GATE,
    OFFICER,
    PASSPHRASE,
    PIN,
    SECOND,
    SECURITY,
    HandClock,
    PeopleStation,
    collected,
    simulated_reader,
)
from tests.support.store_cases import SUBJECT

PIN_TEXT = PIN.decode()
NEW = "seven lanterns 42"


@pytest.fixture
def station(tmp_path: Path) -> Iterator[PeopleStation]:
    made = PeopleStation(tmp_path, HandClock())
    made.employ(CLERK, SECOND, OFFICER)
    yield made
    made.close()


def fail(station: PeopleStation, times: int, account: str = "desk01") -> SignInState:
    for _ in range(times):
        station.sign_in.sign_in(account, "not the passphrase")
    return station.sign_in.state


# --- passphrases ----------------------------------------------------------------------------------


def test_only_the_right_passphrase_signs_in_and_work_is_theirs(station: PeopleStation) -> None:
    service = station.sign_in
    assert [one.operator_id for one in service.operators()] == ["desk01", "desk02", "review01"]
    assert service.actor == "system"
    for account, passphrase in (
        ("desk01", "wrong"),
        ("nobody", PASSPHRASE),
        ("", ""),
        ("\ud800", "x"),
    ):
        service.sign_in(account, passphrase)
        assert (service.state.operator, service.state.failure) == (None, SignInFailure.WRONG)
    service.sign_in("desk01", PASSPHRASE)
    assert (service.state.operator, service.state.failure) == (CLERK, None)
    service.sign_out()
    assert service.state.operator is None
    assert service.actor == "desk01"  # what goes on behind the lock is still theirs


def test_listeners_see_that_a_passphrase_is_being_checked(station: PeopleStation) -> None:
    busy: list[bool] = []
    station.sign_in.on_change(lambda state: busy.append(state.busy))
    station.sign_in.sign_in("desk01", PASSPHRASE)
    assert busy[:2] == [True, False]


def test_a_disabled_account_is_told_the_same_as_a_wrong_passphrase(station: PeopleStation) -> None:
    station.employ(OFFICER, enabled=False)
    station.sign_in.sign_in("review01", PASSPHRASE)
    assert station.sign_in.state == SignInState(failure=SignInFailure.WRONG)
    assert ("system", SignInRefused(RefusalReason.DISABLED, "review01")) in station.told()


def test_too_many_wrong_tries_wait_ever_longer_also_after_a_restart(station: PeopleStation) -> None:
    state = fail(station, FREE_TRIES)
    assert (state.failure, state.wait_s, state.tries_left) == (SignInFailure.WRONG, 15.0, 0)
    station.sign_in.sign_in("desk01", PASSPHRASE)
    state = station.sign_in.state
    assert (state.operator, state.failure, state.wait_s) == (None, SignInFailure.LOCKED, 15.0)
    station.clock.passes(10)
    station.clock.restarts(wall_moves_s=-3600)  # and somebody sets the clock back
    station.restart()
    station.sign_in.sign_in("desk01", PASSPHRASE)
    assert station.sign_in.state.failure is SignInFailure.LOCKED
    station.clock.passes(15)
    state = fail(station, 1)
    assert (state.failure, state.wait_s) == (SignInFailure.WRONG, 30.0)
    station.clock.passes(30)
    station.signed_in(CLERK)
    assert fail_after_success(station).tries_left == FREE_TRIES - 1


def fail_after_success(station: PeopleStation) -> SignInState:
    station.sign_in.sign_out()
    return fail(station, 1)


def test_one_persons_wrong_tries_lock_nobody_else_out(station: PeopleStation) -> None:
    fail(station, FREE_TRIES)
    fail(station, FREE_TRIES, "nobody-of-that-name")
    station.signed_in(SECOND)


def test_the_trail_tells_of_every_sign_in_and_names_no_account_that_is_none(
    station: PeopleStation,
) -> None:
    station.sign_in.sign_in("my secret passphrase", "typed into the wrong field")
    fail(station, 1)
    station.signed_in(CLERK)
    station.sign_in.sign_out(SignOutReason.IDLE)
    assert station.told() == [
        ("system", SignInRefused(RefusalReason.UNKNOWN)),
        ("system", SignInRefused(RefusalReason.WRONG, "desk01")),
        ("desk01", OperatorSignedIn(SignInMethod.PASSPHRASE)),
        ("desk01", OperatorSignedOut(SignOutReason.IDLE)),
    ]


def test_who_opened_the_station_is_signed_in_without_being_asked_again(
    station: PeopleStation,
) -> None:
    station.sign_in.enter("desk02")
    assert station.sign_in.state.operator == SECOND
    station.employ(OFFICER, enabled=False)
    station.sign_in.sign_out()
    station.sign_in.enter("review01")
    assert station.sign_in.state.operator is None


def test_a_keyring_that_cannot_be_read_is_told_and_counts_nothing(station: PeopleStation) -> None:
    station.keyring_path.unlink()
    station.sign_in.sign_in("desk01", PASSPHRASE)
    assert station.sign_in.state == SignInState(failure=SignInFailure.UNAVAILABLE)


# --- a passphrase of one's own --------------------------------------------------------------------


def test_a_passphrase_that_somebody_else_gave_must_be_changed_first(station: PeopleStation) -> None:
    station.employ(CLERK, must_change=True)
    service = station.sign_in
    service.sign_in("desk01", PASSPHRASE)
    assert service.state == SignInState(claimant=CLERK, must_change=True)
    assert not station.guard.allows(Action.CHANGE_OWN_PASSPHRASE)
    for passphrase, failure in (
        ("short", SignInFailure.PASSPHRASE_SHORT),
        ("x" * 201, SignInFailure.PASSPHRASE_LONG),
        ("desk01desk01", SignInFailure.PASSPHRASE_NAME),
        ("desk01 2026", SignInFailure.PASSPHRASE_NAME),
        ("Password 123", SignInFailure.PASSPHRASE_COMMON),
        ("aaaaaaaaaaaa", SignInFailure.PASSPHRASE_COMMON),
        ("abcdefghijkl", SignInFailure.PASSPHRASE_COMMON),
        (PASSPHRASE, SignInFailure.PASSPHRASE_SAME),
    ):
        service.change_passphrase(passphrase)
        assert (service.state.failure, service.state.must_change) == (failure, True)
    service.change_passphrase(NEW)
    assert service.state.operator == CLERK
    assert station.opens_keyring("desk01", NEW)
    assert not station.opens_keyring("desk01", PASSPHRASE)
    service.sign_out()
    service.sign_in("desk01", NEW)
    assert service.state.operator == CLERK, "and only once"


def test_whoever_is_signed_in_changes_their_own_with_the_old_one(station: PeopleStation) -> None:
    answers, then = collected()
    station.sign_in.renew_passphrase(PASSPHRASE, NEW, then)
    station.signed_in(CLERK)
    station.sign_in.renew_passphrase("not the old one", NEW, then)
    station.sign_in.renew_passphrase(PASSPHRASE, "short", then)
    station.sign_in.renew_passphrase(PASSPHRASE, PASSPHRASE, then)
    assert [one.failure for one in answers] == [
        SignInFailure.NOT_ALLOWED,
        SignInFailure.WRONG,
        SignInFailure.PASSPHRASE_SHORT,
        SignInFailure.PASSPHRASE_SAME,
    ]
    station.sign_in.renew_passphrase(PASSPHRASE, NEW, then)
    assert answers[-1] is None
    assert station.opens_keyring("desk01", NEW)
    assert station.sign_in.state.operator == CLERK


# --- the second person ----------------------------------------------------------------------------

ASKED = for_exception(SUBJECT, FingerPosition.RIGHT_THUMB, FingerException.MISSING)


def approved(station: PeopleStation, account: str, passphrase: str, asked: Approval) -> Any:
    answers, then = collected()
    station.sign_in.approve(account, passphrase, asked, then)
    return answers[0]


def test_a_second_person_is_another_one_with_the_right_and_the_first_stays(
    station: PeopleStation,
) -> None:
    station.employ(GATE, CHIEF)
    station.signed_in(CLERK)
    exception, doubtful = ASKED, Approval(Action.DECIDE_DOUBTFUL, SUBJECT)
    for account, passphrase, action, failure in (
        ("desk01", PASSPHRASE, exception, SignInFailure.SAME_PERSON),
        ("desk02", "wrong", exception, SignInFailure.WRONG),
        ("gate01", PASSPHRASE, exception, SignInFailure.NOT_ALLOWED),
        ("desk02", PASSPHRASE, doubtful, SignInFailure.NOT_ALLOWED),
    ):
        assert approved(station, account, passphrase, action).failure is failure
    assert approved(station, "desk02", PASSPHRASE, exception) == "desk02"
    assert approved(station, "chief01", PASSPHRASE, doubtful) == "chief01"
    assert station.sign_in.state.operator == CLERK
    assert station.told(SecondPersonApproved) == [
        ("desk01", SecondPersonApproved(exception.action.value, "desk02")),
        ("desk01", SecondPersonApproved(doubtful.action.value, "chief01")),
    ]
    refused = [fact.reason for _, fact in station.told(SignInRefused)]
    assert refused == [
        RefusalReason.SAME_PERSON,
        RefusalReason.WRONG,
        RefusalReason.WITHOUT_RIGHT,
        RefusalReason.WITHOUT_RIGHT,
    ]


def test_a_second_persons_word_counts_once_and_for_the_first_person_only(
    station: PeopleStation,
) -> None:
    station.signed_in(CLERK)
    assert not station.sign_in.take_approval(ASKED, "desk02")
    approved(station, "desk02", PASSPHRASE, ASKED)
    assert station.sign_in.take_approval(ASKED, "desk02")
    assert not station.sign_in.take_approval(ASKED, "desk02")
    approved(station, "desk02", PASSPHRASE, ASKED)
    station.sign_in.sign_out()
    assert approved(station, "desk02", PASSPHRASE, ASKED).failure is SignInFailure.NOT_ALLOWED
    station.signed_in(CLERK)
    assert not station.sign_in.take_approval(ASKED, "desk02")


@pytest.mark.parametrize(
    "other",
    [
        for_exception(SUBJECT, FingerPosition.LEFT_THUMB, FingerException.MISSING),
        for_exception(SUBJECT, FingerPosition.RIGHT_THUMB, FingerException.INJURED),
        for_exception("ef" * 16, FingerPosition.RIGHT_THUMB, FingerException.MISSING),
        Approval(Action.DECIDE_DOUBTFUL, SUBJECT, ASKED.what),
    ],
)
def test_a_word_for_one_thing_is_none_for_another(station: PeopleStation, other: Approval) -> None:
    station.signed_in(CLERK)
    approved(station, "desk02", PASSPHRASE, ASKED)
    assert not station.sign_in.take_approval(other, "desk02")
    approved(station, "desk02", PASSPHRASE, ASKED)
    assert not station.sign_in.take_approval(ASKED, "review01")
    approved(station, "desk02", PASSPHRASE, ASKED)
    approved(station, "desk02", "wrong", other)
    assert not station.sign_in.take_approval(ASKED, "desk02"), "what was asked for last counts"


@pytest.mark.parametrize(
    "other",
    [
        for_correction(SUBJECT, CorrectedPart.PHOTO, "照片拍成了别人，姓名也错"),
        for_correction(SUBJECT, CorrectedPart.IDENTITY, "照片拍成了别人"),
        for_correction("ef" * 16, CorrectedPart.PHOTO, "照片拍成了别人"),
    ],
)
def test_a_correction_is_allowed_in_these_words_about_this_part(
    station: PeopleStation, other: Approval
) -> None:
    station.signed_in(CLERK)
    asked = for_correction(SUBJECT, CorrectedPart.PHOTO, "照片拍成了别人")
    assert approved(station, "review01", PASSPHRASE, asked) == "review01"
    assert not station.sign_in.take_approval(other, "review01")
    approved(station, "review01", PASSPHRASE, asked)
    assert station.sign_in.take_approval(asked, "review01")


def test_a_passphrase_that_an_admin_knows_is_no_second_persons_word(
    station: PeopleStation,
) -> None:
    station.employ(OFFICER, must_change=True)
    station.signed_in(CLERK)
    assert approved(station, "review01", PASSPHRASE, ASKED).failure is SignInFailure.MUST_CHANGE
    assert not station.sign_in.take_approval(ASKED, "review01")


def test_a_second_persons_wrong_tries_lock_them_out_everywhere(station: PeopleStation) -> None:
    station.signed_in(CLERK)
    answers = [approved(station, "desk02", "wrong", ASKED) for _ in range(FREE_TRIES)]
    assert answers[-1] == SignInRefusal(SignInFailure.WRONG, 15.0, 0)
    assert approved(station, "desk02", PASSPHRASE, ASKED).failure is SignInFailure.LOCKED
    station.sign_in.sign_out()
    station.sign_in.sign_in("desk02", PASSPHRASE)
    assert station.sign_in.state.failure is SignInFailure.LOCKED


# --- cards ----------------------------------------------------------------------------------------


@pytest.fixture
def carded(tmp_path: Path) -> Iterator[PeopleStation]:
    """A station whose policy wants everybody's card; the reader's hand is `carded.reader.hand`."""
    cards: dict[str, Any] = {}
    _, reader = simulated_reader(cards)
    made = PeopleStation(tmp_path, HandClock(), reader, SecondFactor.CARD, cards)
    made.employ(CLERK, SECOND, SECURITY)
    for operator in (CLERK, SECOND, SECURITY):
        made.give_card(operator)
    yield made
    made.close()


def hand(station: PeopleStation) -> Any:
    reader: Any = station.reader
    return reader.hand


def test_passphrase_and_card_together_sign_in(carded: PeopleStation) -> None:
    hand(carded).insert_card("desk01")
    carded.sign_in.sign_in("desk01", PASSPHRASE)
    assert carded.sign_in.state == SignInState(claimant=CLERK, needs_card=True)
    carded.sign_in.sign_in_card(PIN_TEXT)
    assert carded.sign_in.state.operator == CLERK
    expected = ("desk01", OperatorSignedIn(SignInMethod.PASSPHRASE_AND_CARD))
    assert expected in carded.told()


def test_neither_card_nor_passphrase_is_enough_alone(carded: PeopleStation) -> None:
    hand(carded).insert_card("desk01")
    carded.sign_in.sign_in_card(PIN_TEXT)
    assert carded.sign_in.state.operator is None
    carded.sign_in.sign_in("desk01", "wrong")
    carded.sign_in.sign_in_card(PIN_TEXT)
    assert carded.sign_in.state == SignInState(
        failure=SignInFailure.WRONG, tries_left=FREE_TRIES - 1
    )


def test_every_way_a_card_fails_has_its_own_name_and_the_claim_stays(carded: PeopleStation) -> None:
    service, reader_hand = carded.sign_in, hand(carded)
    service.sign_in("desk01", PASSPHRASE)

    def after(pin: str) -> tuple[SignInFailure | None, int | None]:
        service.sign_in_card(pin)
        assert service.state.operator is None
        assert service.state.needs_card
        return service.state.failure, service.state.tries_left

    reader_hand.insert_other_card()
    assert after(PIN_TEXT) == (SignInFailure.CARD_UNREADABLE, None)
    reader_hand.insert_card("desk02")
    assert after("654321") == (SignInFailure.CARD_OF_ANOTHER, None)
    assert carded.cards["desk02"].tries_left == 3, "nobody's tries are spent on another's card"
    reader_hand.insert_card("desk01")
    for mistyped in ("", "12345", "123456789", "12345a", "１２３４５６"):
        assert after(mistyped) == (SignInFailure.PIN_MISTYPED, None)
    assert carded.cards["desk01"].tries_left == 3
    assert after("654321") == (SignInFailure.PIN_WRONG, 2)
    assert after("654321") == (SignInFailure.PIN_WRONG, 1)
    assert after("654321") == (SignInFailure.PIN_BLOCKED, 0)
    assert after(PIN_TEXT) == (SignInFailure.PIN_BLOCKED, 0)
    reader_hand.unplug()
    assert after(PIN_TEXT) == (SignInFailure.NO_CARD_READER, None)


def test_a_certificate_counts_only_while_it_is_valid(carded: PeopleStation) -> None:
    hand(carded).insert_card("desk01")
    carded.sign_in.sign_in("desk01", PASSPHRASE)
    valid = carded.now
    for year in (2025, 2040):
        carded.now = valid.replace(year=year)
        carded.sign_in.sign_in_card(PIN_TEXT)
        assert carded.sign_in.state.failure is SignInFailure.CARD_NOT_VALID
    carded.now = valid
    carded.sign_in.sign_in_card(PIN_TEXT)
    assert carded.sign_in.state.operator == CLERK


def test_without_a_registered_card_nobody_comes_in_but_the_first_security_admin(
    carded: PeopleStation,
) -> None:
    carded.employ(OFFICER)
    carded.sign_in.sign_in("review01", PASSPHRASE)
    assert carded.sign_in.state == SignInState(failure=SignInFailure.NO_CARD_REGISTERED)
    carded.employ(SECURITY)  # the card is gone with the account's new row
    carded.signed_in(SECURITY)


def test_opening_with_a_card_is_two_factors_and_with_a_passphrase_is_one(
    carded: PeopleStation,
) -> None:
    carded.sign_in.enter("desk01", SignInMethod.CARD)
    assert carded.sign_in.state.operator == CLERK
    carded.sign_in.sign_out()
    carded.sign_in.enter("desk01", SignInMethod.PASSPHRASE)
    assert carded.sign_in.state.needs_card


def test_a_passphrase_is_changed_only_after_the_card(carded: PeopleStation) -> None:
    hand(carded).insert_card("desk01")
    carded.employ(CLERK, must_change=True)
    carded.give_card(CLERK)
    carded.sign_in.sign_in("desk01", PASSPHRASE)
    carded.sign_in.change_passphrase(NEW)
    assert carded.sign_in.state.needs_card
    assert not carded.opens_keyring("desk01", NEW)
    carded.sign_in.sign_in_card(PIN_TEXT)
    assert carded.sign_in.state.must_change
    carded.sign_in.change_passphrase(NEW)
    assert carded.sign_in.state.operator == CLERK


def test_locking_the_screen_gives_up_a_claim(carded: PeopleStation) -> None:
    hand(carded).insert_card("desk01")
    carded.sign_in.sign_in("desk01", PASSPHRASE)
    carded.sign_in.sign_out()
    carded.sign_in.sign_in_card(PIN_TEXT)
    assert carded.sign_in.state == SignInState()


def test_a_second_person_shows_their_card_too(carded: PeopleStation) -> None:
    carded.sign_in.enter("desk01", SignInMethod.CARD)
    answers, then = collected()
    carded.sign_in.approve("desk02", PASSPHRASE, ASKED, then)
    assert answers == [CardAsked()]
    assert not carded.sign_in.take_approval(ASKED, "desk02")
    hand(carded).insert_card("desk01")
    carded.sign_in.approve_card(PIN_TEXT, then)
    hand(carded).insert_card("desk02")
    carded.sign_in.approve_card(PIN_TEXT, then)
    assert answers[1:] == [SignInRefusal(SignInFailure.CARD_OF_ANOTHER), "desk02"]
    assert carded.sign_in.take_approval(ASKED, "desk02")
    assert carded.sign_in.state.operator == CLERK


def test_the_recovery_key_is_a_way_in_for_an_admin_whose_card_is_lost(
    carded: PeopleStation,
) -> None:
    carded.sign_in.enter("secadmin01", SignInMethod.RECOVERY)
    assert carded.sign_in.state.operator == SECURITY
    assert carded.told(OperatorSignedIn)[-1] == (
        "secadmin01",
        OperatorSignedIn(SignInMethod.RECOVERY),
    )


def test_a_missing_reader_is_told_as_one(tmp_path: Path) -> None:
    station = PeopleStation(tmp_path, HandClock(), policy=SecondFactor.CARD)
    station.employ(CLERK)
    station.give_card(CLERK)
    station.sign_in.sign_in("desk01", PASSPHRASE)
    assert station.sign_in.state.failure is SignInFailure.NO_CARD_READER
    station.close()


def test_who_signs_in_over_somebody_ends_their_turn(station: PeopleStation) -> None:
    station.signed_in(CLERK)
    station.signed_in(SECOND)
    station.sign_in.sign_in("desk01", "wrong")
    assert station.sign_in.state.operator is None
    ended = OperatorSignedOut(SignOutReason.HANDOVER)
    assert station.told(OperatorSignedOut) == [("desk01", ended), ("desk02", ended)]


def held_back(station: PeopleStation, ask: Callable[[], None]) -> Callable[[], None]:
    """Ask while every lane is slow; what is returned lets them answer."""
    waiting: list[Callable[[], object]] = []
    call = station.runner.call
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(station.runner, "call", lambda *work: waiting.append(lambda: call(*work)))
        ask()

    def answer() -> None:
        for one in waiting:
            one()

    return answer


def test_a_check_that_ends_after_somebody_gave_up_signs_nobody_in(station: PeopleStation) -> None:
    late = held_back(station, lambda: station.sign_in.sign_in("desk01", PASSPHRASE))
    station.sign_in.sign_out()
    late()
    assert station.sign_in.state == SignInState()
    late = held_back(station, lambda: station.sign_in.sign_in("desk01", PASSPHRASE))
    station.sign_in.sign_out()
    station.signed_in(SECOND)
    late()
    assert station.sign_in.state.operator == SECOND


def test_a_second_persons_word_that_comes_after_the_lock_is_lost(station: PeopleStation) -> None:
    station.signed_in(CLERK)
    answers, then = collected()
    late = held_back(station, lambda: station.sign_in.approve("desk02", PASSPHRASE, ASKED, then))
    station.sign_in.sign_out()
    station.signed_in(CLERK)
    late()
    assert answers == []
    assert not station.sign_in.take_approval(ASKED, "desk02")
