"""`station audit`: check the trail, take a signed copy of it away, check such a copy."""

import argparse
import sys
from contextlib import closing, suppress
from datetime import UTC, date, datetime
from pathlib import Path

from station.cli.disk_words import disk_sentence
from station.cli.noting import note
from station.cli.opening import NotOpened, OpenedStore, add_opening, open_store
from station.domain import purpose as domain
from station.domain.audit import AuditFact, CheckKind, DatabaseChecked, Exported, ExportKind
from station.domain.rights import Action
from station.services.audit_file import ExportFailed, ExportRequest, check_file, export_log
from station.services.audit_words import fault_sentences, verdict_sentences
from station.services.log_witnesses import witnesses_of
from station.settings import SettingsError
from station.store.chain import verify_chain
from station.store.errors import StoreError
from station.store.evidence_check import check_evidence
from station.store.health import LogBroken
from sync.errors import SealError
from sync.package.audit_export import ExportManifest
from sync.seal import VerifyKey
from sync.wire import Purpose, sha256_hex

EXIT_INTACT, EXIT_FAULTS, EXIT_REFUSED = 0, 1, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `station audit`."""
    tasks = parser.add_subparsers(dest="task", required=True)
    verify = tasks.add_parser("verify", help="check the log, or an exported file with --file")
    which = verify.add_mutually_exclusive_group(required=True)
    which.add_argument("--config", type=Path, help="settings file (TOML) of the station")
    which.add_argument("--file", type=Path, help="an exported file; needs no station")
    verify.add_argument("--account", help="your account (auditor); with --config")
    verify.add_argument("--key", help="the station's verify key (hex) to hold --file against")
    export = tasks.add_parser("export", help="write a signed copy of the log")
    add_opening(export)
    export.add_argument("--purpose", choices=[one.value for one in Purpose], required=True)
    export.add_argument("--first", type=date.fromisoformat, required=True, help="yyyy-mm-dd")
    export.add_argument("--last", type=date.fromisoformat, required=True, help="yyyy-mm-dd")
    export.add_argument("--folder", type=Path, required=True, help="where to write the file")


def run(arguments: argparse.Namespace) -> int:
    """0: whole; 1: faults were found; 2: it could not be done, with one sentence why."""
    try:
        if arguments.task == "export":
            return _export(arguments)
        if arguments.file is not None:
            return _verify_file(arguments)
        if arguments.account is None:
            return _refuse("请用 --account 写明账号。")
        return _verify(arguments)
    except (SettingsError, NotOpened) as error:
        return _refuse(str(error))
    except (StoreError, ExportFailed) as error:
        return _refuse(error.sentence)
    except OSError as error:
        return _refuse(disk_sentence(error))


def _verify(arguments: argparse.Namespace) -> int:
    store = open_store(arguments, Action.VERIFY_AUDIT)
    with closing(store.for_reading()) as database, database.snapshot():
        report = verify_chain(database, witnesses_of(store.unlocked.keyring, store.places))
        report = report.with_evidence(check_evidence(database).faults)
    _note(store, DatabaseChecked(CheckKind.CHAIN, report.intact))
    for sentence in verdict_sentences(report):
        print(sentence)
    return EXIT_INTACT if report.intact else EXIT_FAULTS


def _verify_file(arguments: argparse.Namespace) -> int:
    report = check_file(arguments.file, _pinned(arguments.key))
    manifest = report.manifest
    print(
        f"工作站 {manifest.station}，{manifest.first_day} 至 {manifest.last_day}，"
        f"共 {manifest.events} 条，用途 {Purpose(manifest.purpose).label_zh}，"
        f"由 {manifest.requested_by} 于 {manifest.created} 导出。"
    )
    print(f"签名公钥指纹（SHA-256）：{sha256_hex(manifest.key)}")
    if arguments.key is None:
        print("没有给出 --key：请把指纹与平台登记的本站公钥核对，否则不能确认是哪台工作站签的。")
    for sentence in fault_sentences(report.faults):
        print(sentence)
    print("文件完整，签名有效。" if report.intact else "文件与签名不符，不能作为依据。")
    return EXIT_INTACT if report.intact else EXIT_FAULTS


def _pinned(text: str | None) -> VerifyKey | None:
    try:
        return None if text is None else VerifyKey.from_bytes(bytes.fromhex(text))
    except (ValueError, SealError) as error:
        raise NotOpened("--key 不是工作站的公钥，请核对后再试。") from error


def _export(arguments: argparse.Namespace) -> int:
    store = open_store(arguments, Action.EXPORT_AUDIT)
    keys = store.unlocked.keyring
    request = ExportRequest(
        store.operator.operator_id,
        Purpose(arguments.purpose),
        arguments.first,
        arguments.last,
        datetime.now(UTC),
    )

    def noted(manifest: ExportManifest) -> None:
        why = domain.Purpose(request.purpose)
        _note(store, Exported(ExportKind.AUDIT, why, manifest.events, manifest.body))

    with closing(store.for_reading()) as database:
        witnesses = witnesses_of(keys, store.places)
        manifest = export_log(database, witnesses, keys.signing, request, arguments.folder, noted)
    print(f"已导出 {manifest.events} 条记录：{arguments.folder / request.file_name}")
    return EXIT_INTACT


def _note(store: OpenedStore, fact: AuditFact) -> None:
    # A log that is broken at its end has been told of; nothing is added to it.
    with suppress(LogBroken):
        note(store, fact)


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return EXIT_REFUSED
