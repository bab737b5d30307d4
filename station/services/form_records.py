"""What the review form says, from the platform's application and what the desk stored."""

from datetime import datetime

from station.domain.facts import ConfirmationFact
from station.domain.fingers import PLANNED_PRESSES
from station.forms.record import ExperienceLine, ReviewFormRecord
from station.workflow.progress import Progress, fold
from sync import wire

_SEPARATOR = "|"


def form_record(
    applicant: wire.Applicant,
    facts: tuple[ConfirmationFact, ...],
    certificate_photo: bytes,
    site_photo: bytes,
    captured_at: datetime,
    desk_name: str,
) -> ReviewFormRecord:
    """The record as printed. The same stored facts give the same record, and so the same hash."""
    degree, work, application = (
        applicant.previous_degree,
        applicant.work_unit,
        applicant.application,
    )
    progress = fold(facts, Progress(captured_earlier=applicant.captured_earlier))
    return ReviewFormRecord(
        registration_id=applicant.registration_id,
        name=applicant.name,
        unit_name=application.unit_name,
        year=str(application.year),
        pinyin=applicant.pinyin,
        sex=applicant.sex,
        ethnicity=applicant.nation,
        birth_date=applicant.birth_date,
        document_type=applicant.document_type,
        document_number=applicant.document_number,
        political_status=applicant.political_status,
        prior_degree_kind=degree.category,
        prior_degree_date=degree.awarded,
        prior_degree_certificate=degree.certificate_no,
        prior_degree_subject=degree.major,
        prior_degree_institution=degree.institution,
        work_since=applicant.work_since,
        employer=work.name,
        employer_nature=work.nature,
        administrative_rank=work.admin_rank,
        technical_rank=work.tech_rank,
        mobile=applicant.phone,
        address=applicant.address,
        degree_unit=application.unit_name,
        degree_kind=application.degree_type,
        discipline_category=application.category,
        discipline=application.discipline,
        applicant_kind=application.applicant_kind,
        applied_on=application.applied,
        student_number=application.student_no,
        department=application.department,
        captured_on=f"{captured_at:%Y-%m-%d}",
        captured_at=desk_name,
        captured_fingers=_fingers(progress),
        experience=tuple(map(_experience, applicant.experience)),
        certificate_photo=certificate_photo,
        site_photo=site_photo,
    )


def _fingers(progress: Progress) -> str:
    if progress.captured_earlier:
        return "往年已采集"
    missing = f"，例外 {len(progress.excepted)} 指" if progress.excepted else ""
    return f"{progress.presses} / {PLANNED_PRESSES} 次{missing}"


def _experience(line: str) -> ExperienceLine:
    """A line as the platform sends it: period, place and position with bars between."""
    period, _, rest = line.partition(_SEPARATOR)
    place, _, position = rest.partition(_SEPARATOR)
    return ExperienceLine(period.strip(), place.strip(), position.strip())
