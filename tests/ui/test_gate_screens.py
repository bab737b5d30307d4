"""The gate as its staff use it: keys, scanner and mouse on the real window."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from station.assets import asset
from station.domain.facts import GateAdmitted, Lane
from station.settings import Language
from station.ui.fonts import load_fonts
from station.ui.main_window import MainWindow
from station.ui.screens.gate_band import GateBand
from station.ui.theme import Theme
from station.ui.widgets.live_picture import LivePicture
from station.ui.widgets.tries_dots import TriesDots
from station.workflow import effects, inputs
from station.workflow.capture import ReaderPhase
from station.workflow.inputs import DeviceKind
from station.workflow.notices import Notice
from tests.support.ui_fakes import NOW, FakeServices
from tests.support.ui_gate_fakes import (
    DESIGNATED,
    LONG_NAMED,
    SESSION,
    SIZES,
    GateWorld,
    gate_services,
    gate_window,
    make_candidate,
    picture_of_a_finger,
)
from tests.support.ui_looks import cut_off
from tests.support.ui_window import time_keys

# The offscreen platform says so whenever a window opens; it concerns no user.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

TICKET = "990000000012"


class Staff:
    """Somebody at the gate: eyes and fingers on one window."""

    def __init__(self, window: MainWindow, services: FakeServices) -> None:
        self.window = window
        self.services = services
        self.gate = services.gate
        self.world = GateWorld(services)

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.window, key)

    def enter(self) -> None:
        self.key(Qt.Key.Key_Return)

    def click(self, name: str) -> None:
        button = self.window.findChild(QPushButton, name)
        assert button is not None
        assert button.isVisible()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def scan_anywhere(self, text: str) -> None:
        """A scan where no field has the focus; its keys come without any time between them."""
        time_keys(self.window)
        for key in text:
            QTest.keyClicks(QApplication.focusWidget() or self.window, key)
        self.enter()

    @property
    def scan_field(self) -> QLineEdit:
        field = self.window.findChild(QLineEdit, "gate.scan")
        assert field is not None
        return field

    def scan(self, text: str) -> None:
        """As a scanner in keyboard mode does: characters, then Return."""
        QTest.keyClicks(self.scan_field, text)
        QTest.keyClick(self.scan_field, Qt.Key.Key_Return)

    def reads(self, name: str) -> str:
        shown = self.window.findChild(QWidget, name)
        assert shown is not None, name
        return str(shown.text()) if shown.isVisible() else ""  # type: ignore[attr-defined]  # texts

    def band(self) -> str:
        band = self.window.findChild(GateBand)
        assert band is not None
        return band.text() if band.isVisible() else ""

    def message(self) -> str:
        return self.reads("shell.message")

    def counted(self, name: str) -> str:
        number = self.window.findChild(QWidget, f"gate.count.{name}")
        assert number is not None
        return number.accessibleName().split()[-1]

    def button(self, name: str) -> QPushButton | None:
        found = self.window.findChild(QPushButton, name)
        return found if found is not None and found.isVisible() else None


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    load_fonts(asset("fonts"))
    return Theme.for_screen(*SIZES[0])


@pytest.fixture
def staff(qtbot: QtBot, theme: Theme) -> Iterator[Staff]:
    services = gate_services()
    window = gate_window(services, SIZES[0])
    qtbot.addWidget(window)
    yield Staff(window, services)
    window.close()


@pytest.fixture
def loaded(staff: Staff) -> Staff:
    staff.world.load()
    return staff


@pytest.fixture
def at_reader(loaded: Staff) -> Staff:
    loaded.world.bring(make_candidate())
    return loaded


def test_enter_loads_the_package_and_the_counts_show(staff: Staff) -> None:
    staff.enter()
    assert isinstance(staff.gate.asked[-1], effects.LoadSession)
    primary = staff.button("bottom.primary")
    assert primary is not None
    assert not primary.isEnabled()
    staff.gate.send(inputs.SessionReady(SESSION, 1482, 317, 4))
    assert staff.scan_field.isVisible()
    assert staff.scan_field.hasFocus()
    names = ("expected", "admitted", "missing", "without_template")
    assert [staff.counted(name) for name in names] == ["1482", "317", "1165", "4"]


@pytest.mark.parametrize(
    ("notice", "words"),
    [
        (Notice.PACKAGE_REFUSED, "向考务机构索取"),
        (Notice.PLATFORM_UNREACHABLE, "检查网络"),
    ],
)
def test_a_package_that_does_not_come_says_what_to_do_and_can_be_tried_again(
    staff: Staff, notice: Notice, words: str
) -> None:
    staff.enter()
    staff.gate.send(inputs.Failed(notice))
    assert words in staff.message()
    staff.enter()
    assert [type(asked) for asked in staff.gate.asked].count(effects.LoadSession) == 2


def test_a_scan_carries_the_time_it_was_read(loaded: Staff) -> None:
    loaded.scan(TICKET)
    assert loaded.gate.sent[-1] == inputs.Scan(TICKET, NOW)


def test_a_typed_number_and_the_button_do_the_same(loaded: Staff) -> None:
    QTest.keyClicks(loaded.scan_field, TICKET)
    loaded.click("bottom.primary")
    assert loaded.gate.sent[-1] == inputs.Scan(TICKET, NOW)


def test_enter_in_an_empty_field_asks_for_a_ticket(loaded: Staff) -> None:
    loaded.enter()
    assert "请扫描准考证" in loaded.message()
    assert not any(isinstance(asked, effects.FindCandidate) for asked in loaded.gate.asked)


def test_the_card_button_reads_the_card(loaded: Staff) -> None:
    loaded.click("bottom.read_card")
    assert loaded.gate.sent[-1] == inputs.ScanCard(NOW)
    loaded.gate.send(inputs.Failed(Notice.NO_CARD))
    assert "身份证" in loaded.message()
    loaded.key(Qt.Key.Key_F5)
    assert loaded.gate.sent[-1] == inputs.ScanCard(NOW)


def test_an_unknown_ticket_leaves_the_field_ready_to_be_overwritten(loaded: Staff) -> None:
    loaded.scan("1")
    loaded.gate.send(inputs.Failed(Notice.CANDIDATE_UNKNOWN))
    assert "本场没有这位考生" in loaded.message()
    loaded.scan(TICKET)
    assert loaded.gate.sent[-1] == inputs.Scan(TICKET, NOW)


def test_somebody_of_another_session_is_told_where_to_go(loaded: Staff) -> None:
    loaded.scan(TICKET)
    elsewhere = make_candidate(
        exam_session_id="afternoon", paper="学科综合水平考试（护理学）", room="07", seat="22"
    )
    loaded.world.find(elsewhere)
    words = loaded.reads("gate.elsewhere")
    for part in ("欧阳䶮", "学科综合水平考试（护理学）", "07", "22"):
        assert part in words
    loaded.scan("2")
    assert loaded.reads("gate.elsewhere") == ""


def test_the_reader_screen_names_person_place_and_finger(at_reader: Staff) -> None:
    assert at_reader.reads("gate.name") == "欧阳䶮"
    assert "03" in at_reader.reads("gate.place")
    assert "17" in at_reader.reads("gate.place")
    assert at_reader.reads("gate.instruction") == "请把右手食指放到采集仪上"
    assert at_reader.band() == "右手食指"
    assert at_reader.reads("gate.lane") == "普通通道"
    assert at_reader.reads("gate.score") == ""


def test_the_instruction_follows_the_finger(at_reader: Staff) -> None:
    attempt = at_reader.gate.state.reader.attempt
    at_reader.gate.send(inputs.FingerSensed(attempt))
    assert at_reader.reads("gate.instruction") == "请按住不动"
    at_reader.world.press(None)
    assert at_reader.reads("gate.instruction") == "请抬起手指"
    at_reader.world.lift()
    assert at_reader.reads("gate.instruction") == "请把右手食指放到采集仪上"


def test_a_match_admits_in_large_letters_and_enter_takes_the_next(at_reader: Staff) -> None:
    at_reader.world.press(DESIGNATED, 87.24)
    assert at_reader.band().startswith("准予入场")
    assert "17" in at_reader.band()
    assert at_reader.reads("gate.score") == "比对分 87.2／须达 40.0（外推）"
    assert at_reader.reads("gate.instruction") == ""
    at_reader.enter()
    assert at_reader.scan_field.isVisible()
    assert at_reader.scan_field.hasFocus()
    assert at_reader.scan_field.text() == ""


def test_a_miss_says_again_and_counts_the_try(at_reader: Staff) -> None:
    at_reader.world.press(None)
    assert at_reader.band() == "请再按一次 没有比对上，还可以试 2 次"
    tries = at_reader.window.findChild(TriesDots)
    assert tries is not None
    assert "1" in tries.accessibleName()


def test_an_unusable_press_says_how_to_do_better(at_reader: Staff) -> None:
    attempt = at_reader.gate.state.reader.attempt
    at_reader.gate.send(inputs.PressRefused(attempt, Notice.PRESS_TOO_DRY))
    assert at_reader.band().startswith("请再按一次 手指太干")


def test_three_misses_lead_to_the_special_lane_and_nine_to_the_chief(at_reader: Staff) -> None:
    at_reader.world.miss(3)
    assert at_reader.band().startswith("请到特殊通道")
    assert at_reader.reads("gate.lane") == "特殊通道"
    assert at_reader.reads("gate.instruction") == "请把任一打勾的手指放到采集仪上"
    at_reader.world.miss(6)
    assert at_reader.reads("gate.instruction") == "请稍候，正在拍照留证"
    at_reader.world.photograph()
    assert at_reader.band() == "不予入场·请找主考 指纹没有比对上"
    assert at_reader.gate.state.admitted == 317
    at_reader.enter()
    assert at_reader.scan_field.isVisible()


def test_no_fingerprints_on_file_leads_to_the_chief_with_the_reason(loaded: Staff) -> None:
    loaded.scan(TICKET)
    loaded.world.find(make_candidate(enrolled=(), designated=None))
    loaded.world.photograph()
    assert loaded.band() == "不予入场·请找主考 没有指纹档案"


def test_a_second_admission_is_told_apart(loaded: Staff) -> None:
    loaded.scan(TICKET)
    loaded.world.find(make_candidate(), (GateAdmitted("morning", Lane.NORMAL, 88.0, True),))
    assert loaded.band().startswith("已入场过")
    assert loaded.message() == ""


def test_after_the_door_is_shut_nobody_is_asked_for_a_finger(loaded: Staff) -> None:
    loaded.scan(TICKET)
    loaded.world.find(make_candidate(), at=SESSION.starts_at + SESSION.rules.closes_after)
    assert loaded.band().startswith("已停止入场")
    assert not any(isinstance(asked, effects.CompareFinger) for asked in loaded.gate.asked)


def test_a_lost_reader_says_so_and_goes_on_by_itself(at_reader: Staff) -> None:
    at_reader.gate.send(inputs.DeviceLost(DeviceKind.READER))
    assert "采集仪已断开" in at_reader.message()
    assert "F8" in at_reader.message()
    assert "右手食指" not in at_reader.band()
    at_reader.gate.send(inputs.DeviceBack(DeviceKind.READER))
    assert at_reader.message() == ""
    assert at_reader.band() == "右手食指"


def test_a_full_disk_keeps_the_admission_and_enter_saves_it_again(at_reader: Staff) -> None:
    attempt = at_reader.gate.state.reader.attempt
    at_reader.gate.send(
        inputs.PressCompared(attempt, DESIGNATED, 90.0, 40.0, simulated=True, evidence=())
    )
    at_reader.gate.send(inputs.RecordFailed(Notice.DISK_FULL))
    assert "磁盘已满" in at_reader.message()
    assert at_reader.band() == ""
    at_reader.enter()
    at_reader.gate.store()
    assert at_reader.band().startswith("准予入场")


def test_calling_the_chief_asks_first(at_reader: Staff) -> None:
    at_reader.key(Qt.Key.Key_F8)
    dialog = at_reader.window.findChild(QWidget, "gate.chief")
    assert dialog is not None
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert inputs.CallChief() not in at_reader.gate.sent
    QTest.qWait(1)
    at_reader.click("bottom.exception")
    at_reader.click("gate.chief.primary")
    assert at_reader.gate.sent[-1] == inputs.CallChief()
    at_reader.world.photograph()
    assert "请找主考" in at_reader.band()


def test_escape_lets_the_next_person_go_first(at_reader: Staff) -> None:
    at_reader.key(Qt.Key.Key_Escape)
    assert at_reader.gate.sent[-1] == inputs.NextPerson()
    assert at_reader.scan_field.isVisible()


def test_a_scan_in_mid_visit_says_that_somebody_is_at_the_reader(at_reader: Staff) -> None:
    at_reader.window.setFocus()
    before = at_reader.gate.state
    at_reader.scan_anywhere(TICKET)
    assert at_reader.gate.state is before
    assert "正在核验当前考生" in at_reader.message()


def test_beside_a_verdict_no_finger_is_waited_for(at_reader: Staff) -> None:
    picture = at_reader.window.findChild(LivePicture, "gate.picture")
    assert picture is not None
    assert picture.placeholder() == "等待按指"
    at_reader.world.press(DESIGNATED)
    assert at_reader.button("bottom.primary") is not None
    assert picture.placeholder() == ""


def test_a_scan_over_a_verdict_takes_the_next_person(at_reader: Staff) -> None:
    at_reader.world.press(DESIGNATED)
    at_reader.scan_anywhere("990000000013")
    assert at_reader.gate.sent[-1] == inputs.Scan("990000000013", NOW)
    assert at_reader.gate.asked[-1] == effects.FindCandidate("990000000013")


def test_nothing_of_the_last_person_stays(at_reader: Staff) -> None:
    at_reader.world.press(DESIGNATED)
    at_reader.enter()
    at_reader.world.bring(LONG_NAMED)
    words = [label.text() for label in at_reader.window.findChildren(QLabel)]
    words += [at_reader.reads("gate.name"), at_reader.reads("gate.score"), at_reader.band()]
    assert not any("欧阳" in word or word == "90" or "准予" in word for word in words)
    assert at_reader.reads("gate.score") == ""


def test_the_live_picture_shows_a_finger_only_while_it_lies_there(
    qtbot: QtBot, at_reader: Staff
) -> None:
    picture = at_reader.window.findChild(LivePicture, "gate.picture")
    assert picture is not None
    assert not picture.has_picture()
    at_reader.services.devices.reader_picture = picture_of_a_finger()
    qtbot.waitUntil(picture.has_picture)
    at_reader.services.devices.reader_picture = None
    qtbot.waitUntil(lambda: not picture.has_picture())


def test_a_room_with_a_name_is_called_by_it(loaded: Staff) -> None:
    loaded.world.bring(LONG_NAMED)
    assert loaded.reads("gate.place") == "综合楼 A-1204　08 号座位"


def test_help_tells_about_the_lanes(at_reader: Staff) -> None:
    at_reader.key(Qt.Key.Key_F1)
    words = " ".join(label.text() for label in at_reader.window.findChildren(QLabel))
    assert "特殊通道" in words
    dialog = at_reader.window.findChild(QWidget, "help")
    assert dialog is not None
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert QApplication.activeModalWidget() is None


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("size", SIZES)
def test_every_moment_fits_the_screen_with_long_names(
    qtbot: QtBot, theme: Theme, size: tuple[int, int], language: Language
) -> None:
    services = gate_services()
    window = gate_window(services, size, language)
    qtbot.addWidget(window)
    staff = Staff(window, services)

    def fits() -> bool:
        QApplication.processEvents()
        hint = window.minimumSizeHint()
        whole = LONG_NAMED.name not in cut_off(window)
        return whole and hint.width() <= size[0] and hint.height() <= size[1]

    assert fits()
    staff.world.load()
    staff.gate.send(inputs.Scan(TICKET, NOW))
    staff.world.find(make_candidate(exam_session_id="afternoon", name=LONG_NAMED.name))
    assert fits()
    staff.world.bring(LONG_NAMED)
    staff.gate.send(inputs.DeviceLost(DeviceKind.READER))
    assert fits()
    staff.gate.send(inputs.DeviceBack(DeviceKind.READER))
    staff.world.miss(3)
    assert fits()
    staff.gate.send(inputs.DeviceLost(DeviceKind.READER))
    assert fits(), "the special lane has a line more"
    staff.gate.send(inputs.DeviceBack(DeviceKind.READER))
    staff.world.press(DESIGNATED)
    assert staff.gate.state.reader.phase is ReaderPhase.IDLE
    assert fits()
    window.close()


def test_verdicts_are_at_least_ninety_six_pixels_high(theme: Theme) -> None:
    assert theme.verdict >= 96


def test_english_leaves_no_chinese_but_names(qtbot: QtBot, theme: Theme) -> None:
    services = gate_services()
    window = gate_window(services, SIZES[0], Language.EN)
    qtbot.addWidget(window)
    staff = Staff(window, services)
    staff.world.load()
    staff.world.bring(make_candidate(name="ANNA", paper="English"))
    shown = [staff.reads("gate.instruction"), staff.band(), staff.reads("gate.lane")]
    staff.world.miss(9)
    staff.world.photograph()
    shown += [staff.band(), staff.reads("gate.score"), staff.reads("gate.place")]
    for text in shown:
        assert text
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in text), text
    window.close()
