"""The shell around the tasks: status, language, posts, keys, scans, idle lock."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from station.services.status import (
    ChipState,
    DeviceChip,
    SignInState,
    SyncProblem,
    SyncStatus,
)
from station.settings import Language, Settings
from station.ui import keys
from station.ui.scans import ScanWatch
from station.ui.widgets.simulation_banner import SimulationBanner
from station.ui.widgets.status_bar import ChipView, StatusBar
from station.ui.widgets.step_rail import StepRail, StepState
from station.ui.widgets.two_lines import TwoLines
from station.workflow import inputs
from station.workflow.effects import SearchApplicants
from station.workflow.inputs import DeviceKind
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep
from tests.support.ui_fakes import EVERYTHING, LONG_NAMED, NOW, make_applicant
from tests.support.ui_window import ENTER, Desk, open_desk
from tests.support.widgets_theme import CANVAS, LARGE

STEPS = tuple(DeskStep)[1:]
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def _status_words(desk: Desk) -> str:
    bar = desk.window.findChild(StatusBar)
    assert bar is not None
    shown = [one for one in bar.findChildren(QWidget) if one.isVisible()]
    return " ".join(one.accessibleName() for one in shown)


def _chips(desk: Desk) -> list[str]:
    QApplication.processEvents()
    shown = desk.window.findChildren(ChipView)
    return [chip.accessibleName() for chip in shown if not chip.isHidden()]


def test_simulated_devices_show_the_banner_real_ones_do_not(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    banner = desk.window.findChild(SimulationBanner)
    assert banner is not None
    assert banner.isVisible()
    desk.services.devices.make_real()
    assert not banner.isVisible()


def test_a_lost_device_is_said_in_words_in_its_chip(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    assert "指纹采集仪 就绪" in _chips(desk)
    desk.services.devices.show(DeviceKind.READER, ChipState.LOST)
    assert "指纹采集仪 已断开" in _chips(desk)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (SyncStatus(heard_at=NOW), "已全部上传 刚刚"),
        (SyncStatus(3, 0, NOW - timedelta(minutes=2)), "待上传 3 条 2 分钟前"),
        (SyncStatus(3, 0, NOW, SyncProblem.UNREACHABLE), "待上传 3 条 连不上平台"),
        (SyncStatus(3, 1, NOW - timedelta(hours=3)), "1 条需人工处理 3 小时前"),
        (SyncStatus(), "已全部上传 尚未联系平台"),
    ],
)
def test_the_platform_stands_in_the_status_bar(
    qtbot: QtBot, status: SyncStatus, words: str
) -> None:
    desk = open_desk(qtbot)
    desk.services.platform.show(status)
    assert words in _status_words(desk)


def test_the_language_changes_at_run_time_and_back(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    desk.desk.open(make_applicant())
    desk.click("status.language")
    assert desk.caption("bottom.primary") == "Applicant consents"
    assert "Registration ID" in desk.words()
    rail = desk.window.findChild(StepRail)
    assert rail is not None
    assert rail.steps()[4].title == "Photo"
    desk.click("status.language")
    assert desk.caption("bottom.primary") == "申请人同意"


def test_the_rail_shows_done_current_and_waiting(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    desk.desk.open_at(DeskStep.PHOTO)
    rail = desk.window.findChild(StepRail)
    assert rail is not None
    states = [step.state for step in rail.steps()]
    assert states[:4] == [StepState.DONE] * 4
    assert states[4] is StepState.CURRENT
    assert set(states[5:]) == {StepState.WAITING}


def test_the_person_card_masks_the_number_and_empties_itself(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    desk.desk.open(make_applicant())
    assert "欧阳䶮" in desk.words()
    assert "001234199001010024" not in desk.words()
    assert "0024" in desk.words()
    desk.press(Qt.Key.Key_F10)
    assert "欧阳䶮" not in desk.words()


def test_somebody_with_two_posts_switches_and_the_desk_waits(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, operator=EVERYTHING)
    desk.desk.open(make_applicant())
    desk.click("shell.mode.review")
    assert desk.shows("review.list.cases")
    desk.click("shell.mode.desk")
    assert desk.caption("bottom.primary") == "申请人同意"


@pytest.mark.parametrize("state", list(ChipState))
def test_with_every_post_and_every_device_the_bar_fits_and_says_what_waits(
    qtbot: QtBot, state: ChipState
) -> None:
    desk = open_desk(qtbot, operator=None, language=Language.EN)
    card = DeviceChip(DeviceKind.SMART_CARD, state, simulated=True)
    desk.services.devices.chips = (*desk.services.devices.chips, card)
    for kind in DeviceKind:
        desk.services.devices.show(kind, state)
    desk.services.platform.show(SyncStatus(waiting=12345))
    named = replace(EVERYTHING, display_name=LONG_NAMED.name)
    desk.services.sign_in.show(SignInState(operator=named))
    assert desk.shows("shell.mode.admin")
    assert desk.window.minimumSizeHint().width() <= CANVAS[0]
    bar = desk.window.findChild(StatusBar)
    assert bar is not None
    waiting = next(one for one in bar.findChildren(TwoLines) if "12345" in one.lines()[0])
    assert waiting.width() >= waiting.sizeHint().width()


def test_help_names_the_keys_of_the_screen_behind_it(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    desk.desk.open_at(DeskStep.FINGERS)
    assert desk.shows("bottom.restart")
    desk.press(Qt.Key.Key_F1)
    sheet = desk.widget("help")
    lines = [one.text() for one in sheet.findChildren(QLabel)]
    assert lines[lines.index("F4") + 1] == "重采这根手指", "on other screens F4 does other things"
    assert "F9" not in lines, "nothing is printed here"
    assert "Ctrl+L" in lines


def test_help_and_a_way_forward_on_every_screen(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    for step in STEPS:
        desk.desk.open_at(step)
        desk.press(Qt.Key.Key_F1)
        assert desk.shows("help.primary"), step
        assert "F12" in desk.words()
        desk.press(ENTER)
        assert not desk.shows("help.primary"), step
        assert desk.has_way_forward() or desk.desk.state.waiting is not None, step
        desk.desk.send(inputs.CloseCase())


def test_f2_finds_and_says_why_not_while_somebody_is_served(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    desk.widget("bottom.read_card").setFocus()
    desk.press(Qt.Key.Key_F2)
    assert desk.field("desk.find.field").hasFocus()
    desk.desk.open(make_applicant())
    desk.press(Qt.Key.Key_F2)
    assert "F10" in desk.message()


def test_a_scan_at_the_board_searches_wherever_the_focus_is(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    desk.widget("bottom.read_card").setFocus()
    desk.type("2026018A1B2C")
    desk.press(ENTER)
    assert desk.desk.last(SearchApplicants) == SearchApplicants("2026018A1B2C")
    assert desk.field("desk.find.field").text() == "2026018A1B2C"


def test_a_scan_in_the_middle_of_a_case_presses_no_button(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    desk.desk.open(make_applicant())
    desk.window.setFocus()
    desk.type("2026018Z9Y8X")
    desk.press(ENTER)
    assert desk.desk.state.step is DeskStep.CONSENT
    assert not desk.desk.state.unsaved
    assert "暂停" in desk.message()


def test_a_scan_after_a_sealed_record_brings_the_next_person(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    desk.desk.open_at(DeskStep.SEALED)
    desk.window.setFocus()
    desk.type("2026018Z9Y8X")
    desk.press(ENTER)
    assert desk.desk.last(SearchApplicants) == SearchApplicants("2026018Z9Y8X")


def test_slow_typing_is_no_scan(qtbot: QtBot) -> None:
    times = iter(number * 0.2 for number in range(100))
    watch = ScanWatch(clock_s=lambda: next(times))
    heard: list[str] = []
    watch.scanned.connect(heard.append)
    plain = QWidget()
    plain.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    qtbot.addWidget(plain)
    with qtbot.waitExposed(plain):
        plain.show()
    plain.activateWindow()
    plain.setFocus()
    plain.installEventFilter(watch)
    QTest.keyClicks(plain, "2026018")
    QTest.keyClick(plain, ENTER)
    assert heard == []


def test_nobody_at_the_keys_locks_the_station(qtbot: QtBot) -> None:
    now = [0.0]
    watch = keys.IdleWatch(clock_s=lambda: now[0])
    now[0] = 601.0
    assert watch.idle_s() == 601.0
    desk = open_desk(qtbot, settings=replace(Settings(), idle_lock_min=1))
    desk.window.lock_when_idle(61.0)
    assert desk.services.sign_in.state.operator is None
    assert desk.shows("sign_in.passphrase")


def test_a_locked_screen_has_no_dialog_in_front(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    desk.desk.open_at(DeskStep.FINGERS)
    desk.press(Qt.Key.Key_F8)
    assert desk.shows("exception.passphrase")
    desk.window.lock_when_idle(3600.0)
    assert not desk.shows("exception.passphrase")
    assert desk.shows("sign_in.passphrase")


def test_what_became_of_a_print_is_said_on_the_locked_screen_too(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    desk.window.lock_when_idle(3600.0)
    desk.services.printing.show(Notice.PRINT_UNREACHED, under_way=True)
    assert "没印出来的文件还没有撤回" in desk.message()
    assert "关掉打印机" in desk.message()
    desk.services.printing.show(Notice.PRINT_TAKEN_BACK)
    assert "已经撤回" in desk.message()
    desk.services.printing.show(None)
    assert desk.message() == ""


def test_what_somebody_has_to_look_after_is_said_above_good_news(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    desk.desk.open_at(DeskStep.SIGN)
    assert "接着上次" in desk.message()
    desk.services.printing.show(Notice.PRINT_TAKEN_BACK)
    assert "接着上次" in desk.message()
    desk.services.printing.show(Notice.PRINT_BEGUN)
    assert "去看打印机" in desk.message()
    desk.desk.send(inputs.PrintTold(make_applicant().subject, Notice.PAPER_OUT))
    assert "缺纸" in desk.message()
    desk.press(Qt.Key.Key_F9)
    assert desk.message() == "", "who goes on has read it"


def test_the_window_closes_once_what_waits_for_paper_is_taken_back(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    desk.services.printing.show(None, under_way=True)
    assert not desk.window.close()
    assert desk.services.printing.times_left == 1
    assert desk.window.isVisible()
    desk.services.printing.show(Notice.PRINT_TAKEN_BACK)
    assert not desk.window.isVisible()


@pytest.mark.parametrize("left", [Notice.PRINT_UNREACHED, Notice.PRINT_BEGUN])
def test_the_window_says_first_that_somebody_has_to_look_at_the_printer(
    qtbot: QtBot, left: Notice
) -> None:
    desk = open_desk(qtbot)
    desk.services.printing.show(None, under_way=True)
    assert not desk.window.close()
    desk.services.printing.show(left, under_way=True)
    desk.services.printing.show(left)
    assert desk.window.isVisible()
    assert "打印机" in desk.message()
    assert desk.window.close(), "read, and closed once more"


def test_work_that_goes_on_after_all_is_not_ended_by_the_next_print(qtbot: QtBot) -> None:
    desk = open_desk(qtbot)
    desk.services.printing.show(None, under_way=True)
    desk.window.close()
    desk.services.printing.show(Notice.PRINT_UNREACHED, under_way=True)
    desk.services.printing.show(Notice.PRINT_TAKEN_BACK)
    desk.services.printing.show(None, under_way=True)
    desk.services.printing.show(None)
    assert desk.window.isVisible()


@pytest.mark.parametrize("size", [CANVAS, LARGE])
@pytest.mark.parametrize("language", list(Language))
def test_every_screen_fits_with_the_longest_name(
    qtbot: QtBot, language: Language, size: tuple[int, int]
) -> None:
    desk = open_desk(qtbot, language=language, size=size)
    for step in STEPS:
        desk.desk.open_at(step, LONG_NAMED)
        QApplication.processEvents()
        assert (desk.window.width(), desk.window.height()) == size, step
        least = desk.window.minimumSizeHint()
        assert least.width() <= size[0], step
        assert least.height() <= size[1], step
        desk.desk.send(inputs.CloseCase())
