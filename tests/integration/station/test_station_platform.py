"""A platform that is down, slow, failing or lying, as a whole station sees it: work goes on."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.simulated.people import people
from station.services.status import SyncProblem
from station.store.outbox import StationOutbox
from station.workflow import inputs
from station.workflow.exam_entry import ExamEntry
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep
from sync.package import SITE_KIND, site_entries, write_package
from sync.seal import SealingKey
from sync.wire import Candidate, ExamSession, Purpose
from tests.support.station_hub import (
    IMPATIENCE_S,
    Hub,
    Weather,
    applied,
    hub_in,
    join,
    seat,
    soon,
)
from tests.support.station_rig import Rig, reopened
from tests.support.sync_people import candidate

PERSON = people()[0]
WEATHER = {
    Weather.FAILING: SyncProblem.FAILING,
    Weather.NONSENSE: SyncProblem.NONSENSE,
}


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with hub_in(tmp_path) as running:
        running.know(applied(PERSON))
        yield running


@pytest.fixture
def rig(hub: Hub, tmp_path: Path) -> Iterator[Rig]:
    made = reopened(join(tmp_path / "station", hub))
    yield made
    made.close()


def lose_patience(rig: Rig) -> None:
    """Start the station anew with as little patience as it may have."""
    rig.station.close()
    again = reopened(replace(rig.settings, hub_timeout_s=IMPATIENCE_S))
    rig.station, rig.hands, rig.posted = again.station, again.hands, again.posted


def exchange(rig: Rig) -> SyncProblem | None:
    platform = rig.station.services.platform
    platform.sync_now()
    rig.pump(lambda: not platform.is_exchanging, "the exchange")
    return platform.status.problem


def gate(rig: Rig) -> ExamEntry:
    return rig.station.services.gate.state


def fetch(rig: Rig) -> ExamEntry:
    """Press 载入考点数据 and wait for what comes of it."""
    rig.station.services.gate.send(inputs.FetchSession())
    rig.pump(lambda: not gate(rig).waiting, "the package or a notice")
    return gate(rig)


def issue(
    hub: Hub,
    session: ExamSession,
    candidates: Sequence[Candidate],
    sequence: int,
    change_at: float | None = None,
) -> None:
    """Put a package for the one station there is; one byte of it changed if so asked (0 to 1)."""
    with hub.platform.database() as database:
        station_id, sealing_key = database.rows("SELECT id, sealing_key FROM station")[0]
        seated = [replace(one, exam_session_id=session.id) for one in candidates]
        package = bytearray(
            write_package(
                site_entries(session, seated),
                kind=SITE_KIND,
                package_id=session.id,
                sequence=sequence,
                audience=station_id,
                signing_key=hub.platform.signing_key,
                sealing_key=SealingKey.from_bytes(sealing_key),
                created_s=hub.clock(),
                not_after_s=hub.clock() + 86400,
            )
        )
        if change_at is not None:
            package[int(change_at * (len(package) - 1))] ^= 1
        digest = hub.platform.files.put(bytes(package))
        with database.transaction():
            database.run(
                "INSERT INTO package VALUES (?, ?, ?, ?) ON CONFLICT (exam_session, station)"
                " DO UPDATE SET sequence = excluded.sequence, digest = excluded.digest",
                *(session.id, station_id, sequence, digest),
            )


def test_whatever_ails_the_platform_work_goes_on_and_nothing_is_lost(rig: Rig, hub: Hub) -> None:
    assert exchange(rig) is None
    rig.open_case(PERSON)
    platform = rig.station.services.platform
    stored = len(rig.in_store(lambda: rig.station.room.log.all_since(0)))
    waiting = rig.in_store(StationOutbox(rig.station.room.database).count)
    for weather, problem in WEATHER.items():
        hub.sky.weather = weather
        assert exchange(rig) is problem
        assert platform.status.waiting == waiting
        assert platform.status.heard_at is not None
    hub.switch.off()
    assert exchange(rig) is SyncProblem.UNREACHABLE
    rig.press(PERSON)
    assert rig.state.progress.presses == 1
    hub.sky.weather = Weather.FAIR
    hub.switch.on()
    assert exchange(rig) is None
    assert (platform.status.waiting, platform.status.quarantined) == (0, 0)
    assert hub.count("SELECT count(*) FROM event") == stored + 1
    assert rig.state.step is DeskStep.FINGERS


def test_a_platform_that_keeps_one_waiting_is_given_up_and_work_goes_on(rig: Rig, hub: Hub) -> None:
    assert exchange(rig) is None
    lose_patience(rig)
    hub.sky.weather = Weather.SLOW
    assert exchange(rig) is SyncProblem.TIMEOUT
    rig.open_case(PERSON)
    assert exchange(rig) is SyncProblem.TIMEOUT
    waiting = rig.in_store(StationOutbox(rig.station.room.database).count)
    assert rig.station.services.platform.status.waiting == waiting > 0


@pytest.mark.parametrize("weather", [*WEATHER, Weather.SLOW, None])
def test_without_a_package_the_gate_says_that_the_platform_is_out_of_reach(
    weather: Weather | None, rig: Rig, hub: Hub
) -> None:
    if weather is Weather.SLOW:
        lose_patience(rig)
    if weather is None:
        hub.switch.off()
    else:
        hub.sky.weather = weather
    assert fetch(rig).notice is Notice.PLATFORM_UNREACHABLE
    assert gate(rig).session is None


def test_a_package_with_one_byte_changed_is_refused_wherever_the_byte_is(
    rig: Rig, hub: Hub
) -> None:
    session = soon(hub)
    seat(hub, session)
    for place, change_at in enumerate((0.0, 0.05, 0.3, 0.5, 0.9, 1.0), 1):
        issue(hub, session, [candidate(1)], place, change_at)
        state = fetch(rig)
        assert (state.notice, state.session) == (Notice.PACKAGE_REFUSED, None)
    assert rig.in_store(rig.station.room.site.exam_sessions) == ()
    issue(hub, session, [candidate(1)], 9)  # the way forward: a sound package
    state = fetch(rig)
    assert (state.notice, state.expected) == (None, 1)


def test_a_package_for_statistics_brings_nobody_to_the_gate(rig: Rig, hub: Hub) -> None:
    """Statistics are one of the four purposes, and compare nobody's fingers."""
    session = replace(soon(hub), purpose=Purpose.STATISTICS)
    seat(hub, session)
    issue(hub, session, [candidate(1)], 1)
    state = fetch(rig)
    assert (state.notice, state.session) == (Notice.PACKAGE_REFUSED, None)
    assert rig.in_store(rig.station.room.site.exam_sessions) == ()
    issue(hub, replace(session, purpose=Purpose.COURSE), [candidate(1)], 2)
    assert fetch(rig).notice is None


