"""What a second person allows: this one thing about this one person, and nothing like it."""

import hashlib
from dataclasses import dataclass, field

from station.domain.facts import (
    ConfirmationCorrected,
    CorrectedPart,
    Fact,
    FingerExcepted,
    FingerException,
)
from station.domain.fingers import FingerPosition
from station.domain.rights import Action


@dataclass(frozen=True)
class Approval:
    """Two are equal only when the same was asked; free text is in it as its SHA-256."""

    action: Action
    subject: str
    what: tuple[str, ...] = field(default=(), repr=False)


def for_exception(subject: str, position: FingerPosition, reason: FingerException) -> Approval:
    """That this finger of this person is not captured, for this reason."""
    what = (str(int(position)), reason.value)
    return Approval(Action.APPROVE_FINGER_EXCEPTION, subject, what)


def for_correction(subject: str, part: CorrectedPart, reason: str) -> Approval:
    """That these words are entered beside this person's sealed record."""
    digest = hashlib.sha256(reason.strip().encode()).hexdigest()
    return Approval(Action.APPROVE_CORRECTION, subject, (part.value, digest))


def needed_for(subject: str, fact: Fact) -> tuple[Approval, str] | None:
    """What somebody else must have allowed before this is stored, and who says so; or nothing."""
    match fact:
        case FingerExcepted(position=position, reason=why, approved_by=approver):
            return for_exception(subject, position, why), approver
        case ConfirmationCorrected(part=part, approved_by=approver, evidence=evidence):
            words = b"".join(item.content for item in evidence).decode()
            return for_correction(subject, part, words), approver
        case _:
            return None
