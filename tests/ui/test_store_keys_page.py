"""The keys' page as a security admin uses it."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget
from pytestqt.qtbot import QtBot

from station.domain.people import Operator, Role
from station.services.key_state import KeysState, KeyWork
from station.store.keyring import MachineKind
from station.ui.screens.admin.recovery_dialog import RecoveryDialog
from station.workflow.notices import Notice
from tests.support.store_key_fakes import CUSTODY
from tests.support.ui_fakes import ADMIN, OPERATORS, PASSPHRASE
from tests.support.ui_window import ENTER, Desk, open_desk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

CHIEF = Operator("sec-1", "欧阳䶮安", frozenset({Role.SECURITY_ADMIN}))


def signed_in(qtbot: QtBot, operator: Operator = CHIEF) -> Desk:
    desk = open_desk(qtbot, None)
    desk.services.sign_in._operators = (*OPERATORS, CHIEF)
    desk.services.sign_in.sign_in(operator.operator_id, PASSPHRASE)
    return desk


def open_page(qtbot: QtBot) -> Desk:
    desk = signed_in(qtbot)
    pages = desk.widget("admin.pages")
    assert isinstance(pages, QListWidget)
    pages.setCurrentRow(desk.rows("admin.pages").index("密钥"))
    return desk


def recovery(desk: Desk) -> RecoveryDialog:
    desk.press(Qt.Key.Key_F4)
    dialog = desk.widget("recovery")
    assert isinstance(dialog, RecoveryDialog)
    return dialog


def test_it_says_who_and_what_opens_the_station(qtbot: QtBot) -> None:
    words = open_page(qtbot).words()
    assert "口令 · 证书卡" in words
    assert "不能开启（账号已停用）" in words
    assert "有，2026-02-14 生成" in words
    assert "不需要更换" in words


def test_others_do_not_see_it(qtbot: QtBot) -> None:
    assert "密钥" not in signed_in(qtbot, ADMIN).rows("admin.pages")


def test_a_rotation_is_confirmed_first_and_shows_how_far_it_is(qtbot: QtBot) -> None:
    desk = open_page(qtbot)
    desk.press(ENTER)
    assert "期间不能保存新的记录" in desk.words()
    desk.press(Qt.Key.Key_Escape)
    assert "rotate" not in desk.services.keys.asked
    desk.press(ENTER)
    desk.click("rotate.primary")
    assert "rotate" in desk.services.keys.asked
    assert "正在更换数据库密钥… 42%" in desk.words()
    assert not desk.widget("bottom.primary").isEnabled()


def test_a_key_that_is_due_is_said_above_the_page(qtbot: QtBot) -> None:
    desk = open_page(qtbot)
    desk.services.keys.show(KeysState(custody=replace(CUSTODY, rotation_due=True)))
    assert "请更换数据库密钥" in desk.message()
    assert desk.has_way_forward()


def test_a_new_recovery_key_counts_only_once_its_sheet_is_out(qtbot: QtBot) -> None:
    desk = open_page(qtbot)
    recovery(desk)
    assert desk.widget("recovery.print").hasFocus(), "what comes first, not giving up"
    assert not desk.widget("recovery.primary").isEnabled()
    desk.services.keys.print_answer = Notice.PAPER_OUT
    desk.click("recovery.print")
    assert "纸" in desk.words()
    assert not desk.widget("recovery.primary").isEnabled()
    desk.services.keys.print_answer = None
    desk.click("recovery.print")
    assert "24 个词" in desk.words()
    desk.click("recovery.primary")
    assert desk.services.keys.asked[-1] == "adopt"
    assert "恢复密钥已更换" in desk.message()


def test_the_sheet_may_be_saved_where_it_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_page(qtbot)
    recovery(desk)
    assert not desk.widget("recovery.save").isEnabled()
    desk.field("recovery.folder").setText("not absolute")
    assert not desk.widget("recovery.save").isEnabled()
    desk.field("recovery.folder").setText(str(tmp_path))
    desk.click("recovery.save")
    assert desk.services.keys.folder == tmp_path
    assert "recovery-2026-03-02.pdf" in desk.words()
    assert desk.widget("recovery.primary").isEnabled()


def test_who_gives_up_keeps_the_old_recovery_key(qtbot: QtBot) -> None:
    desk = open_page(qtbot)
    recovery(desk)
    desk.click("recovery.print")
    desk.press(Qt.Key.Key_Escape)
    assert "adopt" not in desk.services.keys.asked
    assert not desk.services.keys.state.sheet_ready


def test_the_machine_is_switched_on_after_a_warning_and_off_at_once(qtbot: QtBot) -> None:
    desk = open_page(qtbot)
    desk.press(Qt.Key.Key_F6)
    assert "拿走整台机器的人也能这样打开" in desk.words()
    desk.click("machine.primary")
    assert "由安全芯片（TPM 2.0）保护" in desk.words()
    desk.press(Qt.Key.Key_F6)
    assert desk.services.keys.asked[-1] == "machine off"


def test_a_machine_that_policy_forbids_is_not_offered_but_can_be_taken_away(qtbot: QtBot) -> None:
    desk = open_page(qtbot)
    desk.services.keys.show(KeysState(custody=replace(CUSTODY, machine_allowed=False)))
    assert not desk.shows("bottom.switch_machine")
    left = replace(CUSTODY, machine_allowed=False, machine=MachineKind.SOFTWARE)
    desk.services.keys.show(KeysState(custody=left))
    assert "不起作用" in desk.words()
    assert desk.shows("bottom.switch_machine")


@pytest.mark.parametrize("work", [None, KeyWork.MACHINE])
def test_a_failure_says_what_to_do(qtbot: QtBot, work: KeyWork | None) -> None:
    desk = open_page(qtbot)
    said = "密钥目录写不进去，密钥没有改动：请检查磁盘空间和目录权限后再试。"
    desk.services.keys.show(KeysState(work=work, custody=CUSTODY, failure=said))
    assert said in desk.message()
