"""A disk that takes nothing more, met anywhere but at a press: the screen says so, work goes on."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.services.status import SyncProblem
from station.store.errors import StoreFull
from station.store.outbox import StationOutbox
from station.workflow import inputs
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep
from sync.client import HubClient, HubTime
from sync.wire import Page
from tests.support.station_rig import Rig, fresh_rig, person_of_plan
from tests.support.sync_people import applicant

PERSON = person_of_plan()


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = fresh_rig(tmp_path)
    yield made
    made.close()


def fill(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room() -> None:
        raise StoreFull

    monkeypatch.setattr(rig.station.room.database, "transaction", no_room)


def test_a_case_that_cannot_be_opened_is_told_and_can_be_tried_again(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.hands.card.lay_card(PERSON)
    with monkeypatch.context() as full:
        fill(rig, full)
        rig.send(inputs.FindByCard())
        rig.pump(lambda: rig.state.notice is Notice.STORE_UNUSABLE, "to be told")
    assert (rig.state.applicant, rig.state.waiting) == (None, None)
    rig.send(inputs.FindByCard())
    rig.pump(lambda: rig.state.step is DeskStep.CONSENT, "the case")


def test_a_case_can_be_put_aside_although_that_cannot_be_written(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.open_case(PERSON)
    fill(rig, monkeypatch)
    rig.send(inputs.CloseCase())
    rig.in_store(lambda: None)  # the lane has been through it
    rig.pump(rig.posted.empty, "its answer")
    assert rig.state.step is DeskStep.FIND


def test_an_exchange_that_cannot_be_written_is_shown_and_asked_again(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = rig.station.services.platform
    page = Page((applicant(7),), (), "2")
    monkeypatch.setattr(HubClient, "hub_time", lambda _: HubTime(time.time(), 0, 1))
    monkeypatch.setattr(
        HubClient, "applicants", lambda _, cursor: page if cursor == "1" else Page((), (), cursor)
    )
    monkeypatch.setattr(HubClient, "photo", lambda _, digest: b"")
    # What waits to be sent (the sign-in, the start) is not what this is about.
    monkeypatch.setattr(StationOutbox, "waiting", lambda _, limit: ())
    with monkeypatch.context() as full:
        fill(rig, full)
        platform.sync_now()
        rig.pump(lambda: platform.status.problem is SyncProblem.STORE_FAILED, "to be told")
    platform.sync_now()
    rig.pump(lambda: platform.status.problem is None, "the next exchange")
    assert rig.in_store(rig.station.room.roster.count) == 2
