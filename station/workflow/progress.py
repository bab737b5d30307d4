"""How far a confirmation is: the fold of its stored facts, and nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from station.domain.documents import REQUIRED_DOCUMENTS, DocumentFinding, DocumentKind
from station.domain.facts import (
    ApplicantFound,
    ConfirmationCorrected,
    ConfirmationFact,
    ConfirmationSealed,
    ConsentGiven,
    ConsentRefused,
    DocumentChecked,
    FingerExcepted,
    FingerException,
    FingerRestarted,
    FormDelivered,
    FormIssued,
    FormOutput,
    FormSigned,
    IdentityCompared,
    IdentityResult,
    PhotoTaken,
    PressCaptured,
)
from station.domain.fingers import CAPTURE_PLAN, PRESSES_PER_FINGER, FingerPosition


class DeskStep(StrEnum):
    """The order is fixed; a step is done when its fact is stored."""

    FIND = "find"
    CONSENT = "consent"
    DOCUMENTS = "documents"
    IDENTITY = "identity"
    PHOTO = "photo"
    FINGERS = "fingers"
    FORM = "form"
    SIGN = "sign"
    SEAL = "seal"
    SEALED = "sealed"


@dataclass(frozen=True)
class Progress:
    """The stored part of a confirmation.

    `qualities` maps a finger to the quality of each kept press, in order.
    """

    found: bool = False
    consent: bool | None = None
    documents: Mapping[DocumentKind, DocumentFinding] = field(
        default_factory=lambda: MappingProxyType({})
    )
    identity: IdentityResult | None = None
    photo: bool = False
    qualities: Mapping[FingerPosition, tuple[int, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    excepted: Mapping[FingerPosition, FingerException] = field(
        default_factory=lambda: MappingProxyType({})
    )
    record_digest: str = ""
    delivered: FormOutput | None = None
    signed: bool = False
    sealed: bool = False
    corrections: int = 0
    captured_earlier: bool = False

    @property
    def presses(self) -> int:
        """Presses kept so far, of 24 when no finger is excepted."""
        return sum(len(values) for values in self.qualities.values())

    @property
    def next_press(self) -> tuple[FingerPosition, int] | None:
        """The finger and the press number (1-4) to ask for next; None when all are in."""
        for position in CAPTURE_PLAN:
            kept = len(self.qualities.get(position, ()))
            if position not in self.excepted and kept < PRESSES_PER_FINGER:
                return position, kept + 1
        return None

    @property
    def fingers_done(self) -> bool:
        """Whether fingers need no more presses; those captured in an earlier year need none."""
        return self.captured_earlier or self.next_press is None

    @property
    def step(self) -> DeskStep:
        """The first step whose fact is missing; what is sealed is never gone back to."""
        if self.sealed:
            return DeskStep.SEALED
        done = (
            (DeskStep.FIND, self.found),
            (DeskStep.CONSENT, bool(self.consent)),
            (DeskStep.DOCUMENTS, all(kind in self.documents for kind in REQUIRED_DOCUMENTS)),
            (DeskStep.IDENTITY, self.identity is not None),
            (DeskStep.PHOTO, self.photo),
            (DeskStep.FINGERS, self.fingers_done),
            (DeskStep.FORM, bool(self.record_digest) and self.delivered is not None),
            (DeskStep.SIGN, self.signed),
            (DeskStep.SEAL, self.sealed),
        )
        return next((step for step, is_done in done if not is_done), DeskStep.SEALED)


def fold(facts: Iterable[ConfirmationFact], start: Progress | None = None) -> Progress:
    """The progress that the stored facts amount to, oldest first."""
    progress = start or Progress()
    for fact in facts:
        progress = apply(progress, fact)
    return progress


def apply(progress: Progress, fact: ConfirmationFact) -> Progress:
    """Progress after one more stored fact."""
    match fact:
        case ApplicantFound():
            return replace(progress, found=True)
        case ConsentGiven():
            return replace(progress, consent=True)
        case ConsentRefused():
            return replace(progress, consent=False)
        case DocumentChecked(kind=kind, finding=finding):
            return replace(
                progress, documents=MappingProxyType({**progress.documents, kind: finding})
            )
        case IdentityCompared(result=result):
            return replace(progress, identity=result)
        case PhotoTaken():
            return replace(progress, photo=True)
        case PressCaptured(position=position, quality=quality):
            kept = (*progress.qualities.get(position, ()), quality)
            return replace(
                progress, qualities=MappingProxyType({**progress.qualities, position: kept})
            )
        case FingerRestarted(position=position):
            return replace(progress, qualities=_without(progress.qualities, position))
        case FingerExcepted(position=position, reason=reason):
            return replace(
                progress,
                qualities=_without(progress.qualities, position),
                excepted=MappingProxyType({**progress.excepted, position: reason}),
            )
        case FormIssued(record_digest=digest):
            return replace(progress, record_digest=digest, delivered=None)
        case FormDelivered(output=output):
            return replace(progress, delivered=output)
        case FormSigned():
            return replace(progress, signed=True)
        case ConfirmationSealed():
            return replace(progress, sealed=True)
        case ConfirmationCorrected():
            return replace(progress, corrections=progress.corrections + 1)


def _without(
    qualities: Mapping[FingerPosition, tuple[int, ...]], position: FingerPosition
) -> Mapping[FingerPosition, tuple[int, ...]]:
    return MappingProxyType({key: kept for key, kept in qualities.items() if key != position})
