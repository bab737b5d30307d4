"""The desk over real rooms: what is lost when something breaks in the middle of a press."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from station.domain.facts import PressCaptured
from station.workflow import inputs
from station.workflow.capture import ReaderPhase
from station.workflow.notices import Notice
from tests.support.station_rig import Rig, fresh_rig, person_of_plan, reopened

PERSON = person_of_plan()


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = fresh_rig(tmp_path)
    yield made
    made.close()


def stored_presses(rig: Rig) -> list[PressCaptured]:
    assert rig.state.applicant is not None
    subject = rig.state.applicant.subject
    facts = rig.in_store(lambda: rig.station.room.confirmation_facts(subject))
    return [fact for fact in facts if isinstance(fact, PressCaptured)]


def test_a_press_is_on_disk_with_its_evidence_before_the_screen_counts_it(rig: Rig) -> None:
    rig.open_case(PERSON)
    rig.press(PERSON)
    assert rig.state.progress.presses == 1
    assert len(stored_presses(rig)) == 1
    events = rig.in_store(lambda: rig.station.room.log.all_since(0))
    press = next(stored for stored in events if stored.event.type == "press_captured")
    png = rig.in_store(lambda: rig.station.room.log.payload(press.event.id, "impression"))
    assert png.startswith(b"\x89PNG")
    assert press.event.simulated


def test_unplugged_in_mid_press_the_same_press_is_asked_for_again(rig: Rig) -> None:
    rig.open_case(PERSON)
    rig.press(PERSON)
    wanted = rig.state.progress.next_press
    rig.hands.reader.unplug()
    rig.pump(lambda: rig.state.notice is Notice.READER_LOST, "to be told")
    assert len(stored_presses(rig)) == 1
    rig.hands.reader.plug_in()
    rig.pump(lambda: rig.state.reader.phase is ReaderPhase.WAITING, "the reader")
    assert rig.state.progress.next_press == wanted
    rig.press(PERSON)
    assert len(stored_presses(rig)) == 2


def test_a_full_disk_keeps_the_press_in_hand_until_there_is_room(rig: Rig) -> None:
    rig.open_case(PERSON)
    database = rig.station.room.database
    pages = rig.in_store(lambda: database.row("PRAGMA page_count"))
    assert pages is not None
    rig.in_store(lambda: database.row(f"PRAGMA max_page_count = {pages[0]}"))
    rig.press(PERSON)
    assert rig.state.notice is Notice.DISK_FULL
    assert rig.state.save_failed
    assert stored_presses(rig) == []
    rig.in_store(lambda: database.row("PRAGMA max_page_count = 1000000"))
    rig.send(inputs.SaveAgain())
    rig.pump(lambda: rig.state.progress.presses == 1, "the press to be stored")
    assert len(stored_presses(rig)) == 1


def test_started_again_the_desk_comes_back_to_the_same_press(rig: Rig) -> None:
    rig.open_case(PERSON)
    for _ in range(3):
        rig.press(PERSON)
    wanted = rig.state.progress.next_press
    rig.station.close()
    again = reopened(rig.settings)
    try:
        again.station.services.desk.resume()
        again.pump(lambda: again.state.applicant is not None, "the case")
        assert again.state.progress.next_press == wanted
        again.pump(lambda: again.state.reader.phase is ReaderPhase.WAITING, "the reader")
        again.press(PERSON)  # judged against the presses of before the restart
        assert again.state.progress.presses == 4
    finally:
        rig.station = again.station


def test_another_finger_is_never_kept(rig: Rig) -> None:
    rig.open_case(PERSON)
    for _ in range(4):
        rig.press(PERSON)
    rig.hands.reader.press(PERSON.key, 6)  # the left thumb, where the right one is asked for
    rig.pump(lambda: rig.state.notice is not None, "to be told")
    assert rig.state.notice is Notice.PRESS_OTHER_FINGER
    assert rig.state.progress.presses == 4


def test_an_unknown_registration_id_and_a_wrong_check_digit_are_told_apart(rig: Rig) -> None:
    rig.send(inputs.Find("2026999ZZZZZ"))
    rig.pump(lambda: rig.state.notice is Notice.NOT_FOUND, "to be told that nobody is found")
    number = PERSON.number
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    rig.send(inputs.Find(wrong))
    rig.pump(lambda: not rig.state.waiting, "an answer")
    assert rig.state.notice is Notice.NUMBER_WRONG_CHECK_DIGIT


def test_without_a_platform_work_goes_on_and_waits_in_the_outbox(rig: Rig) -> None:
    rig.open_case(PERSON)
    rig.press(PERSON)
    platform = rig.station.services.platform
    platform.tick()
    rig.pump(lambda: platform.status.problem is not None, "the exchange to fail")
    assert platform.status.waiting >= 7
    rig.press(PERSON)
    assert rig.state.progress.presses == 2
