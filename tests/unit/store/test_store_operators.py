"""Accounts and the case that lies open: who may sign in, and where a restart goes on."""

from pathlib import Path

import pytest

from station.domain.people import Account, Operator, Role
from station.domain.rights import ADMIN_ROLES
from station.store.desk import Desk, OpenCase
from station.store.operators import Operators
from tests.support.store_cases import SOMEBODY_ELSE, SUBJECT, Store, created

CLERK = Operator("op-1", "演示员", frozenset({Role.DESK_CLERK, Role.GATE_CLERK}))


def _pairs(role: Role) -> list[tuple[Role, Role]]:
    """An admin and any other role, each pair once."""
    others = [other for other in Role if other is not role]
    return [(role, other) for other in others] if role in ADMIN_ROLES else []


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return created(tmp_path)


def test_an_account_is_kept_with_everything_it_is(store: Store) -> None:
    account = Account(CLERK, True, "ab" * 32, must_change=True)
    Operators(store.database).put(account)
    again = Operators(store.reopened().database)
    assert again.account("op-1") == account
    assert again.all() == (CLERK,)
    assert again.account("op-2") is None


def test_a_disabled_account_stays_and_may_not_sign_in(store: Store) -> None:
    operators = Operators(store.database)
    operators.put(Account(CLERK))
    operators.put(Account(CLERK, enabled=False))
    assert operators.all() == ()
    assert operators.accounts() == (Account(CLERK, enabled=False),)


def test_new_roles_take_the_place_of_the_old_ones(store: Store) -> None:
    operators = Operators(store.database)
    operators.put(Account(CLERK))
    chief = Operator("op-1", "演示员", frozenset({Role.GATE_CHIEF}))
    operators.put(Account(chief))
    assert operators.all() == (chief,)


def test_a_role_of_a_later_release_gives_no_right(store: Store) -> None:
    operators = Operators(store.database)
    operators.put(Account(CLERK))
    with store.database.transaction():
        store.database.execute("UPDATE operator SET roles = 'gate_clerk,emperor'")
    assert operators.all()[0].roles == {Role.GATE_CLERK}


@pytest.mark.parametrize(("one", "other"), [pair for role in Role for pair in _pairs(role)])
def test_roles_that_exclude_each_other_are_never_stored(
    store: Store, one: Role, other: Role
) -> None:
    with pytest.raises(ValueError, match="cannot hold together"):
        Operators(store.database).put(Account(Operator("op-3", "演示员", frozenset({one, other}))))
    assert Operators(store.database).accounts() == ()


def test_neither_name_nor_card_is_in_a_repr(store: Store) -> None:
    shown = repr(Account(CLERK, True, "ab" * 32))
    assert "演示员" not in shown
    assert "abab" not in shown


def test_a_restart_comes_back_to_the_open_case(store: Store) -> None:
    desk = Desk(store.database, "1")
    case, entry = OpenCase("confirmation", SUBJECT), OpenCase("exam_entry", SOMEBODY_ELSE, "am")
    desk.open(OpenCase("confirmation", SOMEBODY_ELSE))
    desk.open(case)
    desk.open(entry)
    again = Desk(store.reopened().database, "1")
    assert again.resume_point("confirmation") == case
    assert again.resume_point("exam_entry") == entry
    again.close("confirmation")
    assert again.resume_point("confirmation") is None
    assert again.resume_point("exam_entry") == entry


def test_each_desk_has_its_own_case(store: Store) -> None:
    Desk(store.database, "1").open(OpenCase("confirmation", SUBJECT))
    assert Desk(store.database, "2").resume_point("confirmation") is None
