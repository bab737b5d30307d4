"""Signing in, and what the shell shows to whom."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from tests.support.ui_fakes import CLERK, NOBODY, OPERATORS, PASSPHRASE, REVIEWER, make_applicant
from tests.support.ui_window import ENTER, Desk, open_desk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def _choose(desk: Desk, operator_id: str) -> None:
    names = desk.widget("sign_in.operator")
    assert isinstance(names, QComboBox)
    names.setCurrentIndex(names.findData(operator_id))


def test_a_name_and_the_right_passphrase_open_the_desk(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, operator=None)
    assert not desk.widget("bottom.primary").isEnabled()
    _choose(desk, CLERK.operator_id)
    desk.type(PASSPHRASE)
    desk.press(ENTER)
    assert desk.shows("desk.find.field")
    assert not desk.shows("sign_in.passphrase")


def test_a_wrong_passphrase_is_said_and_leaves_the_field(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, operator=None)
    desk.type("wrong")
    desk.press(ENTER)
    assert "口令不对" in desk.words()
    assert desk.field("sign_in.passphrase").text() == ""
    assert desk.field("sign_in.passphrase").hasFocus()


def test_everybody_who_may_sign_in_is_listed(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, operator=None)
    names = desk.widget("sign_in.operator")
    assert isinstance(names, QComboBox)
    listed = [names.itemData(place) for place in range(names.count())]
    assert listed == [operator.operator_id for operator in OPERATORS]


def test_a_review_officer_comes_to_the_review_and_sees_no_switch(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, operator=REVIEWER)
    assert desk.shows("review.list.cases")
    assert not desk.shows("shell.mode.desk")


def test_somebody_without_a_post_here_is_told_and_can_change(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, operator=NOBODY)
    assert "没有岗位" in desk.words()
    _choose(desk, CLERK.operator_id)
    desk.type(PASSPHRASE)
    desk.press(ENTER)
    assert desk.shows("desk.find.field")


def test_locking_keeps_the_work(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    desk.desk.open(make_applicant())
    desk.press(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert desk.shows("sign_in.passphrase")
    assert "欧阳䶮" not in desk.words()
    _choose(desk, CLERK.operator_id)
    desk.type(PASSPHRASE)
    desk.press(ENTER)
    assert "欧阳䶮" in desk.words()
    assert desk.caption("bottom.primary") == "申请人同意"


def test_an_account_that_is_closed_elsewhere_is_noticed_within_half_a_minute(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk(qtbot)
    asked: list[bool] = []
    monkeypatch.setattr(desk.services.sign_in, "load", lambda: asked.append(True))
    for _ in range(30):  # once a second
        desk.window.lock_when_idle(0.0)
    assert asked == [True]
