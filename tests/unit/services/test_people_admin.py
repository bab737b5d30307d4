"""What a security admin changes about people, and what a cut of power leaves."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drivers.api import CardSlot
from station.domain.audit import (
    ActionRefused,
    KeyChange,
    KeysChanged,
    OperatorSignedOut,
    RightsChanged,
    SignOutReason,
)
from station.domain.people import Account, Operator, Role
from station.services.card_sign_in import CardRead
from station.services.people_changes import OneTime, PeopleRefusal, one_time_passphrase
from station.services.runner import Lane
from station.services.status import SignInFailure, SignInRefusal
from station.store.errors import StoreFull
from station.store.keyring import FREE_TRIES, KeyringUnwritable
from station.store.operators import Operators
from sync.seal import CardCertificate
from tests.support.people_station import (
    CLERK,
    GATE,
    OFFICER,
    PASSPHRASE,
    PIN,
    SECOND,
    SECURITY,
    SYSTEM,
    HandClock,
    PeopleStation,
    card_of,
    collected,
    fingerprint_of,
    simulated_reader,
)

NEW = Operator("desk09", "阿依古丽·买买提", frozenset({Role.DESK_CLERK, Role.GATE_CLERK}))


@pytest.fixture
def station(tmp_path: Path) -> Iterator[PeopleStation]:
    cards: dict[str, Any] = {}
    _, reader = simulated_reader(cards)
    made = PeopleStation(tmp_path, HandClock(), reader, cards=cards)
    made.employ(SECURITY, CLERK, SYSTEM)
    made.signed_in(SECURITY)
    yield made
    made.close()


def answer(ask: Callable[..., None], *given: Any) -> Any:
    answers, then = collected()
    ask(*given, then)
    return answers[0]


def test_a_new_person_comes_in_once_with_what_the_admin_was_shown(station: PeopleStation) -> None:
    given = answer(station.admin.add, NEW)
    assert isinstance(given, OneTime)
    assert given.passphrase not in repr(given)
    assert NEW in station.sign_in.operators()
    assert ("secadmin01", RightsChanged("desk09", ("desk_clerk", "gate_clerk"))) in station.told()
    station.sign_in.sign_out()
    station.sign_in.sign_in("desk09", given.passphrase)
    assert station.sign_in.state.must_change
    station.sign_in.change_passphrase("my own long words")
    assert station.sign_in.state.operator == NEW
    assert not station.opens_keyring("desk09", given.passphrase)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"operator_id": "desk 09"}, PeopleRefusal.BAD_ID),
        ({"operator_id": "方采薇"}, PeopleRefusal.BAD_ID),
        ({"operator_id": ""}, PeopleRefusal.BAD_ID),
        ({"operator_id": "x" * 65}, PeopleRefusal.BAD_ID),
        ({"operator_id": "system"}, PeopleRefusal.BAD_ID),
        ({"operator_id": "desk01"}, PeopleRefusal.ID_TAKEN),
        ({"display_name": "  "}, PeopleRefusal.BAD_NAME),
        ({"display_name": "长" * 41}, PeopleRefusal.BAD_NAME),
        ({"display_name": "方\u202e采薇"}, PeopleRefusal.BAD_NAME),
        ({"roles": frozenset()}, PeopleRefusal.NO_ROLES),
        ({"roles": {Role.AUDITOR, Role.SYSTEM_ADMIN}}, PeopleRefusal.ROLES_CONFLICT),
        ({"roles": {Role.SECURITY_ADMIN, Role.DESK_CLERK}}, PeopleRefusal.ROLES_CONFLICT),
    ],
)
def test_what_cannot_be_an_account_is_refused_and_leaves_nothing(
    changed: dict[str, Any], refusal: PeopleRefusal, station: PeopleStation
) -> None:
    before = station.room.operators.accounts()
    keys = station.keyring_path.read_bytes()
    assert answer(station.admin.add, replace(NEW, **changed)) is refusal
    assert station.room.operators.accounts() == before
    assert station.keyring_path.read_bytes() == keys


def test_name_and_roles_change_and_hold_from_the_next_sign_in(station: PeopleStation) -> None:
    chief = Operator("desk01", "方采薇（考务）", frozenset({Role.GATE_CHIEF}))
    assert answer(station.admin.change, chief) is None
    station.sign_in.sign_out()
    station.signed_in(chief)
    station.sign_in.sign_out()
    station.signed_in(SECURITY)
    assert answer(station.admin.change, replace(NEW)) is PeopleRefusal.UNKNOWN
    conflict = replace(chief, roles=frozenset({Role.GATE_CHIEF, Role.AUDITOR}))
    assert answer(station.admin.change, conflict) is PeopleRefusal.ROLES_CONFLICT


def test_a_disabled_person_opens_nothing_any_more_and_stays_in_the_list(
    station: PeopleStation,
) -> None:
    copied = station.keyring_path.read_bytes()
    assert answer(station.admin.disable, "desk01") is None
    assert not station.opens_keyring("desk01", PASSPHRASE)
    assert station.unlocked.keyring.rotation_due, "for who kept a copy of the file"
    assert station.keyring_path.read_bytes() != copied
    people = {one.account.operator.operator_id: one for one in answer(station.admin.people)}
    assert not people["desk01"].account.enabled
    assert not people["desk01"].has_passphrase
    assert CLERK not in station.sign_in.operators()
    assert ("secadmin01", RightsChanged("desk01", ())) in station.told()
    assert answer(station.admin.disable, "desk01") is PeopleRefusal.CLOSED
    assert answer(station.admin.change, CLERK) is PeopleRefusal.CLOSED
    station.sign_in.sign_out()
    station.sign_in.sign_in("desk01", PASSPHRASE)
    assert station.sign_in.state.failure is SignInFailure.WRONG


def test_the_last_security_admin_stays(station: PeopleStation) -> None:
    clerk = replace(SECURITY, roles=frozenset({Role.DESK_CLERK}))
    assert answer(station.admin.disable, "secadmin01") is PeopleRefusal.LAST_SECURITY_ADMIN
    assert answer(station.admin.change, clerk) is PeopleRefusal.LAST_SECURITY_ADMIN
    station.employ(Operator("secadmin02", "钟岚乙", frozenset({Role.SECURITY_ADMIN})))
    assert answer(station.admin.disable, "secadmin01") is PeopleRefusal.SELF
    assert answer(station.admin.disable, "secadmin02") is None
    assert answer(station.admin.change, clerk) is PeopleRefusal.LAST_SECURITY_ADMIN
    assert station.opens_keyring("secadmin01", PASSPHRASE)


def test_nobody_changes_their_own_roles_but_their_name(station: PeopleStation) -> None:
    station.employ(Operator("secadmin02", "钟岚乙", frozenset({Role.SECURITY_ADMIN})))
    clerk = replace(SECURITY, roles=frozenset({Role.DESK_CLERK}))
    assert answer(station.admin.change, clerk) is PeopleRefusal.SELF
    assert answer(station.admin.change, replace(SECURITY, display_name="钟岚䶮")) is None
    here = station.sign_in.state.operator
    assert here is not None
    assert here.display_name == "钟岚䶮"


def test_two_accounts_of_one_name_would_be_two_people(station: PeopleStation) -> None:
    twin = replace(NEW, display_name=" ".join(CLERK.display_name))
    assert answer(station.admin.add, twin) is PeopleRefusal.NAME_TAKEN
    assert isinstance(answer(station.admin.add, NEW), OneTime)
    renamed = replace(NEW, display_name=CLERK.display_name)
    assert answer(station.admin.change, renamed) is PeopleRefusal.NAME_TAKEN
    assert answer(station.admin.disable, "desk01") is None
    assert answer(station.admin.change, renamed) is None, "the name of a closed account is free"
    assert answer(station.admin.reset_passphrase, "desk01") is PeopleRefusal.NAME_TAKEN


def test_a_lost_card_opens_nothing_any_more(station: PeopleStation) -> None:
    station.give_card(CLERK)
    reader: Any = station.reader
    reader.hand.insert_card("desk01")
    assert answer(station.admin.register_card, "desk01", PIN.decode()) is None
    assert answer(station.admin.remove_card, "nobody") is PeopleRefusal.UNKNOWN
    assert answer(station.admin.remove_card, "desk01") is None
    people = {one.account.operator.operator_id: one for one in answer(station.admin.people)}
    assert people["desk01"].account == Account(CLERK)
    assert not people["desk01"].card_opens_station
    assert ("secadmin01", KeysChanged(KeyChange.CARD_REMOVED, "desk01")) in station.told()
    assert station.unlocked.keyring.rotation_due, "for who found it with an old key file"
    assert answer(station.admin.remove_card, "desk01") is None, "and again does no harm"


def test_what_was_asked_for_is_not_shown_to_who_comes_after(
    station: PeopleStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting: list[Callable[[], object]] = []
    call = station.runner.call

    def later(lane: Lane, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        waiting.append(lambda: call(lane, work, then))

    with monkeypatch.context() as patched:
        patched.setattr(station.runner, "call", later)
        answers, then = collected()
        station.admin.reset_passphrase("desk01", then)
    station.sign_in.sign_out()
    for one in waiting:
        one()
    assert answers == [], "a one-time passphrase is for no locked screen"
    account = station.room.operators.account("desk01")
    assert account is not None
    assert account.must_change
    assert ("secadmin01", KeysChanged(KeyChange.PASSPHRASE_SET, "desk01")) in station.told()


def test_a_card_read_after_the_admin_left_is_nobodys(
    station: PeopleStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Operator("secadmin02", "钟岚乙", frozenset({Role.SECURITY_ADMIN}))
    station.employ(other)
    read: list[Callable[[CardRead | SignInRefusal], None]] = []
    cards = station.admin._cards
    with monkeypatch.context() as patched:
        patched.setattr(cards, "read", lambda _pin, then: read.append(then))
        answers, then = collected()
        station.admin.register_card("desk01", PIN.decode(), then)
    station.signed_in(other)
    card = CardCertificate(card_of("desk01").keys[CardSlot.AUTHENTICATION].certificate)
    read[0](CardRead(card, None))
    assert answers == [PeopleRefusal.NOT_ALLOWED]
    account = station.room.operators.account("desk01")
    assert account is not None
    assert account.card_fingerprint is None


def test_who_is_closed_or_given_other_roles_meanwhile_is_put_out(station: PeopleStation) -> None:
    for closed in (Account(CLERK, enabled=False), Account(replace(CLERK, roles=GATE.roles))):
        station.employ(CLERK)
        station.sign_in.sign_out()
        station.signed_in(CLERK)
        station.room.operators.put(closed)  # as the command does beside the program
        station.sign_in.load()
        assert station.sign_in.state.operator is None
        assert station.told()[-1] == ("desk01", OperatorSignedOut(SignOutReason.RIGHTS_CHANGED))


def test_a_reset_gives_one_sign_in_and_forgets_the_wrong_tries(station: PeopleStation) -> None:
    station.sign_in.sign_out()
    for _ in range(FREE_TRIES):
        station.sign_in.sign_in("desk01", "wrong")
    station.signed_in(SECURITY)
    given = answer(station.admin.reset_passphrase, "desk01")
    assert isinstance(given, OneTime)
    changed = KeysChanged(KeyChange.PASSPHRASE_SET, "desk01")
    assert ("secadmin01", changed) in station.told()
    station.sign_in.sign_out()
    station.sign_in.sign_in("desk01", PASSPHRASE)
    assert station.sign_in.state.failure is SignInFailure.WRONG
    station.sign_in.sign_in("desk01", given.passphrase)
    assert station.sign_in.state.must_change


def test_a_reset_opens_a_closed_account_again(station: PeopleStation) -> None:
    answer(station.admin.disable, "desk01")
    assert isinstance(answer(station.admin.reset_passphrase, "desk01"), OneTime)
    assert CLERK in station.sign_in.operators()
    assert answer(station.admin.reset_passphrase, "nobody") is PeopleRefusal.UNKNOWN


def test_a_card_is_one_persons(station: PeopleStation) -> None:
    card = station.give_card(CLERK)
    station.employ(SECOND)
    reader: Any = station.reader
    reader.hand.insert_card("desk01")
    register = station.admin.register_card
    assert answer(register, "desk02", "123457") == SignInRefusal(
        SignInFailure.PIN_WRONG, tries_left=2
    )
    assert answer(register, "desk02", PIN.decode()) is PeopleRefusal.CARD_TAKEN
    assert answer(register, "nobody", PIN.decode()) is PeopleRefusal.UNKNOWN
    assert answer(register, "desk01", PIN.decode()) is None
    account = station.room.operators.account("desk01")
    assert account == Account(CLERK, True, fingerprint_of(card))
    people = {one.account.operator.operator_id: one for one in answer(station.admin.people)}
    assert people["desk01"].card_opens_station
    assert not people["desk02"].card_opens_station


def test_a_cut_of_power_between_the_two_writes_leaves_nobody_who_can_come_in(
    station: PeopleStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object, **__: object) -> None:
        raise KeyringUnwritable

    with monkeypatch.context() as patched:
        patched.setattr(type(station.file), "set_passphrase", cut)
        assert answer(station.admin.add, NEW) is PeopleRefusal.STORE_FAILED
    station.restart()
    assert station.room.operators.account("desk09") is not None
    station.sign_in.sign_in("desk09", "")
    assert station.sign_in.state.operator is None
    station.signed_in(SECURITY)

    kept = Operators.put

    def full(self: Operators, account: Account) -> None:
        if not account.enabled:
            raise StoreFull
        kept(self, account)

    with monkeypatch.context() as patched:
        patched.setattr(Operators, "put", full)
        assert answer(station.admin.disable, "desk01") is PeopleRefusal.STORE_FAILED
    assert not station.opens_keyring("desk01", PASSPHRASE)
    account = station.room.operators.account("desk01")
    assert account is not None
    assert account.enabled, "listed, and without a key"
    assert answer(station.admin.disable, "desk01") is None, "and the second try ends it"


def test_nobody_else_changes_people_and_each_attempt_is_in_the_trail(
    station: PeopleStation,
) -> None:
    station.sign_in.sign_out()
    station.signed_in(SYSTEM)
    before, keys = station.room.operators.accounts(), station.keyring_path.read_bytes()
    admin = station.admin
    refused = PeopleRefusal.NOT_ALLOWED
    assert answer(admin.people) is refused
    assert answer(admin.add, NEW) is refused
    assert answer(admin.change, replace(SYSTEM, roles=frozenset({Role.SECURITY_ADMIN}))) is refused
    assert answer(admin.disable, "secadmin01") is refused
    assert answer(admin.reset_passphrase, "secadmin01") is refused
    assert answer(admin.register_card, "sysadmin01", PIN.decode()) is refused
    assert answer(admin.remove_card, "secadmin01") is refused
    assert station.room.operators.accounts() == before
    assert station.keyring_path.read_bytes() == keys
    assert [who for who, _ in station.told(ActionRefused)] == ["sysadmin01"] * 7


def test_one_time_passphrases_are_long_enough_and_never_the_same() -> None:
    made = {one_time_passphrase() for _ in range(200)}
    assert len(made) == 200
    assert all(len(one) == 14 for one in made)
    assert not any(character in one for one in made for character in "01ilo")


def test_officers_may_hold_what_belongs_together(station: PeopleStation) -> None:
    both = replace(OFFICER, roles=frozenset({Role.REVIEW_OFFICER, Role.EXAM_ORGANISER}))
    assert isinstance(answer(station.admin.add, both), OneTime)
