"""Examination sessions and the candidates seated in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sync.wire.fields import Fields, JsonObject, to_base64
from sync.wire.masking import Masked

MAX_PHOTO_BYTES = 2 * 1024 * 1024
MAX_RECORD_BYTES = 256 * 1024
FINGER_POSITIONS = range(1, 11)
"""ISO/IEC 19794-2 finger positions: 1 right thumb … 5 right little, 6 left thumb … 10."""


class Purpose(StrEnum):
    """The only purposes for which a fingerprint may be compared; the list is closed."""

    NATIONAL_EXAM = "national_exam"
    COURSE = "course"
    DEGREE = "degree"
    STATISTICS = "statistics"

    @property
    def label_zh(self) -> str:
        return _PURPOSE_LABELS[self]


_PURPOSE_LABELS = {
    Purpose.NATIONAL_EXAM: "统考考务",
    Purpose.COURSE: "课程管理",
    Purpose.DEGREE: "学位管理",
    Purpose.STATISTICS: "统计分析",
}


class SpecialLane(StrEnum):
    """What the special lane does after the tries of the normal lane are used up."""

    ANY_ENROLLED_FINGER = "any_enrolled_finger"
    CLOSED = "closed"


@dataclass(frozen=True)
class ExamSession:
    """One half-day of one examination at one site; its rules are data, signed by the organiser.

    `starts_at` is an instant in UTC; entry closes `closes_after_min` minutes after it.
    """

    id: str
    name: str
    site: str
    starts_at: str
    closes_after_min: int
    purpose: Purpose
    tries: int = 3
    special_lane: SpecialLane = SpecialLane.ANY_ENROLLED_FINGER
    manual_admission_allowed: bool = False

    @classmethod
    def from_json(cls, value: object) -> ExamSession:
        f = Fields(value, "exam_session")
        exam_session = cls(
            id=f.token("id", 64),
            name=f.text("name", 120, min_chars=1),
            site=f.text("site", 120),
            starts_at=f.instant("starts_at"),
            closes_after_min=f.integer("closes_after_min", 0, 24 * 60),
            purpose=f.choice("purpose", Purpose),
            tries=f.integer("tries", 1, 10),
            special_lane=f.choice("special_lane", SpecialLane),
            manual_admission_allowed=f.boolean("manual_admission_allowed"),
        )
        f.done()
        return exam_session

    def to_json(self) -> JsonObject:
        return {
            "id": self.id,
            "name": self.name,
            "site": self.site,
            "starts_at": self.starts_at,
            "closes_after_min": self.closes_after_min,
            "purpose": self.purpose.value,
            "tries": self.tries,
            "special_lane": self.special_lane.value,
            "manual_admission_allowed": self.manual_admission_allowed,
        }


@dataclass(frozen=True, repr=False)
class Candidate(Masked):
    """One seat in one session. `photo` is JPEG, `record` ISO/IEC 19794-2:2005 bytes.

    `designated_finger` is an ISO finger position. `ticket_no` is opaque: its grammar is not public.
    """

    subject: str
    ticket_no: str
    name: str
    document_type: str
    document_number: str
    room: str
    seat: str
    exam_session_id: str
    subject_name: str
    photo: bytes
    record: bytes
    designated_finger: int

    @classmethod
    def from_json(cls, value: object) -> Candidate:
        f = Fields(value, "candidate")
        candidate = cls(
            subject=f.hex_id("subject"),
            ticket_no=f.text("ticket_no", 40, min_chars=1),
            name=f.text("name", 120, min_chars=1),
            document_type=f.text("document_type", 40),
            document_number=f.text("document_number", 32, min_chars=1),
            room=f.text("room", 20),
            seat=f.text("seat", 20),
            exam_session_id=f.token("exam_session_id", 64),
            subject_name=f.text("subject_name", 120),
            photo=f.blob("photo", MAX_PHOTO_BYTES),
            record=f.blob("record", MAX_RECORD_BYTES),
            designated_finger=f.integer("designated_finger", 1, 10),
        )
        f.done()
        return candidate

    def to_json(self) -> JsonObject:
        """Photo and record as base64."""
        fields: JsonObject = dict(vars(self))
        return fields | {"photo": to_base64(self.photo), "record": to_base64(self.record)}
