"""The frame around every task: bars, rail, card, messages."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from station.ui.theme import SIMULATION, Level, Theme
from station.ui.widgets.bottom_bar import BarAction, BottomBar
from station.ui.widgets.fit_label import FitLabel
from station.ui.widgets.message_bar import MessageBar
from station.ui.widgets.person_card import PersonCard
from station.ui.widgets.shapes import DeviceIcon
from station.ui.widgets.simulation_banner import SimulationBanner
from station.ui.widgets.status_bar import ChipView, DeviceChip, StatusBar
from station.ui.widgets.step_rail import RailStep, StepRail, StepState
from station.ui.widgets.two_lines import TwoLines
from tests.support.widgets_theme import dress

LONG_NAME = "阿卜杜拉·买买提·吐尔逊江·阿卜力克木江"

# The offscreen platform says so whenever a window opens; it concerns no user.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return dress(qapp)


def test_keys_and_buttons_do_the_same(qtbot: QtBot, theme: Theme) -> None:
    bar = BottomBar(theme)
    qtbot.addWidget(bar)
    heard: list[str] = []
    bar.primary_triggered.connect(lambda: heard.append("primary"))
    bar.secondary_triggered.connect(heard.append)
    bar.exception_requested.connect(lambda: heard.append("exception"))
    bar.pause_requested.connect(lambda: heard.append("pause"))
    bar.set_primary("确认")
    bar.set_secondary([BarAction("again", "重采", "F4")])
    with qtbot.waitActive(bar):
        bar.show()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_F4, Qt.Key.Key_F8, Qt.Key.Key_F10):
        QTest.keyClick(bar, key)
    for button in bar.buttons():
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert heard == ["primary", "again", "exception", "pause"] * 2


def test_disabled_action_answers_neither_key_nor_touch(qtbot: QtBot, theme: Theme) -> None:
    bar = BottomBar(theme)
    qtbot.addWidget(bar)
    heard: list[str] = []
    bar.primary_triggered.connect(lambda: heard.append("primary"))
    bar.secondary_triggered.connect(heard.append)
    bar.set_primary("确认", enabled=False)
    bar.set_secondary([BarAction("old", "旧", "F9")])
    bar.set_secondary([BarAction("print", "打印", "F9", enabled=False)])
    with qtbot.waitActive(bar):
        bar.show()
    QTest.keyClick(bar, Qt.Key.Key_Return)
    QTest.keyClick(bar, Qt.Key.Key_F9)
    assert heard == []


def test_buttons_are_large_enough_for_a_finger_and_show_their_key(
    qtbot: QtBot, theme: Theme
) -> None:
    bar = BottomBar(theme)
    qtbot.addWidget(bar)
    bar.set_primary("确认并继续")
    bar.set_secondary([BarAction("again", "重采", "F4"), BarAction("back", "返回", "Esc")])
    bar.resize(1366, bar.height())
    bar.show()
    assert [button.key() for button in bar.buttons()] == ["Enter", "F4", "Esc", "F8", "F10"]
    assert all(min(b.width(), b.height()) >= 48 for b in bar.buttons())
    assert "Enter" in bar.primary_button().accessibleName()


def test_card_leaves_nothing_of_the_last_person(qtbot: QtBot, theme: Theme) -> None:
    card = PersonCard(theme)
    qtbot.addWidget(card)
    card.set_person("张䶮冰", "Zhang Yanbing", "2023018A1B2C", "0012**********34")
    card.set_photo(QImage(330, 480, QImage.Format.Format_RGB32))
    card.clear()
    visible = [part.text() for part in card.findChildren(FitLabel) if not part.isHidden()]
    assert card.name() == ""
    assert not any(visible)


@pytest.mark.parametrize("name", ["欧阳", "张䶮冰", LONG_NAME])
def test_whole_name_has_room_on_the_card(qtbot: QtBot, theme: Theme, name: str) -> None:
    card = PersonCard(theme)
    qtbot.addWidget(card)
    card.set_person(name, "", "2023018A1B2C", "")
    card.resize(card.width(), 600)
    card.show()
    (shown,) = (part for part in card.findChildren(FitLabel) if part.text() == name)
    assert shown.height() >= shown.heightForWidth(shown.width())
    assert card.name() == name


def test_long_name_shrinks_one_step_and_then_wraps(qtbot: QtBot, theme: Theme) -> None:
    label = FitLabel((28, 20))
    qtbot.addWidget(label)
    label.set_text("张䶮冰")
    assert label.size_px(260) == 28
    one_line = label.heightForWidth(260)
    label.set_text(LONG_NAME)
    assert label.size_px(260) == 20
    assert label.heightForWidth(260) > one_line


def test_a_long_name_breaks_after_its_dots_only(theme: Theme) -> None:
    shown = FitLabel((theme.applicant,))
    shown.set_text(LONG_NAME)
    part = FitLabel((theme.applicant,))
    part.set_text("买买提·吐尔逊江·")
    just_less = part.sizeHint().width() - 4
    line = shown.minimumSizeHint().height()
    assert shown.heightForWidth(just_less) // line == 4, "one part on each line"
    assert shown.text() == LONG_NAME


def test_message_says_level_in_words_and_all_three_sentences(qtbot: QtBot, theme: Theme) -> None:
    bar = MessageBar(theme)
    qtbot.addWidget(bar)
    assert bar.isHidden()
    bar.set_message(Level.STOP, "读卡器已断开。", "数据没有丢失。", "请检查连线。")
    assert bar.accessibleName() == "停止：读卡器已断开。数据没有丢失。请检查连线。"
    bar.clear()
    assert bar.isHidden()
    assert bar.text() == ""


@pytest.mark.parametrize(
    ("said", "headline", "rest"),
    [
        ("备份盘不在。没有备份。请接好再备份。", "备份盘不在。", "没有备份。请接好再备份。"),
        ("The disk is gone. Plug it in.", "The disk is gone.", "Plug it in."),
        ("记录完整。", "记录完整。", ""),
    ],
)
def test_the_first_of_several_sentences_is_the_headline(
    qtbot: QtBot, theme: Theme, said: str, headline: str, rest: str
) -> None:
    bar = MessageBar(theme)
    qtbot.addWidget(bar)
    bar.set_message(Level.ATTENTION, said)
    assert [one.text() for one in bar.findChildren(FitLabel)] == [headline, rest]
    assert bar.text() == said


def test_a_long_name_leaves_room_for_where_we_are(qtbot: QtBot, theme: Theme) -> None:
    bar = StatusBar(theme)
    qtbot.addWidget(bar)
    bar.set_place("演示大学", "现场确认 · 1 号工位")
    bar.set_operator(LONG_NAME)
    line = next(one for one in bar.findChildren(TwoLines) if LONG_NAME in "".join(one.lines()))
    assert line.lines() == ("阿卜杜拉·买买提·", "吐尔逊江·阿卜力克木江")
    bar.set_operator("林小满")
    assert line.lines() == ("操作员", "林小满")


def test_status_bar_shows_devices_and_switches_language(qtbot: QtBot, theme: Theme) -> None:
    bar = StatusBar(theme)
    qtbot.addWidget(bar)
    bar.set_devices([DeviceChip(DeviceIcon.CAMERA, "摄像头", Level.DONE, "就绪")] * 3)
    bar.set_devices([DeviceChip(DeviceIcon.PRINTER, "打印机", Level.STOP, "缺纸")])
    chips = [chip for chip in bar.findChildren(ChipView) if not chip.isHidden()]
    assert [chip.accessibleName() for chip in chips] == ["打印机 缺纸"]
    button = bar.findChild(QPushButton)
    assert isinstance(button, QPushButton)
    bar.show()
    with qtbot.waitSignal(bar.language_requested):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_rail_tells_steps_and_progress_to_a_screen_reader(qtbot: QtBot, theme: Theme) -> None:
    rail = StepRail(theme)
    qtbot.addWidget(rail)
    steps = [
        RailStep("核验身份", StepState.DONE),
        RailStep("采集指纹", StepState.CURRENT, "13/24"),
    ]
    rail.set_steps(steps)
    rail.grab()
    assert rail.accessibleName() == "核验身份；采集指纹 13/24"
    assert rail.steps() == tuple(steps)


def test_nobody_can_miss_the_simulation_banner(qtbot: QtBot, theme: Theme) -> None:
    banner = SimulationBanner(theme)
    qtbot.addWidget(banner)
    banner.resize(1366, banner.height())
    picture = banner.grab().toImage()
    row = [picture.pixelColor(x, 4) for x in range(0, picture.width(), 3)]
    striking = sum(pixel == QColor(SIMULATION) for pixel in row)
    assert 0.3 < striking / len(row) < 0.9
    assert "模拟" in banner.accessibleName()