def test_a_refused_package_leaves_the_one_that_was_checked_before_in_use(
    rig: Rig, hub: Hub
) -> None:
    session = soon(hub)
    seat(hub, session)
    issue(hub, session, [candidate(1)], 1)
    assert fetch(rig).notice is None
    issue(hub, session, [candidate(1), candidate(2)], 2, change_at=0.7)
    state = fetch(rig)
    assert state.notice is Notice.PACKAGE_REFUSED
    assert state.session is not None
    assert state.expected == 1
    rig.station.services.gate.send(
        inputs.Scan(candidate(1).ticket_no, rig.station.services.clock())
    )
    rig.pump(lambda: gate(rig).visit is not None, "the candidate")
    rig.pump(lambda: not gate(rig).is_serving, "the referral, for there is no template")
    rig.station.services.gate.send(inputs.NextPerson())
    issue(hub, session, [candidate(1), candidate(2)], 3)
    state = fetch(rig)
    assert (state.notice, state.expected) == (None, 2)


def test_a_package_of_a_session_long_over_troubles_nobody(rig: Rig, hub: Hub) -> None:
    over, morning = soon(hub, "last-week", -7 * 24 * 60), soon(hub)
    for session in (over, morning):
        seat(hub, session)
    issue(hub, over, [candidate(1)], 1, change_at=0.5)
    issue(hub, morning, [candidate(1)], 1)
    state = fetch(rig)
    assert state.notice is None
    assert state.session is not None
    assert state.session.exam_session_id == morning.id


def test_once_loaded_the_gate_opens_without_a_platform_and_without_a_word(
    rig: Rig, hub: Hub
) -> None:
    session = soon(hub)
    seat(hub, session)
    issue(hub, session, [candidate(1)], 1)
    fetch(rig)
    hub.switch.off()
    state = fetch(rig)
    assert (state.notice, state.expected) == (None, 1)
