"""Upkeep while the station works: on time, one at a time, and no mishap stops the loop."""

from __future__ import annotations

import os
import queue
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import pytest

from station.domain.audit import PayloadsDeleted, PersonErased
from station.domain.people import Operator, Role
from station.services.errors import NotAllowed
from station.services.guard import Guard, WhoIsHere
from station.services.runner import Lane, Runner
from station.services.status import SignInState
from station.services.store_room import StoreRoom
from station.services.trail import Trail
from station.services.upkeep import FIRST_AFTER_S, RETRY_AFTER_S, UpkeepService
from station.services.upkeep_jobs import UpkeepJobs
from station.services.upkeep_record import Job, Outcome
from station.store.backup import BackupFolderGone, backups_in
from station.store.chain import Witnesses
from station.store.copies import Progress, copies_before_migration
from station.store.database import create_database, open_for_reading
from station.store.drafts import EventDraft
from sync.seal import SigningKey
from sync.wire import format_instant
from tests.support.services_cases import InlineRunner, room_over
from tests.support.store_cases import KEY, STATION, SUBJECT, erasure, plain, press
from tests.support.store_damage import shredded

ADMIN = Operator("admin01", "鲁知远", frozenset({Role.SYSTEM_ADMIN}))
CLERK = Operator("desk01", "方采薇", frozenset({Role.DESK_CLERK}))
SIGNING = SigningKey.generate()
HOUR_S = 3600.0
MORNING_S = 1_790_000_000.0


@dataclass
class Here:
    """Who is signed in."""

    operator: Operator | None = None

    @property
    def state(self) -> SignInState:
        return replace(SignInState(), operator=self.operator)

    @property
    def author(self) -> Operator:
        return self.operator or Operator("system", "", frozenset())


@dataclass
class Site:
    """A station's upkeep with clocks moved by hand; every lane answers at once."""

    service: UpkeepService
    room: StoreRoom
    here: Here
    usb: Path
    ran: list[Job]
    wall_s: float = MORNING_S
    monotonic_s: float = 100.0
    on_job: Callable[[Progress], None] = field(default=lambda _: None)
    after_job: Callable[[Job], None] = field(default=lambda _: None)

    def pass_(self, seconds: float) -> None:
        self.wall_s += seconds
        self.monotonic_s += seconds

    def tick(self, times: int = 6) -> None:
        for _ in range(times):
            self.service.tick()

    def noted(self) -> list[tuple[str, str]]:
        """Type and actor of what the trail holds."""
        return [
            (stored.event.type, stored.event.actor)
            for stored in self.room.log.all_since(0)
            if stored.event.type != "press_captured"
        ]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    usb = tmp_path / "备份盘"
    usb.mkdir()
    database = create_database(tmp_path / "station.db", KEY)
    room = room_over(database)
    room.log.append_many([press(number, size=9000) for number in range(4)])
    here = Here()
    runner = InlineRunner()
    trail = Trail(room, runner)
    guard = Guard(cast(WhoIsHere, here))
    made = Site(cast(UpkeepService, None), room, here, usb, [])

    @dataclass(frozen=True)
    class Watched(UpkeepJobs):
        """Says which job ran."""

        def run(self, job: Job, progress: Progress) -> Outcome:
            made.ran.append(job)
            made.on_job(progress)
            outcome = super().run(job, progress)
            made.after_job(job)
            return outcome

    jobs = Watched(
        path=database.path,
        key=lambda: KEY,
        station=STATION,
        escrow=lambda: b"sealed keyring",
        witnesses=lambda: Witnesses(STATION, 1, SIGNING.verify_key),
        folder=usb,
        own_folder=False,
        keep=2,
        now=lambda: format_instant(made.wall_s),
    )
    every_h = {Job.CHECK: 24, Job.BACKUP: 12, Job.DRILL: 24 * 7}
    made.service = UpkeepService(
        room,
        runner,
        guard,
        trail,
        jobs,
        every_h,
        lambda: made.wall_s,
        lambda: made.monotonic_s,
    )
    return made


def test_work_comes_first_then_each_is_done_once_and_noted(site: Site) -> None:
    site.tick()
    assert site.ran == []
    site.pass_(FIRST_AFTER_S)
    site.tick()
    assert site.ran == [Job.CHECK, Job.BACKUP, Job.DRILL]
    assert [outcome.passed for outcome in site.service.state.record.good] == [True] * 3
    assert site.noted() == [
        ("database_checked", "system"),  # of the start
        ("database_checked", "system"),
        ("backup_made", "system"),
        ("backup_drilled", "system"),
    ]


