"""The list of devices: whole sentences behind the chips, as they stand now."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from station.services.status import ChipState
from station.ui.screens.devices_dialog import DevicesDialog
from station.ui.widgets.status_bar import ChipView
from station.workflow.inputs import DeviceKind
from tests.support.ui_window import ENTER, Desk, open_desk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return open_desk(qtbot)


def open_dialogs(desk: Desk) -> list[DevicesDialog]:
    QApplication.processEvents()
    return [one for one in desk.window.findChildren(DevicesDialog) if one.isVisible()]


def sentences(desk: Desk) -> str:
    (dialog,) = open_dialogs(desk)
    return "\n".join(one.text() for one in dialog.findChildren(QLabel) if one.isVisible())


def test_a_key_opens_it_and_enter_closes_it(desk: Desk) -> None:
    desk.services.devices.show(DeviceKind.PRINTER, ChipState.LOST)
    desk.press(Qt.Key.Key_F12)
    assert "打印机" in sentences(desk)
    assert "已断开 · 请检查连线和电源" in sentences(desk)
    desk.press(ENTER)
    assert open_dialogs(desk) == []


def test_touching_a_chip_opens_it(desk: Desk) -> None:
    chip = desk.window.findChildren(ChipView)[0]
    assert chip.height() >= 48
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert "指纹采集仪" in sentences(desk)


def test_it_follows_the_devices_while_it_is_open(desk: Desk) -> None:
    desk.press(Qt.Key.Key_F12)
    assert "已断开" not in sentences(desk)
    desk.services.devices.show(DeviceKind.CAMERA, ChipState.LOST)
    assert "已断开" in sentences(desk)
    desk.services.devices.show(DeviceKind.CAMERA, ChipState.READY)
    assert "已断开" not in sentences(desk)
