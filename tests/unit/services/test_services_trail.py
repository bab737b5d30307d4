"""The trail as services write it and as an auditor reads it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from station.domain import audit
from station.domain.audit import RecordViewed, StationStopped, ViewPlace
from station.domain.people import Account, Operator, Role
from station.domain.rights import Action
from station.services.audit import AuditFilter, AuditKeys, AuditPage, AuditService
from station.services.audit_file import ExportFailed, check_file
from station.services.errors import NotAllowed
from station.services.fact_events import audit_draft_of, audit_fact_of
from station.services.guard import Guard
from station.services.status import SignInState
from station.services.store_room import StoreRoom
from station.services.trail import Trail
from station.services.trail_watch import SIGN_EVERY_S, TrailWatch, settings_digest
from station.settings import DeviceChoice, Settings
from station.store.chain import ChainFault, ChainReport, Fault, Witnesses
from station.store.database import open_for_reading
from station.store.desk import Desk
from station.store.drafts import EventDraft
from station.store.errors import DatabaseDamaged, StoreError, StoreFull
from station.store.head_file import read_head
from station.store.operators import Operators
from station.store.roster import Roster
from station.store.site import SiteRoster
from sync.package.audit_export import ExportManifest
from sync.wire import Purpose
from tests.support.services_cases import InlineRunner
from tests.support.store_cases import KEY, STATION, SUBJECT, press
from tests.support.store_forgery import SignedStore, rewrite_rows, signed_store

AUDITOR = Operator("audit01", "龚䶮审", frozenset({Role.AUDITOR}))
CLERK = Operator("desk01", "方采薇", frozenset({Role.DESK_CLERK}))
MORNING = datetime.fromtimestamp(1_790_000_000, UTC)
"""Where the ticking clock of these stores begins."""


class Here:
    """Who is signed in."""

    def __init__(self, operator: Operator) -> None:
        self.state = SignInState(operator=operator)
        self.author = operator


class Audited:
    """A signed store with the trail and the auditor's service over it."""

    def __init__(self, folder: Path, operator: Operator = AUDITOR) -> None:
        self.store: SignedStore = signed_store(folder)
        database = self.store.database
        self.room = StoreRoom(
            database,
            self.store.log,
            Roster(database),
            SiteRoster(database),
            Operators(database),
            Desk(database, "1"),
        )
        for one in (AUDITOR, CLERK):
            self.room.operators.put(Account(one))
        self.told: list[int] = []
        runner = InlineRunner()
        self.trail = Trail(self.room, runner, self.told.append)
        keys = AuditKeys(
            self.store.key,
            self.store.witnesses,
            lambda: open_for_reading(folder / "station.db", KEY),
        )
        guard = Guard(Here(operator))
        self.service = AuditService(
            self.room, runner, guard, self.trail, keys, folder / "exports", lambda: MORNING
        )
        self.runner = runner

    def types(self) -> list[str]:
        return [stored.event.type for stored in self.store.log.all_since(0)]

    def full(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def no_room() -> None:
            raise StoreFull

        monkeypatch.setattr(self.store.database, "transaction", no_room)

    def listed(self, wanted: AuditFilter = AuditFilter()) -> AuditPage:  # noqa: B008 - frozen
        answers: list[Any] = []
        self.service.list(wanted, answers.append)
        assert isinstance(answers[0], AuditPage)
        return answers[0]

    def verified(self) -> ChainReport:
        answers: list[Any] = []
        self.service.verify(lambda _done, _of: None, answers.append)
        assert isinstance(answers[0], ChainReport)
        return answers[0]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Audited]:
    made = Audited(tmp_path)
    yield made
    made.store.database.close()


# --- writing --------------------------------------------------------------------------------------


def test_a_note_names_actor_and_subject_and_joins_the_outbox(site: Audited) -> None:
    site.trail.note(RecordViewed(ViewPlace.DESK), "desk01", SUBJECT)
    (stored,) = site.store.log.all_since(0)
    assert (stored.event.actor, stored.event.subject) == ("desk01", SUBJECT)
    assert audit_fact_of(stored.event) == RecordViewed(ViewPlace.DESK)
    assert site.told == [1]


