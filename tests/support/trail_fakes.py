"""The auditor's service for the screens' tests: entries of a morning, answers when told to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from station.domain import audit
from station.domain.audit import AuditFact
from station.domain.facts import ConfirmationCorrected, CorrectedPart, Fact
from station.domain.people import Operator, Role
from station.domain.purpose import Purpose as DomainPurpose
from station.services.audit import AuditEntry, AuditFilter, AuditPage
from station.services.audit_file import ExportFailed
from station.store.chain import ChainFault, ChainReport, Fault, HeadWitness
from sync.package.audit_export import ExportManifest
from sync.wire import Purpose

AUDITOR = Operator("op-7", "龚䶮审", frozenset({Role.AUDITOR}))
LONG = "阿卜杜热西提·买买提明·阿布力克木·吐尔逊"
SUBJECT = "7f3a" + "0" * 28
WHOLE = ChainReport(
    1482, "ab" * 32, (), lost=0, last_signed=1470, witness=HeadWitness.AGREES, receipts=31
)
BROKEN = ChainReport(
    1482,
    "ab" * 32,
    (
        ChainFault(37, Fault.ALTERED),
        ChainFault(38, Fault.UNLINKED),
        ChainFault(1483, Fault.CUT_OFF),
    ),
    lost=3,
    last_signed=36,
    witness=HeadWitness.CONTRADICTS,
)


def entry(
    position: int, fact: AuditFact | Fact, actor: str = "op-1", name: str = "林小满", **more: str
) -> AuditEntry:
    at = datetime(2026, 3, 2, 1, position % 60, tzinfo=UTC)
    source = more.get("clock", "hub")
    subject = more.get("subject")
    return AuditEntry(position, at, source, 0, actor, name, fact.TYPE, fact, subject)


ENTRIES = (
    entry(12, audit.LogSigned(11, "ab" * 32, "x"), "system", ""),
    entry(11, audit.SignInRefused(audit.RefusalReason.WRONG, "op-3"), "system", ""),
    entry(10, ConfirmationCorrected(CorrectedPart.PHOTO, "op-3"), subject=SUBJECT),
    entry(9, audit.RecordViewed(audit.ViewPlace.DESK), "op-9", LONG, subject=SUBJECT),
    entry(8, audit.RecordSearched(audit.ViewPlace.DESK, 3, DomainPurpose.NATIONAL_EXAM)),
    entry(7, audit.ClockJumped(-3_600_000), "system", "", clock="station"),
    entry(6, audit.OperatorSignedIn(audit.SignInMethod.PASSPHRASE)),
    entry(5, audit.StationStarted("0.5.0"), "system", ""),
)


class FakeAudit:
    """Remembers what was asked; the test answers."""

    def __init__(self) -> None:
        self.exports = Path("/srv/station/exports")
        self.page: AuditPage | Exception = AuditPage(ENTRIES, more=True)
        self.wanted: list[AuditFilter] = []
        self.verified: Callable[[object], None] | None = None
        self.progress: Callable[[int, int], None] = lambda _done, _of: None
        self.exported: list[tuple[Purpose, date, date]] = []
        self.export_answer: ExportManifest | ExportFailed = manifest()

    def today(self) -> date:
        return date(2026, 3, 2)

    def people(self, then: Callable[[tuple[Operator, ...]], None]) -> None:
        then((AUDITOR, Operator("op-9", LONG, frozenset({Role.DESK_CLERK}))))

    def list(self, wanted: AuditFilter, then: Callable[[object], None]) -> None:
        self.wanted.append(wanted)
        then(self.page)

    def verify(self, progress: Callable[[int, int], None], then: Callable[[object], None]) -> None:
        self.progress, self.verified = progress, then

    def export(
        self, purpose: Purpose, first: date, last: date, then: Callable[[object], None]
    ) -> None:
        self.exported.append((purpose, first, last))
        then(self.export_answer)


class FakeTrail:
    """Keeps what is noted, with who did it."""

    def __init__(self) -> None:
        self.noted: list[tuple[AuditFact, str]] = []

    def note(self, fact: AuditFact, actor: str, subject: str | None = None) -> None:
        self.noted.append((fact, actor))


def manifest() -> ExportManifest:
    return ExportManifest(
        station="station-1",
        incarnation=1,
        purpose="degree",
        requested_by="op-7",
        created="2026-03-02T01:30:00.000Z",
        first_day="2026-02-01",
        last_day="2026-03-02",
        first_position=1,
        events=1482,
        previous="0" * 64,
        previous_position=0,
        previous_incarnation=0,
        previous_seq=0,
        head="ab" * 32,
        body="cd" * 32,
        key=b"",
    )
