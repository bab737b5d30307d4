"""A platform on a loopback port, and a station that has joined it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests
import uvicorn

from sync.client import HubClient, StationIdentity, activate
from sync.hub.directory import Platform, create_platform
from sync.hub.people import store_applicant
from sync.hub.stations import new_code
from sync.hub.web import create_application
from sync.seal import SealingKey, SigningKey, UnsealingKey, VerifyKey, seal
from sync.wire import (
    Activation,
    ConfirmationBundle,
    PressImage,
    confirmation_aad,
)
from tests.support.sync_people import applicant, press_png

NOW_S = 1_772_300_000.0


@dataclass
class Clock:
    """Seconds since 1970, moved by hand."""

    now_s: float = NOW_S

    def __call__(self) -> float:
        return self.now_s


@dataclass
class JoinedStation:
    """A station's keys and its door to the platform."""

    base_url: str
    activation: Activation
    signing_key: SigningKey
    unsealing_key: UnsealingKey
    clock: Clock
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def identity(self) -> StationIdentity:
        key = VerifyKey.from_bytes(self.activation.hub_verify_key)
        return StationIdentity(self.activation.station_id, self.signing_key, key)

    def client(self, base_url: str | None = None, timeout_s: float = 10) -> HubClient:
        return HubClient(
            base_url or self.base_url, self.identity, self.session, self.clock, timeout_s
        )

    def confirmation(self, number: int = 1, *, simulated: bool = False) -> ConfirmationBundle:
        person = applicant(number)
        images = tuple(
            PressImage(finger, press, press_png(), 60 + finger)
            for finger in (6, 1, 7, 2, 8, 3)
            for press in (1, 2, 3, 4)
        )
        return ConfirmationBundle(
            person.subject,
            person.digest(),
            b"FMR\0 20\0",
            b"\xff\xd8now",
            b"%PDF-",
            images,
            simulated,
        )

    def sealed_confirmation(self, number: int = 1, *, simulated: bool = False) -> bytes:
        bundle = self.confirmation(number, simulated=simulated)
        unit_key = SealingKey.from_bytes(self.activation.unit_sealing_key)
        return seal(unit_key, bundle.to_bytes(), confirmation_aad(bundle.subject))


@contextmanager
def served(application: object) -> Iterator[str]:
    """Serve an ASGI application on a free loopback port; yields its address."""
    config = uvicorn.Config(
        application,  # type: ignore[arg-type]  # any ASGI application
        host="127.0.0.1",
        port=0,
        log_level="critical",
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = _AnnouncedServer(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        assert server.ready.wait(20)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)


class _AnnouncedServer(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@dataclass
class RunningPlatform:
    """A platform in a temporary directory, answering on `base_url`."""

    platform: Platform
    base_url: str
    clock: Clock

    def load(self, *numbers: int, unit_code: str = "10001") -> None:
        with self.platform.database() as database, database.transaction():
            for number in numbers:
                store_applicant(database, applicant(number, unit_code=unit_code))

    def code(self, unit_code: str = "10001") -> str:
        with self.platform.database() as database:
            return new_code(database, self.platform, unit_code, self.clock() + 3600)

    def join(self, unit_code: str = "10001") -> JoinedStation:
        signing_key, unsealing_key = SigningKey.generate(), UnsealingKey.generate()
        session = requests.Session()
        session.trust_env = False
        activation = activate(
            self.base_url,
            self.code(unit_code),
            station_name="一号机",
            signing_key=signing_key,
            sealing_key=unsealing_key.sealing_key,
            session=session,
            timeout_s=10,
        )
        return JoinedStation(
            self.base_url, activation, signing_key, unsealing_key, self.clock, session
        )

    def count(self, sql: str, *values: object) -> int:
        with self.platform.database() as database:
            return database.number(sql, *values)


@contextmanager
def running_platform(directory: Path, *, demo: bool = True) -> Iterator[RunningPlatform]:
    clock = Clock()
    platform = create_platform(
        directory / "platform", directory / "vault", tenant="test", demo=demo
    )
    with served(create_application(platform, clock)) as base_url:
        yield RunningPlatform(platform, base_url, clock)
