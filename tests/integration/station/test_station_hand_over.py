"""One clerk leaves in the middle and another signs in: whose work is whose."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from drivers.api import PrintJobState, PrintPhase
from drivers.simulated.printer import SimulatedPrinter
from station.assets import asset
from station.domain import rights
from station.domain.facts import FormOutput, ReviewDecided, ReviewDecision
from station.domain.people import Account, Operator, Role
from station.domain.rights import Action
from station.services.errors import NotAllowed
from station.services.fact_events import audit_fact_of
from station.services.status import PausedCase
from station.services.upkeep_record import Job
from station.store.desk import OpenCase
from station.store.errors import StoreFull
from station.ui.fonts import load_fonts
from station.workflow import inputs
from station.workflow.capture import ReaderPhase
from station.workflow.desk_state import Waiting
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep
from tests.support.station_rig import (
    CLERK,
    PATIENCE_S,
    SECOND,
    Rig,
    fresh_rig,
    person_of_plan,
    reopened,
)

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
    looking = ("record_viewed", "record_searched")
    return [one for one in all_work(rig) if one[1] not in looking]


def all_work(rig: Rig) -> list[tuple[str, str]]:
    roster = rig.station.room.roster
    subject = rig.in_store(lambda: roster.by_document_number(PERSON.number)[0].subject)
    events = rig.in_store(lambda: rig.station.room.log.events_of(subject))
    return [(one.event.actor, one.event.type) for one in events]


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


def test_who_may_take_over_no_case_is_refused_below_the_screen(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.open_case(PERSON)
    rig.press(PERSON)
    lock(rig)
    become(rig, SECOND)
    table = dict(rights.RIGHTS) | {Action.TAKE_OVER_CASE: frozenset()}
    monkeypatch.setattr(rights, "RIGHTS", table)
    before = all_work(rig)
    rig.hands.card.lay_card(PERSON)
    rig.send(inputs.FindByCard())
    rig.pump(lambda: rig.state.notice is Notice.NOT_ALLOWED, "the refusal")
    assert rig.state.applicant is None
    assert all_work(rig) == before
    events = rig.in_store(lambda: list(rig.station.room.log.each()))
    refused = [one.event for one in events if one.event.type == "action_refused"]
    assert [(one.actor, one.data["action"]) for one in refused] == [
        (SECOND.operator_id, Action.TAKE_OVER_CASE)
    ]
    monkeypatch.undo()
    rig.send(inputs.FindByCard())
    rig.pump(lambda: rig.state.reader.phase is ReaderPhase.WAITING, "the case")


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


def walk_to_paper(rig: Rig) -> None:
    """To the form, with nobody's finger taken: each is excepted by the second clerk."""
    rig.open_case(PERSON)
    while rig.state.step is DeskStep.FINGERS:
        rig.except_finger()
        rig.pump(lambda: not rig.state.unsaved, "the exception to be stored")
    rig.pump(lambda: bool(rig.state.form_pages) and not rig.state.waiting, "the form")


@pytest.fixture
def fonts(qapp: QApplication) -> None:
    load_fonts(asset("fonts"))  # the form is drawn with them


def print_without_paper(rig: Rig) -> None:
    walk_to_paper(rig)
    rig.hands.printer.take_paper_out()
    rig.send(inputs.DeliverForm(FormOutput.PRINTED))
    rig.pump(lambda: rig.state.notice is Notice.PAPER_OUT, "to be told of the paper")


def nothing_comes_out(rig: Rig, copies: int = 0) -> None:
    printing = rig.station.services.printing
    rig.pump(lambda: not printing.under_way, "the form to be taken back")
    rig.hands.printer.refill()
    assert sum(stack.copies for stack in rig.hands.printer.printed) == copies


@pytest.mark.usefixtures("fonts")
def test_a_form_that_waits_for_paper_is_saved_instead_and_never_printed(rig: Rig) -> None:
    print_without_paper(rig)
    rig.send(inputs.DeliverForm(FormOutput.SAVED))
    rig.pump(lambda: rig.state.step is DeskStep.SIGN, "the file")
    nothing_comes_out(rig)
    assert rig.station.services.printing.left is Notice.PRINT_TAKEN_BACK, "and it is said"
    rig.send(inputs.DeliverForm(FormOutput.PRINTED))
    assert rig.station.services.printing.left is None, "until the next one is printed"


