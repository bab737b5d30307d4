"""What the law lets a person ask of this station: what is held in all, and a copy of their own.

On the database lane, or in a command of its own. Everything here reads; what it gave away is noted
by its callers.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from station.domain.facts import ConfirmationSealed
from station.domain.retention import (
    Holding,
    Line,
    Policy,
    ProvenTime,
    due,
    lines,
    overdue,
    proven_time,
)
from station.domain.statistics import Released, released
from station.forms.personal_copy import HeldPicture, PersonalCopy, personal_copy
from station.services.people import instant
from station.services.sweeper import AUDIT_TYPES
from station.store.database import Database
from station.store.drafts import payload_names
from station.store.errors import PayloadGone, PersonErased
from station.store.events import EventLog
from station.store.holdings import Holdings, Verified
from station.store.kept_files import KeptFiles, KeptFolder
from station.store.roster import Roster
from sync.seal.locked_pdf import lock_pdf
from sync.wire import Applicant

STEPS = (
    "applicant_found",
    "consent_given",
    "photo_taken",
    "form_issued",
    ConfirmationSealed.TYPE,
    "review_decided",
    "gate_admitted",
    "gate_referred",
)
_HISTORY = {
    "applicant_found": "到场",
    "consent_given": "同意处理指纹和照片",
    "consent_refused": "不同意处理指纹和照片",
    "document_checked": "核对材料",
    "identity_compared": "核对身份证",
    "photo_taken": "拍摄照片",
    "press_captured": "采集指纹",
    "finger_restarted": "重新采集一个手指",
    "finger_excepted": "登记例外手指",
    "form_issued": "生成资格审查表",
    "form_delivered": "交付资格审查表",
    "form_signed": "签字",
    "confirmation_sealed": "封存记录",
    "review_decided": "资格审核",
    "gate_attempt": "入场核验",
    "gate_admitted": "准予入场",
    "gate_referred": "转主考",
    "gate_closed": "迟到未入场",
    "record_viewed": "记录被查看",
    "payloads_deleted": "到期资料已删除",
    "document_printed": "打印文件",
    "exported": "导出",
}


class CopyReason(StrEnum):
    """Why somebody's copy is made; closed, so that the trail can say it."""

    ACCESS = "access"
    TRANSFER = "transfer"
    AUTHORITY = "authority"

    @property
    def label_zh(self) -> str:
        """As printed on the copy."""
        labels = {
            CopyReason.ACCESS: "本人查阅、复制",
            CopyReason.TRANSFER: "本人要求转移",
            CopyReason.AUTHORITY: "依法调取",
        }
        return labels[self]


@dataclass(frozen=True)
class PrivacyReport:
    """What is held, by kind and state; who waits too long; by which time the days were counted."""

    policy: Policy
    trouble: str
    proven: ProvenTime
    held: tuple[Line, ...]
    due: tuple[Line, ...]
    reminded: int


def privacy_report(
    database: Database,
    verified: Verified,
    folders: tuple[KeptFolder, ...],
    policy: Policy,
    trouble: str,
    wall: datetime,
) -> PrivacyReport:
    """Count everything; the platform's time is that of its last receipt. Raises StoreError."""
    holdings = Holdings(database, verified)
    proven = proven_time(None, holdings.receipts.latest(), wall)
    held: list[Holding] = []
    for subject in holdings.subjects():
        held += holdings.of_person(subject)
    held += holdings.log(AUDIT_TYPES)
    held += KeptFiles(database, folders).held()
    return PrivacyReport(
        policy=policy,
        trouble=trouble,
        proven=proven,
        held=lines(held, policy),
        due=lines(due(held, policy, proven.at), policy),
        reminded=len({one.key for one in overdue(held, policy, proven.at)}),
    )


@dataclass(frozen=True)
class LockedCopy:
    """One person's copy as a PDF that opens with a passphrase; `items` are its files."""

    pdf: bytes = field(repr=False)
    items: int


