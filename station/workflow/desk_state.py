"""The state of the confirmation desk: stored progress, and what is only on the screen."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from station.domain.facts import ConfirmationFact, FoundBy
from station.domain.identity_document import CardShown, ComparedField
from station.domain.people import Applicant
from station.workflow import inputs
from station.workflow.capture import Reader
from station.workflow.effects import DeskEffect, Record
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep, Progress

WEAK_TRIES_BEFORE_KEEPING = 3
"""Presses below the required quality before the operator may keep the best of them."""


class Waiting(StrEnum):
    """What the screen shows progress for; the operator's inputs wait meanwhile."""

    SEARCH = "search"
    CARD = "card"
    CASE = "case"
    CAMERA = "camera"
    FORM = "form"
    PRINTER = "printer"
    SEAL = "seal"
    DISK = "disk"


@dataclass(frozen=True)
class Confirmation:
    """The desk's whole state.

    Attributes:
        matches: applicants to choose from when a search gave several.
        differing: fields of the card that differ; None when no card was read for this case.
        card: the card that differs, until that is explained.
        photo: the still that waits for the operator's word.
        form_pages: page pictures (PNG) of the form; empty until it is built.
        unsaved: facts whose writing is under way or failed; kept until they are on disk.
        weak: the best press so far that was too weak to keep, with `weak_tries` tries.
    """

    applicant: Applicant | None = None
    progress: Progress = field(default_factory=Progress)
    matches: tuple[Applicant, ...] = ()
    found_by: FoundBy = FoundBy.REGISTRATION_ID
    differing: tuple[ComparedField, ...] | None = None
    card: CardShown | None = None
    photo: inputs.PhotoCaptured | None = None
    form_pages: tuple[bytes, ...] = field(default=(), repr=False)
    reader: Reader = field(default_factory=Reader)
    weak: inputs.PressTaken | None = None
    weak_tries: int = 0
    unsaved: tuple[ConfirmationFact, ...] = ()
    save_failed: bool = False
    waiting: Waiting | None = None
    notice: Notice | None = None
    last_quality: int | None = None

    @property
    def step(self) -> DeskStep:
        return self.progress.step if self.applicant else DeskStep.FIND

    @property
    def may_keep_weak(self) -> bool:
        """Whether the operator may keep the best of several weak presses."""
        return self.weak is not None and self.weak_tries >= WEAK_TRIES_BEFORE_KEEPING


Outcome = tuple[Confirmation, tuple[DeskEffect, ...]]


def record(state: Confirmation, *facts: ConfirmationFact) -> Outcome:
    """Hold `facts` until they are on disk and ask for them to be written."""
    assert state.applicant is not None
    held = replace(state, unsaved=facts, save_failed=False, waiting=Waiting.DISK, notice=None)
    return held, (Record(state.applicant.subject, facts),)
