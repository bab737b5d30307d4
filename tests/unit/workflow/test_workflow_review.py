"""Review (资格审核): a decision with a reason, stored once, about the record on the screen."""

from dataclasses import replace

import pytest

from station.domain.facts import ReviewDecided, ReviewDecision
from station.workflow import effects, inputs, review
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep
from station.workflow.review import Review
from tests.support.workflow_cases import applicant, facts_until

Outcome = tuple[Review, tuple[effects.ReviewEffect, ...]]
BOTH = (applicant("s-1"), applicant("s-2"))
REJECT = inputs.Decide(ReviewDecision.REJECTED, "学位获得不满三年")


def run(state: Review, *events: inputs.ReviewInput) -> Outcome:
    done: tuple[effects.ReviewEffect, ...] = ()
    for event in events:
        state, done = review.step(state, event)
    return state, done


def opened(subject: str = "s-1") -> Review:
    state, done = run(Review(), inputs.ListSealed())
    assert done == (effects.FetchSealed(),)
    state, done = run(state, inputs.SealedListed(BOTH), inputs.OpenForReview(subject))
    assert done == (effects.FetchReview(subject),)
    facts = facts_until(DeskStep.SEALED)
    return run(state, inputs.ReviewOpened(applicant(subject), facts, (b"png",)))[0]


@pytest.mark.parametrize("decision", list(ReviewDecision))
def test_a_decision_is_stored_with_its_reason_and_leaves_the_list(decision: ReviewDecision) -> None:
    state, done = run(opened(), inputs.Decide(decision, " 材料齐全 "))
    [record] = done
    assert isinstance(record, effects.Record)
    [fact] = record.facts
    assert isinstance(fact, ReviewDecided)
    assert fact.decision is decision
    assert fact.evidence[0].content.decode() == "材料齐全"
    assert state.waiting == BOTH
    state, _ = run(state, inputs.Recorded(record.facts))
    assert [person.subject for person in state.waiting] == ["s-2"]
    assert state.notice is Notice.DECISION_STORED
    assert state.opened is None


@pytest.mark.parametrize("decision", list(ReviewDecision))
def test_no_decision_without_a_reason(decision: ReviewDecision) -> None:
    state, done = run(opened(), inputs.Decide(decision, "  "))
    assert state.notice is Notice.REASON_NEEDED
    assert not any(isinstance(effect, effects.Record) for effect in done)


def test_how_many_went_by_age_is_known_until_the_list_is_read_again() -> None:
    reason = inputs.Decide(ReviewDecision.APPROVED, "材料齐全")
    state = replace(opened(), gone=2)
    assert run(state, inputs.CloseCase())[0].gone == 2
    held, [record] = run(state, reason)
    assert isinstance(record, effects.Record)
    assert run(held, inputs.Recorded(record.facts))[0].gone == 2
    for lost in (Notice.PERSON_ERASED, Notice.NOT_ALLOWED):
        assert run(held, inputs.RecordFailed(lost))[0].gone == 2
    assert run(state, inputs.CloseCase(), inputs.SealedListed(BOTH))[0].gone == 0


def test_nothing_is_decided_before_a_record_is_open() -> None:
    state = Review(waiting=BOTH)
    assert run(state, REJECT) == (state, ())
    assert run(state, inputs.OpenForReview("s-9")) == (state, ())


def test_a_record_that_comes_late_is_not_slipped_under_the_pen() -> None:
    state, _ = run(Review(waiting=BOTH), inputs.OpenForReview("s-1"))
    assert run(state, inputs.OpenForReview("s-2")) == (state, ())
    closed, _ = run(state, inputs.CloseCase())
    late = inputs.ReviewOpened(applicant("s-1"), (), ())
    assert run(closed, late) == (closed, ())


def test_a_full_disk_keeps_the_decision_and_saves_exactly_it_again() -> None:
    state, first = run(opened(), REJECT)
    assert run(state, inputs.SaveAgain()) == (state, ())
    failed, _ = run(state, inputs.RecordFailed(Notice.DISK_FULL))
    assert failed.notice is Notice.DISK_FULL
    for event in (REJECT, inputs.CloseCase(), inputs.OpenForReview("s-2")):
        assert run(failed, event) == (failed, ())
    _, again = run(failed, inputs.SaveAgain())
    assert again == first


@pytest.mark.parametrize("event", [inputs.SaveAgain(), inputs.RecordFailed(Notice.DISK_FULL)])
def test_a_write_nobody_made_can_neither_fail_nor_be_repeated(event: inputs.ReviewInput) -> None:
    state = opened()
    assert run(state, event) == (state, ())


def test_a_list_that_does_not_come_says_why_and_can_be_asked_for_again() -> None:
    state, _ = run(Review(), inputs.ListSealed(), inputs.Failed(Notice.STORE_FAILED))
    assert (state.loading, state.notice) == (False, Notice.STORE_FAILED)
    assert run(state, inputs.ListSealed())[1] == (effects.FetchSealed(),)
