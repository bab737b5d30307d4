"""Another key for the database of a station at work: it goes on, and it restarts."""

from pathlib import Path

import pytest

from station.domain.audit import KeyChange
from station.domain.people import Account, Operator, Role
from station.services.places import Places
from station.store.database import open_database
from station.store.errors import StoreBusy, WrongKey
from station.workflow import inputs
from station.workflow.capture import ReaderPhase
from tests.support.station_rig import CLERK, Rig, fresh_rig, person_of_plan, reopened
from tests.support.store_keys import unlocked_keyring

CHIEF = Operator("sec01", "龚䶮安", frozenset({Role.SECURITY_ADMIN}))


def sign_in(rig: Rig, operator: Operator) -> None:
    service = rig.station.services.sign_in
    rig.in_store(lambda: rig.station.room.operators.put(Account(operator)))
    service.enter(operator.operator_id)
    rig.pump(lambda: service.state.operator == operator, "the sign-in")


def rotate(rig: Rig) -> None:
    keys = rig.station.services.keys
    keys.rotate()
    rig.pump(lambda: keys.state.work is None, "the rotation")


def find_again(rig: Rig) -> None:
    """The case was put aside when somebody else signed in."""
    rig.hands.card.lay_card(person_of_plan())
    rig.send(inputs.FindByCard())
    rig.pump(lambda: rig.state.reader.phase is ReaderPhase.WAITING, "the case")


def test_work_goes_on_under_another_key_also_after_a_restart(tmp_path: Path) -> None:
    rig = fresh_rig(tmp_path)
    places = Places.of(rig.settings)
    _, before = unlocked_keyring(places.keyring)
    rig.open_case(person_of_plan())
    rig.press(person_of_plan())
    sign_in(rig, CHIEF)
    rotate(rig)
    assert rig.station.services.keys.state.changed is KeyChange.DATABASE_KEY_ROTATED
    sign_in(rig, CLERK)
    find_again(rig)
    rig.press(person_of_plan())
    done = rig.state.progress.presses
    rig.close()
    with pytest.raises(WrongKey):
        open_database(places.database, before.keyring.database)
    again = reopened(rig.settings)
    stored = again.in_store(lambda: [one.event.type for one in again.station.room.log.all_since(0)])
    assert stored.count("press_captured") == done == 2
    assert stored.count("keys_changed") == 1
    again.close()


def test_a_check_that_reads_the_file_is_not_disturbed(tmp_path: Path) -> None:
    rig = fresh_rig(tmp_path)
    places = Places.of(rig.settings)
    _, unlocked = unlocked_keyring(places.keyring)
    sign_in(rig, CHIEF)
    reading = open_database(places.database, unlocked.keyring.database)
    rotate(rig)
    assert rig.station.services.keys.state.failure == StoreBusy.sentence
    reading.close()
    rotate(rig)
    assert rig.station.services.keys.state.changed is KeyChange.DATABASE_KEY_ROTATED
    rig.close()
