"""Words of the wire to words of the domain, in one place."""

from datetime import UTC, datetime, timedelta

from drivers.api import CardText, Photo
from matcher import RecordError, from_record
from station.domain.exam import ExamSession, GateRules
from station.domain.fingers import CAPTURE_PLAN, FingerPosition
from station.domain.identity_document import CardShown, HolderData
from station.domain.people import Applicant, Candidate
from station.domain.purpose import Purpose
from station.services.pictures import jpeg_of
from station.settings import Settings
from sync import wire


def applicant_of(applicant: wire.Applicant, photo: bytes) -> Applicant:
    """What the desk shows of an application."""
    return Applicant(
        subject=applicant.subject,
        registration_id=applicant.registration_id,
        name=applicant.name,
        pinyin=applicant.pinyin,
        sex=applicant.sex,
        birth_date=applicant.birth_date,
        document_type=applicant.document_type,
        document_number=applicant.document_number,
        unit_name=applicant.application.unit_name,
        discipline=applicant.application.discipline,
        captured_earlier=applicant.captured_earlier,
        photo=photo,
    )


def candidate_of(candidate: wire.Candidate) -> Candidate:
    """What the gate shows of a candidate; an unreadable record counts as no template."""
    enrolled = enrolled_fingers(candidate.record)
    asked = FingerPosition(candidate.designated_finger)
    designated = asked if asked in enrolled else next(iter(enrolled), None)
    return Candidate(
        subject=candidate.subject,
        ticket_number=candidate.ticket_no,
        name=candidate.name,
        document_number=candidate.document_number,
        room=candidate.room,
        seat=candidate.seat,
        exam_session_id=candidate.exam_session_id,
        paper=candidate.subject_name,
        enrolled=enrolled,
        designated=designated,
        photo=candidate.photo,
    )


def enrolled_fingers(record: bytes) -> tuple[FingerPosition, ...]:
    """Fingers of a record that hold minutiae, in the order of the capture plan."""
    if not record:
        return ()
    try:
        views = from_record(record).views
    except RecordError:
        return ()
    held = {view.position for view in views if len(view.template)}
    return tuple(position for position in CAPTURE_PLAN if position in held)


def exam_session_of(session: wire.ExamSession, settings: Settings) -> ExamSession:
    """A session with the organiser's rules; the special lane's tries are this station's."""
    special = session.special_lane is wire.SpecialLane.ANY_ENROLLED_FINGER
    return ExamSession(
        exam_session_id=session.id,
        title=session.name,
        site=session.site,
        starts_at=instant(session.starts_at),
        purpose=Purpose(session.purpose),
        rules=GateRules(
            normal_tries=session.tries,
            special_tries=settings.special_tries if special else 0,
            closes_after=timedelta(minutes=session.closes_after_min),
        ),
    )


def instant(text: str) -> datetime:
    """An instant of the wire as an aware UTC time."""
    return datetime.fromtimestamp(wire.parse_instant(text), UTC)


_SEXES = {"1": "男", "2": "女"}


def card_shown(card: CardText) -> CardShown:
    """A card as the desk shows it beside the application."""
    photo = jpeg_of(Photo(card.photo)) if card.photo is not None else b""
    return CardShown(holder_of(card), photo)


def holder_of(card: CardText) -> HolderData:
    """The four facts of a card in the application's spelling."""
    return HolderData(
        name=card.name,
        number=card.number,
        sex=_SEXES.get(card.sex.value, card.sex.value),
        birth_date=f"{card.birth:%Y%m%d}",
    )
