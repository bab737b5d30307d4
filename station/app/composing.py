"""A whole station over an open store."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import requests

from drivers.api import DriverKind
from drivers.simulated.command_file import CommandFile
from matcher import Extractor
from station.app.equipment import Equipment, equip
from station.app.joining import Play, services_of
from station.app.opening import open_room
from station.services.bundle import Services
from station.services.lock import Lock
from station.services.network_lever import LeveredSession
from station.services.runner import Lane, Post, Runner
from station.services.store_room import StoreRoom
from station.services.unlocking import Opening
from station.settings import (
    Mode,
    Settings,
)
from station.store.clock import StationClock, this_boot
from station.store.errors import StoreError
from station.store.keyring import (
    KeyringFile,
    Unlocked,
)
from station.ui.devpanel.hands import Hands, Moved
from station.ui.devpanel.moving import follow, moved_hands


@dataclass(frozen=True)
class Station:
    """Everything of one running station that must be ended in order."""

    services: Services
    runner: Runner
    room: StoreRoom
    session: requests.Session
    moved: Mapping[DriverKind, Moved]
    commands: CommandFile | None = None

    def close(self) -> None:
        """End the lanes first, then what they used."""
        if self.commands is not None:
            self.commands.stop()
        self.services.devices.cancel_all()
        self.services.printing.close()
        self.services.upkeep.stop()
        self.runner.ask(Lane.DATABASE, self.services.trail.close)
        self.runner.ask(Lane.DATABASE, self.room.database.close)
        self.runner.close(self.services.devices.cancel_all)
        self.services.devices.close()
        self.session.close()


def open_station(
    settings: Settings,
    file: KeyringFile,
    unlocked: Unlocked,
    post: Post,
    hands: Hands,
    play: Play,
    commands: Path | None = None,
) -> Station:
    """A whole station without a window. Raises StoreError, OSError or DeviceError.

    `commands` is a file whose lines move the simulated devices.
    """
    equipment = equip(settings, hands)
    runner = Runner(post)
    clock = StationClock(this_boot())
    try:
        # The connection belongs to the thread that opened it.
        room = runner.ask(Lane.DATABASE, lambda: open_room(settings, unlocked, clock))
    except (StoreError, OSError):
        runner.close()
        raise
    opening = Opening(file, unlocked, room)
    extractor = Extractor(equipment.weights)
    return compose(settings, equipment, opening, runner, clock, extractor, hands, play, commands)


def compose(
    settings: Settings,
    equipment: Equipment,
    opening: Opening,
    runner: Runner,
    clock: StationClock,
    extractor: Extractor,
    hands: Hands,
    play: Play,
    commands: Path | None = None,
) -> Station:
    """Join everything over an open store; nothing here waits or fails."""
    # In simulation the network's cable is a lever, too.
    simulated = settings.mode is Mode.SIMULATION
    session = LeveredSession(hands.network) if simulated else requests.Session()
    session.trust_env = False  # the platform is where the settings say, not where a proxy says
    services = services_of(settings, equipment, opening, runner, clock, extractor, session, play)
    posts = services.desk, services.gate, services.review
    Lock(services.sign_in, services.devices, *posts, services.printing)
    devices = equipment.devices
    moved = moved_hands(
        {
            DriverKind.FINGERPRINT_READER: devices.reader,
            DriverKind.CAMERA: devices.camera,
            DriverKind.DOCUMENT_READER: devices.card_reader,
            DriverKind.PRINTER: devices.printer,
            **({DriverKind.SMART_CARD: devices.smart_card} if devices.smart_card else {}),
        }
    )
    followed = follow(commands, moved) if commands is not None else None
    return Station(services, runner, opening.room, session, moved, followed)
