"""Start-up and composition root: the only place that builds concrete objects and joins them."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import requests
from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from drivers.api import DriverKind, Printer
from drivers.errors import DeviceError
from drivers.registry import open_driver
from drivers.simulated.command_file import CommandFile
from drivers.simulated.commands import Command, CommandInvalid
from drivers.simulated.moving import mover
from matcher import Extractor
from station.assets import AssetMissing, asset
from station.domain.audit import ActionRefused
from station.forms.errors import LayoutError, TypefaceError
from station.forms.layout import load_review_form_layout
from station.services.board import BoardService
from station.services.bundle import Services
from station.services.camera_codes import CameraCodes
from station.services.desk import DeskService
from station.services.devices import Devices, DeviceService
from station.services.form_desk import FormDesk
from station.services.gate import GateService
from station.services.guard import Guard
from station.services.lock import Lock
from station.services.matching import Matching
from station.services.network_lever import LeveredSession
from station.services.overview import OverviewService, StationFacts
from station.services.places import Places
from station.services.platform import PlatformService
from station.services.recording import Recorder
from station.services.review import ReviewService
from station.services.runner import Lane, Post, Runner
from station.services.sealing import Sealing
from station.services.sign_in import SignInService
from station.services.site import PackageKeys, SitePackages
from station.services.store_room import StoreRoom
from station.services.trail import Trail
from station.services.trail_watch import TrailWatch
from station.settings import DeviceChoice, Language, Mode, Settings, SettingsError, load_settings
from station.store.clock import StationClock, this_boot
from station.store.database import open_database
from station.store.desk import Desk
from station.store.errors import StoreError
from station.store.events import EventLog
from station.store.head_file import HeadFile
from station.store.keyring import (
    Keyring,
    KeyringFile,
    Platform,
    Refused,
    SoftwareMachine,
    Unlocked,
    system_identity,
)
from station.store.operators import Operators
from station.store.outbox import StationOutbox
from station.store.roster import Roster
from station.store.signing import LogSigner
from station.store.site import SiteRoster
from station.ui.bridge import Bridge
from station.ui.devpanel.hands import Hands, Moved
from station.ui.fonts import load_fonts
from station.ui.main_window import MainWindow
from station.ui.qt_messages import tell_on_terminal
from station.ui.story import STORIES
from station.ui.story.actor import StoryStuck
from station.ui.theme import Theme
from station.ui.translations import CatalogueError
from station.workflow.effects import Sound
from sync.client import HubClient, StationIdentity

Play = Callable[[Sound], None]

DEVICE_TICK_MS = 250
PLATFORM_TICK_MS = 1000
WATCH_TICK_MS = 5000
PANEL_GAP_PX = 12
EXIT_REFUSED = 2
EXIT_STUCK = 3
EXIT_BUG = 70


class NotActivated(Exception):
    """The keyring knows no platform yet."""


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
    try:
        settings = load_settings(arguments.config)
        load_fonts(asset("fonts"))
        bridge = Bridge()
        hands = Hands.fresh()
        file = KeyringFile.read(Places.of(settings).keyring)
        unlocked = _opened_by_this_machine(file)
        station = open_station(
            settings, file, unlocked, bridge.post, hands, _beep, arguments.commands
        )
    except (SettingsError, AssetMissing, NotActivated, LayoutError, TypefaceError) as error:
        return _refuse(str(error))
    except StoreError as error:
        return _refuse(error.sentence)
    except OSError as error:
        return _refuse(f"读不了本机的文件（{error.strerror}），请检查路径和权限后再启动。")
    except DeviceError as error:
        return _refuse(f"设备驱动不能用（{error}）。请检查设置文件里的 devices 一节。")
    sys.excepthook = _end_on_bug
    try:
        return _show(application, arguments, settings, station, hands)
    except (AssetMissing, CatalogueError, LayoutError) as error:
        return _refuse(str(error))
    finally:
        station.close()


def _opened_by_this_machine(file: KeyringFile) -> Unlocked:
    """Until there is a screen to unlock at: what `station init` sets up in simulation."""
    answer = file.unlock_with_machine(SoftwareMachine(system_identity()))
    if isinstance(answer, Refused):
        raise NotActivated("本机没有设置无人值守开启，请联系管理员。")
    return answer


def open_station(
    settings: Settings,
    file: KeyringFile,
    unlocked: Unlocked,
    post: Post,
    hands: Hands,
    play: Play,
    commands: Path | None = None,
) -> Station:
    """Build the station from its settings. Raises StoreError, DeviceError or NotActivated.

    `commands` is a file whose lines move the simulated devices.
    """
    places = Places.of(settings)
    keys = unlocked.keyring
    if keys.platform is None:
        raise NotActivated("本机还没有激活，请先运行 station init。")
    clock = StationClock(this_boot())
    devices = _devices(settings, hands, places)
    runner = Runner(post)
    try:
        # The connection belongs to the thread that opened it.
        room = runner.ask(Lane.DATABASE, lambda: _open_room(settings, places, keys, clock))
    except (StoreError, OSError):
        runner.close()
        raise
    # In simulation the network's cable is a lever, too.
    simulated = settings.mode is Mode.SIMULATION
    session = LeveredSession(hands.network) if simulated else requests.Session()
    session.trust_env = False  # the platform is where the settings say, not where a proxy says
    saver = open_driver(
        "printer", "pdf_folder", {"folder": str(places.saved_forms)}, mode=settings.mode.value
    )
    services = _services(
        settings, keys, keys.platform, room, runner, devices, saver, session, clock, play
    )
    moved = _moved(devices)
    return Station(services, runner, room, session, moved, _followed(commands, moved))


def _open_room(settings: Settings, places: Places, keys: Keyring, clock: StationClock) -> StoreRoom:
    database = open_database(places.database, keys.database)
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
    )


def _moved(devices: Devices) -> Mapping[DriverKind, Moved]:
    """How to move the hands of the simulated devices; real ones are absent."""
    drivers = {
        DriverKind.FINGERPRINT_READER: devices.reader,
        DriverKind.CAMERA: devices.camera,
        DriverKind.DOCUMENT_READER: devices.card_reader,
        DriverKind.PRINTER: devices.printer,
    }
    movers = {kind: mover(driver) for kind, driver in drivers.items()}
    return {
        # One in a process of its own takes commands, and its hand is out of sight.
        kind: Moved(move, seen=not hasattr(drivers[kind], "command"))
        for kind, move in movers.items()
        if move is not None
    }


def _followed(path: Path | None, moved: Mapping[DriverKind, Moved]) -> CommandFile | None:
    """Follow a file of commands for the simulated devices; wrong lines are told on the terminal."""
    if path is None:
        return None

    def act(command: Command) -> None:
        if command.device not in moved:
            raise CommandInvalid("device: not simulated")
        moved[command.device].move(command)

    def refuse(line: int, why: str) -> None:
        print(f"命令文件第 {line} 行不能执行（{why}）", file=sys.stderr)

    followed = CommandFile(path, act, refuse)
    followed.start()
    return followed


def _services(
    settings: Settings,
    keys: Keyring,
    platform: Platform,
    room: StoreRoom,
    runner: Runner,
    devices: Devices,
    saver: Printer,
    session: requests.Session,
    clock: StationClock,
    play: Play,
) -> Services:
    def now() -> datetime:
        return datetime.fromtimestamp(clock.corrected_s(), UTC)

    identity = StationIdentity(keys.station, keys.signing, platform.verify_key)
    client = HubClient(
        settings.hub_url, identity, session, lambda: now().timestamp(), settings.hub_timeout_s
    )
    watched = DeviceService(devices, runner)
    sign_in = SignInService(room, runner)
    guard = Guard(sign_in, lambda action, who: trail.note(ActionRefused(action), who))
    synchronising = PlatformService(
        room, StationOutbox(room.database), runner, client, guard, clock, settings.hub_pause_s
    )
    trail = Trail(room, runner, synchronising.events_stored)
    recorder = Recorder(room, runner, guard, synchronising.events_stored)
    extractor = Extractor(asset("models/leader_minutiae.onnx"))
    matching = Matching(extractor, settings.visit_far)
    layout = load_review_form_layout(asset("forms/review_form.toml"))
    forms = FormDesk(room, runner, watched, settings, layout, saver, guard, trail)
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
        trail=trail,
        watch=TrailWatch(trail, runner, settings),
        overview=OverviewService(StationFacts.of(settings, keys), runner),
        clock=now,
    )


def _show(
    application: QApplication,
    arguments: argparse.Namespace,
    settings: Settings,
    station: Station,
    hands: Hands,
) -> int:
    services = station.services
    language = Language(arguments.language) if arguments.language else settings.language
    width, height = arguments.size
    theme = Theme.for_screen(width, height) if arguments.window else None
    window = MainWindow(services, settings, language, theme)
    panel = _developer_panel(hands, station.moved) if arguments.panel else None
    if arguments.window:
        window.resize(width, height)
        window.show()
    else:
        window.showFullScreen()
    if panel is not None:
        panel.show()
        panel.move(_beside(window, panel))
    timers = (
        _every(DEVICE_TICK_MS, services.devices.tick),
        _every(PLATFORM_TICK_MS, services.platform.tick),
        _every(WATCH_TICK_MS, services.watch.tick),
    )
    Lock(services.sign_in, services.devices, services.desk, services.gate, services.review)
    services.sign_in.load()
    services.board.refresh()
    services.platform.on_applicants(services.board.refresh)
    try:
        if arguments.story:
            return _play_story(arguments, window, hands)
        return application.exec()
    finally:
        for timer in timers:
            timer.stop()
        if panel is not None:
            panel.close()
        window.close()


def _beside(window: QWidget, panel: QWidget) -> QPoint:
    """Right of the window, or at the right edge of a screen too narrow for both."""
    free = window.screen().availableGeometry()
    left = min(window.frameGeometry().right() + PANEL_GAP_PX, free.right() - panel.width())
    return QPoint(left, window.frameGeometry().top())


def _developer_panel(hands: Hands, moved: Mapping[DriverKind, Moved]) -> QWidget:
    # Imported here: a live station never loads it.
    from station.ui.devpanel.panel import DeveloperPanel

    return DeveloperPanel(hands, moved)


def _play_story(arguments: argparse.Namespace, window: MainWindow, hands: Hands) -> int:
    try:
        STORIES[arguments.story](window, hands, arguments.story_output)
    except StoryStuck as stuck:
        print(stuck, file=sys.stderr)
        return EXIT_STUCK
    return 0


def _every(interval_ms: int, action: Callable[[], None]) -> QTimer:
    timer = QTimer()
    timer.timeout.connect(action)
    timer.start(interval_ms)
    return timer


def _beep(sound: Sound) -> None:
    """A beep for what needs attention; what went well is heard by going on."""
    if sound in (Sound.AGAIN, Sound.STOP):
        QApplication.beep()


def _refuse(sentence: str) -> int:
    """Say why the station does not start: on the terminal, and in a box where there is a screen."""
    print(sentence, file=sys.stderr)
    if QApplication.platformName() != "offscreen":
        QMessageBox.critical(None, "现场确认与入场工作站", sentence)
    return EXIT_REFUSED


def _end_on_bug(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """End the program at once, saying where and what kind, never with values: they may be people's.

    Everything acknowledged is on disk; the next start resumes.
    """
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"  {code.co_filename}:{trace.tb_lineno} {code.co_qualname}")
        trace = trace.tb_next
    print("程序内部错误，已保存的数据没有丢失，请重新启动。", file=sys.stderr)
    print(kind.__name__, *places, sep="\n", file=sys.stderr, flush=True)
    os._exit(EXIT_BUG)
