"""The signed copy of a stretch of the log: made where the auditor wants it, and checked."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from station.store.chain import Witnesses
from station.store.database import Database
from station.store.durable_files import put_in_place, unfinished
from station.store.errors import StoreError
from station.store.trail_rows import TrailRows
from sync.errors import WireError
from sync.package.audit_export import ExportManifest, ExportReport, ExportWriter, verify_export
from sync.seal import SigningKey, VerifyKey
from sync.wire import GENESIS_HASH, Purpose, format_instant


class ExportFailed(Exception):
    """The copy could not be written; the log itself is untouched."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class ExportRequest:
    """Who wants which days, for what purpose, and when that was."""

    requested_by: str
    purpose: Purpose
    first: date
    last: date
    at: datetime

    @property
    def file_name(self) -> str:
        """Name of the file; it names nobody."""
        stamp = self.at.astimezone().strftime("%Y%m%d-%H%M%S")
        return f"audit-{self.first:%Y%m%d}-{self.last:%Y%m%d}-{stamp}.jsonl"


def day_bounds(first: date, last: date) -> tuple[str, str]:
    """The instants (UTC, as events write them) where these days begin and end on this machine."""
    return _midnight(first), _midnight(last + timedelta(days=1))


def export_log(
    database: Database,
    witnesses: Witnesses,
    key: SigningKey,
    request: ExportRequest,
    folder: Path,
    note: Callable[[ExportManifest], object],
) -> ExportManifest:
    """Write the stretch that holds these days to a file in `folder`, whole or not at all.

    `note` leaves it in the trail once the file is whole and before it gets its name: a copy that
    nobody finds there must not exist.

    Raises:
        ExportFailed: there is nothing to export, or the folder cannot be written.
        StoreError: an event cannot be read, or the export cannot be noted; no file is left.
    """
    rows = TrailRows(database)
    stretch = rows.stretch(*day_bounds(request.first, request.last))
    if stretch is None:
        raise ExportFailed("所选日期内没有任何记录，没有导出文件，请改选日期。")
    path = folder / request.file_name
    fresh = unfinished(path)
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            writer = ExportWriter(file)
            head = GENESIS_HASH
            for stored in rows.between(*stretch):
                writer.add(stored.position, stored.event)
                head = stored.hash
            manifest = _manifest(rows, witnesses, key, request, stretch[0], head, writer)
            writer.finish(manifest, key)
            file.flush()
            os.fsync(file.fileno())
        note(manifest)
        put_in_place(fresh, path)
    except StoreError:
        fresh.unlink(missing_ok=True)
        raise
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise ExportFailed(
            f"导出文件没有写成（{error.strerror}），记录没有改动，请换一个位置再导出。"
        ) from error
    return manifest


def check_file(path: Path, key: VerifyKey | None = None) -> ExportReport:
    """Whether an exported file is what the station wrote; needs no database.

    Raises:
        ExportFailed: it cannot be read, or is no export.
    """
    try:
        return verify_export(lambda: path.open("rb"), key)
    except OSError as error:
        raise ExportFailed(f"读不了这个文件（{error.strerror}），请检查路径和权限。") from error
    except WireError as error:
        raise ExportFailed(
            "这不是完整的审计导出文件，可能被改动或截断，请向提供者重新索取。"
        ) from error


def _manifest(
    rows: TrailRows,
    witnesses: Witnesses,
    key: SigningKey,
    request: ExportRequest,
    first: int,
    head: str,
    writer: ExportWriter,
) -> ExportManifest:
    before = rows.before(first)
    return ExportManifest(
        station=witnesses.station,
        incarnation=witnesses.incarnation,
        purpose=request.purpose.value,
        requested_by=request.requested_by,
        created=format_instant(request.at.timestamp()),
        first_day=request.first.isoformat(),
        last_day=request.last.isoformat(),
        first_position=first,
        events=writer.events,
        previous=before.hash if before else GENESIS_HASH,
        previous_position=before.position if before else 0,
        previous_incarnation=before.event.incarnation if before else 0,
        previous_seq=before.event.seq if before else 0,
        head=head,
        body=writer.body,
        key=key.verify_key.to_bytes(),
    )


def _midnight(day: date) -> str:
    return format_instant(datetime.combine(day, time()).astimezone().timestamp())
