"""What a workflow asks the world to do. Only `Record` stores anything."""

from dataclasses import dataclass, field
from enum import StrEnum

from station.domain.facts import Fact, FormOutput, FoundBy, Lane
from station.domain.fingers import FingerPosition


class Sound(StrEnum):
    """The four sounds of the station."""

    ACCEPTED = "accepted"
    AGAIN = "again"
    ADMITTED = "admitted"
    STOP = "stop"


@dataclass(frozen=True)
class Record:
    """Store these facts about `subject` in one transaction; answer `Recorded` or `RecordFailed`."""

    subject: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Play:
    sound: Sound


@dataclass(frozen=True)
class SearchApplicants:
    text: str = field(repr=False)


@dataclass(frozen=True)
class SearchByCard:
    pass


@dataclass(frozen=True)
class OpenCase:
    """Load what is stored about this applicant and remember that the desk works on it."""

    subject: str
    method: FoundBy


@dataclass(frozen=True)
class ForgetCase:
    """The desk works on nobody now, and nobody waits for what has not come out of the printer."""


@dataclass(frozen=True)
class ReadCardFor:
    """Read the card on the reader and compare it with this applicant."""

    subject: str


@dataclass(frozen=True)
class CapturePhoto:
    pass


@dataclass(frozen=True)
class CaptureFinger:
    """Arm the reader for one press; answer `PressTaken`, `PressRefused` or `DeviceLost`."""

    subject: str
    position: FingerPosition
    press: int
    attempt: int


@dataclass(frozen=True)
class AwaitLift:
    attempt: int


@dataclass(frozen=True)
class CancelCapture:
    pass


@dataclass(frozen=True)
class DropPresses:
    """Forget the templates in memory of a finger whose presses no longer count."""

    position: FingerPosition


@dataclass(frozen=True)
class BuildForm:
    subject: str


@dataclass(frozen=True)
class HandOutForm:
    """Print or save the form; answer `FormDone` when it really is out.

    Why it is not out yet is told as `PrintTold`, why it was not saved as `Failed`.
    """

    subject: str
    output: FormOutput
    copies: int


@dataclass(frozen=True)
class TakeBackPrint:
    """Let what has not come out of this form stay off paper; the clerk goes on without it."""


@dataclass(frozen=True)
class SealCopy:
    subject: str


@dataclass(frozen=True)
class FetchSealed:
    pass


@dataclass(frozen=True)
class FetchReview:
    subject: str


@dataclass(frozen=True)
class LoadSession:
    pass


@dataclass(frozen=True)
class FindCandidate:
    text: str = field(repr=False)


@dataclass(frozen=True)
class FindCandidateByCard:
    pass


@dataclass(frozen=True)
class CompareFinger:
    """Arm the reader and compare the press with this candidate's references of `fingers`."""

    subject: str
    lane: Lane
    fingers: tuple[FingerPosition, ...]
    attempt: int


@dataclass(frozen=True)
class PhotographPerson:
    pass


DeskEffect = (
    Record
    | Play
    | SearchApplicants
    | SearchByCard
    | OpenCase
    | ForgetCase
    | ReadCardFor
    | CapturePhoto
    | CaptureFinger
    | AwaitLift
    | CancelCapture
    | DropPresses
    | BuildForm
    | HandOutForm
    | TakeBackPrint
    | SealCopy
)
ReviewEffect = Record | Play | FetchSealed | FetchReview
EntryEffect = (
    Record
    | Play
    | LoadSession
    | FindCandidate
    | FindCandidateByCard
    | CompareFinger
    | AwaitLift
    | CancelCapture
    | PhotographPerson
)
