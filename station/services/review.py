"""Carries out the review screen's effects and feeds the results back."""

from collections.abc import Callable
from typing import assert_never

from station.domain.audit import RecordSearched, RecordViewed, ViewPlace
from station.domain.facts import ConfirmationSealed, ReviewDecided
from station.domain.purpose import Purpose
from station.domain.retention import Kind
from station.domain.rights import Action
from station.services.form_desk import FormDesk
from station.services.guard import Guard
from station.services.machine import Machine
from station.services.recording import Recorder
from station.services.runner import Lane, Runner
from station.services.store_room import StoreRoom, or_failed
from station.services.trail import Trail
from station.services.workplace import Workplace
from station.workflow import effects, inputs, review
from station.workflow.inputs import Failed, ReviewInput
from station.workflow.notices import Notice
from station.workflow.review import Review

RIGHTS: dict[type[ReviewInput], Action] = {
    inputs.ListSealed: Action.SEE_REVIEW,
    inputs.OpenForReview: Action.READ_RECORD,
    inputs.Decide: Action.DECIDE_REVIEW,
    inputs.CorrectSealed: Action.CORRECT_RECORD,
    inputs.CloseCase: Action.SEE_REVIEW,
    inputs.SaveAgain: Action.SEE_REVIEW,
}
"""What a person can do at the review; everything else that reaches it is an answer."""
PURPOSE = Purpose.NATIONAL_EXAM
"""Eligibility for the national exam is all that is reviewed here."""


class ReviewService:
    """The review of sealed confirmations on the UI thread."""

    def __init__(
        self,
        room: StoreRoom,
        runner: Runner,
        forms: FormDesk,
        recorder: Recorder,
        guard: Guard,
        trail: Trail,
        play: Callable[[effects.Sound], None],
    ) -> None:
        self._room = room
        self._runner = runner
        self._forms = forms
        self._recorder = recorder
        self._trail = trail
        self._play = play
        self._machine: Machine[Review, ReviewInput, effects.ReviewEffect] = Machine(
            review.step, Review(), self._carry_out
        )
        self._work = Workplace(
            self._machine, guard, RIGHTS, inputs.CloseCase(), lambda state: bool(state.opened)
        )
        self.on_change = self._machine.on_change
        self.send = self._work.send
        self.hand_over = self._work.hand_over

    @property
    def state(self) -> Review:
        return self._machine.state

    def _carry_out(self, effect: effects.ReviewEffect) -> None:
        answer, officer = self._work.answering(), self._work.author.operator_id
        match effect:
            case effects.Record():
                self._recorder.record(effect, self._work.author, answer)
            case effects.Play(sound=sound):
                self._play(sound)
            case effects.FetchSealed():
                self._runner.call(Lane.DATABASE, or_failed(lambda: self._sealed(officer)), answer)
            case effects.FetchReview(subject=subject):
                self._runner.call(
                    Lane.DATABASE, or_failed(lambda: self._review(subject, officer)), answer
                )
            case _:
                assert_never(effect)

    def _sealed(self, officer: str) -> ReviewInput:
        waiting = self._room.subjects_with(ConfirmationSealed, without=ReviewDecided)
        without_photo = self._room.without_by_age(Kind.SITE_PHOTOS)
        known = {
            subject: self._room.roster.by_subject(subject)
            for subject in waiting
            if subject not in without_photo
        }
        shown = tuple(self._room.shown(one) for one in known.values() if one is not None)
        missing = {subject for subject in waiting if known.get(subject) is None}
        gone = missing & (without_photo | self._room.without_by_age(Kind.ROSTER))
        self._trail.note_now(RecordSearched(ViewPlace.REVIEW, len(shown), PURPOSE), officer)
        return inputs.SealedListed(shown, len(gone))

    def _review(self, subject: str, officer: str) -> ReviewInput:
        applicant = self._room.roster.by_subject(subject)
        if applicant is None:
            return Failed(self._room.why_unknown(subject))
        if self._room.confirmed_by(subject, officer):  # told before a reason is written in vain
            return Failed(Notice.OWN_CONFIRMATION)
        self._trail.note_now(RecordViewed(ViewPlace.REVIEW), officer, subject)
        facts = self._room.confirmation_facts(subject)
        pages = self._forms.pages(subject)
        return inputs.ReviewOpened(self._room.shown(applicant), facts, pages)
