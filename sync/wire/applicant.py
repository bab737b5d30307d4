"""The applicant as the platform knows them (field list: platform's registration manual)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum

from sync.wire.canonical import canonical_bytes, sha256_hex
from sync.wire.fields import Fields, JsonObject
from sync.wire.masking import Masked


class ApplicantStatus(StrEnum):
    """Where the applicant stands; the platform publishes no complete list, this is ours."""

    NOT_SUBMITTED = "not_submitted"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    ENROLLED = "enrolled"
    WITHDRAWN = "withdrawn"

    @property
    def label_zh(self) -> str:
        return _STATUS_LABELS[self]


_STATUS_LABELS = {
    ApplicantStatus.NOT_SUBMITTED: "未提交",
    ApplicantStatus.SUBMITTED: "已提交",
    ApplicantStatus.CONFIRMED: "已确认",
    ApplicantStatus.REJECTED: "审核未通过",
    ApplicantStatus.ENROLLED: "在册",
    ApplicantStatus.WITHDRAWN: "已清退",
}


@dataclass(frozen=True, repr=False)
class PreviousDegree(Masked):
    """前置学位. `awarded` is YYYYMM."""

    category: str
    awarded: str
    certificate_no: str
    major: str
    institution: str

    @classmethod
    def from_json(cls, value: object) -> PreviousDegree:
        f = Fields(value, "previous_degree")
        degree = cls(
            category=f.text("category", 60),
            awarded=f.text("awarded", 8),
            certificate_no=f.text("certificate_no", 60),
            major=f.text("major", 120),
            institution=f.text("institution", 120),
        )
        f.done()
        return degree


@dataclass(frozen=True, repr=False)
class WorkUnit(Masked):
    """工作单位: name, nature, administrative and technical rank."""

    name: str
    nature: str
    admin_rank: str
    tech_rank: str

    @classmethod
    def from_json(cls, value: object) -> WorkUnit:
        f = Fields(value, "work_unit")
        unit = cls(
            name=f.text("name", 120),
            nature=f.text("nature", 60),
            admin_rank=f.text("admin_rank", 60),
            tech_rank=f.text("tech_rank", 60),
        )
        f.done()
        return unit


@dataclass(frozen=True, repr=False)
class Application(Masked):
    """学位申请. `applied` is YYYYMM; `unit_code` the degree-granting unit's code."""

    year: int
    unit_code: str
    unit_name: str
    degree_type: str
    category: str
    discipline: str
    applicant_kind: str
    applied: str
    student_no: str
    department: str

    @classmethod
    def from_json(cls, value: object) -> Application:
        f = Fields(value, "application")
        application = cls(
            year=f.integer("year", 1990, 2200),
            unit_code=f.token("unit_code", 16),
            unit_name=f.text("unit_name", 120),
            degree_type=f.text("degree_type", 60),
            category=f.text("category", 60),
            discipline=f.text("discipline", 120),
            applicant_kind=f.text("applicant_kind", 60),
            applied=f.text("applied", 8),
            student_no=f.text("student_no", 40),
            department=f.text("department", 120),
        )
        f.done()
        return application


@dataclass(frozen=True, repr=False)
class Applicant(Masked):
    """One applicant. `subject` is the opaque id used everywhere else in place of the person.

    `birth_date` is YYYYMMDD, `work_since` YYYYMM; `uploaded_photo` is the SHA-256 of the
    photograph on the platform; `captured_earlier` says fingerprints exist from an earlier year.
    """

    subject: str
    registration_id: str
    name: str
    pinyin: str
    sex: str
    nation: str
    birth_date: str
    document_type: str
    document_number: str
    political_status: str
    work_since: str
    phone: str
    address: str
    previous_degree: PreviousDegree
    work_unit: WorkUnit
    application: Application
    experience: tuple[str, ...]
    status: ApplicantStatus
    captured_earlier: bool
    uploaded_photo: str | None

    @classmethod
    def from_json(cls, value: object) -> Applicant:
        """Strict: every field present and within its length, none besides. Raises WireError."""
        f = Fields(value, "applicant")
        applicant = cls(
            subject=f.hex_id("subject"),
            registration_id=f.token("registration_id", 32),
            name=f.text("name", 120, min_chars=1),
            pinyin=f.text("pinyin", 120),
            sex=f.text("sex", 10),
            nation=f.text("nation", 40),
            birth_date=f.text("birth_date", 8),
            document_type=f.text("document_type", 40),
            document_number=f.text("document_number", 32, min_chars=1),
            political_status=f.text("political_status", 40),
            work_since=f.text("work_since", 8),
            phone=f.text("phone", 32),
            address=f.text("address", 200),
            previous_degree=PreviousDegree.from_json(f.raw("previous_degree")),
            work_unit=WorkUnit.from_json(f.raw("work_unit")),
            application=Application.from_json(f.raw("application")),
            experience=f.texts("experience", 60, 400),
            status=f.choice("status", ApplicantStatus),
            captured_earlier=f.boolean("captured_earlier"),
            uploaded_photo=f.optional("uploaded_photo", f.digest),
        )
        f.done()
        return applicant

    def to_json(self) -> JsonObject:
        return asdict(self) | {"experience": list(self.experience), "status": self.status.value}

    def digest(self) -> str:
        """SHA-256 of the canonical form: what a confirmation says it was made from."""
        return sha256_hex(canonical_bytes(self.to_json()))
