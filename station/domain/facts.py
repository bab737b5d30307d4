"""Facts: the only thing that is stored. State after a restart is the fold of these.

A fact's plain fields become the event's data: ids, enums, counts, scores and digests only. What
identifies a person travels as `Evidence`, which the store encrypts under that person's data key.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from station.domain.documents import DocumentFinding, DocumentKind
from station.domain.fingers import FingerPosition
from station.domain.identity_document import ComparedField


@dataclass(frozen=True)
class Evidence:
    """Bytes that identify a person: an image, a record, a document or a written reason."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


class FoundBy(StrEnum):
    """How the desk or the gate came to this person."""

    REGISTRATION_ID = "registration_id"
    IDENTITY_CARD = "identity_card"
    NAME = "name"
    TICKET = "ticket"
    SEAT = "seat"
    RESUMED = "resumed"


class IdentityResult(StrEnum):
    """Outcome of holding the card against the application."""

    SAME = "same"
    DIFFERENCE_EXPLAINED = "difference_explained"
    CHECKED_BY_HAND = "checked_by_hand"


class FingerException(StrEnum):
    """Why a finger of the plan is not captured (no public rule exists: the unit's own codes)."""

    MISSING = "missing"
    INJURED = "injured"
    UNREADABLE = "unreadable"


class FormOutput(StrEnum):
    """What became of the review form."""

    PRINTED = "printed"
    SAVED = "saved"


class ReviewDecision(StrEnum):
    """The review officer's word on eligibility (资格审核)."""

    APPROVED = "approve"
    REJECTED = "reject"


class Lane(StrEnum):
    """Where at the gate somebody is verified."""

    NORMAL = "normal"
    SPECIAL = "special"


class ReferralReason(StrEnum):
    """Why somebody is sent to the chief and not admitted."""

    NO_MATCH = "no_match"
    NO_TEMPLATE = "no_template"
    READER_FAILED = "reader_failed"


@dataclass(frozen=True)
class ApplicantFound:
    TYPE: ClassVar[str] = "applicant_found"
    method: FoundBy


@dataclass(frozen=True)
class ConsentGiven:
    TYPE: ClassVar[str] = "consent_given"
    notice_version: str


@dataclass(frozen=True)
class ConsentRefused:
    TYPE: ClassVar[str] = "consent_refused"
    notice_version: str


@dataclass(frozen=True)
class DocumentChecked:
    TYPE: ClassVar[str] = "document_checked"
    kind: DocumentKind
    finding: DocumentFinding
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class IdentityCompared:
    TYPE: ClassVar[str] = "identity_compared"
    result: IdentityResult
    differing: tuple[ComparedField, ...]
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class PhotoTaken:
    TYPE: ClassVar[str] = "photo_taken"
    width_px: int
    height_px: int
    simulated: bool
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class PressCaptured:
    """One impression kept: evidence `impression` (PNG) and `record` (ISO/IEC 19794-2:2005)."""

    TYPE: ClassVar[str] = "press_captured"
    position: FingerPosition
    press: int
    quality: int
    required_quality: int
    kept_below_required: bool
    simulated: bool
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class FingerRestarted:
    """The presses of a finger no longer count; they stay in the log."""

    TYPE: ClassVar[str] = "finger_restarted"
    position: FingerPosition


@dataclass(frozen=True)
class FingerExcepted:
    TYPE: ClassVar[str] = "finger_excepted"
    position: FingerPosition
    reason: FingerException
    approved_by: str


@dataclass(frozen=True)
class FormIssued:
    """Evidence `form` is the PDF; `record_digest` is what its footer shows."""

    TYPE: ClassVar[str] = "form_issued"
    record_digest: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class FormDelivered:
    TYPE: ClassVar[str] = "form_delivered"
    output: FormOutput
    copies: int


@dataclass(frozen=True)
class FormSigned:
    TYPE: ClassVar[str] = "form_signed"
    record_digest: str


@dataclass(frozen=True)
class ConfirmationSealed:
    """The record is frozen: `blob` is the SHA-256 of `sealed_copy`, sealed to the platform."""

    TYPE: ClassVar[str] = "confirmation_sealed"
    blob: str
    presses: int
    exceptions: int
    simulated: bool
    sealed_copy: bytes = field(default=b"", repr=False)


class CorrectedPart(StrEnum):
    """Which part of a sealed record a correction is about."""

    PERSON = "person"
    DOCUMENTS = "documents"
    IDENTITY = "identity"
    PHOTO = "photo"
    FINGERS = "fingers"
    FORM = "form"


@dataclass(frozen=True)
class ConfirmationCorrected:
    """What is wrong in a sealed record, said beside it: the record itself stays as it is.

    Evidence `reason` says in words what is right and why; `approved_by` is the second person.
    """

    TYPE: ClassVar[str] = "confirmation_corrected"
    part: CorrectedPart
    approved_by: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class ReviewDecided:
    TYPE: ClassVar[str] = "review_decided"
    decision: ReviewDecision
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class CandidateSelected:
    TYPE: ClassVar[str] = "candidate_selected"
    exam_session_id: str
    method: FoundBy


@dataclass(frozen=True)
class GateAttempt:
    """One press at the gate: evidence `impression` (PNG). `score` is on the matcher's scale."""

    TYPE: ClassVar[str] = "gate_attempt"
    exam_session_id: str
    lane: Lane
    attempt: int
    asked: FingerPosition | None
    matched: FingerPosition | None
    score: float
    threshold: float
    passed: bool
    simulated: bool
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class GateLaneChanged:
    TYPE: ClassVar[str] = "gate_lane_changed"
    exam_session_id: str
    lane: Lane


@dataclass(frozen=True)
class GateAdmitted:
    TYPE: ClassVar[str] = "gate_admitted"
    exam_session_id: str
    lane: Lane
    score: float
    simulated: bool


@dataclass(frozen=True)
class GateReferred:
    """Sent to the chief as doubtful, not admitted. Evidence `photo` is the person at the gate."""

    TYPE: ClassVar[str] = "gate_referred"
    exam_session_id: str
    reason: ReferralReason
    simulated: bool
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class GateClosed:
    """Somebody came after the door was shut."""

    TYPE: ClassVar[str] = "gate_closed"
    exam_session_id: str


ConfirmationFact = (
    ApplicantFound
    | ConsentGiven
    | ConsentRefused
    | DocumentChecked
    | IdentityCompared
    | PhotoTaken
    | PressCaptured
    | FingerRestarted
    | FingerExcepted
    | FormIssued
    | FormDelivered
    | FormSigned
    | ConfirmationSealed
    | ConfirmationCorrected
)
EntryFact = (
    CandidateSelected | GateAttempt | GateLaneChanged | GateAdmitted | GateReferred | GateClosed
)
Fact = ConfirmationFact | ReviewDecided | EntryFact
