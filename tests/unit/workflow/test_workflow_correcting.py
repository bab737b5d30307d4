"""A sealed record is never reopened: at the desk and at the review it is corrected beside."""

from dataclasses import replace

import pytest

from station.domain.facts import (
    ConfirmationCorrected,
    ConfirmationSealed,
    CorrectedPart,
    ReviewDecided,
    ReviewDecision,
)
from station.workflow import confirmation, effects, inputs, review
from station.workflow.desk_state import Confirmation
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep, fold
from station.workflow.review import Review
from tests.support.workflow_cases import applicant, case_opened, facts_until

CORRECT = inputs.CorrectSealed(CorrectedPart.PHOTO, "  照片上的人是其弟，已重新核对  ", "review01")
NOTHING_SAID = replace(CORRECT, reason="  ")


def sealed() -> Confirmation:
    opened, _ = confirmation.step(Confirmation(), case_opened(facts_until(DeskStep.SEALED)))
    return opened


def under_review() -> Review:
    listed, _ = review.step(Review(), inputs.SealedListed((applicant(),)))
    loading, _ = review.step(listed, inputs.OpenForReview("s-1"))
    facts = facts_until(DeskStep.SEALED)
    opened, _ = review.step(loading, inputs.ReviewOpened(applicant(), facts, (b"page",)))
    return opened


def test_whoever_is_sealed_is_told_so_when_found_again() -> None:
    assert (sealed().step, sealed().notice) == (DeskStep.SEALED, Notice.ALREADY_SEALED)


def test_the_desk_stores_a_correction_and_stays_sealed() -> None:
    state, done = confirmation.step(sealed(), CORRECT)
    (record,) = done
    assert isinstance(record, effects.Record)
    (fact,) = record.facts
    assert isinstance(fact, ConfirmationCorrected)
    assert (fact.part, fact.approved_by) == (CorrectedPart.PHOTO, "review01")
    assert fact.evidence[0].content.decode() == "照片上的人是其弟，已重新核对"
    state, done = confirmation.step(state, inputs.Recorded(record.facts))
    assert (state.step, state.notice) == (DeskStep.SEALED, Notice.CORRECTION_STORED)
    assert state.progress.corrections == 1
    assert done == (effects.Play(effects.Sound.ACCEPTED),)


def test_several_corrections_are_counted() -> None:
    state = sealed()
    for part in (CorrectedPart.PHOTO, CorrectedPart.PERSON):
        state, _ = confirmation.step(state, replace(CORRECT, part=part))
        state, _ = confirmation.step(state, inputs.Recorded(state.unsaved))
    assert state.progress.corrections == 2


def test_a_correction_needs_a_reason() -> None:
    state, done = confirmation.step(sealed(), NOTHING_SAID)
    assert (state.notice, state.unsaved) == (Notice.REASON_NEEDED, ())
    assert done == (effects.Play(effects.Sound.AGAIN),)
    opened, _ = review.step(under_review(), NOTHING_SAID)
    assert (opened.notice, opened.unsaved) == (Notice.REASON_NEEDED, None)


@pytest.mark.parametrize(
    "step", [one for one in DeskStep if one not in (DeskStep.FIND, DeskStep.SEALED)]
)
def test_what_is_not_sealed_is_not_corrected(step: DeskStep) -> None:
    opened, _ = confirmation.step(Confirmation(), case_opened(facts_until(step)))
    waiting = replace(opened, unsaved=())
    assert confirmation.step(waiting, CORRECT) == (waiting, ())


def test_without_anybody_at_the_desk_nothing_is_corrected() -> None:
    assert confirmation.step(Confirmation(), CORRECT) == (Confirmation(), ())
    assert review.step(Review(), CORRECT) == (Review(), ())


@pytest.mark.parametrize(
    "event",
    [
        inputs.RestartFinger(),
        inputs.GiveConsent("2026-1"),
        inputs.TakePhoto(),
        inputs.AcceptPhoto(),
        inputs.MakeFormAgain(),
        inputs.ConfirmSigned(),
        inputs.KeepBestPress(),
        inputs.CompareCard(),
    ],
)
def test_nothing_else_opens_what_is_sealed(event: inputs.ConfirmationInput) -> None:
    state = sealed()
    after, done = confirmation.step(state, event)
    assert after.step is DeskStep.SEALED
    assert not [effect for effect in done if isinstance(effect, effects.Record)]


def test_a_full_disk_keeps_the_correction_until_it_is_saved() -> None:
    state, _ = confirmation.step(sealed(), CORRECT)
    state, _ = confirmation.step(state, inputs.RecordFailed(Notice.DISK_FULL))
    assert (state.save_failed, state.notice) == (True, Notice.DISK_FULL)
    state, _ = confirmation.step(state, inputs.SaveAgain())
    state, _ = confirmation.step(state, inputs.Recorded(state.unsaved))
    assert state.notice is Notice.CORRECTION_STORED


@pytest.mark.parametrize("notice", [Notice.CONFIRMATION_IS_SEALED, Notice.NOT_ALLOWED])
def test_a_refusal_by_the_store_ends_the_visit_and_is_told(notice: Notice) -> None:
    state, _ = confirmation.step(sealed(), CORRECT)
    state, done = confirmation.step(state, inputs.RecordFailed(notice))
    assert (state.step, state.notice, state.unsaved) == (DeskStep.FIND, notice, ())
    assert effects.Play(effects.Sound.STOP) in done


def test_the_review_keeps_the_case_open_and_shows_the_correction() -> None:
    state, done = review.step(under_review(), CORRECT)
    (record,) = done
    assert isinstance(record, effects.Record)
    state, _ = review.step(state, inputs.Recorded(record.facts))
    assert state.notice is Notice.CORRECTION_STORED
    assert state.opened is not None
    assert isinstance(state.facts[-1], ConfirmationCorrected)
    decided, done = review.step(state, inputs.Decide(ReviewDecision.REJECTED, "照片不符"))
    assert isinstance(decided.unsaved, ReviewDecided)


@pytest.mark.parametrize("notice", [Notice.CONFIRMATION_IS_SEALED, Notice.NOT_ALLOWED])
def test_a_refusal_at_the_review_goes_back_to_the_list(notice: Notice) -> None:
    state, _ = review.step(under_review(), CORRECT)
    state, _ = review.step(state, inputs.RecordFailed(notice))
    assert (state.opened, state.notice, state.unsaved) == (None, notice, None)
    assert [one.subject for one in state.waiting] == ["s-1"]


def test_the_fold_of_a_corrected_record_is_sealed() -> None:
    facts = (*facts_until(DeskStep.SEALED), ConfirmationCorrected(CorrectedPart.FORM, "review01"))
    assert any(isinstance(fact, ConfirmationSealed) for fact in facts)
    progress = fold(facts)
    assert (progress.step, progress.corrections) == (DeskStep.SEALED, 1)
