"""Whole stations beside a platform: one in reach, one that is switched off, one that misbehaves."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path
from typing import Any

import uvicorn

from drivers.simulated.people import Person
from station.domain.people import Account
from station.services.places import Places
from station.services.provisioning import NewOperator, provision
from station.settings import DeviceChoice, Settings
from station.store.database import create_database
from station.store.keyring import Keyring, Platform
from station.store.operators import Operators
from sync.hub.__main__ import main as station_hub
from sync.hub.directory import create_platform
from sync.hub.exams import Seat, store_seat, store_session
from sync.hub.people import store_applicant
from sync.hub.web import create_application
from sync.seal import SigningKey, UnsealingKey
from sync.wire import Applicant, ExamSession, format_instant
from tests.support.station_rig import CLERK, PASSPHRASE, SECOND
from tests.support.store_keys import RECOVERY, TEST_COST, written_keyring
from tests.support.sync_hub import Clock, RunningPlatform
from tests.support.sync_people import applicant as wire_applicant
from tests.support.sync_people import exam_session

UNIT_CODE = "10001"
NOBODY_LISTENS = "http://127.0.0.1:9"
PATIENCE_S = 30.0  # a busy disk is no platform that keeps one waiting
IMPATIENCE_S = 1.0  # the least that a station may be set to
_READY_POLL_S = 0.01


class Weather(Enum):
    """What a request meets."""

    FAIR = auto()
    FAILING = auto()
    NONSENSE = auto()
    SLOW = auto()
    LOST_ANSWER = auto()


class Sky:
    """An ASGI application in front of another one, which answers as the weather is."""

    def __init__(self, behind: Any) -> None:
        self._behind = behind
        self.weather = Weather.FAIR

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        match self.weather:
            case Weather.FAIR:
                await self._behind(scope, receive, send)
            case Weather.FAILING:
                await _answer(send, 500, b"oops")
            case Weather.NONSENSE:
                await _answer(send, 200, b"<html>log in to the hotel network</html>")
            case Weather.SLOW:
                await _until_given_up(receive)
            case Weather.LOST_ANSWER if scope["method"] != "POST":
                await self._behind(scope, receive, send)
            case Weather.LOST_ANSWER:  # taken in, but whoever sent it never learns so
                await self._behind(scope, receive, _into_nothing)
                await _answer(send, 502, b"")


async def _into_nothing(_message: Any) -> None:
    pass


async def _until_given_up(receive: Any) -> None:
    """Answer nothing for as long as somebody waits."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _answer(send: Any, status: int, body: bytes) -> None:
    length = str(len(body)).encode()
    await send(
        {"type": "http.response.start", "status": status, "headers": [(b"content-length", length)]}
    )
    await send({"type": "http.response.body", "body": body})


class Switch:
    """Serves an application on one loopback port, which it keeps while it is off."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        # Bound but not listening: nobody else is given the port while this is off.
        self._hold = _bound(0)
        self._port = self._hold.getsockname()[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def on(self) -> None:
        """Answer from now on."""
        config = uvicorn.Config(
            self._application,
            log_level="critical",
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        door = [_bound(self._port)]
        self._thread = threading.Thread(target=self._server.run, args=(door,), daemon=True)
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive()
            time.sleep(_READY_POLL_S)

    def off(self) -> None:
        """Take no connection any more; does nothing when it is off."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(20)
        self._server = self._thread = None

    def close(self) -> None:
        """Off for good."""
        self.off()
        self._hold.close()


def _bound(port: int) -> socket.socket:
    """Two of these may hold one port; only the one that listens is connected to."""
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    door.bind(("127.0.0.1", port))
    return door


@dataclass
class Hub(RunningPlatform):
    """A real platform behind a switch and a sky. `directory` and `vault` are for `station-hub`."""

    directory: Path
    vault: Path
    sky: Sky
    switch: Switch

    def know(self, *somebody: Applicant) -> None:
        """These people have applied."""
        with self.platform.database() as database, database.transaction():
            for one in somebody:
                store_applicant(database, one)


@contextmanager
def hub_in(folder: Path) -> Iterator[Hub]:
    """A demo platform in a folder, on today's date."""
    clock = Clock(time.time())
    directory, vault = folder / "platform", folder / "vault"
    platform = create_platform(directory, vault, tenant="test", demo=True)
    sky = Sky(create_application(platform, clock))
    switch = Switch(sky)
    switch.on()
    try:
        yield Hub(platform, switch.url, clock, directory, vault, sky, switch)
    finally:
        switch.close()


def applied(person: Person, number: int = 1) -> Applicant:
    """What the platform knows of a fictional person of the simulated devices."""
    return replace(
        wire_applicant(number, unit_code=UNIT_CODE),
        name=person.name,
        document_number=person.number,
        sex="男" if person.sex.value == "1" else "女",
        birth_date=f"{person.birth:%Y%m%d}",
    )


def settings_in(folder: Path, hub_url: str = NOBODY_LISTENS) -> Settings:
    """A station with simulated devices that hurry."""
    return replace(
        Settings(),
        data_directory=str(folder / "data"),
        key_directory=str(folder / "keys"),
        hub_url=hub_url,
        hub_timeout_s=PATIENCE_S,
        fingerprint_reader=DeviceChoice("simulated", {"settle_ms": 0}),
        document_reader=DeviceChoice("simulated", {"reading_ms": 0}),
        printer=DeviceChoice("simulated"),
    )


def join(folder: Path, hub: Hub) -> Settings:
    """Set a station up with the platform's code, as `station init` does."""
    settings = settings_in(folder, hub.base_url)
    people = [NewOperator(one, PASSPHRASE) for one in (CLERK, SECOND)]
    provision(settings, hub.code(UNIT_CODE), people, RECOVERY, TEST_COST)
    return settings


def set_up_alone(folder: Path, *, activated: bool = True) -> Settings:
    """Keys and an empty store for a station that no platform will ever hear of."""
    settings = settings_in(folder)
    places = Places.of(settings)
    places.prepare()
    keys = Keyring.new("station-1")
    if activated:
        verify, sealing = SigningKey.generate().verify_key, UnsealingKey.generate().sealing_key
        keys = keys.activated("station-1", Platform("demo", True, verify, sealing))
    written_keyring(places.keyring, keys, {one.operator_id: PASSPHRASE for one in (CLERK, SECOND)})
    database = create_database(places.database, keys.database)
    for one in (CLERK, SECOND):
        Operators(database).put(Account(one))
    database.close()
    return settings


def seat(hub: Hub, session: ExamSession, *seats: Seat) -> None:
    """Announce a session and who sits in it."""
    with hub.platform.database() as database, database.transaction():
        store_session(database, session)
        for one in seats:
            store_seat(database, session.id, one)


def soon(hub: Hub, id_: str = "morning", minutes: float = 40) -> ExamSession:
    """An exam session that starts in a while."""
    starts_at = format_instant(hub.clock() + minutes * 60)
    return replace(exam_session(id_), starts_at=starts_at)


def build_package(hub: Hub, exam_session_id: str) -> None:
    """What the vault's operator types."""
    command = ["vault", "build-package", str(hub.directory), "--vault", str(hub.vault)]
    assert station_hub([*command, "--session", exam_session_id]) == 0
