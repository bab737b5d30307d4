"""Signing in to the end: waits, cards, a passphrase of one's own, and a second person's word."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from station.domain.audit import SignOutReason
from station.domain.rights import Action, may
from station.services.status import SignInFailure, SignInRefusal, SignInState
from station.settings import Language, Settings
from station.ui.words import WORDS
from station.workflow import inputs
from station.workflow.effects import SearchApplicants
from station.workflow.progress import DeskStep
from tests.support.ui_fakes import (
    CLERK,
    LONG_NAMED,
    OPERATORS,
    PASSPHRASE,
    REVIEWER,
    SECOND,
    make_applicant,
)
from tests.support.ui_looks import cut_off
from tests.support.ui_window import ENTER, Desk, open_desk
from tests.support.widgets_theme import CANVAS, LARGE

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
LOCK = (Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
NEW = "鹤鸣于九皋 2026"
TOUCH_PX = 48


def _choose(desk: Desk, name: str, operator_id: str) -> None:
    names = desk.widget(name)
    assert isinstance(names, QComboBox)
    names.setCurrentIndex(names.findData(operator_id))


def _put(desk: Desk, name: str, text: str) -> None:
    desk.field(name).setText(text)
    QApplication.processEvents()


# Signing in --------------------------------------------------------------------------------------


def test_a_wait_counts_down_for_that_person_alone(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, operator=None)
    _choose(desk, "sign_in.operator", CLERK.operator_id)
    desk.services.sign_in.show(SignInState(failure=SignInFailure.LOCKED, wait_s=30.0))
    _put(desk, "sign_in.passphrase", PASSPHRASE)
    assert "30 秒" in desk.words()
    assert "安全管理员" in desk.words()
    assert not desk.widget("bottom.primary").isEnabled()
    _choose(desk, "sign_in.operator", SECOND.operator_id)
    _put(desk, "sign_in.passphrase", PASSPHRASE)
    assert "30 秒" not in desk.words()
    desk.press(ENTER)
    assert desk.services.sign_in.state.operator == SECOND


def test_the_card_is_asked_for_after_the_passphrase(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, operator=None)
    desk.services.sign_in.show(SignInState(claimant=CLERK, needs_card=True))
    assert desk.field("sign_in.pin").hasFocus()
    assert CLERK.display_name in desk.words()
    assert not desk.widget("bottom.primary").isEnabled()
    desk.type("123456")
    desk.press(ENTER)
    assert desk.services.sign_in.asked == [("card", "123456")]
    assert desk.field("sign_in.pin").text() == ""
    wrong = SignInState(
        claimant=CLERK, needs_card=True, failure=SignInFailure.PIN_WRONG, tries_left=2
    )
    desk.services.sign_in.show(wrong)
    assert "还可以试 2 次" in desk.words()


@pytest.mark.parametrize(
    "failure",
    [
        SignInFailure.NO_CARD,
        SignInFailure.CARD_PULLED,
        SignInFailure.CARD_OF_ANOTHER,
        SignInFailure.PIN_BLOCKED,
    ],
)
def test_what_is_wrong_with_the_card_is_said_and_one_can_go_back(
    qtbot: QtBot, failure: SignInFailure
) -> None:
    desk = open_desk(qtbot, operator=None)
    desk.services.sign_in.show(SignInState(claimant=CLERK, needs_card=True, failure=failure))
    assert WORDS[SignInFailure][failure] in desk.words()
    desk.press(Qt.Key.Key_Escape)
    assert desk.shows("sign_in.passphrase")


def test_a_given_passphrase_must_become_ones_own(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, operator=None)
    desk.services.sign_in.show(SignInState(claimant=CLERK, must_change=True))
    assert desk.field("sign_in.change.new").hasFocus()
    _put(desk, "sign_in.change.new", NEW)
    _put(desk, "sign_in.change.repeat", NEW + "!")
    desk.press(ENTER)
    assert "不一样" in desk.words()
    assert desk.services.sign_in.asked == []
    for field in ("sign_in.change.new", "sign_in.change.repeat"):
        _put(desk, field, NEW)
    desk.press(ENTER)
    assert desk.services.sign_in.asked == [("change", NEW)]
    common = SignInFailure.PASSPHRASE_COMMON
    desk.services.sign_in.show(SignInState(claimant=CLERK, must_change=True, failure=common))
    assert "太容易猜到" in desk.words()
    assert desk.field("sign_in.change.new").hasFocus()


# The lock ----------------------------------------------------------------------------------------


def test_the_lock_says_whose_work_is_open_and_nothing_about_whom(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    desk.desk.open(make_applicant())
    desk.press(*LOCK)
    assert f"{CLERK.display_name} 的工作仍打开着" in desk.words()
    assert "欧阳䶮" not in desk.words()
    names = desk.widget("sign_in.operator")
    assert isinstance(names, QComboBox)
    assert names.currentData() == CLERK.operator_id, "who locked it comes back most often"


def test_nothing_open_says_nothing(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    desk.press(*LOCK)
    assert "仍打开着" not in desk.words()


def _leave_to(desk: Desk, operator_id: str) -> None:
    """The clerk locks in the middle of a case; another one signs in, and the case is put aside."""
    desk.desk.open(LONG_NAMED)
    desk.press(*LOCK)
    desk.desk.send(inputs.CloseCase())
    _choose(desk, "sign_in.operator", operator_id)
    _put(desk, "sign_in.passphrase", PASSPHRASE)
    desk.press(ENTER)


def test_another_clerk_sees_whose_case_it_is_and_takes_it_over(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    _leave_to(desk, SECOND.operator_id)
    assert f"{CLERK.display_name} 的工作没有办完" in desk.words()
    assert LONG_NAMED.name in desk.words()
    desk.press(ENTER)
    assert not desk.shows("hand_over.primary")
    assert desk.desk.last(SearchApplicants) == SearchApplicants(LONG_NAMED.registration_id)


def test_another_clerk_may_leave_the_case_where_it_is(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    _leave_to(desk, SECOND.operator_id)
    desk.press(Qt.Key.Key_Escape)
    assert not desk.shows("hand_over.primary")
    assert not any(isinstance(one, SearchApplicants) for one in desk.desk.asked[-1:])
    assert desk.shows("desk.find.field")


@pytest.mark.parametrize("who", [CLERK.operator_id, REVIEWER.operator_id])
def test_its_author_and_whoever_has_no_desk_are_not_asked(qtbot: QtBot, who: str) -> None:
    desk = open_desk(qtbot)
    _leave_to(desk, who)
    assert not desk.shows("hand_over.primary")


def test_a_minute_before_the_lock_it_counts_down_and_any_key_goes_on(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, settings=Settings(idle_lock_min=10))
    desk.window.lock_when_idle(500.0)
    assert not desk.shows("idle.primary")
    desk.window.lock_when_idle(555.0)
    assert "45 秒后锁屏" in desk.words()
    desk.window.lock_when_idle(556.0)
    assert "44 秒后锁屏" in desk.words()
    QTest.keyClick(desk.widget("idle.primary"), Qt.Key.Key_A)
    assert not desk.shows("idle.primary")
    desk.window.lock_when_idle(0.5)
    assert desk.services.sign_in.state.operator == CLERK


def test_the_countdown_ends_in_the_lock_and_says_why(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, settings=Settings(idle_lock_min=10))
    desk.window.lock_when_idle(590.0)
    desk.window.lock_when_idle(601.1)
    assert desk.services.sign_in.asked == [("sign out", SignOutReason.IDLE.value)]
    assert not desk.shows("idle.primary")
    assert desk.shows("sign_in.passphrase")


def test_moving_the_mouse_takes_the_countdown_away(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, settings=Settings(idle_lock_min=1))
    desk.window.lock_when_idle(29.0)
    assert not desk.shows("idle.primary"), "of one minute the first half is quiet"
    desk.window.lock_when_idle(31.0)
    assert desk.shows("idle.primary")
    desk.window.lock_when_idle(0.1)
    assert not desk.shows("idle.primary")


# A second person ---------------------------------------------------------------------------------


def _excuse(qtbot: QtBot, **more: object) -> Desk:
    desk = open_desk(qtbot, **more)  # type: ignore[arg-type]  # keywords of one signature
    desk.desk.open_at(DeskStep.FINGERS)
    desk.press(Qt.Key.Key_F8)
    desk.click("exception.injured")
    return desk


def test_only_others_with_the_right_are_listed(qtbot: QtBot) -> None:
    desk = _excuse(qtbot)
    names = desk.widget("exception.operator")
    assert isinstance(names, QComboBox)
    listed = [names.itemData(place) for place in range(names.count())]
    right = Action.APPROVE_FINGER_EXCEPTION
    wanted = [one.operator_id for one in OPERATORS if one != CLERK and may(one.roles, right)]
    assert listed == wanted
    assert CLERK.operator_id not in listed


def test_a_wait_of_the_second_person_counts_down(qtbot: QtBot) -> None:
    desk = _excuse(qtbot)
    desk.services.sign_in.refusal = SignInRefusal(SignInFailure.LOCKED, 15.0)
    _put(desk, "exception.passphrase", "wrong")
    desk.click("exception.primary")
    assert "15 秒" in desk.words()
    assert not desk.widget("exception.primary").isEnabled()


def test_the_second_persons_card_is_asked_for_where_policy_says_so(qtbot: QtBot) -> None:
    desk = _excuse(qtbot)
    desk.services.sign_in.second_needs_card = True
    _put(desk, "exception.passphrase", PASSPHRASE)
    desk.click("exception.primary")
    assert desk.field("exception.pin").hasFocus()
    assert not desk.shows("exception.passphrase")
    _put(desk, "exception.pin", "123456")
    desk.click("exception.primary")
    assert desk.services.sign_in.asked[-1] == ("second card", "123456")
    assert isinstance(desk.desk.sent[-1], inputs.ExceptFinger)
    assert not desk.shows("exception.pin")


def test_a_sheet_is_as_high_as_what_it_says_and_stays_in_the_window(qtbot: QtBot) -> None:
    desk = _excuse(qtbot)
    sheet = desk.widget("exception")
    height = sheet.height()
    desk.services.sign_in.second_needs_card = True
    _put(desk, "exception.passphrase", PASSPHRASE)
    desk.click("exception.primary")
    desk.widget("exception.pin")
    assert sheet.height() == height, "one field came, one went"
    desk.services.sign_in.refusal = SignInRefusal(SignInFailure.CARD_OF_ANOTHER)
    _put(desk, "exception.pin", "123456")
    desk.click("exception.primary")
    assert sheet.height() > height
    assert desk.window.frameGeometry().contains(sheet.frameGeometry())


def test_a_wrong_pin_of_the_second_person_can_be_typed_again(qtbot: QtBot) -> None:
    desk = _excuse(qtbot)
    desk.services.sign_in.second_needs_card = True
    _put(desk, "exception.passphrase", PASSPHRASE)
    desk.click("exception.primary")
    desk.services.sign_in.refusal = SignInRefusal(SignInFailure.PIN_WRONG, tries_left=1)
    _put(desk, "exception.pin", "999999")
    desk.click("exception.primary")
    assert "还可以试 1 次" in desk.words()
    assert desk.shows("exception.pin")


@pytest.mark.parametrize("size", [CANVAS, LARGE])
@pytest.mark.parametrize("language", list(Language))
def test_forms_and_sheets_fit_with_the_longest_name(
    qtbot: QtBot, language: Language, size: tuple[int, int]
) -> None:
    desk = open_desk(qtbot, language=language, size=size)
    _leave_to(desk, SECOND.operator_id)
    sheet = desk.widget("hand_over")
    assert sheet.width() <= size[0]
    assert sheet.height() <= size[1]
    assert cut_off(sheet) == []
    desk.press(Qt.Key.Key_Escape)
    for state in (
        SignInState(claimant=CLERK, needs_card=True, failure=SignInFailure.CARD_OF_ANOTHER),
        SignInState(claimant=CLERK, must_change=True, failure=SignInFailure.PASSPHRASE_NAME),
        SignInState(failure=SignInFailure.LOCKED, wait_s=3600),
    ):
        desk.services.sign_in.show(state)
        least = desk.window.minimumSizeHint()
        assert least.width() <= size[0]
        assert least.height() <= size[1]
        assert cut_off(desk.window) == []


@pytest.mark.parametrize("size", [CANVAS, LARGE])
@pytest.mark.parametrize("language", list(Language))
def test_the_longest_name_cuts_nothing_of_the_lock(
    qtbot: QtBot, language: Language, size: tuple[int, int]
) -> None:
    desk = open_desk(qtbot, operator=None, language=language, size=size)
    clerk = replace(CLERK, display_name=LONG_NAMED.name)
    desk.services.sign_in._operators = (clerk, *OPERATORS[1:])
    desk.services.sign_in.show(SignInState(operator=clerk))
    desk.desk.open(make_applicant())
    desk.press(*LOCK)
    assert LONG_NAMED.name in desk.widget("sign_in.kept").accessibleName()
    assert cut_off(desk.window) == []


def test_names_to_choose_from_are_high_enough_for_a_finger(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, operator=None)
    names = desk.widget("sign_in.operator")
    assert isinstance(names, QComboBox)
    rows = range(names.count())
    assert all(names.view().sizeHintForRow(row) >= TOUCH_PX for row in rows)
