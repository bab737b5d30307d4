"""Start-up and composition root: the only place that builds concrete objects and joins them."""

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import requests
from PySide6.QtWidgets import QApplication

from drivers.api import DriverKind, Printer, SmartCardReader
from drivers.errors import DeviceError
from drivers.registry import open_driver
from drivers.simulated.command_file import CommandFile
from matcher import Extractor
from station.assets import AssetMissing, asset
from station.domain.audit import ActionRefused
from station.forms.errors import LayoutError, TypefaceError
from station.forms.layout import ReviewFormLayout, load_review_form_layout
from station.forms.slip import SlipLayout, load_slip_layout
from station.services.audit import AuditKeys, AuditService
from station.services.board import BoardService
from station.services.bundle import Services
from station.services.camera_codes import CameraCodes
from station.services.card_sign_in import CardSignIn
from station.services.desk import DeskService
from station.services.devices import Devices, DeviceService
from station.services.erasure import Eraser
from station.services.form_desk import FormDesk
from station.services.gate import GateService
from station.services.guard import Guard
from station.services.key_access import KeyAccess
from station.services.keys import KeysService
from station.services.lock import Lock
from station.services.log_witnesses import witnesses_of
from station.services.machine_key import machine_for
from station.services.matching import Matching
from station.services.network_lever import LeveredSession
from station.services.overview import OverviewService, StationFacts
from station.services.people_admin import PeopleAdmin
from station.services.places import Places
from station.services.platform import PlatformService
from station.services.recording import Recorder
from station.services.retention import RetentionService
from station.services.retention_policy import PolicySource
from station.services.review import ReviewService
from station.services.runner import Lane, Post, Runner
from station.services.sealing import Sealing
from station.services.sign_in import SignInService
from station.services.site import PackageKeys, SitePackages
from station.services.slips import SlipService
from station.services.store_room import StoreRoom
from station.services.support_bundle import Facts as SupportFacts
from station.services.support_bundle import SupportService
from station.services.sweeper import Sweeper
from station.services.technical_log import TechnicalLog
from station.services.trail import Trail
from station.services.trail_watch import TrailWatch
from station.services.unlock_card import UnlockCard
from station.services.unlock_troubles import NotActivated
from station.services.unlocking import Found, Opening, Unlocking
from station.services.upkeep import DRILL_EVERY_H, UpkeepService
from station.services.upkeep_folders import kept_folders, signed_by
from station.services.upkeep_jobs import UpkeepJobs
from station.services.upkeep_record import Job
from station.settings import (
    NO_DEVICE,
    DeviceChoice,
    Language,
    Mode,
    Settings,
    SettingsError,
    load_settings,
)
from station.store.clock import StationClock, this_boot
from station.store.database import open_for_reading
from station.store.desk import Desk
from station.store.errors import StoreError
from station.store.events import EventLog
from station.store.head_file import HeadFile
from station.store.health import open_checked
from station.store.keyring import (
    KeyringFile,
    Unlocked,
    measured_cost,
)
from station.store.operators import Operators
from station.store.outbox import StationOutbox
from station.store.roster import Roster
from station.store.rotation import settle_rotation
from station.store.signing import LogSigner
from station.store.site import SiteRoster
from station.ui.bridge import Bridge
from station.ui.devpanel.hands import Hands, Moved
from station.ui.devpanel.moving import follow, moved_hands
from station.ui.ending import end_on_bug, refuse, tell_of_trouble
from station.ui.fonts import load_fonts
from station.ui.kiosk import Kiosk, Showing
from station.ui.qt_messages import tell_on_terminal
from station.ui.story import STORIES
from station.ui.story.actor import StoryStuck
from station.ui.translations import CatalogueError
from station.workflow.effects import Sound
from sync.client import HubClient, StationIdentity

Play = Callable[[Sound], None]

EXIT_STUCK = 3


@dataclass(frozen=True)
class Equipment:
    """What needs no key: built before anybody is asked for one, so that it fails at once."""

    devices: Devices
    saver: Printer
    layout: ReviewFormLayout
    slip: SlipLayout
    retention: Path
    weights: Path


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
        self.services.upkeep.stop()
        self.runner.ask(Lane.DATABASE, self.services.trail.close)
        self.runner.ask(Lane.DATABASE, self.room.database.close)
        self.runner.close(self.services.devices.cancel_all)
        self.services.devices.close()
        self.session.close()


