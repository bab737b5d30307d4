"""Fictional wire values for tests of synchronisation."""

from __future__ import annotations

import struct
import zlib

from sync.wire import (
    GENESIS_HASH,
    Applicant,
    ApplicantStatus,
    Application,
    Candidate,
    ClockReading,
    Event,
    ExamSession,
    PreviousDegree,
    Purpose,
    Value,
    WorkUnit,
    event_hash,
)

STATION = "station-1"
BOOT = "boot-1"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def document_number(number: int) -> str:
    """A right check digit, and the area code 001234 that was never assigned."""
    return with_check_digit(f"00123419900307{number:03d}")


def with_check_digit(digits: str) -> str:
    """Seventeen digits as a whole number (GB 11643-1999)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True))
    return digits + "10X98765432"[total % 11]


def applicant(number: int = 1, *, unit_code: str = "10001") -> Applicant:
    """A person who does not exist."""
    return Applicant(
        subject=f"{number:032x}",
        registration_id=f"2026018A{number:04d}",
        name=f"申请人{number}",
        pinyin=f"SHENQINGREN {number}",
        sex="女",
        nation="汉族",
        birth_date="19900307",
        document_type="居民身份证",
        document_number=document_number(number),
        political_status="群众",
        work_since="201207",
        phone=f"1990000{number:04d}",
        address=f"示例市虚构路{number}号",
        previous_degree=PreviousDegree("学士", "201207", f"X{number:08d}", "数学", "示例大学"),
        work_unit=WorkUnit("示例公司", "企业", "无", "工程师"),
        application=Application(
            2026,
            unit_code,
            "示例学位授予单位",
            "学术型学位",
            "工学",
            "软件工程",
            "其他在职人员",
            "202601",
            f"S{number:04d}",
            "软件学院",
        ),
        experience=("2008.09-2012.07 示例大学 学生", "2012.07-今 示例公司 工程师"),
        status=ApplicantStatus.SUBMITTED,
        captured_earlier=False,
        uploaded_photo=None,
    )


def exam_session(id_: str = "2026-05-24-am") -> ExamSession:
    return ExamSession(
        id_, "外国语水平考试", "示例考点", "2026-05-24T01:00:00.000Z", 15, Purpose.NATIONAL_EXAM
    )


def candidate(number: int = 1) -> Candidate:
    person = applicant(number)
    return Candidate(
        subject=person.subject,
        ticket_no=f"26000{number:04d}",
        name=person.name,
        document_type=person.document_type,
        document_number=person.document_number,
        room="01",
        seat=f"{number:02d}",
        exam_session_id=exam_session().id,
        subject_name="英语",
        photo=b"\xff\xd8fictional",
        record=b"FMR\x00 20\x00",
        designated_finger=7,
    )


def press_png(
    width_px: int = 2, height_px: int = 2, kind: tuple[int, ...] = (8, 0, 0, 0, 0), grey: int = 0
) -> bytes:
    """A picture of one grey; `kind` is depth, colour, compression, filter, interlace."""
    header = struct.pack(">IIBBBBB", width_px, height_px, *kind)
    rows = (b"\0" + bytes([grey]) * min(width_px, 100)) * min(height_px, 100)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
        for name, content in chunks
    )


def event(
    seq: int,
    *,
    prev_hash: str = GENESIS_HASH,
    type_: str = "press_captured",
    station: str = STATION,
    subject: str | None = None,
    data: dict[str, Value] | None = None,
    incarnation: int = 1,
) -> Event:
    return Event(
        id=f"{incarnation:08x}{seq:024x}",
        station=station,
        incarnation=incarnation,
        seq=seq,
        prev_hash=prev_hash,
        type=type_,
        version=1,
        at="2026-03-01T01:02:03.456Z",
        clock=ClockReading("hub", -120, "2026-03-01T01:00:00.000Z"),
        boot=BOOT,
        monotonic_ms=1000 * seq,
        actor="operator-1",
        subject=subject,
        data=data if data is not None else {"finger_position": 7, "press": 1},
    )


def chain(
    count: int, *, station: str = STATION, data: dict[str, Value] | None = None
) -> list[Event]:
    """The first `count` events of a station, each holding the hash of the one before."""
    events: list[Event] = []
    for seq in range(1, count + 1):
        prev_hash = event_hash(events[-1]) if events else GENESIS_HASH
        events.append(event(seq, prev_hash=prev_hash, station=station, data=data))
    return events
