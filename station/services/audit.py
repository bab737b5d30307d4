"""The trail for whoever audits: who did what and when, whether it is whole, and a copy of it.

Reading and checking use a connection of their own, so that a long log never holds up a desk.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from station.domain import purpose as domain
from station.domain.audit import AuditFact, CheckKind, DatabaseChecked, Exported, ExportKind
from station.domain.facts import Fact
from station.domain.people import Operator
from station.domain.rights import Action
from station.services.audit_file import ExportFailed, ExportRequest, day_bounds, export_log
from station.services.errors import NotAllowed
from station.services.fact_events import told_by
from station.services.guard import Guard
from station.services.people import instant
from station.services.runner import Lane, Runner
from station.services.store_room import StoreRoom
from station.services.trail import Trail
from station.store.chain import ChainReport, Witnesses, verify_chain
from station.store.database import Database
from station.store.errors import StoreError
from station.store.events import StoredEvent
from station.store.evidence_check import check_evidence
from station.store.operators import Operators
from station.store.trail_rows import TrailQuery, TrailRows
from sync.package.audit_export import ExportManifest
from sync.seal import SigningKey
from sync.wire import Purpose

PAGE = 200


@dataclass(frozen=True)
class AuditFilter:
    """Which entries are wanted; None means all. Days are the station's own calendar."""

    actor: str | None = None
    types: tuple[str, ...] = ()
    day: date | None = None
    before: int | None = None


@dataclass(frozen=True)
class AuditEntry:
    """One event as an auditor reads it. `subject` is opaque; the person's record stays shut."""

    position: int
    at: datetime
    clock_source: str
    offset_ms: int
    actor: str
    actor_name: str
    type: str
    fact: AuditFact | Fact | None
    subject: str | None


@dataclass(frozen=True)
class AuditPage:
    """Entries, newest first; `more` older ones exist."""

    entries: tuple[AuditEntry, ...] = ()
    more: bool = False


@dataclass(frozen=True)
class AuditKeys:
    """What the trail is verified and exported with; asked anew each time, for the head moves."""

    signing: SigningKey
    witnesses: Callable[[], Witnesses]
    open_database: Callable[[], Database]


class AuditService:
    """Used on the UI thread; every answer comes there."""

    def __init__(
        self,
        room: StoreRoom,
        runner: Runner,
        guard: Guard,
        trail: Trail,
        keys: AuditKeys,
        exports: Path,
        clock: Callable[[], datetime],
    ) -> None:
        self._room = room
        self._runner = runner
        self._guard = guard
        self._trail = trail
        self._keys = keys
        self.exports = exports
        self._clock = clock

    def today(self) -> date:
        """By the station's calendar."""
        return self._clock().astimezone().date()

    def people(self, then: Callable[[tuple[Operator, ...] | NotAllowed], None]) -> None:
        """Everybody who ever had an account, for the filter."""
        try:
            self._guard.require(Action.SEE_AUDIT)
        except NotAllowed as refused:
            then(refused)
            return

        def work() -> tuple[Operator, ...]:
            return tuple(account.operator for account in self._room.operators.accounts())

        self._runner.call(Lane.DATABASE, work, then)

    def list(
        self, wanted: AuditFilter, then: Callable[[AuditPage | NotAllowed | StoreError], None]
    ) -> None:
        """Entries that fit, newest first, at most `PAGE` at once."""
        try:
            self._guard.require(Action.SEE_AUDIT)
        except NotAllowed as refused:
            then(refused)
            return

        def work() -> AuditPage | StoreError:
            try:
                with closing(self._keys.open_database()) as database:
                    return self._page(database, wanted)
            except StoreError as error:
                return error

        self._runner.call(Lane.POOL, work, then)

    def verify(
        self,
        progress: Callable[[int, int], None],
        then: Callable[[ChainReport | NotAllowed | StoreError], None],
    ) -> None:
        """Read the log with its evidence and hold it against all witnesses.

        `progress` gets how many events were read, and how many there are.
        """
        try:
            auditor = self._guard.require(Action.VERIFY_AUDIT).operator_id
        except NotAllowed as refused:
            then(refused)
            return

        def work() -> ChainReport | StoreError:
            try:
                witnesses = self._keys.witnesses()
                # One moment for the log and its queue: events are appended while this reads.
                with closing(self._keys.open_database()) as database, database.snapshot():
                    count = TrailRows(database).count()
                    tell = self._runner.post
                    report = verify_chain(
                        database, witnesses, lambda done: tell(lambda: progress(done, count))
                    )
                    return report.with_evidence(check_evidence(database).faults)
            except StoreError as error:
                return error

        def deliver(result: ChainReport | StoreError) -> None:
            passed = isinstance(result, ChainReport) and result.intact
            self._trail.note(DatabaseChecked(CheckKind.CHAIN, passed), auditor)
            then(result)

        self._runner.call(Lane.POOL, work, deliver)

    def export(
        self,
        purpose: Purpose,
        first: date,
        last: date,
        then: Callable[[ExportManifest | NotAllowed | StoreError | ExportFailed], None],
    ) -> None:
        """Write the entries of these days as one signed file into `exports`."""
        try:
            auditor = self._guard.require(Action.EXPORT_AUDIT).operator_id
        except NotAllowed as refused:
            then(refused)
            return
        request = ExportRequest(auditor, purpose, first, last, self._clock())

        def note(manifest: ExportManifest) -> None:
            why = domain.Purpose(purpose)
            noted = Exported(ExportKind.AUDIT, why, manifest.events, manifest.body)
            self._runner.ask(Lane.DATABASE, lambda: self._trail.note_now(noted, auditor))

        def work() -> ExportManifest | StoreError | ExportFailed:
            try:
                self.exports.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._runner.ask(Lane.DATABASE, self._room.log.sign)
                witnesses, pen = self._keys.witnesses(), self._keys.signing
                with closing(self._keys.open_database()) as database:
                    return export_log(database, witnesses, pen, request, self.exports, note)
            except (StoreError, ExportFailed) as error:
                return error
            except OSError:
                return ExportFailed("导出目录不能建立，记录没有改动，请检查数据盘后再导出。")

        self._runner.call(Lane.POOL, work, then)

    def _page(self, database: Database, wanted: AuditFilter) -> AuditPage:
        names = {
            account.operator.operator_id: account.operator.display_name
            for account in Operators(database).accounts()
        }
        first, until = day_bounds(wanted.day, wanted.day) if wanted.day else (None, None)
        query = TrailQuery(wanted.actor, wanted.types, first, until, wanted.before)
        found = tuple(TrailRows(database).newest_first(query, PAGE + 1))
        entries = tuple(_entry(stored, names) for stored in found[:PAGE])
        return AuditPage(entries, len(found) > PAGE)


def _entry(stored: StoredEvent, names: dict[str, str]) -> AuditEntry:
    event = stored.event
    return AuditEntry(
        position=stored.position,
        at=instant(event.at),
        clock_source=event.clock.source,
        offset_ms=event.clock.offset_ms,
        actor=event.actor,
        actor_name=names.get(event.actor, ""),
        type=event.type,
        fact=told_by(event),
        subject=event.subject,
    )
