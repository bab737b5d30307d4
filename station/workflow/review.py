"""Review (资格审核): a decision with a reason about a sealed confirmation, an event of its own."""

from dataclasses import dataclass, field, replace
from typing import assert_never

from station.domain.facts import (
    ConfirmationCorrected,
    ConfirmationFact,
    Evidence,
    ReviewDecided,
)
from station.domain.people import Applicant
from station.workflow import inputs
from station.workflow.correcting import correction
from station.workflow.effects import (
    FetchReview,
    FetchSealed,
    Play,
    Record,
    ReviewEffect,
    Sound,
)
from station.workflow.notices import GIVEN_UP, Notice


@dataclass(frozen=True)
class Review:
    """Sealed confirmations that wait for a decision, and the one that is open.

    `gone` more were not decided before this station's copy went by age.
    """

    waiting: tuple[Applicant, ...] = ()
    gone: int = 0
    opened: Applicant | None = None
    facts: tuple[ConfirmationFact, ...] = ()
    form_pages: tuple[bytes, ...] = field(default=(), repr=False)
    unsaved: ReviewDecided | ConfirmationCorrected | None = None
    save_failed: bool = False
    loading: bool = False
    notice: Notice | None = None


Outcome = tuple[Review, tuple[ReviewEffect, ...]]


def step(state: Review, event: inputs.ReviewInput) -> Outcome:
    """The next state of the review screen and what to do about it."""
    match event:
        case inputs.Recorded(facts=facts):
            return _recorded(state, facts)
        case inputs.RecordFailed(notice=Notice.PERSON_ERASED) if state.unsaved and state.opened:
            left = tuple(one for one in state.waiting if one.subject != state.opened.subject)
            return _listed(state, left, Notice.PERSON_ERASED), (Play(Sound.STOP),)
        case inputs.RecordFailed(notice=notice) if state.unsaved and notice in GIVEN_UP:
            return _listed(state, state.waiting, notice), (Play(Sound.STOP),)
        case inputs.RecordFailed(notice=notice) if state.unsaved:
            return replace(state, save_failed=True, notice=notice), (Play(Sound.STOP),)
        case inputs.SaveAgain() if state.save_failed and state.unsaved:
            return _record(state, state.unsaved)
        case inputs.RecordFailed() | inputs.SaveAgain():
            return state, ()
        case _ if state.unsaved:
            return state, ()
        case inputs.Failed(notice=notice):
            return replace(state, loading=False, notice=notice), ()
        case inputs.ListSealed():
            return replace(state, loading=True), (FetchSealed(),)
        case inputs.SealedListed(applicants=applicants, gone=gone):
            return replace(state, waiting=applicants, gone=gone, loading=False), ()
        case inputs.OpenForReview(subject=subject):
            known = any(applicant.subject == subject for applicant in state.waiting)
            if state.loading or not known:
                return state, ()
            return replace(state, loading=True, notice=None), (FetchReview(subject),)
        case inputs.ReviewOpened() if not state.loading:
            return state, ()  # closed before it came
        case inputs.ReviewOpened(applicant=applicant, facts=facts, pages=pages):
            opened = replace(state, opened=applicant, facts=facts, form_pages=pages)
            return replace(opened, loading=False), ()
        case inputs.CorrectSealed():
            return _correct(state, event)
        case inputs.Decide():
            return _decide(state, event)
        case inputs.CloseCase():
            return _listed(state, state.waiting), ()
        case _:
            assert_never(event)


def _decide(state: Review, event: inputs.Decide) -> Outcome:
    if state.opened is None:
        return state, ()
    reason = event.reason.strip()
    if not reason:  # a decision without a reason does not exist, not even an approval
        return replace(state, notice=Notice.REASON_NEEDED), (Play(Sound.AGAIN),)
    evidence = (Evidence("reason", "text/plain; charset=utf-8", reason.encode()),)
    return _record(state, ReviewDecided(event.decision, evidence))


def _correct(state: Review, event: inputs.CorrectSealed) -> Outcome:
    """The case stays open: the officer decides knowing of the correction."""
    if state.opened is None:
        return state, ()
    fact = correction(event)
    if fact is None:
        return replace(state, notice=Notice.REASON_NEEDED), (Play(Sound.AGAIN),)
    return _record(state, fact)


def _record(state: Review, fact: ReviewDecided | ConfirmationCorrected) -> Outcome:
    assert state.opened is not None
    held = replace(state, unsaved=fact, save_failed=False, notice=None)
    return held, (Record(state.opened.subject, (fact,)),)


def _recorded(state: Review, facts: tuple[object, ...]) -> Outcome:
    if state.unsaved is None or facts != (state.unsaved,) or state.opened is None:
        return state, ()
    if isinstance(state.unsaved, ConfirmationCorrected):
        facts_now = (*state.facts, state.unsaved)
        corrected = replace(state, facts=facts_now, unsaved=None, save_failed=False)
        return replace(corrected, notice=Notice.CORRECTION_STORED), (Play(Sound.ACCEPTED),)
    decided = state.opened.subject
    left = tuple(applicant for applicant in state.waiting if applicant.subject != decided)
    return _listed(state, left, Notice.DECISION_STORED), (Play(Sound.ACCEPTED),)


def _listed(state: Review, waiting: tuple[Applicant, ...], notice: Notice | None = None) -> Review:
    """Back at the list, with nothing open."""
    return Review(waiting=waiting, gone=state.gone, notice=notice)
