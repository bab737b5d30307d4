"""The card against the application."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from drivers.api import Photo
from station.domain.facts import IdentityCompared, IdentityResult
from station.domain.identity_document import CardShown, ComparedField, HolderData
from station.services.pictures import jpeg_of
from station.ui.widgets.field_table import FieldTable
from station.ui.widgets.fit_label import FitLabel
from station.workflow import inputs
from station.workflow.inputs import DeviceKind
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep
from tests.support.ui_fakes import LONG_NAMED
from tests.support.ui_window import ENTER, Desk, open_desk
from tests.support.widgets_theme import CANVAS, LARGE

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


ANOTHERS = HolderData("吐尔逊·阿不都热依木·买买提", "001234199001010016", "男", "19900101")


@pytest.mark.parametrize("size", [CANVAS, LARGE])
def test_both_texts_stand_side_by_side_whole(qtbot: QtBot, size: tuple[int, int]) -> None:
    desk = open_desk(qtbot, size=size)
    desk.desk.open_at(DeskStep.IDENTITY, LONG_NAMED)
    desk.press(ENTER)
    desk.desk.send(inputs.CardCompared((ComparedField.NAME,), CardShown(ANOTHERS, photo())))
    QApplication.processEvents()
    for words in (ANOTHERS.name, LONG_NAMED.name):
        table = desk.window.findChild(FieldTable)
        assert table is not None
        labels = [one for one in table.findChildren(FitLabel) if one.isVisible()]
        (shown,) = [one for one in labels if one.text() == words]
        assert shown.height() >= shown.heightForWidth(shown.width()), "cut off"


def photo() -> bytes:
    return jpeg_of(Photo(np.zeros((126, 102, 3), np.uint8)))


def test_a_day_of_birth_can_be_read_beside_the_card(desk: Desk) -> None:
    assert "1990-01-01" in desk.words()


def test_a_cards_photo_is_shown_beside_its_text(desk: Desk) -> None:
    desk.press(ENTER)
    desk.desk.send(inputs.CardCompared((ComparedField.SEX,), CardShown(ANOTHERS, photo())))
    assert "证件里的照片" in desk.words()
    assert "没有照片" not in desk.words()


def test_a_reader_that_gives_text_only_is_said_to(desk: Desk) -> None:
    desk.press(ENTER)
    desk.desk.send(inputs.CardCompared((ComparedField.SEX,), CardShown(ANOTHERS)))
    assert "阅读器只读出文字，没有照片" in desk.words()
    assert "证件里的照片" not in desk.words()


def test_the_card_leaves_the_screen_once_it_is_explained(desk: Desk) -> None:
    desk.press(ENTER)
    desk.desk.send(inputs.CardCompared((ComparedField.SEX,), CardShown(ANOTHERS, photo())))
    desk.desk.send(inputs.ExplainIdentity("登记时性别填错"))
    assert desk.desk.state.card is not None
    desk.desk.store()
    assert desk.desk.state.card is None


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
