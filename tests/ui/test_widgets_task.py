"""Widgets of the task itself: pictures, fingers, verdicts, lists, fields."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from station.ui.theme import ACCENT, Level, Theme
from station.ui.widgets.bottom_bar import BottomBar
from station.ui.widgets.candidate_photo_panel import (
    CandidatePhotoPanel,
    ComparedPhoto,
    PhotoComparison,
)
from station.ui.widgets.check_list import CheckItem, CheckList
from station.ui.widgets.field_table import FieldRow, FieldTable
from station.ui.widgets.form_preview import FormPreview
from station.ui.widgets.hands_diagram import HandsDiagram
from station.ui.widgets.live_picture import Guide, LivePicture, image_from_array
from station.ui.widgets.press_dots import DotColumn, PressDots
from station.ui.widgets.progress_ring import ProgressRing
from station.ui.widgets.quality_bar import QualityBar
from station.ui.widgets.scan_field import ScanField
from station.ui.widgets.tries_dots import TriesDots
from station.ui.widgets.verdict_band import BAND_COLOURS, Verdict, VerdictBand
from tests.support.widgets_theme import LARGE, dress

# The offscreen platform says so whenever a window opens; it concerns no user.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return dress(qapp)


def _pixels(picture: QImage, colour: str) -> list[tuple[int, int]]:
    wanted = QColor(colour)
    return [
        (x, y)
        for y in range(0, picture.height(), 2)
        for x in range(0, picture.width(), 2)
        if picture.pixelColor(x, y) == wanted
    ]


def test_grey_and_colour_frames_arrive_unchanged() -> None:
    grey = np.arange(35, dtype=np.uint8).reshape(5, 7)
    assert image_from_array(grey).pixelColor(6, 4).red() == 34
    colour = np.zeros((5, 7, 3), np.uint8)
    colour[2, 3] = (10, 20, 30)
    assert image_from_array(colour).pixelColor(3, 2).name() == "#0a141e"
    strided = np.arange(70, dtype=np.uint8).reshape(5, 14)[:, ::2]
    assert image_from_array(strided).pixelColor(1, 0).red() == 2


@pytest.mark.parametrize("shape", [(0, 0), (4, 4, 2), (3,), (0, 5, 3)])
def test_what_is_no_picture_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="picture"):
        image_from_array(np.zeros(shape, np.uint8))


def test_live_picture_keeps_proportions(qtbot: QtBot, theme: Theme) -> None:
    live = LivePicture(theme, ground="#112233")
    qtbot.addWidget(live)
    live.resize(400, 200)
    live.set_guide(Guide.FINGER)
    live.set_frame(np.full((100, 100), 255, np.uint8))
    picture = live.grab().toImage()
    assert picture.pixelColor(40, 100) == QColor("#112233")
    assert picture.pixelColor(110, 10) == QColor("#FFFFFF")
    live.set_frame(None)
    assert not live.has_picture()


@pytest.mark.parametrize(("position", "on_left_half"), [(6, True), (10, True), (1, False)])
def test_lit_finger_is_on_the_hand_that_is_asked_for(
    qtbot: QtBot, theme: Theme, position: int, on_left_half: bool
) -> None:
    hands = HandsDiagram(theme)
    qtbot.addWidget(hands)
    hands.resize(460, 300)
    hands.set_fingers(position, done={7}, excepted={2})
    lit = _pixels(hands.grab().toImage(), ACCENT)
    assert len(lit) > 100
    assert all((x < 230) == on_left_half for x, _ in lit)


def test_finger_is_named_in_words(qtbot: QtBot, theme: Theme) -> None:
    hands = HandsDiagram(theme)
    qtbot.addWidget(hands)
    hands.set_fingers(6)
    assert hands.accessibleName() == "左手拇指"
    with pytest.raises(IndexError):
        hands.finger_name(11)


def test_dots_count_what_is_taken_without_excepted_fingers(qtbot: QtBot, theme: Theme) -> None:
    dots = PressDots(theme)
    qtbot.addWidget(dots)
    dots.set_progress(
        [DotColumn("左拇", 4), DotColumn("右拇", 1), DotColumn("左食", 0, excepted=True)], 1
    )
    dots.grab()
    assert dots.counts() == (5, 8)


def test_quality_level_turns_at_the_minimum(qtbot: QtBot, theme: Theme) -> None:
    bar = QualityBar(theme)
    qtbot.addWidget(bar)
    levels = []
    for value in (None, 44, 45, 400):
        bar.set_quality(value, 45)
        bar.grab()
        levels.append(bar.level())
    assert levels == [Level.PLAIN, Level.ATTENTION, Level.DONE, Level.DONE]


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("size", [(1366, 768), LARGE])
def test_verdict_fills_the_width_in_its_colour_and_in_large_words(
    qtbot: QtBot, qapp: QApplication, verdict: Verdict, size: tuple[int, int]
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.setContentsMargins(0, 0, 0, 0)
    band = VerdictBand(dress(qapp, size))
    column.addStretch(1)
    column.addWidget(band)
    band.set_verdict(verdict, "第 3 考场 · 12 号")
    window.resize(*size)
    window.show()
    assert (window.width(), window.height()) == size
    assert band.width() == size[0]
    assert band.height() > 96
    picture = band.grab().toImage()
    ground = QColor(BAND_COLOURS[verdict])
    assert picture.pixelColor(2, 2) == picture.pixelColor(size[0] - 3, 2) == ground
    assert "第 3 考场" in band.text()


def test_cleared_verdict_is_gone(qtbot: QtBot, theme: Theme) -> None:
    band = VerdictBand(theme)
    qtbot.addWidget(band)
    band.set_verdict(Verdict.REFUSED)
    assert band.text() == "不予入场，请找主考"
    band.clear()
    assert band.isHidden()
    assert band.text() == ""


def test_tries_are_told_in_words(qtbot: QtBot, theme: Theme) -> None:
    tries = TriesDots(theme)
    qtbot.addWidget(tries)
    tries.set_tries(2, 3)
    tries.grab()
    assert tries.accessibleName() == "已试 2 次，共 3 次"


def test_documents_are_judged_by_touch_or_key(qtbot: QtBot, theme: Theme) -> None:
    checks = CheckList(theme)
    qtbot.addWidget(checks)
    checks.set_items([CheckItem("identity_card", "居民身份证"), CheckItem("degree", "学位证书")])
    checks.resize(800, 240)
    checks.show()
    heard: list[tuple[str, str]] = []
    checks.choice_changed.connect(lambda item, choice: heard.append((item, choice)))
    rows = checks.rows()
    first = rows["identity_card"].buttons()["original_seen"]
    assert min(first.width(), first.height()) >= 48
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    QTest.keyClick(rows["degree"].buttons()["original_seen"], Qt.Key.Key_3)
    assert heard == [("identity_card", "original_seen"), ("degree", "mismatch")]
    assert checks.choices() == {"identity_card": "original_seen", "degree": "mismatch"}


def test_set_choice_is_silent_and_can_be_lifted(qtbot: QtBot, theme: Theme) -> None:
    checks = CheckList(theme)
    qtbot.addWidget(checks)
    checks.set_items([CheckItem("identity_card", "居民身份证", chosen="copy_kept")])
    with qtbot.assertNotEmitted(checks.choice_changed):
        checks.set_choice("identity_card", "")
    assert checks.choices() == {"identity_card": ""}


def test_differences_are_marked_in_words(qtbot: QtBot, theme: Theme) -> None:
    table = FieldTable(theme)
    qtbot.addWidget(table)
    table.set_rows(
        "身份证",
        "报名信息",
        [FieldRow("姓名", "张䶮冰", "张䶮冰"), FieldRow("性别", "男", "女", differs=True)],
    )
    table.grab()
    assert table.differing() == ("性别",)
    words = [child.text() for child in table.findChildren(QWidget) if hasattr(child, "text")]
    assert words.count("不一致") == 1


def test_scan_is_submitted_once_and_not_taken_by_the_primary_action(
    qtbot: QtBot, theme: Theme
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    field, bar = ScanField(theme), BottomBar(theme)
    bar.set_primary("继续")
    column.addWidget(field)
    column.addWidget(bar)
    heard: list[str] = []
    field.submitted.connect(heard.append)
    bar.primary_triggered.connect(lambda: heard.append("primary"))
    with qtbot.waitActive(window):
        window.show()
    field.setFocus()
    QTest.keyClicks(field.line_edit(), " 2023018A1B2C ")
    QTest.keyClick(field.line_edit(), Qt.Key.Key_Return)
    field.clear()
    QTest.keyClick(field.line_edit(), Qt.Key.Key_Return)
    assert heard == ["2023018A1B2C", "primary"]


def test_scan_field_limits_what_a_scanner_may_send(qtbot: QtBot, theme: Theme) -> None:
    field = ScanField(theme)
    qtbot.addWidget(field)
    field.set_prompt("请扫描", "例如 2023018A1B2C")
    field.set_text("9" * 5000)
    assert len(field.text()) == 64


def test_preview_turns_pages_and_stops_at_the_ends(qtbot: QtBot, theme: Theme) -> None:
    preview = FormPreview(theme)
    qtbot.addWidget(preview)
    preview.set_pages([QImage(210, 297, QImage.Format.Format_RGB32)] * 2)
    preview.resize(500, 700)
    preview.show()
    forth = preview.findChildren(QPushButton)[1]
    for _ in range(3):
        QTest.mouseClick(forth, Qt.MouseButton.LeftButton)
    assert preview.page_index() == 1
    preview.set_pages([])
    preview.grab()
    assert preview.page_index() == 0


def test_ring_shows_the_count_and_survives_nonsense(qtbot: QtBot, theme: Theme) -> None:
    ring = ProgressRing(theme)
    qtbot.addWidget(ring)
    ring.set_progress(30, 24)
    ring.grab()
    assert ring.accessibleName() == "24/24"
    ring.set_progress(0, 0)
    ring.grab()
    assert ring.accessibleName() == "…"


def test_gate_panel_forgets_the_last_candidate(qtbot: QtBot, theme: Theme) -> None:
    panel = CandidatePhotoPanel(theme)
    qtbot.addWidget(panel)
    panel.set_candidate("张䶮冰", "第 3 考场 · 12 号", "准考证 110012", "请按右手拇指")
    assert panel.name() == "张䶮冰"
    panel.clear()
    assert panel.name() == ""


def test_photos_for_a_decision_have_equal_size(qtbot: QtBot, theme: Theme) -> None:
    comparison = PhotoComparison(theme)
    qtbot.addWidget(comparison)
    wide = QImage(640, 480, QImage.Format.Format_RGB32)
    wide.fill(0xFF808080)
    comparison.set_photos([ComparedPhoto("报名照片", wide), ComparedPhoto("现场照片", None)])
    comparison.resize(500, 400)
    assert not comparison.grab().isNull()
