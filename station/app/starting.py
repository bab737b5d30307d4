"""`station run`: the windows, from a locked disk to the last window closed."""

import argparse
import sys
import time
from functools import partial

from PySide6.QtWidgets import QApplication

from drivers.errors import DeviceError
from matcher import Extractor
from station.app.composing import Station, compose
from station.app.equipment import Equipment, equip
from station.app.opening import open_room
from station.assets import AssetMissing, asset
from station.forms.errors import LayoutError, TypefaceError
from station.services.machine_key import machine_for
from station.services.places import Places
from station.services.runner import Lane, Runner
from station.services.store_room import StoreRoom
from station.services.technical_log import LogCode, TechnicalLog
from station.services.unlock_card import UnlockCard
from station.services.unlocking import Found, Opening, Unlocking
from station.settings import (
    Language,
    Settings,
    SettingsError,
    load_settings,
)
from station.store.clock import StationClock, this_boot
from station.store.keyring import (
    KeyringFile,
    Unlocked,
)
from station.ui.bridge import Bridge
from station.ui.devpanel.hands import Hands
from station.ui.ending import end_on_bug, refuse, tell_of_trouble
from station.ui.fonts import load_fonts
from station.ui.kiosk import Kiosk, Showing
from station.ui.qt_messages import tell_on_terminal
from station.ui.story import STORIES
from station.ui.story.actor import StoryStuck
from station.ui.translations import CatalogueError
from station.workflow.effects import Sound

EXIT_STUCK = 3


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
    technical_log.note(LogCode.STARTED)
    try:
        kiosk.open()
        return _play_story(arguments, hands) if arguments.story else application.exec()
    finally:
        kiosk.close()
        runner.close()
        # A start without it was ended by a bug, a kill or the power.
        technical_log.note(LogCode.STOPPED)


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
