"""Two half-days in one store: which one the gate works with."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from station.store.site import PackageIdentity
from station.workflow import inputs
from sync.wire import format_instant
from tests.support.station_rig import Rig, fresh_rig
from tests.support.sync_people import exam_session

HOUR_S = 3600


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = fresh_rig(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("morning_h", "afternoon_h", "expected"),
    [
        (0.5, 5.5, "morning"),
        (-0.2, 4.8, "morning"),  # it has begun, the door is open for some minutes more
        (-1, 4, "afternoon"),
        (-4.75, 0.25, "afternoon"),  # the afternoon's candidates stand at the door
        (-5.5, -0.5, "afternoon"),  # shut: whoever comes is told so, in the right half-day
    ],
)
def test_the_gate_works_with_the_half_day_whose_door_is_open_or_opens_next(
    rig: Rig, morning_h: float, afternoon_h: float, expected: str
) -> None:
    sessions = [
        replace(exam_session(id_), starts_at=format_instant(time.time() + hours * HOUR_S))
        for id_, hours in (("morning", morning_h), ("afternoon", afternoon_h))
    ]
    site, package = rig.station.room.site, PackageIdentity("issuer", "both", 1)
    rig.in_store(lambda: site.import_package(package, sessions, ()))
    gate = rig.station.services.gate
    gate.send(inputs.FetchSession())
    rig.pump(lambda: gate.state.session is not None, "the session")
    assert gate.state.session is not None
    assert gate.state.session.exam_session_id == expected
