"""Scans into the window: into fields, passphrases, input methods, and from the camera."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from station.settings import Settings
from station.workflow.effects import SearchApplicants
from station.workflow.progress import DeskStep
from tests.support.ui_fakes import PASSPHRASE
from tests.support.ui_window import ENTER, Desk, open_desk, time_keys

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
CODE = "2026018Z9Y8X"
TAB = Qt.Key.Key_Tab


def send_key(key: Qt.Key, text: str, *, pressed_ms: int = 0, held: bool = False) -> None:
    """A key as the window system first offers it: stamped, or held down."""
    offered = QKeyEvent.Type.ShortcutOverride
    event = QKeyEvent(offered, key, Qt.KeyboardModifier.NoModifier, text, held)
    event.setTimestamp(pressed_ms)
    focused = QApplication.focusWidget()
    assert focused is not None
    QApplication.sendEvent(focused, event)


def keys(text: str) -> None:
    target = QApplication.focusWidget()
    assert isinstance(target, QWidget)
    QTest.keyClicks(target, text)


@pytest.mark.parametrize("end", [ENTER, TAB])
def test_a_scan_into_the_search_field_replaces_what_stood_there(qtbot: QtBot, end: Qt.Key) -> None:
    desk = open_desk(qtbot)
    desk.field("desk.find.field").setText("欧阳")
    time_keys(desk.window)
    keys(CODE)
    desk.press(end)
    assert desk.desk.last(SearchApplicants) == SearchApplicants(CODE)
    assert desk.field("desk.find.field").text() == CODE


def test_a_shortcut_before_a_scan_is_no_part_of_it(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    time_keys(desk.window)
    keys("1234")
    desk.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    keys(CODE)
    desk.press(ENTER)
    assert desk.desk.last(SearchApplicants) == SearchApplicants(CODE)


def test_prefix_and_suffix_of_the_settings_are_taken_off(qtbot: QtBot) -> None:
    settings = replace(Settings(), scanner_prefix="]C1", scanner_suffix=";")
    desk = open_desk(qtbot, settings=settings)
    time_keys(desk.window)
    keys(f"]C1{CODE};")
    assert desk.desk.last(SearchApplicants) == SearchApplicants(CODE)
    asked = len(desk.desk.asked)
    desk.press(ENTER)  # still the scanner's
    assert len(desk.desk.asked) == asked


def test_a_scanner_that_sends_nothing_behind_its_code(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, settings=replace(Settings(), scanner_ends_by_pause=True))
    times = [0.0]
    time_keys(desk.window, lambda: times[0])
    keys(CODE)
    times[0] = 1.0
    qtbot.waitUntil(lambda: SearchApplicants(CODE) in desk.desk.asked)


def test_a_scan_into_a_busy_window_is_a_scan(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    heard_s = [0.0]
    time_keys(desk.window, lambda: heard_s[0])
    for place, character in enumerate(CODE):
        send_key(Qt.Key(ord(character)), character, pressed_ms=7_000 + 5 * place)
        heard_s[0] += 0.3  # each drawn slowly
    send_key(ENTER, "\r", pressed_ms=7_000 + 5 * len(CODE))
    assert desk.desk.last(SearchApplicants) == SearchApplicants(CODE)


def test_keys_pressed_slowly_are_no_scan_though_they_come_at_once(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    watch = time_keys(desk.window)
    with qtbot.assertNotEmitted(watch.scanned):
        for place, character in enumerate(CODE):
            send_key(Qt.Key(ord(character)), character, pressed_ms=7_000 + 200 * place)
        send_key(ENTER, "\r", pressed_ms=7_000 + 200 * len(CODE))


def test_a_key_held_down_is_no_scan(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    watch = time_keys(desk.window)
    for _ in range(20):
        send_key(Qt.Key.Key_1, "1", held=True)
    with qtbot.assertNotEmitted(watch.scanned):
        desk.press(ENTER)


def test_a_scan_never_gets_into_a_passphrase(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, operator=None)
    desk.type("plum-")
    time_keys(desk.window)
    keys(CODE)
    desk.press(ENTER)
    assert desk.field("sign_in.passphrase").text() == "plum-"
    assert desk.services.sign_in.state.failure is None
    assert "扫码不能用作口令" in desk.words()
    desk.field("sign_in.passphrase").setText(PASSPHRASE)
    time_keys(desk.window, lambda: 9.0)
    desk.press(ENTER)
    assert desk.services.sign_in.state.operator is not None


def test_nor_into_the_passphrase_of_the_second_person(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    desk.desk.open_at(DeskStep.FINGERS)
    desk.press(Qt.Key.Key_F8)
    desk.widget("exception.passphrase").setFocus()
    time_keys(desk.window)
    keys(CODE)
    desk.press(ENTER)
    assert desk.field("exception.passphrase").text() == ""
    assert desk.shows("exception.passphrase")
    desk.press(Qt.Key.Key_Escape)


# --- input methods ------------------------------------------------------------------------------


def commit(desk: Desk, *characters: str) -> None:
    field = desk.field("desk.find.field")
    for one in characters:
        event = QInputMethodEvent()
        event.setCommitString(one)
        QApplication.sendEvent(field, event)


def test_digits_that_come_through_an_input_method_are_a_scan(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    time_keys(desk.window)
    commit(desk, *"２０２６００1234")
    desk.press(ENTER)
    assert desk.desk.last(SearchApplicants) == SearchApplicants("2026001234")
    assert desk.field("desk.find.field").text() == "2026001234"


def test_a_name_chosen_in_an_input_method_is_typed_text(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    time_keys(desk.window)
    commit(desk, "欧阳", "䶮")
    desk.press(ENTER)
    assert desk.desk.last(SearchApplicants) == SearchApplicants("欧阳䶮")


def test_letters_made_into_words_are_told(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    time_keys(desk.window)
    for length in range(1, 10):
        QApplication.sendEvent(
            desk.field("desk.find.field"), QInputMethodEvent("abcdefghij"[:length], [])
        )
    assert "请把输入法切换到英文" in desk.message()


# --- the camera ---------------------------------------------------------------------------------


def test_a_code_before_the_camera_is_a_scan_while_a_number_is_awaited(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    codes = desk.services.codes
    qtbot.waitUntil(lambda: bool(codes.looks))
    codes.looks[0](CODE)
    assert desk.desk.last(SearchApplicants) == SearchApplicants(CODE)
    looks = len(codes.looks)
    desk.window._look_for_codes()  # the search is running: nothing is looked for
    assert len(codes.looks) == looks


def test_the_camera_looks_for_no_codes_with_somebody_at_the_desk(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    desk.desk.open_at(DeskStep.PHOTO)
    desk.services.codes.looks.clear()
    desk.window._look_for_codes()
    assert not desk.services.codes.looks


def test_a_code_seen_too_late_is_left_alone(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    desk.window._look_for_codes()
    desk.desk.open_at(DeskStep.FINGERS)
    asked = list(desk.desk.asked)
    desk.services.codes.looks[0](CODE)
    assert desk.desk.asked == asked


def test_the_settings_switch_the_camera_off(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, settings=replace(Settings(), scanner_camera=False))
    assert not desk.window._looks.isActive()