def test_what_a_full_disk_refused_is_written_later_in_order(
    site: Audited, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        site.full(full)
        site.trail.note(audit.PostChanged("desk"), "desk01")
        site.trail.note(audit.PostChanged("gate"), "desk01")
        assert site.trail.standing.unwritten == 2
    assert site.types() == []
    site.trail.note(audit.PostChanged("admin"), "desk01")
    posts = [stored.event.data["post"] for stored in site.store.log.all_since(0)]
    assert posts == ["desk", "gate", "admin"]
    assert site.trail.standing.unwritten == 0


def test_a_note_that_must_be_written_fails_aloud_and_loses_nothing_before_it(
    site: Audited, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        site.full(full)
        site.trail.note(audit.PostChanged("desk"), "desk01")
        with pytest.raises(StoreFull):
            site.trail.note_now(RecordViewed(ViewPlace.GATE), "desk01", SUBJECT)
    site.trail.note_now(RecordViewed(ViewPlace.DESK), "desk01", SUBJECT)
    assert site.types() == ["post_changed", "record_viewed"]
    assert [stored.event.data.get("place") for stored in site.store.log.all_since(1)] == ["desk"]


def test_signing_out_and_the_end_of_the_program_sign_the_log(site: Audited) -> None:
    site.trail.note(audit.PostChanged("desk"), "desk01")
    site.trail.note(audit.OperatorSignedOut(audit.SignOutReason.ASKED), "desk01")
    assert site.types()[-1] == "log_signed"
    site.trail.close()
    assert site.types()[-2:] == ["station_stopped", "log_signed"]
    report = site.store.verified()
    assert (report.intact, report.last_signed) == (True, report.events)


def test_an_end_on_a_full_disk_is_no_crash(site: Audited, monkeypatch: pytest.MonkeyPatch) -> None:
    site.full(monkeypatch)
    site.trail.close()
    assert site.types() == []


def test_free_text_never_gets_into_a_note() -> None:
    with pytest.raises(ValueError, match="free text"):
        audit_draft_of(audit.RightsChanged("方采薇", ()), "desk01")


# --- what is noted by itself ----------------------------------------------------------------------


class Clocks:
    """A wall clock and a count of seconds that a test moves."""

    def __init__(self) -> None:
        self.wall_s = 1_000_000.0
        self.counted_s = 50.0

    def both(self, seconds: float) -> None:
        self.wall_s += seconds
        self.counted_s += seconds


def watched(site: Audited) -> tuple[TrailWatch, Clocks]:
    clocks = Clocks()
    watch = TrailWatch(
        site.trail,
        site.runner,
        Settings(),
        lambda: clocks.wall_s,
        lambda: clocks.counted_s,
    )
    return watch, clocks


def test_the_start_is_noted_with_version_and_settings(site: Audited) -> None:
    watched(site)
    (stored,) = site.store.log.all_since(0)
    fact = audit_fact_of(stored.event)
    assert isinstance(fact, audit.StationStarted)
    assert fact.settings == settings_digest(Settings())
    assert fact.version


def test_other_settings_have_another_digest() -> None:
    changed = DeviceChoice("simulated", {"settle_ms": 1})
    assert settings_digest(Settings()) == settings_digest(Settings())
    assert settings_digest(Settings(fingerprint_reader=changed)) != settings_digest(Settings())


@pytest.mark.parametrize("jump_s", [-3600.0, 2.0, 86_400.0])
def test_a_clock_that_was_set_is_noted_once(site: Audited, jump_s: float) -> None:
    watch, clocks = watched(site)
    clocks.both(5)
    watch.tick()
    clocks.both(5)
    clocks.wall_s += jump_s
    watch.tick()
    watch.tick()
    jumps = [
        stored.event.data["jump_ms"]
        for stored in site.store.log.all_since(0)
        if stored.event.type == "clock_jumped"
    ]
    assert jumps == [jump_s * 1000]


def test_time_passing_asleep_or_awake_is_no_jump(site: Audited) -> None:
    watch, clocks = watched(site)
    for seconds in (5, 7200, 5):
        clocks.both(seconds)
        clocks.wall_s += 0.4
        watch.tick()
    assert "clock_jumped" not in site.types()


def test_the_log_is_signed_when_time_has_passed(site: Audited) -> None:
    watch, clocks = watched(site)
    clocks.both(SIGN_EVERY_S - 1)
    watch.tick()
    assert "log_signed" not in site.types()
    clocks.both(2)
    watch.tick()
    assert site.types()[-1] == "log_signed"
    clocks.both(SIGN_EVERY_S + 1)
    watch.tick()  # nothing was added since
    assert site.types().count("log_signed") == 1


def test_what_waits_is_tried_again_by_itself(
    site: Audited, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch, _ = watched(site)
    with monkeypatch.context() as full:
        site.full(full)
        site.trail.note(StationStopped(), "system")
    watch.tick()
    assert "station_stopped" in site.types()


# --- reading --------------------------------------------------------------------------------------


def filled(site: Audited) -> None:
    site.store.log.append_many([press(1), press(2)])
    site.trail.note(RecordViewed(ViewPlace.DESK), "desk01", SUBJECT)
    site.trail.note(audit.PostChanged("desk"), "ghost")


def test_entries_come_newest_first_with_names(site: Audited) -> None:
    filled(site)
    page = site.listed()
    assert [entry.position for entry in page.entries] == [4, 3, 2, 1]
    assert [entry.actor_name for entry in page.entries] == ["", "方采薇", "", ""]
    assert page.entries[1].fact == RecordViewed(ViewPlace.DESK)
    assert page.entries[1].subject == SUBJECT
    assert not page.more


@pytest.mark.parametrize(
    ("wanted", "positions"),
    [
        (AuditFilter(actor="desk01"), [3]),
        (AuditFilter(types=("press_captured",)), [2, 1]),
        (AuditFilter(types=("press_captured", "post_changed"), before=4), [2, 1]),
        (AuditFilter(actor="nobody"), []),
        (AuditFilter(day=MORNING.astimezone().date()), [4, 3, 2, 1]),
        (AuditFilter(day=MORNING.astimezone().date() - timedelta(days=1)), []),
    ],
)
def test_entries_are_filtered(site: Audited, wanted: AuditFilter, positions: list[int]) -> None:
    filled(site)
    assert [entry.position for entry in site.listed(wanted).entries] == positions


def test_an_event_that_cannot_be_made_out_is_listed_all_the_same(site: Audited) -> None:
    site.store.log.append(EventDraft("press_captured", 2, SUBJECT, "desk01", {"position": 99}))
    site.store.log.append(EventDraft("clock_jumped", 1, None, "system", {"later": True}))
    assert [(one.type, one.fact) for one in site.listed().entries] == [
        ("clock_jumped", None),
        ("press_captured", None),
    ]


def test_a_long_trail_comes_in_pages(site: Audited) -> None:
    site.store.log.append_many([press(1)] + [press(1)] * 249)
    first = site.listed()
    assert (len(first.entries), first.more) == (200, True)
    rest = site.listed(AuditFilter(before=first.entries[-1].position))
    assert not rest.more
    assert rest.entries[-1].position == 1


def test_an_entry_whose_bytes_are_gone_is_left_out_and_found_by_the_check(site: Audited) -> None:
    filled(site)
    rewrite_rows(site.store.database, "UPDATE event SET canonical = x'00' WHERE position = 3")
    assert [entry.position for entry in site.listed().entries] == [4, 2, 1]
    assert not site.verified().intact


def test_the_check_is_itself_in_the_trail(site: Audited) -> None:
    filled(site)
    assert site.verified().intact
    last = site.listed().entries[0]
    assert (last.type, last.actor) == ("database_checked", "audit01")


def test_an_export_is_signed_checked_and_noted(site: Audited, tmp_path: Path) -> None:
    filled(site)
    today, answers = MORNING.astimezone().date(), list[Any]()
    site.service.export(Purpose.DEGREE, today, today, answers.append)
    (manifest,) = answers
    assert isinstance(manifest, ExportManifest)
    assert (manifest.purpose, manifest.requested_by, manifest.events) == ("degree", "audit01", 5)
    (path,) = (tmp_path / "exports").iterdir()
    assert check_file(path, site.store.key.verify_key).intact
    fact = site.listed().entries[0].fact
    assert isinstance(fact, audit.Exported)
    assert (fact.kind, fact.sha256) == (audit.ExportKind.AUDIT, manifest.body)


def test_an_export_may_begin_anywhere(site: Audited, tmp_path: Path) -> None:
    """The stretch of a later day links to a hash that its manifest names."""
    filled(site)
    tomorrow = MORNING.astimezone().date() + timedelta(days=1)
    clock = site.store.log._clock
    clock.ticks += 86_400  # type: ignore[attr-defined]  # the ticking clock of these tests
    site.store.log.append_many([press(3), press(4)])
    answers: list[Any] = []
    site.service.export(Purpose.COURSE, tomorrow, tomorrow, answers.append)
    (manifest,) = answers
    assert (manifest.first_position, manifest.previous_position) == (5, 4)
    (path,) = (tmp_path / "exports").iterdir()
    assert check_file(path).intact


def test_days_without_events_and_folders_that_cannot_be_are_told(
    site: Audited, tmp_path: Path
) -> None:
    filled(site)
    answers: list[Any] = []
    site.service.export(Purpose.DEGREE, date(2020, 1, 1), date(2020, 1, 2), answers.append)
    (tmp_path / "exports").rmdir()
    (tmp_path / "exports").write_text("in the way")
    today = MORNING.astimezone().date()
    site.service.export(Purpose.DEGREE, today, today, answers.append)
    assert all(isinstance(answer, ExportFailed) for answer in answers)
    assert "没有任何记录" in answers[0].sentence
    assert "导出目录" in answers[1].sentence
    assert "exported" not in site.types()


def test_an_export_that_cannot_be_noted_leaves_no_file(
    site: Audited, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(site)
    today, answers = MORNING.astimezone().date(), list[Any]()
    with monkeypatch.context() as patched:
        patched.setattr(site.trail, "note_now", disk_is_full)
        site.service.export(Purpose.DEGREE, today, today, answers.append)
    assert isinstance(answers[0], StoreFull)
    assert list((tmp_path / "exports").iterdir()) == []
    site.service.export(Purpose.DEGREE, today, today, answers.append)
    assert isinstance(answers[1], ExportManifest)


def disk_is_full(*_: object) -> None:
    raise StoreFull


def test_a_file_that_is_missing_or_damaged_is_an_answer(site: Audited) -> None:
    filled(site)
    site.store.database.path.rename(site.store.folder / "elsewhere.db")
    answers: list[Any] = []
    site.service.list(AuditFilter(), answers.append)
    site.service.verify(lambda _done, _of: None, answers.append)
    assert all(isinstance(answer, StoreError) for answer in answers)
    assert not any(isinstance(answer, DatabaseDamaged) for answer in answers)


def test_nobody_but_an_auditor_reads_checks_or_exports(tmp_path: Path) -> None:
    site = Audited(tmp_path, CLERK)
    answers: list[Any] = []
    site.service.list(AuditFilter(), answers.append)
    site.service.verify(lambda _done, _of: None, answers.append)
    today = MORNING.date()
    site.service.export(Purpose.DEGREE, today, today, answers.append)
    assert [answer.action for answer in answers if isinstance(answer, NotAllowed)] == [
        Action.SEE_AUDIT,
        Action.VERIFY_AUDIT,
        Action.EXPORT_AUDIT,
    ]
    assert not (tmp_path / "exports").exists()
    site.store.database.close()


def test_everybody_who_ever_had_an_account_can_be_asked_for(site: Audited) -> None:
    site.room.operators.put(Account(CLERK, enabled=False))
    answers: list[Any] = []
    site.service.people(answers.append)
    assert [one.operator_id for one in answers[0]] == ["audit01", "desk01"]
    assert site.service.today() == MORNING.astimezone().date()


def test_the_witnesses_of_this_store_are_its_own(site: Audited) -> None:
    filled(site)
    witnesses = site.store.witnesses()
    assert isinstance(witnesses, Witnesses)
    assert witnesses.station == STATION
    assert read_head(site.store.folder / "log-head") == witnesses.head


def test_the_check_of_the_trail_holds_the_evidence_against_it(site: Audited) -> None:
    first = site.store.log.append(press(1)).position
    site.store.log.append(press(2))
    assert site.verified().intact
    site.store.database.execute("DELETE FROM payload WHERE name = 'impression' AND rowid = 1")
    assert site.verified().faults == (ChainFault(first, Fault.EVIDENCE),)