def test_each_comes_again_when_its_time_has_come(site: Site) -> None:
    site.pass_(FIRST_AFTER_S)
    site.tick()
    site.ran.clear()
    site.pass_(11 * HOUR_S)
    site.tick()
    assert site.ran == []
    site.pass_(2 * HOUR_S)
    site.tick()
    assert site.ran == [Job.BACKUP]
    site.pass_(12 * HOUR_S)
    site.tick()
    assert sorted(site.ran) == [Job.BACKUP, Job.BACKUP, Job.CHECK]
    assert len(backups_in(site.usb)) == 2, "only so many are kept"


def test_what_no_longer_holds_is_done_before_its_time_until_it_succeeds(site: Site) -> None:
    site.pass_(FIRST_AFTER_S)
    site.tick()
    site.ran.clear()
    site.usb.rename(site.usb.with_name("elsewhere"))
    site.service.make_due(Job.BACKUP)
    site.tick()
    assert site.ran == [Job.BACKUP], "tried, and in vain"
    site.usb.with_name("elsewhere").rename(site.usb)
    site.pass_(RETRY_AFTER_S)
    site.tick()
    assert site.ran == [Job.BACKUP] * 2
    site.pass_(RETRY_AFTER_S)
    site.tick()
    assert site.ran == [Job.BACKUP] * 2


def test_the_schedule_survives_a_restart(site: Site, tmp_path: Path) -> None:
    site.pass_(FIRST_AFTER_S)
    site.tick()
    site.ran.clear()
    site.service.state = replace(site.service.state, record=type(site.service.state.record)())
    site.service.load()
    site.tick()
    assert site.ran == []


def test_a_disk_that_vanished_is_tried_again_until_it_is_back(site: Site) -> None:
    site.usb.rmdir()
    site.pass_(FIRST_AFTER_S)
    site.tick()
    assert site.ran == [Job.CHECK, Job.BACKUP]
    failing = site.service.state.record.failing(Job.BACKUP)
    assert failing is not None
    assert failing.trouble == BackupFolderGone.sentence
    assert not site.usb.exists()
    site.tick()
    assert site.ran == [Job.CHECK, Job.BACKUP], "not at once"
    site.pass_(RETRY_AFTER_S)
    site.tick()
    assert site.ran.pop() is Job.BACKUP
    told = [one for one in site.noted() if one[0].startswith("backup")]
    assert told == [("backup_failed", "system")], "once, until it is another trouble"
    site.usb.mkdir()
    site.pass_(RETRY_AFTER_S)
    site.tick()
    assert site.service.state.record.failing(Job.BACKUP) is None
    assert site.noted()[-2][0] == "backup_made"
    assert len(backups_in(site.usb)) == 1
    assert site.ran == [Job.CHECK, Job.BACKUP, Job.BACKUP, Job.DRILL]


def test_damage_is_shown_and_not_looked_at_again_every_minute(site: Site) -> None:
    site.room.database.forget_deleted()
    pages = site.room.database.path.stat().st_size // 4096
    shredded(site.room.database.path, range(pages, pages + 1))
    site.pass_(FIRST_AFTER_S)
    site.tick()
    failing = site.service.state.record.failing(Job.CHECK)
    assert failing is not None
    assert "salvage" in failing.trouble
    assert site.ran.count(Job.CHECK) == 1
    site.pass_(RETRY_AFTER_S * 4)
    site.tick()
    assert site.ran.count(Job.CHECK) == 1


def test_whoever_may_asks_for_it_and_the_trail_says_who(site: Site) -> None:
    with pytest.raises(NotAllowed):
        site.service.run(Job.BACKUP)
    site.here.operator = CLERK
    with pytest.raises(NotAllowed):
        site.service.run(Job.BACKUP)
    assert site.ran == []
    site.here.operator = ADMIN
    site.service.run(Job.BACKUP)
    assert len(backups_in(site.usb)) == 1
    assert site.noted()[-1] == ("backup_made", "admin01")


def test_a_job_can_be_stopped_and_leaves_nothing(site: Site) -> None:
    site.here.operator = ADMIN
    shown: list[float] = []
    site.service.on_change(lambda state: shown.append(state.done))
    site.on_job = lambda _progress: site.service.stop()
    site.service.run(Job.BACKUP)
    assert list(site.usb.iterdir()) == []
    assert site.service.state.running is None
    assert site.service.state.record.good == ()
    assert site.service.state.record.failing(Job.BACKUP) is None
    site.on_job = lambda _progress: None
    site.service.run(Job.BACKUP)
    assert len(backups_in(site.usb)) == 1
    assert max(shown) > 0.5


