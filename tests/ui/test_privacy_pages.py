"""Retention, support bundle and the slip as the people see them who use them."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QPlainTextEdit
from pytestqt.qtbot import QtBot

from station.domain.people import Operator, Role
from station.domain.retention import ProvenTime, Trust
from station.services.retention import RetentionState, Stage
from station.services.retention_policy import InForce
from station.services.support_bundle import BundleTrouble
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep
from tests.support.privacy_fakes import PICTURE, POLICY
from tests.support.ui_fakes import ADMIN, CLERK, OPERATORS
from tests.support.ui_window import ENTER, Desk, open_desk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

AUDITOR = Operator("op-9", "秦观澜", frozenset({Role.AUDITOR}))


def open_page(qtbot: QtBot, title: str, operator: Operator = ADMIN) -> Desk:
    desk = open_desk(qtbot, operator)
    pages = desk.widget("admin.pages")
    assert isinstance(pages, QListWidget)
    titles = [pages.item(place).text() for place in range(pages.count())]
    pages.setCurrentRow(titles.index(title))
    return desk


def test_the_page_says_what_is_held_why_and_until_when(qtbot: QtBot) -> None:
    words = open_page(qtbot, "保存期限").words()
    assert "指纹图像" in words
    assert "平台已签收全部图像，本机留七天供补传核对。" in words
    assert "2026-06-07" in words, "the first is due already"
    assert "default-2026-1" in words
    assert "至少 1095 天。" in words
    assert "不自动删除" in words
    assert "station privacy export" in words, (
        "no screen makes a person's copy, so this one says how"
    )
    assert "有了更新的备份才删除" in words, "the newest backup waits for the next, not for receipts"
    assert "按期保存，等待平台签收" not in words
    assert "90 天。报名年度结束后" in words, "it goes by age, so nobody is told of a reminder"


def test_nothing_goes_before_it_was_shown_and_confirmed(qtbot: QtBot) -> None:
    desk = open_page(qtbot, "保存期限")
    assert desk.caption("bottom.primary") == "清理到期资料"
    desk.press(ENTER)
    assert "指纹图像 · 平台已签收：1 份 24 项" in desk.words()
    desk.press(Qt.Key.Key_Escape)
    assert desk.services.retention.runs == 0
    desk.press(ENTER)
    desk.click("sweep.primary")
    assert desk.services.retention.runs == 1
    assert "清理了 1 人的 48 项资料" in desk.message()


def test_an_auditor_sees_and_removes_nothing(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.support.ui_fakes.OPERATORS", (*OPERATORS, AUDITOR))
    desk = open_desk(qtbot, None)
    desk.services.sign_in._operators = (*OPERATORS, AUDITOR)
    desk.services.sign_in.sign_in(AUDITOR.operator_id, "plum-blossom-42")
    pages = desk.rows("admin.pages")
    assert "保存期限" in pages
    assert "支持包" not in pages
    listed = desk.widget("admin.pages")
    assert isinstance(listed, QListWidget)
    listed.setCurrentRow(pages.index("保存期限"))
    assert not desk.shows("bottom.primary")


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (RetentionState(picture=PICTURE, trouble="磁盘空间不足。"), "磁盘空间不足。"),
        (
            RetentionState(picture=replace(PICTURE, in_force=InForce(POLICY, "仍按上一份执行。"))),
            "仍按上一份执行。",
        ),
        (
            RetentionState(picture=replace(PICTURE, proven=ProvenTime(Trust.CLOCKS_DISAGREE))),
            "请校准本机时钟。",
        ),
        (RetentionState(picture=replace(PICTURE, reminded=3)), "有 3 份资料放得太久"),
    ],
)
def test_what_is_wrong_is_said_above_the_page(
    qtbot: QtBot, state: RetentionState, said: str
) -> None:
    desk = open_page(qtbot, "保存期限")
    desk.services.retention.show(state)
    assert said in desk.message()
    assert desk.has_way_forward()


def test_a_sweep_shows_how_far_it_is(qtbot: QtBot) -> None:
    desk = open_page(qtbot, "保存期限")
    desk.services.retention.show(RetentionState(Stage.SWEEPING, 0.42, PICTURE))
    assert "正在清理… 42%" in desk.words()
    assert not desk.widget("bottom.primary").isEnabled()


def test_a_bundle_can_be_read_before_it_is_written(qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_page(qtbot, "支持包")
    text = desk.widget("support.text")
    assert isinstance(text, QPlainTextEdit)
    parts = desk.widget("support.parts")
    assert isinstance(parts, QListWidget)
    parts.setCurrentRow(1)
    assert '"system": "Linux"' in text.toPlainText()
    desk.field("support.folder").setText(str(tmp_path))
    desk.click("bottom.primary")
    assert desk.services.support.made == [tmp_path]
    assert str(tmp_path / "support.zip") in desk.message()


def test_a_bundle_that_cannot_be_written_says_why(qtbot: QtBot) -> None:
    desk = open_page(qtbot, "支持包")
    desk.services.support.trouble = BundleTrouble("支持包没有写成，请换一个文件夹再试。")
    desk.click("bottom.primary")
    assert "请换一个文件夹" in desk.message()
    desk.field("support.folder").setText("not absolute")
    assert not desk.widget("bottom.primary").isEnabled()


def test_the_applicant_may_take_a_slip_home(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, CLERK)
    desk.desk.open_at(DeskStep.SEALED)
    assert "按 F9 打印" in desk.words()
    desk.press(Qt.Key.Key_F9)
    assert desk.services.slips.printed == ["7f" * 16]
    assert "告知单已送打印机" in desk.words()
    desk.services.slips.answer = Notice.PAPER_OUT
    desk.press(Qt.Key.Key_F9)
    assert "纸" in desk.words()
    assert desk.caption("bottom.primary") == "下一位"
