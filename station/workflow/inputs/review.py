"""What can happen at the review (资格审核)."""

from dataclasses import dataclass, field

from station.domain.facts import ConfirmationFact, ReviewDecision
from station.domain.people import Applicant
from station.workflow.inputs.confirmation import CloseCase
from station.workflow.inputs.shared import CorrectSealed, Failed, Recorded, RecordFailed, SaveAgain


@dataclass(frozen=True)
class ListSealed:
    """Ask for the sealed confirmations that wait for a decision."""


@dataclass(frozen=True)
class SealedListed:
    """Who waits. `gone` others wait, too, and what a review looks at went here by age."""

    applicants: tuple[Applicant, ...]
    gone: int = 0


@dataclass(frozen=True)
class OpenForReview:
    subject: str


@dataclass(frozen=True)
class ReviewOpened:
    applicant: Applicant
    facts: tuple[ConfirmationFact, ...]
    pages: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True)
class Decide:
    decision: ReviewDecision
    reason: str = field(repr=False)


ReviewInput = (
    ListSealed
    | SealedListed
    | OpenForReview
    | ReviewOpened
    | Decide
    | CorrectSealed
    | Recorded
    | RecordFailed
    | SaveAgain
    | Failed
    | CloseCase
)
