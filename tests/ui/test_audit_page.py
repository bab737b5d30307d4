"""The auditor's page: entries in words, filters, the check of the record, a copy with a purpose."""

import re
import typing
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QListWidget
from pytestqt.qtbot import QtBot

from station.domain import audit
from station.domain.facts import Fact
from station.services.audit import AuditPage
from station.services.audit_file import ExportFailed
from station.services.audit_words import FAULTS, WITNESS
from station.store.chain import Fault, HeadWitness
from station.store.errors import DatabaseDamaged
from station.ui.audit_words import KINDS, UNKNOWN, WHAT, entry_words
from station.ui.screens.modes import Mode
from sync.wire import Purpose
from tests.support.trail_fakes import AUDITOR, BROKEN, ENTRIES, LONG, WHOLE, FakeAudit, entry
from tests.support.ui_fakes import ADMIN, EVERYTHING
from tests.support.ui_window import ENTER, Desk, open_desk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def open_page(qtbot: QtBot) -> tuple[Desk, FakeAudit]:
    desk = open_desk(qtbot, AUDITOR)
    pages = desk.widget("admin.pages")
    assert isinstance(pages, QListWidget)
    titles = [pages.item(place).text() for place in range(pages.count())]
    pages.setCurrentRow(titles.index("审计记录"))
    return desk, desk.services.audit


def choose(desk: Desk, name: str, text: str) -> None:
    box = desk.widget(name)
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findText(text))


def test_the_post_that_somebody_takes_is_in_the_trail(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, EVERYTHING)
    desk.click("shell.mode.review")
    posts = [fact for fact, _ in desk.services.trail.noted if isinstance(fact, audit.PostChanged)]
    assert posts == [audit.PostChanged("desk"), audit.PostChanged("review")]
    assert {actor for _, actor in desk.services.trail.noted} == {EVERYTHING.operator_id}


def test_only_an_auditor_is_offered_the_page(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, ADMIN)
    assert "审计记录" not in desk.rows("admin.pages")


def test_every_entry_says_when_who_and_what(qtbot: QtBot) -> None:
    desk, _ = open_page(qtbot)
    rows = desk.rows("admin.audit.entries")
    assert len(rows) == len(ENTRIES)
    assert re.match(r"2026-03-02 \d\d:12:00    本机程序    本站签名 · 到第 11 条", rows[0])
    assert "登录被拒绝 · 口令不对 op-3" in rows[1]
    assert "登记更正 · 现场照片    [7f3a0000]" in rows[2]
    assert f"{LONG}    打开了个人记录 · 现场确认" in rows[3]
    assert "找到 3 人" in rows[4]
    assert "-3600 秒" in rows[5]
    assert "时钟未校准" in rows[5]
    assert "显示 8 条，还有更早的" in desk.words()


def test_the_filters_are_asked_for(qtbot: QtBot) -> None:
    desk, service = open_page(qtbot)
    choose(desk, "admin.audit.who", LONG)
    assert service.wanted[-1].actor == "op-9"
    choose(desk, "admin.audit.kind", "查看与查找")
    assert service.wanted[-1].types == ("record_viewed", "record_searched")
    day = desk.field("admin.audit.day")
    day.setText("2026-03-01")
    day.editingFinished.emit()
    assert service.wanted[-1].day == date(2026, 3, 1)
    choose(desk, "admin.audit.who", "本机程序")
    assert service.wanted[-1].actor == "system"


def test_a_day_that_is_none_is_told_and_nothing_is_asked(qtbot: QtBot) -> None:
    desk, service = open_page(qtbot)
    asked = len(service.wanted)
    day = desk.field("admin.audit.day")
    day.setText("2026-13-1")
    day.editingFinished.emit()
    assert "日期不对" in desk.message()
    assert len(service.wanted) == asked
    day.setText("2026-03-01")
    day.editingFinished.emit()
    assert desk.message() == "", "said as long as it holds"


def test_older_entries_are_added_below(qtbot: QtBot) -> None:
    desk, service = open_page(qtbot)
    service.page = AuditPage((entry(4, audit.StationStopped()),))
    desk.press(Qt.Key.Key_F6)
    assert service.wanted[-1].before == 5
    assert len(desk.rows("admin.audit.entries")) == len(ENTRIES) + 1
    assert "还有更早的" not in desk.words()


def test_nothing_found_is_said(qtbot: QtBot) -> None:
    desk, service = open_page(qtbot)
    service.page = AuditPage()
    desk.press(Qt.Key.Key_F4)
    assert "没有符合条件的记录" in desk.words()
    assert desk.has_way_forward()