@pytest.mark.usefixtures("fonts")
def test_a_form_printed_again_comes_out_once(rig: Rig) -> None:
    print_without_paper(rig)
    rig.send(inputs.DeliverForm(FormOutput.PRINTED))
    rig.pump(lambda: rig.state.notice is Notice.PAPER_OUT, "to be told of the paper again")
    rig.hands.printer.refill()
    rig.pump(lambda: rig.state.step is DeskStep.SIGN, "the paper")
    nothing_comes_out(rig, copies=2)


@pytest.mark.usefixtures("fonts")
def test_a_form_printed_again_after_signing_began_does_not_come_out_once_it_is_signed(
    rig: Rig,
) -> None:
    walk_to_paper(rig)
    rig.send(inputs.DeliverForm(FormOutput.SAVED))
    rig.pump(lambda: rig.state.step is DeskStep.SIGN, "the file")
    rig.hands.printer.take_paper_out()
    rig.send(inputs.DeliverForm(FormOutput.PRINTED))
    rig.pump(lambda: rig.state.notice is Notice.PAPER_OUT, "to be told of the paper")
    rig.send(inputs.ConfirmSigned())
    rig.pump(lambda: rig.state.step is DeskStep.SEALED, "the sealed copy")
    nothing_comes_out(rig)


@pytest.mark.usefixtures("fonts")
def test_a_form_does_not_come_out_after_its_case_was_put_aside(rig: Rig) -> None:
    print_without_paper(rig)
    rig.send(inputs.CloseCase())
    nothing_comes_out(rig)
    assert rig.state.applicant is None


@pytest.mark.usefixtures("fonts")
def test_a_slip_does_not_come_out_before_the_next_person(rig: Rig) -> None:
    walk_to_paper(rig)
    rig.send(inputs.DeliverForm(FormOutput.SAVED))
    rig.pump(lambda: rig.state.step is DeskStep.SIGN, "the file")
    rig.send(inputs.ConfirmSigned())
    rig.pump(lambda: rig.state.step is DeskStep.SEALED, "the sealed copy")
    rig.hands.printer.take_paper_out()
    subject = rig.state.applicant.subject if rig.state.applicant else ""
    said: list[Notice | None] = []
    rig.station.services.slips.print_slip(subject, said.append)
    rig.pump(lambda: said == [Notice.PAPER_OUT], "to be told of the paper")
    rig.send(inputs.CloseCase())
    nothing_comes_out(rig)
    assert said == [Notice.PAPER_OUT, Notice.PRINT_TAKEN_BACK]


@pytest.mark.usefixtures("fonts")
def test_behind_the_lock_nothing_comes_out_and_whoever_comes_back_prints_again(rig: Rig) -> None:
    print_without_paper(rig)
    lock(rig)
    nothing_comes_out(rig)
    become(rig, CLERK)
    assert rig.state.notice is Notice.PRINT_TAKEN_BACK
    assert rig.station.services.printing.left is Notice.PRINT_TAKEN_BACK, "said to whoever comes"
    rig.send(inputs.DeliverForm(FormOutput.PRINTED))
    rig.pump(lambda: rig.state.step is DeskStep.SIGN, "the paper")
    assert rig.state.waiting is None
    nothing_comes_out(rig, copies=2)


