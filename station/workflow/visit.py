"""One candidate at the reader: the fold of the entry facts stored about them in this session."""

from dataclasses import dataclass, replace
from enum import StrEnum

from station.domain.facts import (
    CandidateSelected,
    EntryFact,
    GateAdmitted,
    GateAttempt,
    GateClosed,
    GateLaneChanged,
    GateReferred,
    Lane,
    ReferralReason,
)
from station.domain.fingers import FingerPosition
from station.domain.people import Candidate


class Verdict(StrEnum):
    """What the band over the full width says."""

    ADMITTED = "admitted"
    REFERRED = "referred"
    CLOSED = "closed"
    ALREADY_ADMITTED = "already_admitted"


@dataclass(frozen=True)
class Visit:
    """One candidate at the reader: the fold of this visit's facts.

    `score` and `threshold` are those of the last press. `referral` says why the verdict is
    `REFERRED`.
    """

    candidate: Candidate
    lane: Lane = Lane.NORMAL
    tries: int = 0
    verdict: Verdict | None = None
    score: float | None = None
    threshold: float | None = None
    referral: ReferralReason | None = None


def visit_so_far(candidate: Candidate, facts: tuple[EntryFact, ...]) -> Visit:
    """The visit that the stored facts amount to, oldest first."""
    visit = Visit(candidate)
    for fact in facts:
        visit = apply(visit, fact)
    return visit


def apply(visit: Visit, fact: EntryFact) -> Visit:
    """The visit after one more stored fact."""
    match fact:
        case CandidateSelected():
            return visit
        case GateAttempt(score=score, threshold=threshold):
            return replace(visit, tries=visit.tries + 1, score=score, threshold=threshold)
        case GateLaneChanged(lane=lane):
            return replace(visit, lane=lane, tries=0)
        case GateAdmitted(score=score):
            return replace(visit, verdict=Verdict.ADMITTED, score=score)
        case GateReferred(reason=reason):
            return replace(visit, verdict=Verdict.REFERRED, referral=reason)
        case GateClosed():
            return replace(visit, verdict=Verdict.CLOSED)


def fingers_asked(visit: Visit) -> tuple[FingerPosition, ...]:
    """The fingers that may pass now: the designated one, in the special lane any enrolled one."""
    candidate = visit.candidate
    if visit.lane is Lane.NORMAL and candidate.designated in candidate.enrolled:
        assert candidate.designated is not None
        return (candidate.designated,)
    return candidate.enrolled
