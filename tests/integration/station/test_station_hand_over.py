"""One clerk leaves in the middle and another signs in: whose work is whose."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from station.domain.people import Account, Operator, Role
from station.services.fact_events import audit_fact_of
from station.services.status import PausedCase
from station.services.upkeep_record import Job
from station.store.errors import StoreFull
from station.workflow import inputs
from station.workflow.capture import ReaderPhase
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep
from tests.support.station_rig import CLERK, SECOND, Rig, fresh_rig, person_of_plan, reopened

PERSON = person_of_plan()


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = fresh_rig(tmp_path)
    yield made
    made.close()


def become(rig: Rig, operator: Operator) -> None:
    sign_in = rig.station.services.sign_in
    sign_in.enter(operator.operator_id)
    rig.pump(lambda: sign_in.state.operator == operator, "the sign-in")


def lock(rig: Rig) -> None:
    rig.station.services.sign_in.sign_out()


def work_of(rig: Rig) -> list[tuple[str, str]]:
    """Who did what about this person, oldest first, without who merely looked."""
    roster = rig.station.room.roster
    subject = rig.in_store(lambda: roster.by_document_number(PERSON.number)[0].subject)
    events = rig.in_store(lambda: rig.station.room.log.events_of(subject))
    return [
        (one.event.actor, one.event.type)
        for one in events
        if one.event.type not in ("record_viewed", "record_searched")
    ]


def paused(rig: Rig) -> tuple[PausedCase, ...]:
    board = rig.station.services.board
    seen: list[object] = []
    board.on_change(seen.append)
    board.refresh()
    rig.pump(lambda: bool(seen), "the board")
    return board.board.paused


def test_the_same_clerk_comes_back_to_the_open_case(rig: Rig) -> None:
    rig.open_case(PERSON)
    rig.press(PERSON)
    lock(rig)
    become(rig, CLERK)
    rig.pump(lambda: rig.state.reader.phase is ReaderPhase.WAITING, "the reader")
    assert rig.state.progress.presses == 1
    assert "case_handed_over" not in {kind for _, kind in work_of(rig)}


def test_another_clerk_takes_the_case_over_by_opening_it(rig: Rig) -> None:
    rig.open_case(PERSON)
    rig.press(PERSON)
    lock(rig)
    become(rig, SECOND)
    assert rig.state.applicant is None, "put aside, as the first clerk's"
    assert [one.presses for one in paused(rig)] == [1]
    rig.hands.card.lay_card(PERSON)
    rig.send(inputs.FindByCard())
    rig.pump(lambda: rig.state.reader.phase is ReaderPhase.WAITING, "the case")
    rig.press(PERSON)
    work = work_of(rig)
    over = work.index((SECOND.operator_id, "case_handed_over"))
    assert {who for who, _ in work[:over]} == {CLERK.operator_id}
    assert work[over + 1 :] == [(SECOND.operator_id, "press_captured")]
    subject = rig.state.applicant.subject if rig.state.applicant else ""
    events = rig.in_store(lambda: rig.station.room.log.events_of(subject))
    told = [audit_fact_of(one.event) for one in events if one.event.type == "case_handed_over"]
    assert [getattr(one, "left_by", None) for one in told] == [CLERK.operator_id]


def test_nobody_else_is_brought_into_a_case_after_a_restart(rig: Rig) -> None:
    rig.open_case(PERSON)
    rig.station.close()
    again = reopened(rig.settings, signed_in=False)
    rig.station, rig.hands, rig.posted = again.station, again.hands, again.posted
    become(rig, SECOND)
    rig.in_store(lambda: None)
    rig.pump(rig.posted.empty, "the answer")
    assert rig.state.applicant is None
    assert len(paused(rig)) == 1


def test_what_the_first_clerk_could_not_save_is_saved_as_theirs(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.open_case(PERSON)

    def full(*_: object) -> None:
        raise StoreFull

    with monkeypatch.context() as patched:
        patched.setattr(type(rig.station.room.log), "append_many", full)
        rig.hands.reader.press(PERSON.key, 6)
        rig.pump(lambda: rig.state.save_failed, "the full disk")
        rig.hands.reader.lift()
        lock(rig)
        become(rig, SECOND)
        assert rig.state.notice is Notice.DISK_FULL
        assert rig.state.unsaved, "nobody walks away from what is not on disk"
    rig.send(inputs.SaveAgain())
    rig.pump(lambda: rig.state.applicant is None, "it to be stored, and put aside")
    assert work_of(rig)[-1] == (CLERK.operator_id, "press_captured")
    assert rig.state.step is DeskStep.FIND


def test_a_press_under_way_at_the_lock_is_nobody_elses(rig: Rig) -> None:
    rig.open_case(PERSON)
    rig.hands.reader.press(PERSON.key, 6)
    lock(rig)
    become(rig, SECOND)
    rig.in_store(lambda: None)
    rig.pump(rig.posted.empty, "late answers")
    assert SECOND.operator_id not in {who for who, _ in work_of(rig)}


def test_a_long_job_goes_on_behind_the_lock_as_whoever_began_it(rig: Rig) -> None:
    admin = Operator("sysadmin01", "贺川", frozenset({Role.SYSTEM_ADMIN}))
    rig.in_store(lambda: rig.station.room.operators.put(Account(admin)))
    lock(rig)
    become(rig, admin)
    upkeep = rig.station.services.upkeep
    upkeep.run(Job.CHECK)
    lock(rig)
    become(rig, SECOND)
    rig.pump(lambda: upkeep.state.running is None, "the check")
    rig.in_store(lambda: None)
    events = rig.in_store(lambda: list(rig.station.room.log.each()))
    checked = [one.event.actor for one in events if one.event.type == "database_checked"]
    assert checked[-1] == admin.operator_id