@pytest.mark.usefixtures("fonts")
@pytest.mark.parametrize("comes_back", [False, True])
def test_paper_that_comes_out_after_its_case_was_left_is_its_authors_and_not_lost(
    rig: Rig, comes_back: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    print_without_paper(rig)
    # The printer had begun: nobody can take that back.
    now = PrintJobState(PrintPhase.PRINTING)
    monkeypatch.setattr(SimulatedPrinter, "job_state", lambda *_: now)
    lock(rig)
    become(rig, SECOND)
    assert rig.state.applicant is None, "put aside"
    if comes_back:
        rig.hands.card.lay_card(PERSON)
        rig.send(inputs.FindByCard())
        rig.pump(lambda: rig.state.step is DeskStep.FORM and not rig.state.waiting, "the case")
    now = PrintJobState(PrintPhase.DONE)
    rig.pump(lambda: ("desk01", "form_delivered") in work_of(rig), "the paper to be told of")
    assert [one for one in work_of(rig) if one[1] == "form_delivered"] == [
        (CLERK.operator_id, "form_delivered")
    ]
    if comes_back:
        rig.pump(lambda: rig.state.step is DeskStep.SIGN, "the desk to know of it")


@pytest.mark.usefixtures("fonts")
def test_nobody_reviews_what_they_confirmed(rig: Rig) -> None:
    walk_to_paper(rig)
    subject = rig.state.applicant.subject if rig.state.applicant else ""
    rig.send(inputs.DeliverForm(FormOutput.SAVED))
    rig.pump(lambda: rig.state.step is DeskStep.SIGN, "the file")
    rig.send(inputs.ConfirmSigned())
    rig.pump(lambda: rig.state.step is DeskStep.SEALED, "the sealed copy")
    review, store = rig.station.services.review, rig.station.room.store_facts
    review.send(inputs.ListSealed())
    rig.pump(lambda: bool(review.state.waiting), "the list")
    review.send(inputs.OpenForReview(subject))
    rig.pump(lambda: review.state.notice is Notice.OWN_CONFIRMATION, "the refusal")
    approved = (ReviewDecided(ReviewDecision.APPROVED),)
    refused = rig.in_store(lambda: store(subject, approved, CLERK.operator_id))
    assert refused is Notice.OWN_CONFIRMATION, "nor by a crafted call"
    lock(rig)
    become(rig, SECOND)  # who allowed the exceptions, and did nothing else here
    review.send(inputs.OpenForReview(subject))
    rig.pump(lambda: review.state.opened is not None, "the case")
    lock(rig)
    become(rig, CLERK)
    assert review.state.opened is None, "nobody finds a record open that another officer read"
    lock(rig)
    become(rig, SECOND)
    review.send(inputs.OpenForReview(subject))
    rig.pump(lambda: review.state.opened is not None, "the case again")
    review.send(inputs.Decide(ReviewDecision.APPROVED, "材料齐全"))
    rig.pump(lambda: review.state.notice is Notice.DECISION_STORED, "the decision")


def test_a_card_that_is_read_late_was_asked_for_by_who_has_left(rig: Rig) -> None:
    rig.send(inputs.FindByCard())
    lock(rig)
    become(rig, SECOND)
    rig.hands.card.lay_card(PERSON)
    rig.pump(lambda: rig.state.waiting is not Waiting.CARD, "the card")
    rig.in_store(lambda: None)
    rig.pump(rig.posted.empty, "late answers")
    searched = rig.in_store(lambda: list(rig.station.room.log.each()))
    told = [one.event.actor for one in searched if one.event.type == "record_searched"]
    assert told == [CLERK.operator_id]


def test_who_signs_in_over_somebody_gets_no_case_of_theirs(rig: Rig) -> None:
    rig.open_case(PERSON)
    become(rig, SECOND)
    assert rig.state.applicant is None, "put aside before anything is pressed"
    assert len(paused(rig)) == 1


def test_a_case_that_is_brought_back_late_is_opened_for_nobody(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.open_case(PERSON)
    rig.station.close()
    again = reopened(rig.settings, signed_in=False)
    rig.station, rig.hands, rig.posted = again.station, again.hands, again.posted
    store, goes_on = rig.station.room.open_cases, threading.Event()
    resume_point = store.resume_point

    def slow(workflow: str) -> OpenCase | None:
        goes_on.wait(PATIENCE_S)
        return resume_point(workflow)

    monkeypatch.setattr(type(store), "resume_point", lambda _self, workflow: slow(workflow))
    viewed = [one for one in all_work(rig) if one[1] == "record_viewed"]
    become(rig, CLERK)  # asks for their case, and is called away
    lock(rig)
    goes_on.set()
    become(rig, SECOND)
    rig.in_store(lambda: None)
    rig.pump(rig.posted.empty, "late answers")
    assert rig.state.applicant is None
    assert [one for one in all_work(rig) if one[1] == "record_viewed"] == viewed


def test_nobody_else_ends_a_long_job(rig: Rig) -> None:
    upkeep = rig.station.services.upkeep
    upkeep._show(replace(upkeep.state, running=Job.CHECK))  # however short the check would be
    become(rig, SECOND)
    with pytest.raises(NotAllowed):
        upkeep.give_up()
    assert not upkeep.state.stopping
