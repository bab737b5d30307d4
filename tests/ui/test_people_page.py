"""The page of people as the security admin and others see it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QListWidget
from pytestqt.qtbot import QtBot

from station.domain.people import Operator, Role
from station.services.people_changes import PeopleRefusal
from station.services.status import (
    ChipState,
    DeviceChip,
    SignInFailure,
    SignInRefusal,
)
from station.settings import Language
from station.workflow.inputs import DeviceKind
from tests.support.people_fakes import ONE_TIME, FakePeople
from tests.support.ui_fakes import OPERATORS, PASSPHRASE
from tests.support.ui_looks import cut_off
from tests.support.ui_window import ENTER, Desk, open_desk
from tests.support.widgets_theme import CANVAS, LARGE

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

SECURITY = Operator("op-9", "钟岚", frozenset({Role.SECURITY_ADMIN}))
AUDITOR = Operator("op-10", "秦观澜", frozenset({Role.AUDITOR}))


def open_page(
    qtbot: QtBot,
    operator: Operator = SECURITY,
    *,
    reader: bool = False,
    language: Language = Language.ZH_CN,
    size: tuple[int, int] = CANVAS,
) -> Desk:
    desk = open_desk(qtbot, None, language, size)
    desk.services.sign_in._operators = (*OPERATORS, SECURITY, AUDITOR)
    if reader:
        chip = DeviceChip(DeviceKind.SMART_CARD, ChipState.READY, True)
        desk.services.devices.chips = (*desk.services.devices.chips, chip)
    desk.services.sign_in.sign_in(operator.operator_id, PASSPHRASE)
    pages = desk.widget("admin.pages")
    assert isinstance(pages, QListWidget)
    titles = [pages.item(place).text() for place in range(pages.count())]
    title = "人员与岗位" if language is Language.ZH_CN else "People and roles"
    pages.setCurrentRow(titles.index(title))
    return desk


def people_of(desk: Desk) -> FakePeople:
    return desk.services.people


def choose(desk: Desk, operator_id: str) -> None:
    listed = desk.widget("people.list")
    assert isinstance(listed, QListWidget)
    rows = desk.rows("people.list")
    listed.setCurrentRow(next(place for place, row in enumerate(rows) if operator_id in row))


def tick(desk: Desk, role: Role) -> QCheckBox:
    box = desk.widget(f"person.{role.value}")
    assert isinstance(box, QCheckBox)
    box.setChecked(True)
    return box


def test_everybody_is_listed_with_roles_and_how_they_come_in(qtbot: QtBot) -> None:
    rows = desk_rows = open_page(qtbot).rows("people.list")
    assert len(rows) == 5
    assert "阿卜杜热西提·买买提明·阿布力克木\ndesk01    确认岗    首次登录须改口令" in desk_rows
    assert "欧阳䶮\ngate01    主考 · 入场岗    有证书卡" in rows
    assert rows[-1] == "贺川\nsysadmin01    系统管理员    已停用", "closed ones last"


def test_adding_somebody_shows_their_passphrase_once(qtbot: QtBot) -> None:
    desk = open_page(qtbot)
    desk.press(ENTER)
    assert not desk.widget("person.primary").isEnabled()
    desk.write("person.id", "desk09")
    desk.write("person.name", "欧阳䶮")
    tick(desk, Role.DESK_CLERK)
    desk.click("person.primary")
    assert ONE_TIME.passphrase in desk.words()
    desk.click("one_time.primary")
    assert ONE_TIME.passphrase not in desk.words()
    assert any("desk09" in row for row in desk.rows("people.list"))


def test_roles_that_exclude_each_other_cannot_be_ticked_together(qtbot: QtBot) -> None:
    desk = open_page(qtbot)
    desk.press(ENTER)
    auditor = tick(desk, Role.AUDITOR)
    assert not desk.widget("person.desk_clerk").isEnabled()
    assert not desk.widget("person.system_admin").isEnabled()
    assert "三种管理员由不同的人担任" in desk.words()
    auditor.setChecked(False)
    tick(desk, Role.GATE_CLERK)
    assert desk.widget("person.gate_chief").isEnabled()
    assert not desk.widget("person.auditor").isEnabled()


@pytest.mark.parametrize("key", [ENTER, Qt.Key.Key_F4, Qt.Key.Key_F6, Qt.Key.Key_F7, Qt.Key.Key_F9])
@pytest.mark.parametrize("size", [CANVAS, LARGE])
def test_sheets_cut_nothing_in_english(qtbot: QtBot, size: tuple[int, int], key: Qt.Key) -> None:
    desk = open_page(qtbot, reader=True, language=Language.EN, size=size)
    choose(desk, "desk01")
    desk.press(key)
    sheet = QApplication.activeModalWidget()
    assert sheet is not None
    assert cut_off(sheet) == []
    assert desk.window.frameGeometry().contains(sheet.frameGeometry())


def test_a_refusal_keeps_what_was_filled_in(qtbot: QtBot) -> None:
    desk = open_page(qtbot)
    people_of(desk).refuses = PeopleRefusal.ID_TAKEN
    desk.press(ENTER)
    desk.write("person.id", "desk01")
    desk.write("person.name", "方采薇")
    tick(desk, Role.DESK_CLERK)
    desk.click("person.primary")
    assert "这个账号已经有人用过" in desk.words()
    assert desk.field("person.name").text() == "方采薇"
    desk.press(Qt.Key.Key_Escape)
    assert not desk.shows("person.primary")


def test_name_and_roles_change(qtbot: QtBot) -> None:
    desk = open_page(qtbot)
    choose(desk, "gate01")
    desk.press(Qt.Key.Key_F4)
    assert not desk.shows("person.id")
    tick(desk, Role.EXAM_ORGANISER)
    desk.click("person.primary")
    assert "须重新登录" in desk.message()
    assert Role.EXAM_ORGANISER in people_of(desk).held["gate01"].account.operator.roles


def test_a_reset_and_a_closing_ask_first(qtbot: QtBot) -> None:
    desk = open_page(qtbot)
    choose(desk, "desk01")
    desk.press(Qt.Key.Key_F9)
    desk.press(Qt.Key.Key_Escape)
    assert people_of(desk).held["desk01"].account.enabled
    desk.press(Qt.Key.Key_F9)
    desk.click("disable.primary")
    assert not people_of(desk).held["desk01"].account.enabled
    assert "已停用" in desk.message()
    choose(desk, "desk01")
    desk.press(Qt.Key.Key_F6)
    desk.click("reset.primary")
    assert ONE_TIME.passphrase in desk.words()


def test_the_last_security_admin_is_told_to_stay(qtbot: QtBot) -> None:
    desk = open_page(qtbot)
    people_of(desk).refuses = PeopleRefusal.LAST_SECURITY_ADMIN
    choose(desk, "secadmin01")
    desk.press(Qt.Key.Key_F9)
    desk.click("disable.primary")
    assert "须至少留一位安全管理员" in desk.message()


def test_a_card_is_registered_by_its_holders_pin(qtbot: QtBot) -> None:
    desk = open_page(qtbot, reader=True)
    people_of(desk).card = SignInRefusal(SignInFailure.PIN_WRONG, tries_left=2)
    choose(desk, "desk01")
    desk.press(Qt.Key.Key_F7)
    assert not desk.widget("staff_card.primary").isEnabled()
    desk.field("staff_card.pin").setText("123456")
    desk.click("staff_card.primary")
    assert "PIN 不对" in desk.words()
    assert desk.field("staff_card.pin").text() == ""
    people_of(desk).card = None
    desk.field("staff_card.pin").setText("654321")
    desk.click("staff_card.primary")
    assert people_of(desk).pins == ["123456", "654321"]
    assert "证书卡已登记" in desk.message()


def test_an_auditor_looks_and_changes_nothing(qtbot: QtBot) -> None:
    desk = open_page(qtbot, AUDITOR)
    assert len(desk.rows("people.list")) == 5
    for name in ("primary", "edit", "reset", "card", "disable"):
        assert not desk.shows(f"bottom.{name}")


def test_without_a_reader_no_card_is_registered(qtbot: QtBot) -> None:
    desk = open_page(qtbot)
    choose(desk, "desk01")
    assert not desk.widget("bottom.card").isEnabled()


def test_a_lost_card_is_cancelled_also_without_a_reader(qtbot: QtBot) -> None:
    desk = open_page(qtbot)
    choose(desk, "desk01")
    assert not desk.shows("bottom.remove_card")
    choose(desk, "gate01")
    desk.press(Qt.Key.Key_F5)
    assert "欧阳䶮" in desk.words()
    desk.click("remove_card.primary")
    assert "证书卡已注销" in desk.message()
    assert people_of(desk).held["gate01"].account.card_fingerprint is None


def test_who_is_called_away_locks_over_an_open_sheet(qtbot: QtBot) -> None:
    desk = open_page(qtbot)
    choose(desk, "desk01")
    desk.press(Qt.Key.Key_F6)
    assert desk.shows("reset")
    sheet = QApplication.activeModalWidget()
    assert sheet is not None
    QTest.keyClick(sheet, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert not desk.shows("reset")
    assert desk.services.sign_in.state.operator is None
