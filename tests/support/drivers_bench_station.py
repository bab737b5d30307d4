"""A whole station in its window, signed in and left alone: what it takes of a core at rest."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer

from station import app
from station.services.places import Places
from station.services.status import ChipState
from station.settings import DeviceChoice, Language, Settings
from station.ui.bridge import Bridge
from station.ui.devpanel.hands import Hands
from station.ui.kiosk import DEVICE_TICK_MS, PLATFORM_TICK_MS
from station.ui.main_window import MainWindow
from station.ui.theme import Theme
from tests.support.drivers_bench_screen import SIZE, application, run_for
from tests.support.station_rig import CLERK, PASSPHRASE, fresh_rig
from tests.support.store_keys import unlocked_keyring

READY_TIMEOUT_S = 60.0


def provisioned(folder: Path) -> Settings:
    """A station that was set up, as the demo does it, with simulated devices."""
    rig = fresh_rig(folder)
    rig.close()
    return rig.settings


def with_processes(settings: Settings) -> Settings:
    """The same with its reader, card reader and camera in processes of their own."""
    apart = DeviceChoice("simulated", isolated=True)
    return replace(settings, fingerprint_reader=apart, camera=apart, document_reader=apart)


@contextmanager
def at_rest(settings: Settings) -> Iterator[tuple[app.Station, Hands]]:
    """The station as `station run` puts it together, with the clerk signed in at an empty desk."""
    application()
    bridge, hands = Bridge(), Hands.fresh()
    file, unlocked = unlocked_keyring(Places.of(settings).keyring)
    station = app.open_station(settings, file, unlocked, bridge.post, hands, lambda _sound: None)
    services = station.services
    window = MainWindow(services, settings, Language.ZH_CN, Theme.for_screen(*SIZE))
    window.resize(*SIZE)
    window.show()
    timers = [
        _every(DEVICE_TICK_MS, services.devices.tick),
        _every(PLATFORM_TICK_MS, services.platform.tick),
    ]
    services.sign_in.load()
    services.board.refresh()
    try:
        _until(lambda: bool(services.sign_in.operators()))
        services.sign_in.sign_in(CLERK.operator_id, PASSPHRASE)
        _until(lambda: services.sign_in.state.operator is not None)
        _until(lambda: all(one.state is ChipState.READY for one in services.devices.chips))
        yield station, hands
    finally:
        for timer in timers:
            timer.stop()
        window.close()
        station.close()
        window.deleteLater()


def cpu_share(time_s: float, others: tuple[int, ...] = ()) -> float:
    """The part of one core that this process and `others` take while Qt's event loop runs."""
    application()  # without one the loop never ends
    before_s, started_s = _cpu_s(others), time.monotonic()
    loop = QEventLoop()
    QTimer.singleShot(round(time_s * 1000), loop.quit)
    loop.exec()
    return (_cpu_s(others) - before_s) / (time.monotonic() - started_s)


def child_processes() -> tuple[int, ...]:
    """The processes that this one has started and that run: drivers."""
    numbers = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    return tuple(one for one in numbers if (told := _stat(one)) and int(told[1]) == os.getpid())


def _cpu_s(others: tuple[int, ...]) -> float:
    ticks_per_s = os.sysconf("SC_CLK_TCK")
    theirs = [_stat(one) for one in others]
    # In its own code, and in the system for it.
    ticks = sum(int(told[11]) + int(told[12]) for told in theirs if told)
    return time.process_time() + ticks / ticks_per_s


def _stat(process_id: int) -> list[str]:
    """What the system tells of a process behind its name; empty when it has ended."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(") ")[2].split()
    except FileNotFoundError:
        return []


def _every(interval_ms: int, action: Callable[[], None]) -> QTimer:
    timer = QTimer()
    timer.timeout.connect(action)
    timer.start(interval_ms)
    return timer


def _until(condition: Callable[[], bool]) -> None:
    end_s = time.monotonic() + READY_TIMEOUT_S
    while not condition():
        if time.monotonic() > end_s:
            raise TimeoutError("the station did not become ready")
        run_for(0.02)
