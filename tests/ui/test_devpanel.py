"""The developer panel: clicks move the hands, and nothing but the hands."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from drivers.api import DeviceState, DriverKind, PrintTrouble, RetryReason
from drivers.simulated.commands import Command, CommandInvalid
from drivers.simulated.glass_reader import complaint
from station.assets import asset
from station.domain.fingers import CAPTURE_PLAN
from station.services.network_lever import LeveredSession
from station.services.practice_cards import practice_cards
from station.ui.devpanel.hands import Hands, Moved
from station.ui.devpanel.panel import SMART_CARD, DeveloperPanel
from station.ui.devpanel.styles import STYLES
from station.ui.fonts import load_fonts

# The offscreen platform says so whenever a window opens; it concerns no user.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


class Visitor:
    """Somebody who plays with the levers."""

    def __init__(self, qtbot: QtBot, moved: Mapping[DriverKind, Moved] | None = None) -> None:
        self._qtbot = qtbot
        self.hands = Hands.fresh()
        here = self.hands.all_moved_here() if moved is None else moved
        self.panel = DeveloperPanel(self.hands, here)
        qtbot.addWidget(self.panel)
        self.panel.show()

    def click(self, name: str) -> None:
        button = self.panel.findChild(QPushButton, name)
        assert button is not None, name
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def choose(self, name: str, row: int) -> None:
        box = self.panel.findChild(QComboBox, name)
        assert box is not None, name
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Home)
        for _ in range(row):
            QTest.keyClick(box, Qt.Key.Key_Down)
        assert box.currentIndex() == row

    def wait_to_read(self, name: str, words: str) -> None:
        label = self.panel.findChild(QLabel, name)
        assert label is not None, name
        self._qtbot.waitUntil(lambda: words in label.text())


@pytest.fixture
def visitor(qapp: QApplication, qtbot: QtBot) -> Visitor:
    load_fonts(asset("fonts"))
    return Visitor(qtbot)


def test_pressing_lays_the_chosen_finger_and_lifting_takes_it_away(visitor: Visitor) -> None:
    visitor.choose("hands.reader.person", 3)
    visitor.choose("hands.reader.finger", 2)
    visitor.click("hands.reader.press")
    press = visitor.hands.reader.on_glass
    assert press is not None
    assert press.finger.person == "P004"
    assert press.finger.finger_position == int(CAPTURE_PLAN[2])
    visitor.wait_to_read("hands.reader.state", "左手食指")
    visitor.click("hands.reader.lift")
    assert visitor.hands.reader.on_glass is None
    visitor.wait_to_read("hands.reader.state", "没有手指")


def test_every_press_of_a_finger_is_another_impression(visitor: Visitor) -> None:
    impressions = []
    for _ in range(3):
        visitor.click("hands.reader.press")
        press = visitor.hands.reader.on_glass
        assert press is not None
        impressions.append(press.impression)
        visitor.click("hands.reader.lift")
    assert impressions == [1, 2, 3]


def test_the_wrong_finger_is_never_the_chosen_one(visitor: Visitor) -> None:
    for row in (0, 5, 9):
        visitor.choose("hands.reader.finger", row)
        visitor.click("hands.reader.press")
        right = visitor.hands.reader.on_glass
        visitor.click("hands.reader.press_wrong")
        wrong = visitor.hands.reader.on_glass
        assert right is not None
        assert wrong is not None
        assert wrong.finger.person == right.finger.person
        assert wrong.finger.finger_position != right.finger.finger_position


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("正常", None),
        ("偏干", None),
        ("太干", RetryReason.TOO_DRY),
        ("太湿", RetryReason.TOO_WET),
        ("太轻", RetryReason.TOO_LIGHT),
        ("太重", RetryReason.TOO_HARD),
        ("放歪", RetryReason.OFF_CENTRE),
        ("抹了一下", RetryReason.SMEARED),
    ],
)
def test_a_way_of_pressing_is_what_its_name_says(
    visitor: Visitor, title: str, reason: RetryReason | None
) -> None:
    row = [style.title for style in STYLES].index(title)
    visitor.choose("hands.reader.style", row)
    visitor.click("hands.reader.press")
    press = visitor.hands.reader.on_glass
    assert press is not None
    assert complaint(press.quality) is reason


@pytest.mark.parametrize("device", ["reader", "card", "camera", "printer"])
def test_every_cable_comes_out_and_goes_back(visitor: Visitor, device: str) -> None:
    hand = getattr(visitor.hands, device)
    visitor.click(f"hands.{device}.unplug")
    assert not hand.plugged
    visitor.wait_to_read(f"hands.{device}.state", "线拔掉了")
    visitor.click(f"hands.{device}.plug_in")
    assert hand.plugged


def test_the_card_lies_well_or_askew_or_not_at_all(visitor: Visitor) -> None:
    visitor.choose("hands.reader.person", 1)
    visitor.click("hands.card.lay")
    card = visitor.hands.card.card
    assert card is not None
    visitor.wait_to_read("hands.card.state", card.name)
    visitor.click("hands.card.lay_half")
    visitor.wait_to_read("hands.card.state", "放歪")
    assert not visitor.hands.card.readable
    visitor.click("hands.card.take")
    visitor.wait_to_read("hands.card.state", "没有证件")


def test_people_sit_down_and_stand_up_and_lenses_get_covered(visitor: Visitor) -> None:
    visitor.click("hands.camera.sit_down")
    assert visitor.hands.camera.person == "P001"
    visitor.wait_to_read("hands.camera.state", "P001 坐着")
    visitor.click("hands.camera.cover")
    visitor.wait_to_read("hands.camera.state", "镜头被遮住")
    visitor.click("hands.camera.uncover")
    visitor.click("hands.camera.stand_up")
    visitor.wait_to_read("hands.camera.state", "椅子空着")
    assert not visitor.hands.camera.covered


def test_paper_runs_out_and_jams(visitor: Visitor) -> None:
    printer = visitor.hands.printer
    visitor.click("hands.printer.paper_out")
    assert printer.trouble() is PrintTrouble.PAPER_OUT
    visitor.wait_to_read("hands.printer.state", "缺纸")
    visitor.click("hands.printer.refill")
    visitor.click("hands.printer.jam")
    visitor.wait_to_read("hands.printer.state", "卡纸")
    visitor.click("hands.printer.clear_jam")
    visitor.wait_to_read("hands.printer.state", "正常")


def test_the_picture_stands_still_and_moves_again(visitor: Visitor) -> None:
    camera = visitor.hands.camera
    visitor.click("hands.camera.freeze")
    frozen_at_s = camera.picture_time_s()
    assert camera.picture_time_s() == frozen_at_s
    visitor.click("hands.camera.thaw")
    assert camera.picture_time_s() > frozen_at_s


def test_a_press_may_come_later(visitor: Visitor, qtbot: QtBot) -> None:
    visitor.choose("hands.reader.delay", 1)
    visitor.click("hands.reader.press")
    assert visitor.hands.reader.on_glass is None
    qtbot.waitUntil(lambda: visitor.hands.reader.on_glass is not None)


def test_the_network_is_cut_and_comes_back(visitor: Visitor) -> None:
    session = LeveredSession(visitor.hands.network)
    visitor.click("hands.network.unplug")
    visitor.wait_to_read("hands.network.state", "连不上平台")
    with pytest.raises(requests.ConnectionError, match="lever"):
        session.get("http://127.0.0.1:9/")
    visitor.click("hands.network.plug_in")
    with pytest.raises(requests.ConnectionError, match="refused"):
        session.get("http://127.0.0.1:9/")


def test_a_device_in_another_process_is_moved_by_commands(qtbot: QtBot, qapp: QApplication) -> None:
    said: list[Command] = []
    visitor = Visitor(qtbot, {DriverKind.PRINTER: Moved(said.append, seen=False)})
    visitor.click("hands.printer.jam")
    assert said == [Command(DriverKind.PRINTER, "jam")]
    visitor.wait_to_read("hands.printer.state", "自己的进程")


def test_a_command_that_does_not_arrive_is_told(qtbot: QtBot, qapp: QApplication) -> None:
    def refuse(command: Command) -> None:
        raise CommandInvalid("device: not open")

    visitor = Visitor(qtbot, {DriverKind.CAMERA: Moved(refuse, seen=False)})
    visitor.click("hands.camera.stand_up")
    visitor.wait_to_read("hands.camera.state", "没有做成")


def test_the_levers_of_a_real_device_do_not_move(qtbot: QtBot, qapp: QApplication) -> None:
    visitor = Visitor(qtbot, {})
    lever = visitor.panel.findChild(QPushButton, "hands.reader.press")
    assert lever is not None
    assert not lever.isEnabled()
    visitor.wait_to_read("hands.reader.state", "不是模拟的")


@pytest.mark.parametrize("device", ["reader", "card", "camera", "printer"])
def test_a_device_stops_answering_and_answers_again(visitor: Visitor, device: str) -> None:
    hand = getattr(visitor.hands, device)
    visitor.click(f"hands.{device}.stall")
    assert hand.status().state is DeviceState.FAULT
    visitor.click(f"hands.{device}.recover")
    assert hand.status().state is DeviceState.READY


def test_closing_the_panel_leaves_the_hands_as_they_are(visitor: Visitor) -> None:
    visitor.click("hands.reader.press")
    visitor.panel.close()
    assert visitor.hands.reader.on_glass is not None


def test_staff_cards_go_in_and_out(qtbot: QtBot) -> None:
    visitor = Visitor(qtbot)
    visitor.panel.close()
    visitor.hands.smart_card.cards = practice_cards(
        datetime(2026, 3, 2, tzinfo=UTC), Path("/nowhere/cards.json")
    )
    visitor.panel = DeveloperPanel(visitor.hands, visitor.hands.all_moved_here())
    qtbot.addWidget(visitor.panel)
    visitor.panel.show()
    hand = visitor.hands.smart_card

    def lies() -> tuple[object, bool]:
        return hand.card, hand.presence.present

    visitor.choose("hands.staff_card.which", 1)
    visitor.click("hands.staff_card.insert")
    assert lies() == (hand.cards["卡 B"], True)
    visitor.click("hands.staff_card.insert_other")
    assert lies() == (None, True)
    visitor.click("hands.staff_card.pull")
    assert lies() == (None, False)


def test_without_a_reader_of_staff_cards_there_are_no_levers_for_it(qtbot: QtBot) -> None:
    here = Hands.fresh().all_moved_here()
    visitor = Visitor(qtbot, {kind: one for kind, one in here.items() if kind is not SMART_CARD})
    assert visitor.panel.findChild(QPushButton, "hands.staff_card.insert") is None
