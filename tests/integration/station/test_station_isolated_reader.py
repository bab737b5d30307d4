"""A whole station whose reader runs in a process of its own, and that process dies."""

from __future__ import annotations

import json
import queue
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.host.isolated import IsolatedReader
from drivers.host.plan import Failure
from station.app import open_station
from station.services.places import Places
from station.settings import DeviceChoice
from station.ui.devpanel.hands import Hands
from station.workflow.capture import ReaderPhase
from station.workflow.inputs import DeviceKind
from station.workflow.notices import Notice
from tests.support.station_rig import CLERK, Rig, fresh_rig, person_of_plan
from tests.support.store_keys import unlocked_keyring

PERSON = person_of_plan()
DEVICE = "fingerprint_reader"


class Commands:
    """Hands that reach the devices by a file only."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def say(self, do: str, **details: object) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"device": DEVICE, "do": do, **details}) + "\n")


@pytest.fixture
def commands(tmp_path: Path) -> Commands:
    return Commands(tmp_path / "hands.jsonl")


@pytest.fixture
def rig(tmp_path: Path, commands: Commands) -> Iterator[Rig]:
    set_up = fresh_rig(tmp_path)
    set_up.close()
    choice = DeviceChoice("simulated", {"settle_ms": 0}, isolated=True)
    settings = replace(set_up.settings, fingerprint_reader=choice)
    posted: queue.Queue[Callable[[], None]] = queue.Queue()
    hands = Hands.fresh()
    file, unlocked = unlocked_keyring(Places.of(settings).keyring)
    commands_file = tmp_path / "hands.jsonl"
    station = open_station(
        settings, file, unlocked, posted.put, hands, lambda _sound: None, commands_file
    )
    rig = Rig(settings, station, hands, posted)
    services = rig.station.services
    rig.pump(lambda: all(c.state.value == "ready" for c in services.devices.chips), "devices")
    services.sign_in.enter(CLERK.operator_id)
    rig.pump(lambda: services.sign_in.state.operator is not None, "the clerk")
    yield rig
    rig.close()


def kill_the_process(rig: Rig) -> None:
    reader = rig.station.services.devices._devices.of(DeviceKind.READER)
    assert isinstance(reader, IsolatedReader)
    link = reader.supervisor.link
    assert link is not None
    link.kill(Failure.CRASHED)


def waiting(rig: Rig) -> bool:
    return rig.state.reader.phase is ReaderPhase.WAITING


def test_the_press_is_asked_for_again_in_a_new_process(rig: Rig, commands: Commands) -> None:
    rig.open_case(PERSON)
    rig.pump(lambda: waiting(rig), "the reader")
    wanted = rig.state.progress.next_press
    assert wanted is not None
    kill_the_process(rig)
    rig.pump(lambda: rig.state.notice is Notice.READER_FAULT, "to be told")
    rig.pump(lambda: waiting(rig), "the new process")
    assert rig.state.notice is None
    assert rig.state.progress.next_press == wanted
    commands.say("press", person=PERSON.key, finger=int(wanted[0]))
    rig.pump(lambda: rig.state.progress.presses == 1, "the press to be stored")
    frame = rig.station.services.devices.reader_frame()
    assert frame is not None
