"""Everything that can happen to a workflow. Inputs are never stored; facts are.

Inputs of the operator are verbs; inputs that report the end of an effect are past tense.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from station.domain.documents import DocumentFinding, DocumentKind
from station.domain.exam import ExamSession
from station.domain.facts import (
    ConfirmationFact,
    EntryFact,
    Evidence,
    Fact,
    FingerException,
    FormOutput,
    FoundBy,
    ReviewDecision,
)
from station.domain.fingers import FingerPosition
from station.domain.identity_document import ComparedField
from station.domain.people import Applicant, Candidate
from station.workflow.notices import Notice


class DeviceKind(StrEnum):
    """The devices a workflow can lose and get back."""

    READER = "reader"
    CAMERA = "camera"
    CARD_READER = "card_reader"
    PRINTER = "printer"


# --- shared -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Recorded:
    """The facts of a `Record` effect are on disk."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class RecordFailed:
    """Nothing of a `Record` effect was written; the workflow still holds the facts."""

    notice: Notice


@dataclass(frozen=True)
class SaveAgain:
    """Try the failed write once more."""


@dataclass(frozen=True)
class Failed:
    """An effect other than `Record` ended without its result."""

    notice: Notice


@dataclass(frozen=True)
class DeviceLost:
    kind: DeviceKind


@dataclass(frozen=True)
class DeviceBack:
    kind: DeviceKind


@dataclass(frozen=True)
class FingerSensed:
    attempt: int


@dataclass(frozen=True)
class PressRefused:
    """The driver or the extractor could not use the press; the person tries again."""

    attempt: int
    notice: Notice
    still_on_plate: bool = True


@dataclass(frozen=True)
class FingerLifted:
    attempt: int


@dataclass(frozen=True)
class FingerStillThere:
    attempt: int


# --- confirmation desk ------------------------------------------------------------------------


@dataclass(frozen=True)
class Find:
    """Look for an applicant by registration ID, identity number or name, whichever it looks like."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class FindByCard:
    """Look for the applicant whose identity card lies on the reader."""


@dataclass(frozen=True)
class ApplicantsFound:
    """What the search gave. `differing` is set when a card was read: its fields that differ."""

    applicants: tuple[Applicant, ...]
    method: FoundBy
    differing: tuple[ComparedField, ...] | None = None


@dataclass(frozen=True)
class Choose:
    subject: str


@dataclass(frozen=True)
class CaseOpened:
    """An applicant with what is already stored about this confirmation."""

    applicant: Applicant
    facts: tuple[ConfirmationFact, ...]
    method: FoundBy


@dataclass(frozen=True)
class GiveConsent:
    notice_version: str


@dataclass(frozen=True)
class RefuseConsent:
    notice_version: str


@dataclass(frozen=True)
class CheckDocument:
    kind: DocumentKind
    finding: DocumentFinding
    reason: str = field(default="", repr=False)


@dataclass(frozen=True)
class CompareCard:
    """Read the card on the reader and hold it against the application."""


@dataclass(frozen=True)
class CardCompared:
    differing: tuple[ComparedField, ...]


@dataclass(frozen=True)
class ExplainIdentity:
    """Go on although the card differs or cannot be read; needs a written reason."""

    reason: str = field(repr=False)


@dataclass(frozen=True)
class TakePhoto:
    pass


@dataclass(frozen=True)
class PhotoCaptured:
    """A still for the operator to accept. `warnings` name soft rules it breaks."""

    jpeg: bytes = field(repr=False)
    width_px: int
    height_px: int
    simulated: bool
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class AcceptPhoto:
    pass


@dataclass(frozen=True)
class PressTaken:
    """One impression with all that is needed to judge it.

    Attributes:
        quality: 0-100 on the matcher's own scale.
        same_finger: whether it matches the earlier presses of this finger; None when first.
        other_finger: the finger already enrolled here that it matches instead, if any.
    """

    attempt: int
    quality: int
    required_quality: int
    same_finger: bool | None
    other_finger: FingerPosition | None
    advice: Notice
    simulated: bool
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class RestartFinger:
    """Discard the presses of the current finger (or of the one before, when none is in)."""


@dataclass(frozen=True)
class ExceptFinger:
    """Do not capture the current finger; `approved_by` has just signed in as second person."""

    reason: FingerException
    approved_by: str


@dataclass(frozen=True)
class KeepBestPress:
    """Take the best of several weak presses and go on."""


@dataclass(frozen=True)
class FormReady:
    """The form as a PDF and as page pictures (PNG) for the screen."""

    record_digest: str
    pdf: bytes = field(repr=False)
    pages: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True)
class MakeFormAgain:
    """The applicant corrected something on the platform before signing."""


@dataclass(frozen=True)
class DeliverForm:
    output: FormOutput
    copies: int = 2


@dataclass(frozen=True)
class FormDone:
    output: FormOutput
    copies: int


@dataclass(frozen=True)
class ConfirmSigned:
    pass


@dataclass(frozen=True)
class CopySealed:
    """The whole record sealed to the platform's key, ready to be stored with its event."""

    blob: str
    sealed_copy: bytes = field(repr=False)
    simulated: bool


@dataclass(frozen=True)
class CloseCase:
    """Put the case aside (or finish it); everything stored stays."""


ConfirmationInput = (
    Recorded
    | RecordFailed
    | SaveAgain
    | Failed
    | DeviceLost
    | DeviceBack
    | FingerSensed
    | PressRefused
    | FingerLifted
    | FingerStillThere
    | Find
    | FindByCard
    | ApplicantsFound
    | Choose
    | CaseOpened
    | GiveConsent
    | RefuseConsent
    | CheckDocument
    | CompareCard
    | CardCompared
    | ExplainIdentity
    | TakePhoto
    | PhotoCaptured
    | AcceptPhoto
    | PressTaken
    | RestartFinger
    | ExceptFinger
    | KeepBestPress
    | FormReady
    | MakeFormAgain
    | DeliverForm
    | FormDone
    | ConfirmSigned
    | CopySealed
    | CloseCase
)


# --- review -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class ListSealed:
    """Ask for the sealed confirmations that wait for a decision."""


@dataclass(frozen=True)
class SealedListed:
    applicants: tuple[Applicant, ...]


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
    | Recorded
    | RecordFailed
    | SaveAgain
    | Failed
    | CloseCase
)


# --- exam gate --------------------------------------------------------------------------------


@dataclass(frozen=True)
class FetchSession:
    """Load the exam organiser's package, from the platform or from what is already here."""


@dataclass(frozen=True)
class SessionReady:
    session: ExamSession
    expected: int
    admitted: int
    without_template: int


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