def run(arguments: argparse.Namespace) -> int:
    """Open the window and work until it is closed; the exit status tells how it ended."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    tell_on_terminal()
    hands = Hands.fresh()
    try:
        settings = load_settings(arguments.config)
        load_fonts(asset("fonts"))
        equipment = equip(settings, hands)
        kiosk, runner = _kiosk(arguments, settings, equipment, hands)
    except (SettingsError, AssetMissing, CatalogueError, LayoutError, TypefaceError) as error:
        return refuse(str(error))
    except DeviceError as error:
        return refuse(f"设备驱动不能用（{error}）。请检查设置文件里的 devices 一节。")
    technical_log = TechnicalLog(Places.of(settings).technical_log, time.time)
    sys.excepthook = partial(end_on_bug, technical_log)
    try:
        kiosk.open()
        return _play_story(arguments, hands) if arguments.story else application.exec()
    finally:
        kiosk.close()
        runner.close()


def _kiosk(
    arguments: argparse.Namespace, settings: Settings, equipment: Equipment, hands: Hands
) -> tuple[Kiosk, Runner]:
    runner = Runner(Bridge().post)
    clock = StationClock(this_boot())
    parts: list[Extractor] = []

    def find() -> Found:
        file = KeyringFile.read(Places.of(settings).keyring)
        return Found(file, machine_for(file, settings))

    def open_store(unlocked: Unlocked) -> StoreRoom:
        parts[:] = [runner.ask(Lane.POOL, lambda: Extractor(equipment.weights))]
        return open_room(settings, unlocked, clock)

    def build(opening: Opening) -> Station:
        return compose(
            settings, equipment, opening, runner, clock, parts[0], hands, _beep, arguments.commands
        )

    showing = Showing(
        Language(arguments.language) if arguments.language else settings.language,
        arguments.size if arguments.window else None,
        arguments.panel,
    )
    staff_cards = equipment.devices.smart_card
    card = UnlockCard(staff_cards) if staff_cards is not None else None
    unlocking = Unlocking(find, open_store, runner, card)
    unlocking.on_change(tell_of_trouble)
    return Kiosk(settings, showing, unlocking, build, hands), runner


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


def equip(settings: Settings, hands: Hands) -> Equipment:
    """Devices, forms and weights. Raises DeviceError, AssetMissing or LayoutError."""
    places = Places.of(settings)
    return Equipment(
        devices=_devices(settings, hands, places),
        saver=open_driver(
            "printer", "pdf_folder", {"folder": str(places.saved_forms)}, mode=settings.mode.value
        ),
        layout=load_review_form_layout(asset("forms/review_form.toml")),
        slip=load_slip_layout(asset("forms/slip.toml")),
        retention=asset("retention/default.toml"),
        weights=asset("models/leader_minutiae.onnx"),
    )


def open_room(settings: Settings, unlocked: Unlocked, clock: StationClock) -> StoreRoom:
    """The open store; on the lane that will use it. Raises StoreError or OSError."""
    if unlocked.keyring.platform is None:
        raise NotActivated
    places = Places.of(settings)
    if unlocked.keyring.next_database is not None:
        settle_rotation(places.database, KeyringFile.read(places.keyring), unlocked)
    keys = unlocked.keyring
    database = open_checked(places.database, keys.database, witnesses_of(keys, places))
    signer = LogSigner(keys.station, keys.incarnation, keys.signing, HeadFile(places.log_head))
    places.saved_forms.mkdir(mode=0o700, exist_ok=True)
    return StoreRoom(
        database=database,
        log=EventLog(database, keys.station, keys.incarnation, clock, signer=signer),
        roster=Roster(database),
        site=SiteRoster(database),
        operators=Operators(database),
        open_cases=Desk(database, settings.desk_name),
    )


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
    services = _services(settings, equipment, opening, runner, clock, extractor, session, play)
    Lock(services.sign_in, services.devices, services.desk, services.gate, services.review)
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


def _devices(settings: Settings, hands: Hands, places: Places) -> Devices:
    def driver(kind: str, choice: DeviceChoice, **parts: Any) -> Any:
        return open_driver(
            kind,
            choice.driver,
            choice.options,
            mode=settings.mode.value,
            isolated=choice.isolated,
            **parts,
        )

    return Devices(
        reader=driver("fingerprint_reader", settings.fingerprint_reader, hand=hands.reader),
        camera=driver("camera", settings.camera, hand=hands.camera),
        card_reader=driver("document_reader", settings.document_reader, hand=hands.card),
        printer=driver("printer", places.printer_choice(settings.printer), hand=hands.printer),
        smart_card=_smart_card(settings, hands),
    )


def _smart_card(settings: Settings, hands: Hands) -> SmartCardReader | None:
    choice = settings.smart_card
    if choice.driver == NO_DEVICE:
        return None
    reader: SmartCardReader = open_driver(
        "smart_card",
        choice.driver,
        choice.options,
        mode=settings.mode.value,
        isolated=choice.isolated,
        hand=hands.smart_card,
    )
    return reader


def _services(
    settings: Settings,
    equipment: Equipment,
    opening: Opening,
    runner: Runner,
    clock: StationClock,
    extractor: Extractor,
    session: requests.Session,
    play: Play,
) -> Services:
    room, keys = opening.room, opening.unlocked.keyring
    platform = keys.platform
    assert platform is not None  # `open_room` looked

    def now() -> datetime:
        return datetime.fromtimestamp(clock.corrected_s(), UTC)

    places = Places.of(settings)
    identity = StationIdentity(keys.station, keys.signing, platform.verify_key)
    client = HubClient(
        settings.hub_url, identity, session, lambda: now().timestamp(), settings.hub_timeout_s
    )
    watched = DeviceService(equipment.devices, runner)
    trail = Trail(room, runner, lambda count: synchronising.events_stored(count))
    cards = CardSignIn(watched, settings.second_factor, now)
    access = KeyAccess(opening.file, opening.unlocked, measured_cost)
    sign_in = SignInService(room, runner, access, cards, trail)
    guard = Guard(sign_in, lambda action, who: trail.note(ActionRefused(action), who))
    synchronising = PlatformService(
        room,
        StationOutbox(room.database),
        runner,
        client,
        guard,
        clock,
        Eraser(room, places.saved_forms),
        settings.hub_pause_s,
    )
    stored = synchronising.events_stored
    recorder = Recorder(room, runner, guard, stored, sign_in.take_approval)
    matching = Matching(extractor, settings.visit_far)
    forms = FormDesk(
        room, runner, watched, settings, equipment.layout, equipment.saver, guard, trail
    )
    packages = SitePackages(
        room,
        runner,
        client,
        PackageKeys(keys.station, platform.verify_key, keys.unsealing),
        settings,
        now,
    )
    desk = DeskService(
        room=room,
        runner=runner,
        devices=watched,
        matching=matching,
        forms=forms,
        sealing=Sealing(room, platform.unit_sealing_key),
        recorder=recorder,
        guard=guard,
        trail=trail,
        clock=now,
        play=play,
        required_quality=settings.quality_minimum,
    )
    policies = PolicySource(room.database, equipment.retention, settings.retention_file)
    verified = signed_by(platform.verify_key)
    sweeper = Sweeper(room, clock, verified, kept_folders(settings, keys.station))
    return Services(
        sign_in=sign_in,
        desk=desk,
        review=ReviewService(room, runner, forms, recorder, guard, trail, play),
        gate=GateService(
            room, runner, watched, matching, packages, recorder, guard, trail, now, play
        ),
        devices=watched,
        platform=synchronising,
        board=BoardService(room, runner, guard, now),
        codes=CameraCodes(watched, runner, time.monotonic),
        guard=guard,
        people=PeopleAdmin(room, runner, access, cards, guard, trail, sign_in.load),
        trail=trail,
        audit=AuditService(
            room,
            runner,
            guard,
            trail,
            AuditKeys(
                keys.signing,
                lambda: witnesses_of(opening.unlocked.keyring, places),
                # The database's key may be renewed while the station runs.
                lambda: open_for_reading(places.database, opening.unlocked.keyring.database),
            ),
            places.exports,
            now,
        ),
        watch=TrailWatch(trail, runner, settings),
        overview=OverviewService(StationFacts.of(settings, keys), runner),
        keys=KeysService(
            room,
            runner,
            guard,
            trail,
            watched,
            access,
            settings,
            lambda: f"{now().astimezone():%Y-%m-%d}",
        ),
        upkeep=_upkeep(settings, opening, runner, clock, guard, trail),
        retention=RetentionService(
            sweeper, policies, runner, guard, time.monotonic, synchronising.events_stored
        ),
        slips=SlipService(
            room, runner, watched, guard, trail, policies, settings, equipment.slip, now
        ),
        support=SupportService(
            room,
            runner,
            guard,
            trail,
            TechnicalLog(places.technical_log, time.time),
            lambda: SupportFacts(settings, places.database.parent, watched.chips),
            places.exports,
        ),
        clock=now,
    )


def _upkeep(
    settings: Settings,
    opening: Opening,
    runner: Runner,
    clock: StationClock,
    guard: Guard,
    trail: Trail,
) -> UpkeepService:
    jobs = UpkeepJobs.of(settings, opening.file, opening.unlocked, clock.corrected_s)
    every_h = {
        Job.CHECK: settings.check_every_h,
        Job.BACKUP: settings.backup_every_h,
        Job.DRILL: DRILL_EVERY_H,
    }
    return UpkeepService(
        opening.room, runner, guard, trail, jobs, every_h, clock.corrected_s, time.monotonic
    )


def _play_story(arguments: argparse.Namespace, hands: Hands) -> int:
    try:
        STORIES[arguments.story](hands, arguments.story_output)
    except StoryStuck as stuck:
        print(stuck, file=sys.stderr)
        return EXIT_STUCK
    return 0


def _beep(sound: Sound) -> None:
    """A beep for what needs attention; what went well is heard by going on."""
    if sound in (Sound.AGAIN, Sound.STOP):
        QApplication.beep()
