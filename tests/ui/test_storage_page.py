"""The page of data and backups, as the system admin sees and works it."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget
from pytestqt.qtbot import QtBot

from station.services.upkeep import UpkeepState
from station.services.upkeep_record import Job, Outcome, Record
from station.store.backup import BackupFolderGone
from tests.support.store_fakes import BACKED_UP, CHECKED, DRILLED, ROOM, USB, WELL
from tests.support.ui_fakes import ADMIN, CLERK
from tests.support.ui_window import ENTER, Desk, open_desk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
LATER = "2026-03-02T01:20:00.000Z"


def open_page(qtbot: QtBot) -> Desk:
    desk = open_desk(qtbot, ADMIN)
    pages = desk.widget("admin.pages")
    assert isinstance(pages, QListWidget)
    titles = [pages.item(place).text() for place in range(pages.count())]
    pages.setCurrentRow(titles.index("数据与备份"))
    return desk


def test_the_page_says_when_each_was_done_and_what_came_of_it(qtbot: QtBot) -> None:
    words = open_page(qtbot).words()
    assert "没有发现问题，读完 112.5 MiB、24518 条记录" in words
    assert str(USB) in words
    assert "通过，备份能恢复，与备份时一致（23018 条记录）" in words
    assert "180.0 GiB" in words
    assert "每 24 小时检查，每 24 小时备份，保留最近 14 份" in words


@pytest.mark.parametrize(
    ("key", "job"),
    [(ENTER, Job.BACKUP), (Qt.Key.Key_F6, Job.CHECK), (Qt.Key.Key_F7, Job.DRILL)],
)
def test_the_keyboard_starts_each_job_shows_how_far_it_is_and_stops_it(
    qtbot: QtBot, key: Qt.Key, job: Job
) -> None:
    desk = open_page(qtbot)
    desk.press(key)
    assert desk.services.upkeep.asked == [job]
    assert "42%" in desk.words()
    assert not desk.shows("bottom.primary")
    desk.press(Qt.Key.Key_F4)
    assert desk.services.upkeep.stops == 1
    assert "正在停止…" in desk.words()


def test_the_end_of_a_job_is_said(qtbot: QtBot) -> None:
    desk = open_page(qtbot)
    desk.press(ENTER)
    desk.services.upkeep.show(WELL)
    assert "备份完毕。" in desk.message()
    assert "42%" not in desk.words()


def test_a_backup_disk_that_is_not_there_is_said_with_what_to_do(qtbot: QtBot) -> None:
    desk = open_page(qtbot)
    failed = Outcome(Job.BACKUP, LATER, False, BackupFolderGone.sentence)
    record = Record((CHECKED, BACKED_UP, DRILLED), (failed,))
    room = replace(ROOM, backups=None, same_disk=True)
    desk.services.upkeep.show(replace(WELL, record=record, room=room))
    assert "请接好备份盘后再备份" in desk.message()
    assert "没有成功" in desk.words()
    assert "现在连不上" in desk.words()
    assert "同一块盘" not in desk.words(), "nobody knows while it is not there"


def test_damage_comes_before_everything_else(qtbot: QtBot) -> None:
    desk = open_page(qtbot)
    bad = (
        Outcome(Job.BACKUP, LATER, False, BackupFolderGone.sentence),
        Outcome(Job.CHECK, LATER, False, "检查发现数据库有损坏。"),
    )
    desk.services.upkeep.show(replace(WELL, record=Record(WELL.record.good, bad)))
    assert "检查发现数据库有损坏。" in desk.message()


def test_no_backup_an_old_one_and_one_never_tried_are_said(qtbot: QtBot) -> None:
    desk = open_page(qtbot)
    upkeep = desk.services.upkeep
    upkeep.show(UpkeepState(room=ROOM))
    assert "还没有备份过。" in desk.message()
    assert not desk.widget("bottom.drill").isEnabled()
    upkeep.show(UpkeepState(record=Record((BACKED_UP,)), room=ROOM))
    assert "备份还没有演练过恢复。" in desk.message()
    old = replace(BACKED_UP, at="2026-01-01T00:00:00.000Z")
    upkeep.show(UpkeepState(record=Record((old, DRILLED)), room=ROOM))
    assert "备份已经过旧。" in desk.message()


def test_backups_on_the_disk_of_the_data_are_warned_of(qtbot: QtBot) -> None:
    desk = open_page(qtbot)
    desk.services.upkeep.show(replace(WELL, room=replace(ROOM, same_disk=True)))
    assert "与数据在同一块盘上" in desk.words()


def test_a_clerk_does_not_see_the_page(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, CLERK)
    assert desk.services.upkeep.asked == []
    assert "数据与备份" not in desk.words()
