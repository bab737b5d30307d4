"""Six fingers, four presses each."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from drivers.api import Frame
from station.domain.facts import FingerExcepted, FingerException, FingerRestarted
from station.domain.fingers import FingerPosition
from station.settings import Language
from station.ui.widgets.fit_label import FitLabel
from station.ui.widgets.live_picture import LivePicture
from station.ui.widgets.press_dots import PressDots
from station.workflow import inputs
from station.workflow.inputs import DeviceKind
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep
from tests.support.ui_fakes import CLERK, PASSPHRASE, SECOND
from tests.support.ui_window import ENTER, Desk, open_desk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    opened = open_desk(qtbot)
    opened.desk.open_at(DeskStep.FINGERS)
    return opened


def _instruction(desk: Desk) -> str:
    shown = desk.widget("desk.fingers.instruction")
    assert isinstance(shown, FitLabel)
    return shown.text()


def _keep(desk: Desk, presses: int) -> None:
    for _ in range(presses):
        desk.desk.press()
        desk.desk.store()
        desk.desk.lift()


def test_one_instruction_follows_the_press(desk: Desk) -> None:
    assert _instruction(desk) == "请把左手拇指放到采集仪上"
    desk.desk.send(inputs.FingerSensed(desk.desk.state.reader.attempt))
    assert _instruction(desk) == "请按住不动"
    desk.desk.press()
    assert "保存" in _instruction(desk)
    desk.desk.store()
    assert _instruction(desk) == "请抬起手指"
    desk.desk.lift()
    assert "第 2 次" in desk.words()


def test_the_dots_and_the_rail_count_the_presses(desk: Desk) -> None:
    _keep(desk, 5)
    dots = desk.window.findChild(PressDots)
    assert dots is not None
    assert dots.counts() == (5, 24)
    assert _instruction(desk) == "请把右手拇指放到采集仪上"


def test_what_was_wrong_with_a_press_is_said(desk: Desk) -> None:
    desk.desk.press(quality=20)
    assert "手指太干" in desk.message()
    assert _instruction(desk) == "请抬起手指"


def test_a_finger_used_before_is_named_as_such(desk: Desk) -> None:
    _keep(desk, 4)
    desk.desk.press(other_finger=FingerPosition.LEFT_THUMB)
    assert "已经采集过" in desk.message()


def test_a_pulled_cable_loses_nothing_and_work_goes_on(desk: Desk) -> None:
    _keep(desk, 3)
    desk.desk.send(inputs.DeviceLost(DeviceKind.READER))
    assert "采集仪已断开" in desk.message()
    assert "都已保存" in desk.message()
    assert desk.has_way_forward()
    desk.desk.send(inputs.DeviceBack(DeviceKind.READER))
    assert desk.message() == ""
    assert "第 4 次" in desk.words()


def test_f4_starts_the_finger_again(desk: Desk) -> None:
    assert not desk.widget("bottom.restart").isEnabled()
    _keep(desk, 2)
    desk.press(Qt.Key.Key_F4)
    assert isinstance(desk.desk.state.unsaved[0], FingerRestarted)
    desk.desk.store()
    assert "第 1 次" in desk.words()


def test_after_three_weak_presses_the_best_may_be_kept(desk: Desk) -> None:
    for quality in (20, 30, 25):
        assert not desk.shows("bottom.primary")
        desk.desk.press(quality=quality)
        desk.desk.lift()
    assert desk.caption("bottom.primary") == "保留最好的一次"
    desk.press(ENTER)
    desk.desk.store()
    assert desk.desk.state.progress.qualities[FingerPosition.LEFT_THUMB] == (30,)


def test_a_full_disk_keeps_the_press_and_offers_to_save_again(desk: Desk) -> None:
    desk.desk.press()
    desk.desk.send(inputs.RecordFailed(Notice.DISK_FULL))
    assert "磁盘已满" in desk.message()
    assert "内存" in desk.words()
    assert not desk.shows("bottom.pause")
    assert desk.caption("bottom.primary") == "再存一次"
    desk.press(ENTER)
    desk.desk.store()
    assert desk.desk.state.progress.presses == 1
    assert _instruction(desk) == "请抬起手指"


def test_the_readers_picture_runs_and_leaves_with_the_cable(desk: Desk, qtbot: QtBot) -> None:
    desk.services.devices.reader_picture = Frame(np.full((40, 30), 200, np.uint8), 1, True)
    shown = desk.widget("desk.fingers.picture")
    assert isinstance(shown, LivePicture)
    qtbot.waitUntil(shown.has_picture)
    desk.desk.send(inputs.DeviceLost(DeviceKind.READER))
    qtbot.waitUntil(lambda: not shown.has_picture())
    assert shown.placeholder() == "采集仪已断开"


def test_an_exception_needs_a_reason_and_a_second_person(desk: Desk) -> None:
    desk.press(Qt.Key.Key_F8)
    assert not desk.widget("exception.primary").isEnabled()
    names = desk.widget("exception.operator")
    assert isinstance(names, QComboBox)
    assert names.findData(CLERK.operator_id) == -1
    names.setCurrentIndex(names.findData(SECOND.operator_id))
    desk.click("exception.injured")
    desk.widget("exception.passphrase").setFocus()
    desk.type("wrong")
    desk.click("exception.primary")
    assert "口令不对" in desk.words()
    desk.type(PASSPHRASE)
    desk.press(ENTER)
    assert desk.desk.state.unsaved == (
        FingerExcepted(FingerPosition.LEFT_THUMB, FingerException.INJURED, SECOND.operator_id),
    )
    desk.desk.store()
    assert "右手拇指" in _instruction(desk)
    assert not desk.shows("exception.passphrase")


def test_a_press_that_ends_the_finger_takes_the_question_about_it_away(desk: Desk) -> None:
    _keep(desk, 3)
    desk.press(Qt.Key.Key_F8)
    desk.click("exception.injured")
    assert desk.shows("exception.passphrase")
    _keep(desk, 1)
    assert not desk.shows("exception.passphrase")
    assert not desk.desk.state.progress.excepted
    assert "右手拇指" in _instruction(desk)


def test_escape_leaves_the_exception_dialog(desk: Desk) -> None:
    desk.press(Qt.Key.Key_F8)
    desk.press(Qt.Key.Key_Escape)
    assert not desk.shows("exception.passphrase")
    assert not desk.desk.state.unsaved


def test_thirteen_presses_are_there_after_a_pause(desk: Desk) -> None:
    _keep(desk, 13)
    desk.press(Qt.Key.Key_F10)
    assert desk.shows("desk.find.field")
    assert desk.message() == ""


def test_the_instruction_is_english_when_asked(qtbot: QtBot) -> None:
    opened = open_desk(qtbot, language=Language.EN)
    opened.desk.open_at(DeskStep.FINGERS)
    assert _instruction(opened) == "Place your left thumb on the reader"
