"""The post 管理: who sees which pages, and how they are turned."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget
from pytestqt.qtbot import QtBot

from station.domain.people import Operator, Role
from station.domain.rights import Action, may
from station.services.overview import DiskSpace
from station.services.status import ChipState, SignInState
from station.settings import Language
from station.ui.screens.admin.pages import PAGES
from station.ui.screens.modes import Mode, posts_for
from station.workflow.inputs import DeviceKind
from tests.support.ui_fakes import ADMIN, CLERK
from tests.support.ui_looks import cut_off
from tests.support.ui_window import ENTER, Desk, open_desk
from tests.support.widgets_theme import CANVAS, LARGE

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def _listed(desk: Desk) -> list[str]:
    return desk.rows("admin.pages")


@pytest.mark.parametrize("role", list(Role))
def test_the_post_is_offered_to_whoever_may_see_a_page_of_it(role: Role) -> None:
    offered = Mode.ADMIN in [post.mode for post in posts_for(frozenset({role}))]
    assert offered == any(may({role}, page.action) for page in PAGES)


def test_a_clerk_is_offered_no_administration(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, operator=CLERK)
    assert not desk.shows("shell.mode.admin")
    assert not desk.shows("admin.pages")


def test_only_pages_that_the_role_may_see_are_listed(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, operator=ADMIN)
    wanted = [page for page in PAGES if may(ADMIN.roles, page.action)]
    assert len(_listed(desk)) == len(wanted)
    desk.services.sign_in.show(SignInState())
    auditor = Operator("op-7", "欧阳䶮", frozenset({Role.AUDITOR}))
    desk.services.sign_in.show(SignInState(operator=auditor))
    wanted = [page for page in PAGES if may(auditor.roles, page.action)]
    assert len(_listed(desk)) == len(wanted)


def test_arrow_keys_turn_the_pages_and_titles_follow_the_language(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, operator=ADMIN)
    pages = desk.widget("admin.pages")
    assert isinstance(pages, QListWidget)
    assert pages.hasFocus()
    desk.press(Qt.Key.Key_Down)
    assert pages.currentRow() == 1
    assert _listed(desk)[1] in desk.words()
    for row in range(2, pages.count()):
        desk.press(Qt.Key.Key_Down)
        assert pages.currentRow() == row, "no page keeps the arrow keys to itself"
    desk.click("status.language")
    assert _listed(desk)[0] == "Overview"


def test_the_overview_says_who_what_where_and_how(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, operator=ADMIN)
    said = desk.words()
    facts = desk.services.overview.facts
    for words in (ADMIN.display_name, facts.station, facts.version, str(facts.key_folder)):
        assert words in said
    assert "还有 42.0 GiB，共 240.0 GiB" in said
    desk.services.devices.show(DeviceKind.PRINTER, ChipState.LOST)
    assert "已断开" in desk.words()


def test_a_disk_that_cannot_be_asked_is_no_error(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, operator=ADMIN)
    desk.services.overview.disk = None
    desk.press(Qt.Key.Key_F4)
    assert "GiB" not in desk.words()
    desk.services.overview.disk = DiskSpace(0, 2**40)
    desk.press(Qt.Key.Key_F4)
    assert "还有 0.0 GiB" in desk.words()


def test_exchanging_is_offered_to_whoever_may(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, operator=ADMIN)
    desk.services.platform.show(replace(desk.services.platform.status, waiting=3))
    assert desk.caption("bottom.primary") == "立即同步"
    desk.press(ENTER)
    assert desk.services.platform.status.waiting == 0
    auditor = Operator("op-7", "欧阳䶮", frozenset({Role.AUDITOR}))
    desk.services.sign_in.show(SignInState())
    desk.services.sign_in.show(SignInState(operator=auditor))
    assert not may(auditor.roles, Action.SYNCHRONISE)
    assert not desk.shows("bottom.primary")


def test_a_refusal_from_below_is_a_sentence_on_the_screen(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, operator=CLERK)
    assert desk.message() == ""
    desk.services.guard.tell_refused(Action.RUN_RETENTION, CLERK)
    assert "没有办理这一项的权限" in desk.message()
    assert "什么都没有改动" in desk.message()


@pytest.mark.parametrize("size", [CANVAS, LARGE])
@pytest.mark.parametrize("language", list(Language))
def test_the_administration_never_outgrows_the_window(
    qtbot: QtBot, language: Language, size: tuple[int, int]
) -> None:
    desk = open_desk(qtbot, operator=None, language=language, size=size)
    for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR):
        name = "阿卜杜热西提·买买提明·阿布力克木䶮"
        desk.services.sign_in.show(SignInState(operator=Operator("op-8", name, frozenset({role}))))
        for _ in _listed(desk):
            least = desk.window.minimumSizeHint()
            assert least.width() <= size[0]
            assert least.height() <= size[1]
            assert cut_off(desk.window) == []
            desk.press(Qt.Key.Key_Down)
        desk.services.sign_in.show(SignInState())
