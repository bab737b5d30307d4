"""What the review form says about one application, and the hash that ties paper to record."""

import hashlib
import json
from dataclasses import dataclass, field, fields

LONGEST_TEXT = 120
LONGEST_EXPERIENCE = 40


@dataclass(frozen=True, repr=False)
class ExperienceLine:
    """One line of 个人经历: from–to, where, and as what."""

    period: str
    place: str
    position: str = ""

    def __repr__(self) -> str:
        return "ExperienceLine(…)"


@dataclass(frozen=True, repr=False)
class ReviewFormRecord:
    """Everything printed on the review form, already as words; an empty string prints as blank.

    Photos are encoded pictures (JPEG or PNG) or empty. The fields follow what every public notice
    about 《资格审查表》 implies; the official layout is not public. Raises ValueError for text
    over 120 characters or more than 40 lines of experience.
    """

    registration_id: str
    name: str
    unit_name: str = ""
    year: str = ""
    pinyin: str = ""
    sex: str = ""
    ethnicity: str = ""
    country: str = ""
    birth_date: str = ""
    document_type: str = ""
    document_number: str = ""
    political_status: str = ""
    prior_degree_kind: str = ""
    prior_degree_date: str = ""
    prior_degree_certificate: str = ""
    prior_degree_subject: str = ""
    prior_degree_institution: str = ""
    prior_education: str = ""
    work_since: str = ""
    employer: str = ""
    employer_nature: str = ""
    employer_place: str = ""
    administrative_rank: str = ""
    technical_rank: str = ""
    mobile: str = ""
    telephone: str = ""
    email: str = ""
    address: str = ""
    postcode: str = ""
    degree_unit: str = ""
    degree_kind: str = ""
    discipline_category: str = ""
    discipline: str = ""
    applicant_kind: str = ""
    applied_on: str = ""
    student_number: str = ""
    department: str = ""
    captured_on: str = ""
    captured_at: str = ""
    captured_fingers: str = ""
    experience: tuple[ExperienceLine, ...] = ()
    certificate_photo: bytes = field(default=b"")
    site_photo: bytes = field(default=b"")

    def __post_init__(self) -> None:
        for name in TEXT_FIELDS:
            if len(getattr(self, name)) > LONGEST_TEXT:
                raise ValueError(f"{name} is longer than {LONGEST_TEXT} characters")
        if len(self.experience) > LONGEST_EXPERIENCE:
            raise ValueError(f"more than {LONGEST_EXPERIENCE} lines of experience")
        for line in self.experience:
            if max(map(len, (line.period, line.place, line.position))) > LONGEST_TEXT:
                raise ValueError(f"experience is longer than {LONGEST_TEXT} characters")

    def __repr__(self) -> str:
        return "ReviewFormRecord(…)"

    def text(self, name: str) -> str:
        """The words of one text field. Raises KeyError for anything that is no text field."""
        if name not in TEXT_FIELDS:
            raise KeyError(name)
        value: str = getattr(self, name)
        return value


TEXT_FIELDS: tuple[str, ...] = tuple(
    each.name for each in fields(ReviewFormRecord) if each.type is str or each.type == "str"
)


def record_hash(record: ReviewFormRecord) -> str:
    """SHA-256 (64 hex digits) of the record; photos enter by their own SHA-256.

    The same content gives the same hash on every machine: text as canonical JSON with sorted
    keys in UTF-8.
    """
    content: dict[str, object] = {name: record.text(name) for name in TEXT_FIELDS}
    content["experience"] = [[e.period, e.place, e.position] for e in record.experience]
    for name, photo in (
        ("certificate_photo", record.certificate_photo),
        ("site_photo", record.site_photo),
    ):
        content[name] = hashlib.sha256(photo).hexdigest() if photo else ""
    packed = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(packed.encode()).hexdigest()
