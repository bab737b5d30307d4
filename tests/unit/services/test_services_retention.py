"""The retention service: a sweep a day by the platform's time, rights, and words for trouble."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from station.assets import asset
from station.domain.people import Operator, Role
from station.domain.retention import Kind, State, Trust
from station.services.errors import NotAllowed
from station.services.guard import Guard, WhoIsHere
from station.services.retention import LOOKED_AT_ONCE, RetentionService, Stage
from station.services.retention_policy import PolicySource
from station.services.runner import Lane, Runner
from station.services.status import SignInState
from station.services.sweeper import Swept
from station.store.errors import StoreFull
from sync.wire import Page
from tests.support.privacy_room import DAY, PrivacyRoom, privacy_room
from tests.support.store_cases import press, sealing
from tests.support.sync_people import applicant

ADMIN = Operator("admin01", "高山", frozenset({Role.SYSTEM_ADMIN}))
AUDITOR = Operator("audit01", "秦观澜", frozenset({Role.AUDITOR}))


class DirectRunner:
    """Everything at once, on one thread; counts the turns on the database lane."""

    def __init__(self) -> None:
        self.turns = 0

    def call(self, lane: Lane, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        assert lane is Lane.DATABASE
        self.turns += 1
        then(work())


@dataclass
class Here:
    """Whoever is signed in."""

    state: SignInState
    author: Operator = ADMIN


@dataclass
class Site:
    desk: PrivacyRoom
    service: RetentionService
    runner: DirectRunner
    here: Here
    policy: Path
    stored: list[int]
    removed: list[str]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    desk = privacy_room(tmp_path)
    one = applicant(1).subject
    desk.room.roster.apply(Page((applicant(1),), (), "1"))
    desk.append(press(1, subject=one), sealing(subject=one))
    desk.deliver_all()
    policy = tmp_path / "own.toml"
    policy.write_bytes(asset("retention/default.toml").read_bytes())
    runner, here, stored = DirectRunner(), Here(SignInState(operator=ADMIN)), list[int]()
    removed: list[str] = []
    service = RetentionService(
        desk.sweeper(),
        PolicySource(desk.database, asset("retention/default.toml"), str(policy)),
        cast(Runner, runner),
        Guard(cast(WhoIsHere, here)),
        lambda: desk.times.monotonic_s,
        stored.append,
        lambda: removed.append("told"),
    )
    return Site(desk, service, runner, here, policy, stored, removed)


def pass_days(site: Site, days: float) -> None:
    site.desk.times.pass_(days)
    site.desk.hear_platform()


def test_once_a_day_it_sweeps_by_itself(site: Site) -> None:
    pass_days(site, 8)
    site.service.tick()
    assert site.desk.payloads(applicant(1).subject) == 0
    runs = events(site, "retention_run")
    assert [event.actor for event in runs] == ["system"]
    assert runs[0].data["payloads"] == 2
    site.service.tick()
    pass_days(site, 0.5)
    site.service.tick()
    assert len(events(site, "retention_run")) == 1, "not twice a day"
    pass_days(site, 0.5)
    site.service.tick()
    assert len(events(site, "retention_run")) == 2
    assert site.stored == [2, 1]
    assert site.removed == ["told"], "a backup is due after the first, not after the empty one"


def events(site: Site, event_type: str) -> list[Any]:
    return [one.event for one in site.desk.room.log.all_since(0) if one.event.type == event_type]


def test_without_proven_time_nothing_is_swept(site: Site) -> None:
    site.desk.times.pass_(100)
    site.service.tick()
    assert len(events(site, "retention_run")) == 1, "the last receipt is a time, only an old one"
    assert site.desk.payloads(applicant(1).subject) == 2
    site.desk.hear_platform()
    site.desk.times.wall_s += 10 * DAY.total_seconds()
    site.service.run()
    assert site.desk.payloads(applicant(1).subject) == 2
    picture = site.service.state.picture
    assert picture is not None
    assert picture.proven.trust is Trust.CLOCKS_DISAGREE


def test_a_preview_tells_what_would_go_and_a_run_removes_it(site: Site) -> None:
    pass_days(site, 8)
    site.service.refresh()
    picture = site.service.state.picture
    assert picture is not None
    assert [(line.kind, line.state, line.items) for line in picture.due] == [
        (Kind.FINGER_IMAGES, State.ACKNOWLEDGED, 1),
        (Kind.TEMPLATES, State.ACKNOWLEDGED, 1),
    ]
    site.service.run()
    state = site.service.state
    assert (state.stage, state.swept) == (Stage.IDLE, Swept(1, 2, 0))
    assert state.picture is not None
    assert state.picture.due == ()
    assert [event.actor for event in events(site, "retention_run")] == ["admin01"]


def test_an_auditor_may_look_and_not_remove(site: Site) -> None:
    site.here.state = SignInState(operator=AUDITOR)
    site.service.refresh()
    assert site.service.state.picture is not None
    with pytest.raises(NotAllowed):
        site.service.run()
    site.here.state = SignInState()
    with pytest.raises(NotAllowed):
        site.service.refresh()


def test_a_full_disk_is_said_and_the_next_run_goes_on(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    pass_days(site, 8)

    def full(*_: object) -> None:
        raise StoreFull

    monkeypatch.setattr(site.desk.room.log, "append_with", full)
    site.service.run()
    assert "磁盘空间不足" in site.service.state.trouble
    assert site.desk.payloads(applicant(1).subject) == 2
    monkeypatch.undo()
    site.service.run()
    assert site.desk.payloads(applicant(1).subject) == 0
    assert site.service.state.trouble == ""


def test_a_policy_that_breaks_changes_nothing_and_is_told(site: Site) -> None:
    text = site.policy.read_text(encoding="utf-8")
    changed = text.replace("default-2026-1", "units-own").replace("days = 7,", "days = 20,")
    site.policy.write_text(changed, encoding="utf-8")
    site.service.refresh()
    for broken in ("name = ", None):
        if broken is None:
            site.policy.unlink()
        else:
            site.policy.write_text(broken, encoding="utf-8")
        pass_days(site, 5)
        site.service.run()
        picture = site.service.state.picture
        assert picture is not None
        assert picture.in_force.policy.name == "units-own"
        assert "仍按上一份有效的保存期限“units-own”执行" in picture.in_force.trouble
    assert site.desk.payloads(applicant(1).subject) == 2, "20 days are not over"


def test_a_press_waits_for_a_few_people_at_most(site: Site) -> None:
    many = tuple(applicant(number) for number in range(2, 2 * LOOKED_AT_ONCE + 10))
    site.desk.room.roster.apply(Page(many, (), "2"))
    shares: list[float] = []
    site.service.on_change(lambda state: shares.append(state.done))
    site.runner.turns = 0
    site.service.refresh()
    assert site.runner.turns == 1 + 3 + 1, "a beginning, three pieces, the log and files"
    assert any(0.3 < share < 0.7 for share in shares)
