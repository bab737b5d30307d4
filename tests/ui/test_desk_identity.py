"""The card against the application."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from station.domain.facts import IdentityCompared, IdentityResult
from station.domain.identity_document import ComparedField
from station.ui.widgets.field_table import FieldTable
from station.workflow import inputs
from station.workflow.inputs import DeviceKind
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep
from tests.support.ui_window import ENTER, Desk, open_desk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    opened = open_desk(qtbot)
    opened.desk.open_at(DeskStep.IDENTITY)
    return opened


def _compared(desk: Desk) -> IdentityCompared:
    (fact,) = desk.desk.state.unsaved
    assert isinstance(fact, IdentityCompared)
    return fact


def test_an_equal_card_goes_on_by_itself(desk: Desk) -> None:
    desk.press(ENTER)
    assert "正在读身份证" in desk.words()
    desk.desk.send(inputs.CardCompared(()))
    assert _compared(desk).result is IdentityResult.SAME


def test_a_difference_is_marked_and_needs_a_reason(desk: Desk) -> None:
    desk.press(ENTER)
    desk.desk.send(inputs.CardCompared((ComparedField.NAME,)))
    assert "不一致" in desk.message()
    table = desk.window.findChild(FieldTable)
    assert table is not None
    assert table.differing() == ("姓名",)
    desk.press(Qt.Key.Key_F6)
    desk.press(ENTER)
    assert "还没有写明原因" in desk.message()
    desk.write("desk.identity.reason", "更名，有户口本")
    desk.press(ENTER)
    assert _compared(desk).result is IdentityResult.DIFFERENCE_EXPLAINED


def test_another_persons_card_is_called_that(desk: Desk) -> None:
    desk.press(ENTER)
    desk.desk.send(inputs.CardCompared((ComparedField.NAME, ComparedField.NUMBER)))
    assert "另一个人的身份证" in desk.message()
    assert desk.caption("bottom.primary") == "再读一次身份证"


def test_a_card_nobody_can_read_is_checked_by_hand(desk: Desk) -> None:
    desk.press(ENTER)
    desk.desk.send(inputs.Failed(Notice.CARD_UNREADABLE))
    assert "读不出来" in desk.message()
    desk.press(Qt.Key.Key_F6)
    desk.write("desk.identity.reason", "芯片损坏，核对证面")
    desk.press(ENTER)
    assert _compared(desk).result is IdentityResult.CHECKED_BY_HAND


def test_a_lost_card_reader_leaves_the_way_by_hand(desk: Desk) -> None:
    desk.press(ENTER)
    desk.desk.send(inputs.DeviceLost(DeviceKind.CARD_READER))
    assert "阅读器已断开" in desk.message()
    assert desk.widget("bottom.by_hand").isEnabled()


def test_escape_goes_back_to_the_card(desk: Desk) -> None:
    desk.press(Qt.Key.Key_F6)
    desk.press(Qt.Key.Key_Escape)
    assert desk.caption("bottom.primary") == "读身份证"
    assert not desk.shows("desk.identity.reason")
