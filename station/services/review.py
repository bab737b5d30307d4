"""Carries out the review screen's effects and feeds the results back."""

from collections.abc import Callable
from typing import assert_never

from station.domain.facts import ConfirmationSealed, ReviewDecided
from station.services.form_desk import FormDesk
from station.services.machine import Machine
from station.services.recording import Recorder
from station.services.runner import Lane, Runner
from station.services.store_room import StoreRoom, or_failed
from station.workflow import effects, inputs, review
from station.workflow.inputs import Failed, ReviewInput
from station.workflow.notices import Notice
from station.workflow.review import Review


class ReviewService:
    """The review of sealed confirmations on the UI thread."""

    def __init__(
        self,
        room: StoreRoom,
        runner: Runner,
        forms: FormDesk,
        recorder: Recorder,
        play: Callable[[effects.Sound], None],
    ) -> None:
        self._room = room
        self._runner = runner
        self._forms = forms
        self._recorder = recorder
        self._play = play
        self._machine: Machine[Review, ReviewInput, effects.ReviewEffect] = Machine(
            review.step, Review(), self._carry_out
        )
        self.on_change = self._machine.on_change
        self.send = self._machine.send

    @property
    def state(self) -> Review:
        return self._machine.state

    def _carry_out(self, effect: effects.ReviewEffect) -> None:
        match effect:
            case effects.Record():
                self._recorder.record(effect, self.send)
            case effects.Play(sound=sound):
                self._play(sound)
            case effects.FetchSealed():
                self._runner.call(Lane.DATABASE, or_failed(self._sealed), self.send)
            case effects.FetchReview(subject=subject):
                self._runner.call(
                    Lane.DATABASE, or_failed(lambda: self._review(subject)), self.send
                )
            case _:
                assert_never(effect)

    def _sealed(self) -> ReviewInput:
        waiting = [
            self._room.roster.by_subject(subject)
            for subject in self._room.subjects_with(ConfirmationSealed, without=ReviewDecided)
        ]
        return inputs.SealedListed(
            tuple(self._room.shown(applicant) for applicant in waiting if applicant is not None)
        )

    def _review(self, subject: str) -> ReviewInput:
        applicant = self._room.roster.by_subject(subject)
        if applicant is None:
            return Failed(Notice.NOT_FOUND)
        facts = self._room.confirmation_facts(subject)
        pages = self._forms.pages(subject)
        return inputs.ReviewOpened(self._room.shown(applicant), facts, pages)
