"""`station devices` for each state of the desk's devices: its lines and its exit status."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.api import DeviceFacts, DeviceState, DeviceStatus, DriverKind
from drivers.errors import (
    DeviceBusy,
    DeviceError,
    DeviceFault,
    DeviceNotFound,
    DeviceUnplugged,
    DriverMissing,
)
from drivers.registry import BUILT_IN, BUILT_IN_ISOLATED
from drivers.simulated.camera import CameraHand, SimulatedCamera
from drivers.simulated.printer import PrinterHand, SimulatedPrinter
from station.__main__ import main
from station.cli.devices import STATES, look_at
from station.services.places import Places
from station.settings import load_settings


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "station.toml"
    folders = f'data_directory = "{tmp_path}/data"\nkey_directory = "{tmp_path}/keys"\n'
    path.write_text(folders, encoding="utf-8")
    return path


def devices(settings: Path) -> int:
    return main(["devices", "--config", str(settings)])


def test_a_station_that_was_set_up_is_ready(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Places.of(load_settings(settings)).prepare()
    assert devices(settings) == 0
    assert capsys.readouterr().out.splitlines()[:4] == [
        "指纹采集仪（Simulated Synthetic fingers，序列号 SIM-FP-1）：就绪【模拟设备】",
        "摄像头（Simulated Drawn faces，序列号 SIM-CAM-1）：就绪【模拟设备】",
        "身份证阅读器（Simulated Fictional cards，序列号 SIM-ID-1）：就绪【模拟设备】",
        "打印机（驱动 pdf_folder）：就绪",
    ]


def test_one_device_that_is_not_ready_is_named_and_the_others_are_still_listed(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert devices(settings) == 1  # nobody made the folder for the forms
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("：就绪【模拟设备】")
    assert lines[3] == "打印机（驱动 pdf_folder）：文件夹不存在，请管理员建好文件夹或改设置"


@pytest.mark.parametrize(
    "wrong",
    [
        "no_such_key = 1\n",
        '[devices]\ncamera = { driver = "nobodys" }\n',
        '[devices]\nprinter = { driver = "cups" }\n',
        'mode = "live"\nhub.url = "https://example.invalid"\n',
    ],
    ids=["key", "driver", "option", "simulated in live mode"],
)
def test_wrong_settings_are_refused_in_one_sentence(
    tmp_path: Path, wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "station.toml"
    path.write_text(wrong, encoding="utf-8")
    assert devices(path) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "设置" in said.err


def test_a_pulled_cable() -> None:
    hand = CameraHand(clock=lambda: 5.0)
    hand.unplug()
    report = look_at(DriverKind.CAMERA, "simulated", SimulatedCamera(hand))
    assert report.line() == "摄像头（驱动 simulated）：没有接上，请检查连线【模拟设备】"
    assert not report.ready


def test_a_printer_without_paper() -> None:
    hand = PrinterHand()
    hand.take_paper_out()
    report = look_at(DriverKind.PRINTER, "simulated", SimulatedPrinter(hand))
    assert (
        report.line()
        == "打印机（驱动 simulated）：缺纸，请加 A4 纸，加好后自动接着打印【模拟设备】"
    )
    assert not report.ready


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (DeviceNotFound, "没有找到"),
        (DeviceUnplugged, "没有接上"),
        (DeviceBusy, "另一个程序"),
        (DeviceFault, "故障"),
        (DriverMissing, "缺少驱动"),
    ],
)
def test_whatever_keeps_a_device_from_opening_is_said(error: type[DeviceError], words: str) -> None:
    class Refusing(SimulatedCamera):
        def open(self) -> DeviceFacts:
            raise error("camera", "machine words")

    report = look_at(DriverKind.CAMERA, "refusing", Refusing(CameraHand()))
    assert words in report.state
    assert "machine words" not in report.line()
    assert not report.ready


def test_a_device_is_given_back_even_when_it_is_faulty() -> None:
    class Faulty(SimulatedCamera):
        closed = False

        def status(self) -> DeviceStatus:
            return DeviceStatus(DeviceState.FAULT, "some detail")

        def close(self) -> None:
            self.closed = True

    camera = Faulty(CameraHand())
    report = look_at(DriverKind.CAMERA, "faulty", camera)
    assert report.state == STATES[DeviceState.FAULT]
    assert camera.closed


def test_every_state_has_words() -> None:
    assert set(STATES) == set(DeviceState)


def test_the_drivers_that_can_be_chosen_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["devices", "--drivers"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "指纹采集仪：fingerprint_reader:libfprint（在自己的进程里运行）" in lines
    assert "打印机：printer:cups" in lines
    assert {*BUILT_IN, *BUILT_IN_ISOLATED} <= {
        line.split("：")[1].removesuffix("（在自己的进程里运行）") for line in lines
    }
