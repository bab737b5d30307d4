"""`station devices`: open what the settings name, once, and say in plain words how each one is.

It prints for the person who sets a desk up, in Chinese like every message of the command line. The
smart-card readers are listed because cards need one; they are no setting, so they decide nothing.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drivers.api import DeviceFacts, DeviceState, DeviceStatus, DriverKind, PresenceKind
from drivers.errors import (
    DeviceError,
    DeviceFault,
    DeviceNotFound,
    DeviceUnplugged,
    DriverMissing,
)
from drivers.registry import Registry, installed_entry_points, open_driver
from drivers.smartcard.pcsc import PcscReaders, load_pyscard
from station.services.device_trouble import trouble_of_detail, trouble_of_error
from station.services.device_words import TROUBLES
from station.services.places import Places
from station.settings import DeviceChoice, Settings, SettingsError, load_settings

EXIT_READY, EXIT_NOT_READY, EXIT_REFUSED = 0, 1, 2

KINDS: Mapping[DriverKind, str] = {
    DriverKind.FINGERPRINT_READER: "指纹采集仪",
    DriverKind.CAMERA: "摄像头",
    DriverKind.DOCUMENT_READER: "身份证阅读器",
    DriverKind.PRINTER: "打印机",
    DriverKind.SMART_CARD: "智能卡读卡器",
}
STATES: Mapping[DeviceState, str] = {
    DeviceState.READY: "就绪",
    DeviceState.BUSY: "正在使用",
    DeviceState.UNPLUGGED: "没有接上，请检查连线",
    DeviceState.FAULT: "故障，请关掉再打开一次",
}
LYING: Mapping[PresenceKind, str] = {
    PresenceKind.EMPTY: "没有卡",
    PresenceKind.CHIP: "有卡",
    PresenceKind.CONTACTLESS_B: "有感应卡；如果是身份证，这种读卡器只知道有卡，读不出内容",
    PresenceKind.PRESENCE_ONLY: "有感应卡，只知道有卡，读不出内容，不能用来登录",
    PresenceKind.SILENT: "有卡但没有应答，请看看是不是插反了",
}


@dataclass(frozen=True)
class Report:
    """What is said of one device."""

    kind: DriverKind
    driver: str
    facts: DeviceFacts | None
    simulated: bool
    ready: bool
    state: str

    def line(self) -> str:
        """One plain line."""
        named = f"{KINDS[self.kind]}（{self._identity()}）：{self.state}"
        return named + ("【模拟设备】" if self.simulated else "")

    def _identity(self) -> str:
        if self.facts is None:
            return f"驱动 {self.driver}"
        words = [f"{self.facts.make} {self.facts.model}".strip() or f"驱动 {self.driver}"]
        if self.facts.serial:
            words.append(f"序列号 {self.facts.serial}")
        return "，".join(words)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `station devices`."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--config", type=Path, help="settings file (TOML)")
    what.add_argument("--drivers", action="store_true", help="list the drivers that can be chosen")


def run(arguments: argparse.Namespace) -> int:
    """0 when every device of the settings is ready, 1 when one is not, 2 for wrong settings."""
    if arguments.drivers:
        for line in driver_lines(Registry(installed_entry_points())):
            print(line)
        return EXIT_READY
    try:
        drivers = list(_drivers(load_settings(arguments.config)))
    except SettingsError as error:
        return _refuse(str(error))
    except DeviceError as error:
        return _refuse(f"设备驱动不能用（{error}）。请检查设置文件里的 devices 一节。")
    reports = [look_at(kind, name, driver) for kind, name, driver in drivers]
    for report in reports:
        print(report.line())
    for line in smart_card_lines():
        print(line)
    return EXIT_READY if all(report.ready for report in reports) else EXIT_NOT_READY


def driver_lines(registry: Registry) -> Iterator[str]:
    """Every driver that the settings can name, by kind, and where it runs."""
    for kind, words in KINDS.items():
        for name in registry.names(kind):
            isolated = registry.registration(kind, name).isolated
            yield f"{words}：{kind}:{name}" + ("（在自己的进程里运行）" if isolated else "")


def _drivers(settings: Settings) -> Iterator[tuple[DriverKind, str, Any]]:
    """Kind, name and driver, not yet open. Raises DeviceError."""
    choices: Mapping[DriverKind, DeviceChoice] = {
        DriverKind.FINGERPRINT_READER: settings.fingerprint_reader,
        DriverKind.CAMERA: settings.camera,
        DriverKind.DOCUMENT_READER: settings.document_reader,
        DriverKind.PRINTER: Places.of(settings).printer_choice(settings.printer),
    }
    for kind, choice in choices.items():
        mode, isolated = settings.mode.value, choice.isolated
        driver = open_driver(kind, choice.driver, choice.options, mode=mode, isolated=isolated)
        yield kind, choice.driver, driver


def look_at(kind: DriverKind, name: str, driver: Any) -> Report:
    """Open one device, ask how it is, give it back."""

    def report(state: str, ready: bool = False, facts: DeviceFacts | None = None) -> Report:
        return Report(kind, name, facts, driver.simulated, ready, state)

    if kind is DriverKind.PRINTER:  # a queue is asked, not held
        return report(*told(driver.status()))
    try:
        opened = driver.open()
        state, ready = told(driver.status())
    except DeviceError as error:
        return report(refused_words(error))
    finally:
        driver.close()  # also one that did not open may have a process
    facts = opened if isinstance(opened, DeviceFacts) else opened.device
    return report(state, ready, facts)


def told(status: DeviceStatus) -> tuple[str, bool]:
    """How a device is, and whether that is ready."""
    trouble = trouble_of_detail(status.detail)
    words = TROUBLES[trouble].line if trouble else STATES[status.state]
    return words, status.state is DeviceState.READY


def refused_words(error: DeviceError) -> str:
    """Why a device does not open, and what to do."""
    trouble = trouble_of_error(error)
    if trouble:
        return TROUBLES[trouble].line
    unplugged = isinstance(error, DeviceUnplugged)
    return STATES[DeviceState.UNPLUGGED if unplugged else DeviceState.FAULT]


def smart_card_lines() -> Iterator[str]:
    """The PC/SC readers of this machine and whether a card lies in each."""
    try:
        readers = PcscReaders(load_pyscard()).presence()
    except DriverMissing:
        yield "智能卡读卡器：本机没有 PC/SC 程序库，读不了智能卡；不用智能卡时不必理会"
    except DeviceNotFound:
        yield "智能卡读卡器：智能卡服务（pcscd）没有运行；要用智能卡时请先启动它"
    except DeviceFault as error:
        yield f"智能卡读卡器：智能卡服务出错（{error.detail}），请重新启动它"
    else:
        if not readers:
            yield "智能卡读卡器：没有接读卡器"
        for reader in readers:
            yield f"智能卡读卡器（{reader.reader}）：{LYING[reader.kind]}"


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return EXIT_REFUSED
