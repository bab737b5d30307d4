"""What can happen at the exam gate."""

from dataclasses import dataclass, field
from datetime import datetime

from station.domain.exam import ExamSession
from station.domain.facts import EntryFact, Evidence, FoundBy
from station.domain.fingers import FingerPosition
from station.domain.people import Candidate
from station.workflow.inputs.shared import (
    DeviceBack,
    DeviceLost,
    Failed,
    FingerLifted,
    FingerSensed,
    FingerStillThere,
    PressRefused,
    Recorded,
    RecordFailed,
    SaveAgain,
)
from station.workflow.notices import Notice


@dataclass(frozen=True)
class FetchSession:
    """Load the exam organiser's package, from the platform or from what is already here."""


@dataclass(frozen=True)
class SessionReady:
    """The session to work with. `trouble` says why something newer was not taken over."""

    session: ExamSession
    expected: int
    admitted: int
    without_template: int
    trouble: Notice | None = None


@dataclass(frozen=True)
class Scan:
    """A ticket number, identity number or seat, scanned or typed."""

    text: str = field(repr=False)
    at: datetime


@dataclass(frozen=True)
class ScanCard:
    """Read the identity card on the reader and select its holder."""

    at: datetime


@dataclass(frozen=True)
class CandidateFound:
    """`earlier` are the stored entry facts of this person in this session, oldest first."""

    candidate: Candidate
    method: FoundBy
    earlier: tuple[EntryFact, ...]
    at: datetime


@dataclass(frozen=True)
class PressCompared:
    """A press at the gate, compared with the references of the lane."""

    attempt: int
    matched: FingerPosition | None
    score: float
    threshold: float
    simulated: bool
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class PersonPhotographed:
    """The person at the gate, as evidence of a referral; empty when there is no camera."""

    evidence: tuple[Evidence, ...]
    simulated: bool


@dataclass(frozen=True)
class CallChief:
    """Staff end the tries and send the person to the chief."""


@dataclass(frozen=True)
class NextPerson:
    pass


EntryInput = (
    FetchSession
    | SessionReady
    | Scan
    | ScanCard
    | CandidateFound
    | PressCompared
    | PressRefused
    | FingerSensed
    | FingerLifted
    | FingerStillThere
    | PersonPhotographed
    | CallChief
    | NextPerson
    | Recorded
    | RecordFailed
    | SaveAgain
    | Failed
    | DeviceLost
    | DeviceBack
)
