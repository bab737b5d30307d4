"""Fictional people, sessions and ready-made facts for tests of the pure workflows."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from station.domain.documents import REQUIRED_DOCUMENTS, DocumentFinding
from station.domain.exam import ExamSession, GateRules
from station.domain.facts import (
    ApplicantFound,
    ConfirmationFact,
    ConfirmationSealed,
    ConsentGiven,
    DocumentChecked,
    Evidence,
    FormDelivered,
    FormIssued,
    FormOutput,
    FormSigned,
    FoundBy,
    IdentityCompared,
    IdentityResult,
    PhotoTaken,
    PressCaptured,
)
from station.domain.fingers import CAPTURE_PLAN, PRESSES_PER_FINGER, FingerPosition
from station.domain.people import Applicant, Candidate
from station.domain.purpose import Purpose
from station.workflow import inputs
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep

START = datetime(2026, 5, 24, 1, 0, tzinfo=UTC)
BEFORE_START = START - timedelta(minutes=30)
AFTER_CLOSING = START + timedelta(minutes=15)
MORNING = ExamSession(
    "morning", "外国语水平考试", "示例考点", START, GateRules(), Purpose.NATIONAL_EXAM
)


def applicant(subject: str = "s-1", captured_earlier: bool = False) -> Applicant:
    return Applicant(
        subject=subject,
        registration_id="2026018A1B2C",
        name="林晓雾",
        pinyin="LIN XIAOWU",
        sex="2",
        birth_date="19900101",
        document_type="resident",
        document_number="001234199001010023",
        unit_name="示例大学",
        discipline="护理学",
        captured_earlier=captured_earlier,
    )


def candidate(
    subject: str = "c-1",
    exam_session_id: str = MORNING.exam_session_id,
    enrolled: tuple[FingerPosition, ...] = CAPTURE_PLAN,
    designated: FingerPosition | None = FingerPosition.RIGHT_INDEX,
) -> Candidate:
    return Candidate(
        subject=subject,
        ticket_number="990000000012",
        name="林晓雾",
        document_number="001234199001010023",
        room="03",
        seat="17",
        exam_session_id=exam_session_id,
        paper="外国语水平考试(英语)",
        enrolled=enrolled,
        designated=designated,
    )


def press_fact(position: FingerPosition, press: int, quality: int = 80) -> PressCaptured:
    return PressCaptured(position, press, quality, 40, False, True, impression())


def impression() -> tuple[Evidence, ...]:
    return (
        Evidence("impression", "image/png", b"png"),
        Evidence("record", "application/octet-stream", b"fmr"),
    )


def presses(count: int) -> tuple[PressCaptured, ...]:
    """The first `count` presses of the plan."""
    plan = [(finger, press + 1) for finger in CAPTURE_PLAN for press in range(PRESSES_PER_FINGER)]
    return tuple(press_fact(finger, press) for finger, press in plan[:count])


def facts_until(step: DeskStep, subject: str = "s-1") -> tuple[ConfirmationFact, ...]:
    """The facts of a smooth confirmation that now stands at `step`."""
    per_step: dict[DeskStep, tuple[ConfirmationFact, ...]] = {
        DeskStep.FIND: (ApplicantFound(FoundBy.REGISTRATION_ID),),
        DeskStep.CONSENT: (ConsentGiven("1"),),
        DeskStep.DOCUMENTS: tuple(
            DocumentChecked(kind, DocumentFinding.ORIGINAL_SEEN) for kind in REQUIRED_DOCUMENTS
        ),
        DeskStep.IDENTITY: (IdentityCompared(IdentityResult.SAME, ()),),
        DeskStep.PHOTO: (PhotoTaken(390, 567, True),),
        DeskStep.FINGERS: presses(24),
        DeskStep.FORM: (
            FormIssued(f"digest-{subject}"),
            FormDelivered(FormOutput.PRINTED, 2),
        ),
        DeskStep.SIGN: (FormSigned(f"digest-{subject}"),),
        DeskStep.SEAL: (ConfirmationSealed("blob", 24, 0, True, b"sealed"),),
        DeskStep.SEALED: (),
    }
    done: list[ConfirmationFact] = []
    for name, facts in per_step.items():
        if name is step:
            break
        done.extend(facts)
    return tuple(done)


def case_opened(
    facts: Iterable[ConfirmationFact] = (),
    subject: str = "s-1",
    captured_earlier: bool = False,
) -> inputs.CaseOpened:
    person = applicant(subject, captured_earlier)
    return inputs.CaseOpened(person, tuple(facts), FoundBy.REGISTRATION_ID)


def press_taken(
    attempt: int,
    quality: int = 80,
    same_finger: bool | None = None,
    other_finger: FingerPosition | None = None,
) -> inputs.PressTaken:
    return inputs.PressTaken(
        attempt=attempt,
        quality=quality,
        required_quality=40,
        same_finger=same_finger,
        other_finger=other_finger,
        advice=Notice.PRESS_LOW_QUALITY,
        simulated=True,
        evidence=impression(),
    )


def press_compared(
    attempt: int, matched: FingerPosition | None, score: float | None = None
) -> inputs.PressCompared:
    shown = score if score is not None else (90.0 if matched else 3.0)
    return inputs.PressCompared(attempt, matched, shown, 40.0, True, impression())
