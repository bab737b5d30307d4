"""The start as somebody meets it who stands before a locked station."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from station.services.unlock_state import CardStage, OpenTrouble, UnlockFailure, UnlockStage
from station.settings import Language
from station.store.keyring import RecoveryKey
from station.ui.screens.countdown import Countdown
from station.ui.screens.unlock.words import TROUBLES, failure_words
from tests.support.ui_fakes import OPERATORS
from tests.support.ui_looks import cut_off
from tests.support.ui_unlock import FakeUnlocking, open_start
from tests.support.ui_window import ENTER, Desk, time_keys
from tests.support.widgets_theme import CANVAS, LARGE

KEY = RecoveryKey(bytes(range(32)))
PASSPHRASE = "鹤鸣 heming 2026"
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def _fill(desk: Desk, name: str, text: str) -> None:
    desk.field(name).setText(text)
    QApplication.processEvents()


def test_account_and_passphrase_open_by_keys_alone_and_names_are_not_shown(qtbot: QtBot) -> None:
    desk, unlocking = open_start(qtbot)
    assert desk.field("unlock.account").hasFocus()
    assert not any(operator.display_name in desk.words() for operator in OPERATORS)
    QTest.keyClicks(desk.field("unlock.account"), "desk01")
    desk.press(ENTER)
    assert desk.field("unlock.passphrase").hasFocus(), "what is missing is asked for"
    assert unlocking.asked == []
    desk.type(PASSPHRASE)
    desk.press(ENTER)
    assert unlocking.asked == [("passphrase", "desk01", PASSPHRASE)]
    assert desk.field("unlock.passphrase").text() == ""


def test_while_the_key_is_derived_it_says_so_and_nothing_can_be_pressed(qtbot: QtBot) -> None:
    desk, unlocking = open_start(qtbot)
    unlocking.show(UnlockStage.CHECKING)
    assert "正在核对" in desk.words()
    assert not desk.widget("bottom.primary").isEnabled()
    assert not desk.widget("bottom.use_recovery").isEnabled()
    unlocking.show(UnlockStage.OPENING)
    assert "正在打开数据库" in desk.words()


def test_a_wrong_passphrase_is_said_and_typed_again(qtbot: QtBot) -> None:
    desk, unlocking = open_start(qtbot)
    _fill(desk, "unlock.account", "desk01")
    unlocking.show(failure=UnlockFailure.WRONG)
    assert "工号或口令不对" in desk.words()
    assert desk.field("unlock.passphrase").hasFocus()
    assert desk.field("unlock.account").text() == "desk01"


def test_a_lockout_counts_down_for_that_account_alone_and_names_who_can_help(qtbot: QtBot) -> None:
    desk, unlocking = open_start(qtbot)
    _fill(desk, "unlock.account", "desk01")
    unlocking.show(failure=UnlockFailure.LOCKED_OUT, wait_s=75.0)
    assert "1 分 15 秒" in desk.words()
    assert "安全管理员" in desk.words()
    assert not desk.widget("bottom.primary").isEnabled()
    _fill(desk, "unlock.account", "desk02")
    assert "1 分 15 秒" not in desk.words()
    assert desk.widget("bottom.primary").isEnabled()


def test_a_countdown_tells_every_second_and_its_end(qtbot: QtBot) -> None:
    now = [100.0]
    window, _ = open_start(qtbot)
    countdown = Countdown(window.window, lambda: now[0])
    told: list[int] = []
    countdown.changed.connect(lambda: told.append(countdown.left_s))
    countdown.start(2.5)
    for step_s in (0.2, 0.5, 0.9, 0.9, 5.0):
        now[0] += step_s
        countdown.tick()
    assert told == [3, 2, 1, 0]
    assert countdown.left_s == 0


def test_a_card_is_waited_for_and_its_own_count_of_tries_is_shown(qtbot: QtBot) -> None:
    desk, unlocking = open_start(qtbot)
    desk.press(Qt.Key.Key_F6)
    assert unlocking.asked == [("await card",)]
    unlocking.show(card=CardStage.AWAITED)
    assert "插入读卡器" in desk.words()
    assert not desk.shows("unlock.pin")
    unlocking.show(card=CardStage.PIN_ASKED, tries_left=3)
    assert desk.field("unlock.pin").hasFocus()
    assert "还可以试 3 次" in desk.words()
    desk.type("123456")
    desk.press(ENTER)
    assert unlocking.asked[-1] == ("pin", "123456")
    unlocking.show(card=CardStage.PIN_ASKED, failure=UnlockFailure.PIN_WRONG, tries_left=2)
    assert "还可以试 2 次" in desk.words()
    assert desk.field("unlock.pin").text() == ""


def test_esc_leaves_the_card_for_the_passphrase(qtbot: QtBot) -> None:
    desk, unlocking = open_start(qtbot)
    desk.press(Qt.Key.Key_F6)
    desk.press(Qt.Key.Key_Escape)
    assert desk.shows("unlock.account")
    assert unlocking.asked == [("await card",), ("leave card",)]


def test_a_station_without_a_card_reader_offers_none(qtbot: QtBot) -> None:
    desk, _ = open_start(qtbot, FakeUnlocking(takes_cards=False))
    assert not desk.shows("bottom.use_card")
    assert desk.shows("bottom.use_recovery")


def _type_words(desk: Desk, words: tuple[str, ...]) -> None:
    for word in words:
        field = QApplication.focusWidget()
        assert field is not None
        QTest.keyClicks(field, word)
        QTest.keyClick(field, Qt.Key.Key_Space)
    QApplication.processEvents()


def test_the_recovery_key_is_typed_with_four_letters_and_spaces(qtbot: QtBot) -> None:
    desk, unlocking = open_start(qtbot)
    desk.press(Qt.Key.Key_F7)
    assert desk.field("unlock.word.1").hasFocus()
    _type_words(desk, tuple(word[:4] for word in KEY.words))
    assert tuple(desk.field(f"unlock.word.{place}").text() for place in range(1, 25)) == KEY.words
    desk.click("bottom.primary")  # Enter right after keys this fast is a scanner's
    assert unlocking.keys == [KEY]


def test_a_word_that_is_none_is_marked_where_it_stands(qtbot: QtBot) -> None:
    desk, unlocking = open_start(qtbot)
    desk.press(Qt.Key.Key_F7)
    _type_words(desk, KEY.words[:2])
    QTest.keyClicks(desk.field("unlock.word.3"), "xy")
    assert "第 3 个词：词表里没有" in desk.words()
    assert "✕" in desk.field("unlock.word.3").accessibleName()
    assert "✓" in desk.field("unlock.word.1").accessibleName()
    assert not desk.widget("bottom.primary").isEnabled()
    assert unlocking.keys == []


def test_candidates_for_a_beginning_are_listed(qtbot: QtBot) -> None:
    desk, _ = open_start(qtbot)
    desk.press(Qt.Key.Key_F7)
    QTest.keyClicks(desk.field("unlock.word.1"), "abs")
    assert "absent · absorb · abstract · absurd" in desk.words()


def test_words_in_the_wrong_order_are_told_before_anything_is_tried(qtbot: QtBot) -> None:
    desk, unlocking = open_start(qtbot)
    desk.press(Qt.Key.Key_F7)
    for place, word in enumerate((KEY.words[1], KEY.words[0], *KEY.words[2:]), 1):
        _fill(desk, f"unlock.word.{place}", word)
    desk.press(ENTER)
    assert "顺序" in desk.words()
    assert unlocking.keys == []


def test_the_scanned_sheet_fills_all_words(qtbot: QtBot) -> None:
    desk, unlocking = open_start(qtbot)
    desk.press(Qt.Key.Key_F7)
    time_keys(desk.window)
    for key in " ".join(KEY.words):
        field = QApplication.focusWidget()
        assert field is not None
        QTest.keyClicks(field, key)
    desk.press(ENTER)
    assert tuple(desk.field(f"unlock.word.{place}").text() for place in range(1, 25)) == KEY.words
    desk.click("bottom.primary")
    assert unlocking.keys == [KEY]


def test_no_word_stays_on_the_screen_when_the_way_is_left(qtbot: QtBot) -> None:
    desk, _ = open_start(qtbot)
    desk.press(Qt.Key.Key_F7)
    _type_words(desk, KEY.words[:5])
    desk.press(Qt.Key.Key_Escape)
    desk.press(Qt.Key.Key_F7)
    assert desk.field("unlock.word.1").text() == ""


def test_after_the_recovery_key_a_security_admin_gets_a_passphrase(qtbot: QtBot) -> None:
    desk, unlocking = open_start(qtbot)
    unlocking.show(UnlockStage.RENEWING)
    QTest.keyClicks(desk.field("unlock.renew.account"), "sec01")
    desk.field("unlock.renew.new").setText(PASSPHRASE)
    desk.field("unlock.renew.repeat").setText("something else")
    desk.press(ENTER)
    assert "不一样" in desk.words()
    assert unlocking.asked == []
    desk.field("unlock.renew.new").setText(PASSPHRASE)
    desk.field("unlock.renew.repeat").setText(PASSPHRASE)
    desk.press(ENTER)
    assert unlocking.asked == [("renew", "sec01", PASSPHRASE)]
    unlocking.show(UnlockStage.RENEWING, failure=UnlockFailure.NOT_A_SECURITY_ADMIN)
    assert "不是本机的安全管理员" in desk.words()
    assert desk.field("unlock.renew.account").hasFocus()


@pytest.mark.parametrize("trouble", list(OpenTrouble))
def test_every_trouble_says_what_happened_what_is_safe_what_to_do_and_lets_one_retry(
    qtbot: QtBot, trouble: OpenTrouble
) -> None:
    desk, unlocking = open_start(qtbot)
    unlocking.show(UnlockStage.STUCK, trouble=trouble)
    words = TROUBLES[trouble]
    shown = desk.words()
    for said in (words.happened, words.safe, words.to_do, words.command):
        assert said in shown
    assert "keyring.json" in shown, "where to look"
    desk.press(ENTER)
    assert unlocking.asked == [("begin",)]


@pytest.mark.parametrize("failure", list(UnlockFailure))
def test_every_failure_says_what_to_do_next(failure: UnlockFailure) -> None:
    assert failure_words(failure).endswith("。")
    assert len(failure_words(failure)) > 10


def test_a_scan_is_no_passphrase(qtbot: QtBot) -> None:
    desk, unlocking = open_start(qtbot)
    desk.field("unlock.passphrase").setFocus()
    time_keys(desk.window)
    QTest.keyClicks(desk.field("unlock.passphrase"), "2026018A1B2C")
    QApplication.processEvents()
    assert desk.field("unlock.passphrase").text() == ""
    assert "扫码不能用作口令" in desk.words()
    assert unlocking.asked == []


@pytest.mark.parametrize("size", [CANVAS, LARGE])
@pytest.mark.parametrize("language", list(Language))
def test_every_screen_of_the_start_fits(
    qtbot: QtBot, language: Language, size: tuple[int, int]
) -> None:
    desk, unlocking = open_start(qtbot, language=language, size=size)
    _fill(desk, "unlock.account", "a-rather-long-account@example.edu")
    for key in (Qt.Key.Key_F6, Qt.Key.Key_F7, Qt.Key.Key_Escape):
        unlocking.show(failure=UnlockFailure.LOCKED_OUT, wait_s=3600)
        desk.press(key)
        least = desk.window.minimumSizeHint()
        assert least.width() <= size[0]
        assert least.height() <= size[1]
        assert cut_off(desk.window) == []
    for trouble in OpenTrouble:
        unlocking.show(UnlockStage.STUCK, trouble=trouble)
        assert desk.window.minimumSizeHint().height() <= size[1]
        assert cut_off(desk.window) == []


def test_english_leaves_no_chinese_in_what_the_admin_types(qtbot: QtBot) -> None:
    desk, unlocking = open_start(qtbot, language=Language.EN)
    unlocking.show(UnlockStage.STUCK, trouble=OpenTrouble.KEYRING_MISSING)
    assert "station keys recover --config <settings file>" in desk.words()


def test_help_on_every_screen_of_the_start(qtbot: QtBot) -> None:
    desk, _ = open_start(qtbot)
    for key in (Qt.Key.Key_F6, Qt.Key.Key_F7, Qt.Key.Key_Escape):
        desk.press(key)
        desk.press(Qt.Key.Key_F1)
        assert desk.shows("help.primary")
        assert not {"F2", "F8", "F10", "Ctrl+L"} & set(desk.words().split("\n")), "nothing to find"
        desk.press(ENTER)
        assert not desk.shows("help.primary")
