"""What can happen at the confirmation desk.

Answers that carry a person's form or record name the subject, so that one which comes after its
case was closed is never taken for the next person's.
"""

from dataclasses import dataclass, field

from station.domain.documents import DocumentFinding, DocumentKind
from station.domain.facts import (
    ConfirmationFact,
    Evidence,
    FingerException,
    FormOutput,
    FoundBy,
)
from station.domain.fingers import FingerPosition
from station.domain.identity_document import CardShown, ComparedField
from station.domain.people import Applicant
from station.domain.photo_rules import PhotoWarning
from station.workflow.inputs.shared import (
    CorrectSealed,
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
class Find:
    """Look by registration ID, identity number or name, whichever the text looks like."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class FindByCard:
    """Look for the applicant whose identity card lies on the reader."""


@dataclass(frozen=True)
class ApplicantsFound:
    """What the search gave. `differing` and `card` are set when a card was read."""

    applicants: tuple[Applicant, ...]
    method: FoundBy
    differing: tuple[ComparedField, ...] | None = None
    card: CardShown | None = None


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
    """The card on the reader held against the applicant of the case that is open now."""

    differing: tuple[ComparedField, ...]
    card: CardShown | None = None


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
    warnings: tuple[PhotoWarning, ...] = ()


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

    subject: str
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
    """So many copies really are out."""

    subject: str
    output: FormOutput
    copies: int


@dataclass(frozen=True)
class PrintTold:
    """Why the form is not out of the printer: it waits there, was taken back, or has failed."""

    subject: str
    notice: Notice


@dataclass(frozen=True)
class ConfirmSigned:
    pass


@dataclass(frozen=True)
class CopySealed:
    """The whole record sealed to the platform's key, ready to be stored with its event."""

    subject: str
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
    | PrintTold
    | ConfirmSigned
    | CopySealed
    | CorrectSealed
    | CloseCase
)
