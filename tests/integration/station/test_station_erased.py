"""The platform orders a person's data to be deleted while that person stands at the desk."""

from pathlib import Path

from station.store.drafts import EventDraft
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep
from tests.support.station_rig import fresh_rig, person_of_plan


def test_the_desk_says_so_and_is_free_for_the_next_person(tmp_path: Path) -> None:
    rig, person = fresh_rig(tmp_path), person_of_plan()
    try:
        rig.open_case(person)
        assert rig.state.applicant is not None
        erased = EventDraft("person_erased", 1, rig.state.applicant.subject, "system")
        rig.in_store(lambda: rig.station.room.log.erase_person(erased))
        wanted = rig.state.progress.next_press
        assert wanted is not None
        rig.hands.reader.press(person.key, int(wanted[0]))
        rig.pump(lambda: rig.state.notice is Notice.PERSON_ERASED, "to be told")
        assert (rig.state.step, rig.state.unsaved) == (DeskStep.FIND, ())
        assert not rig.state.save_failed
    finally:
        rig.close()
