"""What the reader does while nobody is signed in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from station.workflow.capture import ReaderPhase
from tests.support.station_rig import CLERK, PASSPHRASE, Rig, fresh_rig, person_of_plan, reopened

PERSON = person_of_plan()


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = fresh_rig(tmp_path)
    yield made
    made.close()


def sign_in(rig: Rig) -> None:
    service = rig.station.services.sign_in
    service.sign_in(CLERK.operator_id, PASSPHRASE)
    rig.pump(lambda: service.state.operator is not None, "the sign-in")


def test_a_press_behind_the_lock_is_not_taken_and_the_same_press_comes_after_it(rig: Rig) -> None:
    rig.open_case(PERSON)
    rig.press(PERSON)
    wanted = rig.state.progress.next_press
    rig.station.services.sign_in.sign_out()
    assert rig.state.reader.phase is ReaderPhase.LOST
    rig.hands.reader.press(PERSON.key, 6)
    rig.hands.reader.lift()
    sign_in(rig)
    rig.pump(lambda: rig.state.reader.phase is ReaderPhase.WAITING, "the reader")
    assert rig.state.progress.next_press == wanted
    rig.press(PERSON)
    assert rig.state.progress.presses == 2


def test_a_reader_plugged_in_behind_the_lock_stays_out_of_reach(rig: Rig) -> None:
    rig.open_case(PERSON)
    rig.station.services.sign_in.sign_out()
    rig.hands.reader.unplug()
    chips = rig.station.services.devices
    rig.pump(lambda: chips.chips[0].state.value == "lost", "the plug to be missed")
    rig.hands.reader.plug_in()
    rig.pump(lambda: chips.chips[0].state.value == "ready", "the plug to be back")
    assert rig.state.reader.phase is ReaderPhase.LOST


def test_after_a_restart_nothing_is_captured_before_somebody_signs_in(rig: Rig) -> None:
    rig.open_case(PERSON)
    rig.station.close()
    again = reopened(rig.settings, signed_in=False)
    rig.station, rig.hands, rig.posted = again.station, again.hands, again.posted
    assert rig.state.applicant is None
    sign_in(rig)
    rig.pump(lambda: rig.state.reader.phase is ReaderPhase.WAITING, "the case and the reader")