def person_copy(
    database: Database, log: EventLog, subject: str, reason: CopyReason, passphrase: str
) -> LockedCopy | None:
    """Everything held about one person; None when nothing is. Raises StoreError, FormError."""
    applicant = Roster(database).by_subject(subject)
    files = _files(log, subject)
    photo = Roster(database).photo(applicant) if applicant is not None else None
    if photo:
        files["uploaded-photo.jpg"] = photo
    stored = log.events_of(subject)
    if applicant is None and not files and not stored:
        return None
    record = applicant.to_json() if applicant is not None else {}
    history = [
        {"at": one.event.at, "what": _HISTORY.get(one.event.type, one.event.type)} for one in stored
    ]
    content = {"application": record, "history": history}
    files["data.json"] = json.dumps(content, ensure_ascii=False, indent=1).encode()
    copy = PersonalCopy(
        name=applicant.name if applicant is not None else "",
        registration_id=applicant.registration_id if applicant is not None else "",
        made=f"{datetime.now(UTC).astimezone():%Y-%m-%d %H:%M}",
        reason=reason.label_zh,
        fields=_fields(applicant),
        history=_summary(history),
        pictures=_pictures(files),
        attachments=tuple(sorted(files)),
    )
    return LockedCopy(lock_pdf(personal_copy(copy).pdf(), files, passphrase), len(files))


def statistics(database: Database) -> Released:
    """People per day (Beijing) and step of the work; small counts are hidden. Raises StoreError."""
    rows = database.rows(
        "SELECT date(json_extract(CAST(canonical AS TEXT), '$.at'), '+8 hours'), type,"
        " count(DISTINCT subject) FROM event WHERE subject IS NOT NULL GROUP BY 1, 2"
    )
    table: dict[str, dict[str, int]] = {}
    for day, step, people in rows:
        if step in STEPS:
            table.setdefault(str(day), {})[step] = int(people)
    return released(table, STEPS)


def _files(log: EventLog, subject: str) -> dict[str, bytes]:
    """Every payload that is still here, under a name that says what and which."""
    files: dict[str, bytes] = {}
    for number, stored in enumerate(log.events_of(subject), 1):
        for name in payload_names(stored.event.data):
            try:
                content = log.payload(stored.event.id, name)
            except (PayloadGone, PersonErased):  # it went by age or order: there is no copy of it
                continue
            files[f"{number:03d}-{stored.event.type}-{name}.{_suffix(content)}"] = content
    return files


def _suffix(content: bytes) -> str:
    for start, suffix in (
        (b"\x89PNG", "png"),
        (b"\xff\xd8", "jpg"),
        (b"%PDF", "pdf"),
        (b"FMR\0", "fmr"),
    ):
        if content.startswith(start):
            return suffix
    return "txt"


def _pictures(files: Mapping[str, bytes]) -> tuple[HeldPicture, ...]:
    shown = (name for name in sorted(files) if name.endswith((".png", ".jpg")))
    return tuple(HeldPicture(name.split("-")[0], files[name]) for name in shown)


def _summary(history: list[dict[str, str]]) -> tuple[tuple[str, str], ...]:
    """One line for each day and act, with how often."""
    counts: dict[tuple[str, str], int] = {}
    for entry in history:
        place = (f"{instant(entry['at']).astimezone():%Y-%m-%d}", entry["what"])
        counts[place] = counts.get(place, 0) + 1
    return tuple(
        (day, what if count == 1 else f"{what}（{count} 次）")
        for (day, what), count in counts.items()
    )


def _fields(applicant: Applicant | None) -> tuple[tuple[str, str], ...]:
    if applicant is None:
        return ()
    application = applicant.application
    pairs = (
        ("姓名", applicant.name),
        ("拼音", applicant.pinyin),
        ("性别", applicant.sex),
        ("民族", applicant.nation),
        ("出生日期", applicant.birth_date),
        (applicant.document_type or "证件", applicant.document_number),
        ("注册 ID", applicant.registration_id),
        ("政治面貌", applicant.political_status),
        ("电话", applicant.phone),
        ("地址", applicant.address),
        ("工作单位", applicant.work_unit.name),
        ("前置学位", applicant.previous_degree.institution),
        ("申请单位", application.unit_name),
        ("申请学科", application.discipline),
        ("申请年度", str(application.year)),
    )
    return tuple((name, value) for name, value in pairs if value)
