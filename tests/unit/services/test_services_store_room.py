"""Counts that the board and the gate show, over a real store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from station.domain.facts import (
    ApplicantFound,
    ConsentGiven,
    GateAdmitted,
    Lane,
)
from station.services.store_room import StoreRoom
from station.store.clock import Stamp
from station.store.events import EventLog
from sync.wire import ClockReading, format_instant
from tests.support.services_cases import room_over
from tests.support.store_cases import STATION, SUBJECT, created

DAY = date(2026, 3, 1)
ONE, OTHER = SUBJECT, "ef" * 16


class SetClock:
    """Tells the local time it was set to."""

    def __init__(self) -> None:
        self.local = datetime.combine(DAY, time(12))

    def __call__(self) -> Stamp:
        at = format_instant(self.local.timestamp())
        return Stamp(at, ClockReading("station", 0, None), "boot-1", 1)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def room(tmp_path: Path, clock: SetClock) -> Iterator[StoreRoom]:
    database = created(tmp_path).database
    yield replace(room_over(database), log=EventLog(database, STATION, 1, clock))
    database.close()


def test_a_day_goes_from_midnight_to_midnight_of_this_place(
    room: StoreRoom, clock: SetClock
) -> None:
    midnight = datetime.combine(DAY, time())
    for local in (
        midnight - timedelta(milliseconds=1),
        midnight,
        midnight + timedelta(hours=23, minutes=59),
        midnight + timedelta(days=1),
    ):
        clock.local = local
        room.store_facts(ONE, (ConsentGiven("1"),), "operator-1")
    assert room.stored_on(ConsentGiven, DAY) == 2
    assert room.stored_on(ConsentGiven, DAY + timedelta(days=1)) == 1
    assert room.stored_on(ApplicantFound, DAY) == 0


def test_who_was_admitted_is_told_session_by_session(room: StoreRoom) -> None:
    morning = GateAdmitted("morning", Lane.NORMAL, 90.0, True)
    room.store_facts(ONE, (morning, replace(morning, exam_session_id="afternoon")), "gate")
    room.store_facts(OTHER, (morning, morning), "gate")
    assert set(room.subjects_at(GateAdmitted, "morning")) == {ONE, OTHER}
    assert room.subjects_at(GateAdmitted, "afternoon") == (ONE,)
    assert room.subjects_at(GateAdmitted, "evening") == ()
