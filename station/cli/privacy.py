"""`station privacy`: what is held and until when, counts for statistics, one person's own copy."""

import argparse
import csv
import io
import json
import os
import sys
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from station.assets import asset
from station.cli.opening import NotOpened, OpenedStore, add_opening, ask_passphrase, open_store
from station.domain.audit import (
    AuditFact,
    Exported,
    ExportKind,
    RecordViewed,
    SecondPersonApproved,
    ViewPlace,
)
from station.domain.retention import AT_LEAST, Kind, Line, State, Trust
from station.domain.retention_policy import PolicyError
from station.domain.rights import Action, may
from station.domain.statistics import HIDDEN
from station.forms.alone import ready_to_draw
from station.forms.errors import FormError, TypefaceError
from station.services.fact_events import audit_draft_of
from station.services.privacy import CopyReason, PrivacyReport, person_copy, privacy_report
from station.services.privacy import statistics as count_people
from station.services.retention_policy import InForce, PolicySource
from station.services.upkeep_folders import kept_folders, signed_by
from station.settings import SettingsError
from station.store.clock import StationClock, this_boot
from station.store.database import Database
from station.store.errors import StoreError
from station.store.events import EventLog
from station.store.head_file import HeadFile
from station.store.keyring import KeyringFile
from station.store.operators import Operators
from station.store.roster import Roster
from station.store.signing import LogSigner
from sync.errors import SealError
from sync.seal.locked_pdf import spoken_passphrase
from sync.wire import Purpose, sha256_hex

