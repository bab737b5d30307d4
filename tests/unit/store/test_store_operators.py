"""Accounts and the case that lies open: who may sign in, and where a restart goes on."""

from pathlib import Path

import pytest

from station.domain.people import Operator, Role
from station.store.desk import Desk, OpenCase
from station.store.operators import Operators
from tests.support.store_cases import SOMEBODY_ELSE, SUBJECT, Store, created

CLERK = Operator("op-1", "演示员", frozenset({Role.DESK_CLERK, Role.GATE_CLERK}))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return created(tmp_path)


def test_the_right_passphrase_gives_the_operator(store: Store) -> None:
    Operators(store.database).add(CLERK, "correct horse 电池")
    assert Operators(store.reopened().database).verify("op-1", "correct horse 电池") == CLERK


@pytest.mark.parametrize(
    ("operator_id", "passphrase"),
    [
        ("op-1", "wrong horse"),
        ("op-1", ""),
        ("op-2", "correct horse"),
        ("", ""),
        ("op-1", "\ud800"),
    ],
)
def test_anything_else_gives_nobody(store: Store, operator_id: str, passphrase: str) -> None:
    operators = Operators(store.database)
    operators.add(CLERK, "correct horse")
    assert operators.verify(operator_id, passphrase) is None


def test_a_disabled_operator_is_nobody(store: Store) -> None:
    operators = Operators(store.database)
    operators.add(CLERK, "correct horse")
    operators.disable("op-1")
    assert operators.verify("op-1", "correct horse") is None
    assert operators.all() == ()


def test_a_new_passphrase_ends_the_old_one(store: Store) -> None:
    operators = Operators(store.database)
    operators.add(CLERK, "correct horse")
    operators.add(CLERK, "another horse")
    assert operators.verify("op-1", "correct horse") is None
    assert operators.verify("op-1", "another horse") == CLERK
    assert operators.all() == (CLERK,)


def test_a_role_of_a_later_release_gives_no_right(store: Store) -> None:
    operators = Operators(store.database)
    operators.add(CLERK, "correct horse")
    with store.database.transaction():
        store.database.execute("UPDATE operator SET roles = 'gate_clerk,emperor'")
    assert operators.all()[0].roles == {Role.GATE_CLERK}


@pytest.mark.parametrize("passphrase", ["", "short", "x" * 201])
def test_a_passphrase_out_of_bounds_is_refused(store: Store, passphrase: str) -> None:
    with pytest.raises(ValueError, match="8 to 200"):
        Operators(store.database).add(CLERK, passphrase)


def test_neither_passphrase_nor_name_is_in_a_repr(store: Store) -> None:
    assert "演示员" not in repr(CLERK)


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