def test_a_clock_set_back_does_not_put_off_the_next_backup(site: Site) -> None:
    site.pass_(FIRST_AFTER_S)
    site.tick()
    site.ran.clear()
    site.wall_s -= 90 * 24 * HOUR_S
    site.pass_(60)
    site.tick()
    assert Job.BACKUP in site.ran


def test_old_copies_of_before_a_migration_go(site: Site) -> None:
    copy = site.room.database.path.with_name("station.db.schema-1")
    copy.write_bytes(b"encrypted")
    os.utime(copy, (1, 1))
    site.pass_(FIRST_AFTER_S)
    site.tick()
    assert copies_before_migration(site.room.database.path) == ()


def test_the_page_hears_how_much_room_there_is(site: Site) -> None:
    site.service.load()
    room = site.service.state.room
    assert room is not None
    assert room.folder == site.usb
    assert room.same_disk
    assert (room.backups or 0) > 0
    site.usb.rmdir()
    site.service.load()
    assert site.service.state.room is not None
    assert site.service.state.room.backups is None


def test_on_real_lanes_the_work_goes_on_beside_a_backup(tmp_path: Path) -> None:
    actions: queue.Queue[Callable[[], None]] = queue.Queue()
    runner = Runner(actions.put)
    usb = tmp_path / "usb"
    usb.mkdir()
    path = tmp_path / "station.db"
    room = runner.ask(Lane.DATABASE, lambda: room_over(create_database(path, KEY)))
    jobs = UpkeepJobs(
        path=path,
        key=lambda: KEY,
        station=STATION,
        escrow=lambda: b"sealed keyring",
        witnesses=lambda: Witnesses(STATION, 1, SIGNING.verify_key),
        folder=usb,
        own_folder=False,
        keep=2,
        now=lambda: format_instant(MORNING_S),
    )
    guard = Guard(cast(WhoIsHere, Here(ADMIN)))
    trail = Trail(room, runner)
    every_h = dict.fromkeys(Job, 24)
    service = UpkeepService(room, runner, guard, trail, jobs, every_h, lambda: MORNING_S)
    for job in (Job.BACKUP, Job.DRILL, Job.CHECK):
        service.run(job)
        stored = runner.ask(Lane.DATABASE, lambda: room.log.append(plain(subject=None)))
        assert stored.position > 0
        while service.state.record.last_good(job) is None:
            actions.get(timeout=30)()
        assert service.state.record.failing(job) is None
    runner.ask(Lane.DATABASE, room.database.close)
    runner.close()


def test_what_was_deleted_makes_a_new_backup_due(site: Site) -> None:
    """Whoever was erased lies in the newest backup, which is never removed, until there is one."""
    site.pass_(FIRST_AFTER_S)
    site.tick()
    site.ran.clear()
    site.room.log.erase_person(erasure(SUBJECT))
    site.service.make_due(Job.BACKUP)
    site.pass_(60)
    site.tick()
    assert site.ran == [Job.BACKUP]
    newest = backups_in(site.usb, STATION)[0]
    with closing(open_for_reading(newest.database, KEY)) as copy:
        assert copy.rows("SELECT 1 FROM payload") == []
    site.tick()
    assert site.ran == [Job.BACKUP], "once is enough"


@pytest.mark.parametrize("kind", [PersonErased.TYPE, PayloadsDeleted.TYPE])
def test_a_deletion_is_not_forgotten_when_the_program_ended_before_its_backup(
    site: Site, kind: str
) -> None:
    site.pass_(FIRST_AFTER_S)
    site.tick()
    site.ran.clear()
    site.room.log.append(EventDraft(kind, 1, SUBJECT, "system", {}))
    site.tick()
    assert site.ran == [], "nobody told it"
    site.service.load()  # as at a start
    site.tick()
    assert site.ran == [Job.BACKUP]


def test_a_deletion_while_a_backup_is_made_asks_for_another(site: Site) -> None:
    site.pass_(FIRST_AFTER_S)
    site.tick()
    site.ran.clear()
    again = [erasure(SUBJECT)]

    def erased_after_the_copy(job: Job) -> None:
        if job is Job.BACKUP and again:
            site.room.log.erase_person(again.pop())
            site.service.make_due(Job.BACKUP)

    site.after_job = erased_after_the_copy
    site.service.make_due(Job.BACKUP)
    site.tick()
    assert site.ran == [Job.BACKUP, Job.BACKUP]