def test_a_damaged_database_is_said(qtbot: QtBot) -> None:
    desk, service = open_page(qtbot)
    service.page = DatabaseDamaged()
    desk.press(Qt.Key.Key_F4)
    assert "已损坏" in desk.message()
    assert desk.has_way_forward()


def test_the_check_shows_how_far_it_is_and_its_verdict(qtbot: QtBot) -> None:
    desk, service = open_page(qtbot)
    desk.press(ENTER)
    assert service.verified is not None
    service.progress(500, 1482)
    assert "已核对 500 / 1482 条" in desk.words()
    service.verified(WHOLE)
    assert "记录完整" in desk.message()
    words = desk.words()
    assert "签名覆盖到第 1470 条" in words
    assert "与密钥目录里的签名存根一致" in words
    assert "平台回执 31 份" in words
    assert "已核对 500" not in words


@pytest.mark.parametrize("witness", [HeadWitness.SILENT, HeadWitness.EARLIER_LIFE])
def test_without_a_signed_head_nobody_is_told_that_the_record_is_whole(
    qtbot: QtBot, witness: HeadWitness
) -> None:
    desk, service = open_page(qtbot)
    desk.press(ENTER)
    assert service.verified is not None
    service.verified(replace(WHOLE, witness=witness))
    assert "没有可用的签名存根" in desk.message()
    assert "记录完整" not in desk.message()
    assert desk.has_way_forward()


def test_a_broken_record_is_told_with_every_place_and_what_to_do(qtbot: QtBot) -> None:
    desk, service = open_page(qtbot)
    desk.press(ENTER)
    assert service.verified is not None
    service.verified(BROKEN)
    assert "3 处与保存时不一致" in desk.message()
    assert "停止使用本机" in desk.message()
    words = desk.words()
    assert "第 37 条：内容与保存时不一致" in words
    assert "第 1483 条：自此以后的记录被截去" in words
    assert "3 条在抢救损坏的数据库时丢失" in words
    assert desk.has_way_forward()


def test_a_copy_needs_a_purpose_and_days_and_says_where_it_is(qtbot: QtBot) -> None:
    desk, service = open_page(qtbot)
    desk.press(Qt.Key.Key_F7)
    choose(desk, "audit_export.purpose", "学位管理")
    desk.field("audit_export.first").setText("2026-02-30")
    assert "先后不要颠倒" in desk.words()
    assert not desk.widget("audit_export.primary").isEnabled()
    desk.field("audit_export.first").setText("2026-02-01")
    desk.press(ENTER)
    assert service.exported == [(Purpose.DEGREE, date(2026, 2, 1), date(2026, 3, 2))]
    assert "已导出 1482 条" in desk.message()
    assert "/srv/station/exports" in desk.message()


def test_a_copy_that_was_not_written_is_told(qtbot: QtBot) -> None:
    desk, service = open_page(qtbot)
    service.export_answer = ExportFailed("导出文件没有写成，请换一个位置再导出。")
    desk.press(Qt.Key.Key_F7)
    desk.press(ENTER)
    assert "没有写成" in desk.message()
    assert desk.has_way_forward()


def test_every_event_and_every_fault_has_words() -> None:
    kinds = typing.get_args(audit.AuditFact) + typing.get_args(Fact)
    types = {kind.TYPE for group in kinds for kind in (typing.get_args(group) or (group,))}
    assert types <= set(WHAT)
    listed = [name for names in KINDS.values() for name in names]
    assert sorted(listed) == sorted(WHAT)
    assert set(FAULTS) == set(Fault)
    assert set(WITNESS) == set(HeadWitness)


def test_an_event_of_a_later_version_is_listed_by_its_name() -> None:
    class Later(audit.StationStopped):
        TYPE = "later_thing"

    assert entry_words(entry(1, Later())) == f"{UNKNOWN} (later_thing)"


@pytest.mark.parametrize(
    "fact",
    [
        *(audit.SignInRefused(reason) for reason in audit.RefusalReason),
        *(audit.OperatorSignedOut(reason) for reason in audit.SignOutReason),
        *(audit.RecordViewed(place) for place in audit.ViewPlace),
        *(audit.KeysChanged(change, "op-1") for change in audit.KeyChange),
        *(audit.PostChanged(mode.value) for mode in Mode),
        *(audit.BackupFailed(reason) for reason in audit.BackupTrouble),
        audit.DatabaseChecked(audit.CheckKind.FULL, passed=False),
    ],
)
def test_every_code_has_words(fact: audit.AuditFact) -> None:
    words = entry_words(entry(1, fact))
    assert " · " in words
    assert all(code not in words for code in ("_", "wrong", "desk", "idle", "gate", "admin"))