EXIT_DONE, EXIT_REFUSED = 0, 2
_KINDS = {
    Kind.FINGER_IMAGES: "指纹图像",
    Kind.TEMPLATES: "指纹特征",
    Kind.SITE_PHOTOS: "现场照片",
    Kind.DOCUMENT_COPIES: "证件影印件",
    Kind.FORMS: "资格审查表文件",
    Kind.NOTES: "文字说明",
    Kind.GATE_IMPRESSIONS: "入场指纹图像",
    Kind.GATE_PHOTOS: "入场照片",
    Kind.SITE_PACKAGE: "考点数据包",
    Kind.ROSTER: "报名资料",
    Kind.EVENTS: "办理记录",
    Kind.AUDIT: "审计记录",
    Kind.BACKUPS: "加密备份",
    Kind.EXPORTS: "导出文件",
}
_STATES = {
    State.OPEN: "还没有办完",
    State.ACKNOWLEDGED: "平台已签收",
    State.EXAM_OVER: "考试场次结束后",
    State.WITHDRAWN: "本人撤回",
    State.CLEARED: "清退",
    State.KEPT: "按期保存",
}
_TRUST = {
    Trust.PLATFORM: "平台当前时间",
    Trust.RECEIPT: "平台最后一次签收的时间",
    Trust.CLOCKS_DISAGREE: "本机时钟与平台不符，不会清理",
    Trust.NOTHING: "平台还没有签收过，不会清理",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `station privacy`."""
    tasks = parser.add_subparsers(dest="task", required=True)
    report = tasks.add_parser("report", help="what is held, why and until when; names nobody")
    add_opening(report)
    report.add_argument("--json", action="store_true", help="for programs")
    counts = tasks.add_parser("statistics", help="people per day and step, small counts hidden")
    add_opening(counts)
    export = tasks.add_parser("export", help="one person's own copy, as a PDF with a passphrase")
    add_opening(export)
    export.add_argument("--registration-id", required=True, help="注册 ID of the person")
    export.add_argument("--purpose", choices=[one.value for one in Purpose], required=True)
    export.add_argument("--reason", choices=[one.value for one in CopyReason], required=True)
    export.add_argument("--approver", required=True, help="account of the second person")
    export.add_argument("--folder", type=Path, required=True, help="where to write the file")


def run(arguments: argparse.Namespace) -> int:
    """0: done; 2: it could not be done, with one sentence why."""
    tasks = {"report": _report, "statistics": _statistics, "export": _export}
    try:
        return tasks[arguments.task](arguments)
    except (SettingsError, NotOpened, PolicyError) as error:
        return _refuse(str(error))
    except StoreError as error:
        return _refuse(error.sentence)
    except (FormError, TypefaceError, SealError):
        return _refuse("副本没有做成，数据没有改动，请联系技术支持。")
    except OSError as error:
        return _refuse(f"无法读写文件：{error.strerror}。请检查路径和权限。")


def _report(arguments: argparse.Namespace) -> int:
    store = open_store(arguments, Action.PRIVACY_REPORT)
    platform = store.unlocked.keyring.platform
    if platform is None:
        raise NotOpened("本机还没有激活，没有可报告的资料。")
    with closing(store.for_reading()) as database:
        in_force = _policy(store, database)
        report = privacy_report(
            database,
            signed_by(platform.verify_key),
            kept_folders(store.settings, store.unlocked.keyring.station),
            in_force.policy,
            in_force.trouble,
            datetime.now(UTC),
        )
    text = _as_json(report) if arguments.json else _as_text(report)
    _note(store, Exported(ExportKind.PRIVACY_REPORT, "", len(report.held), _digest(text)))
    print(text)
    return EXIT_DONE


def _statistics(arguments: argparse.Namespace) -> int:
    store = open_store(arguments, Action.EXPORT_STATISTICS)
    with closing(store.for_reading()) as database:
        table = count_people(database)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(("unit", "day", *table.columns))
    for day, counts in table.rows:
        shown = ("*" if count == HIDDEN else count for count in counts)
        writer.writerow((store.settings.unit_name, day, *shown))
    text = buffer.getvalue()
    purpose = Purpose.STATISTICS.value
    _note(store, Exported(ExportKind.STATISTICS, purpose, len(table.rows), _digest(text)))
    print(text, end="")
    return EXIT_DONE


def _export(arguments: argparse.Namespace) -> int:
    store = open_store(arguments, Action.EXPORT_PERSON)
    _approve(store, arguments.approver)
    # Kept to the end: Qt draws nothing without it.
    drawing = ready_to_draw(asset("fonts"))
    passphrase = spoken_passphrase()
    reason = CopyReason(arguments.reason)
    with closing(store.for_writing()) as database:
        applicant = Roster(database).by_registration_id(arguments.registration_id)
        log = _log(store, database)
        try:
            copy = (
                None
                if applicant is None
                else person_copy(database, log, applicant.subject, reason, passphrase)
            )
            if applicant is None or copy is None:
                raise NotOpened("本机没有这个注册 ID 的资料，请核对后再试。")
            facts: tuple[AuditFact, ...] = (
                SecondPersonApproved(Action.EXPORT_PERSON, arguments.approver),
                RecordViewed(ViewPlace.PRIVACY),
                Exported(
                    ExportKind.PERSON,
                    arguments.purpose,
                    copy.items,
                    _digest(copy.pdf),
                    reason.value,
                ),
            )
            # In the trail before it is on the disk: a copy that nobody finds there must not exist.
            actor = store.operator.operator_id
            log.append_many([audit_draft_of(fact, actor, applicant.subject) for fact in facts])
        finally:
            log.close()
    del drawing
    path = _written(arguments.folder, copy.pdf)
    print(f"已写入 {path}，内有 {copy.items} 个文件，用 PDF 阅读器输入下面的口令打开。")
    print("口令只显示这一次，请当面抄给本人：")
    print(passphrase)
    return EXIT_DONE


def _approve(store: OpenedStore, approver: str) -> None:
    """A second person with a right to privacy matters, signed in for real."""
    if approver == store.operator.operator_id:
        raise NotOpened("须由另一位工作人员确认，请换一个人。")
    file = KeyringFile.read(store.places.keyring)
    if file.verify_passphrase(approver, ask_passphrase("第二人口令：")) is not None:
        raise NotOpened("第二人的账号或口令不对，没有导出，请核对后再试。")
    with closing(store.for_reading()) as database:
        account = Operators(database).account(approver)
    roles = account.operator.roles if account is not None and account.enabled else frozenset()
    if not may(roles, Action.PRIVACY_REPORT):
        raise NotOpened("第二人没有确认这一项的权限，没有导出，请换一个人。")


def _policy(store: OpenedStore, database: Database) -> InForce:
    own = asset("retention/default.toml")
    return PolicySource(database, own, store.settings.retention_file, keeps=False).in_force()


def _log(store: OpenedStore, database: Database) -> EventLog:
    keys = store.unlocked.keyring
    signer = LogSigner(
        keys.station, keys.incarnation, keys.signing, HeadFile(store.places.log_head)
    )
    clock = StationClock(this_boot())
    return EventLog(database, keys.station, keys.incarnation, clock, signer=signer)


def _note(store: OpenedStore, fact: AuditFact) -> None:
    with closing(store.for_writing()) as database:
        log = _log(store, database)
        log.append(audit_draft_of(fact, store.operator.operator_id))
        log.close()


def _written(folder: Path, content: bytes) -> Path:
    """A new file that only this account reads; its name names nobody. Raises OSError."""
    for number in range(1, 1000):
        path = folder / f"personal-copy-{number:03d}.pdf"
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return path
    raise NotOpened("这个文件夹里的副本太多，没有写入，请清理后再试。")


def _as_text(report: PrivacyReport) -> str:
    time = _TRUST[report.proven.trust]
    if report.proven.at is not None:
        time += f" {report.proven.at.astimezone():%Y-%m-%d %H:%M}"
    said = [f"保存期限文件：{report.policy.name}", f"按什么时间：{time}"]
    said += [report.trouble] if report.trouble else []
    said += [_line(line) for line in report.held]
    said.append(f"现在到期：{sum(line.items for line in report.due)} 项")
    if report.reminded:
        said.append(f"放得太久还没有办完：{report.reminded} 份，不会自动删除，请催办。")
    return "\n".join(said)


def _line(line: Line) -> str:
    waiting = "" if line.acknowledged or line.state is State.OPEN else "，等待平台签收"
    days = f"至少 {line.days} 天" if line.kind in AT_LEAST else f"{line.days} 天"
    ends = "不自动删除"
    if line.first_until is not None and line.last_until is not None:
        first, last = (
            f"{one.astimezone():%Y-%m-%d}" for one in (line.first_until, line.last_until)
        )
        ends = f"到期 {first}" if first == last else f"到期 {first} 至 {last}"
    return (
        f"{_KINDS[line.kind]} · {_STATES[line.state]}{waiting}：{line.holders} 份 {line.items} 项"
        f" {line.octets} 字节；{days}；{ends}；{line.reason}"
    )


def _as_json(report: PrivacyReport) -> str:
    content = {
        "policy": report.policy.name,
        "policy_sha256": report.policy.digest,
        "trouble": report.trouble,
        "time": {"trust": report.proven.trust, "at": report.proven.at},
        "held": [asdict(line) for line in report.held],
        "due": [asdict(line) for line in report.due],
        "reminded": report.reminded,
    }
    return json.dumps(content, ensure_ascii=False, indent=1, default=_instant)


def _instant(value: object) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()


def _digest(content: str | bytes) -> str:
    return sha256_hex(content.encode() if isinstance(content, str) else content)


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return EXIT_REFUSED
