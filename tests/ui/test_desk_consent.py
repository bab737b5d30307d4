"""The notice and the applicant's word on it."""

import pytest
from pytestqt.qtbot import QtBot

from station.domain.facts import ConsentGiven, ConsentRefused
from station.settings import Language
from station.ui.screens.desk_consent import ConsentNotice
from station.workflow.progress import DeskStep
from tests.support.ui_fakes import make_applicant
from tests.support.ui_window import ENTER, Desk, open_desk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    opened = open_desk(qtbot)
    opened.desk.open(make_applicant())
    return opened


def test_the_notice_is_the_one_that_is_printed(desk: Desk) -> None:
    assert "指纹属于敏感个人信息" in desk.words()
    assert "撤回同意" in desk.words()


def test_enter_stores_consent_with_the_version_of_the_text(desk: Desk) -> None:
    desk.press(ENTER)
    (fact,) = desk.desk.state.unsaved
    assert isinstance(fact, ConsentGiven)
    assert fact.notice_version in desk.words()
    desk.desk.store()
    assert desk.desk.state.step is DeskStep.DOCUMENTS


def test_a_refusal_shows_the_way_forward_and_ends_the_visit(desk: Desk) -> None:
    desk.click("bottom.refuse")
    assert isinstance(desk.desk.state.unsaved[0], ConsentRefused)
    desk.desk.store()
    assert "不同意采集" in desk.message()
    assert desk.caption("bottom.primary") == "结束本次确认"
    desk.press(ENTER)
    assert desk.shows("desk.find.field")


def test_the_applicant_may_think_again(desk: Desk) -> None:
    desk.click("bottom.refuse")
    desk.desk.store()
    desk.click("bottom.agree")
    desk.desk.store()
    assert desk.desk.state.step is DeskStep.DOCUMENTS


def test_any_change_of_the_text_is_another_version() -> None:
    one, other = ConsentNotice(("甲", "乙")), ConsentNotice(("甲", "丙"))
    assert one.version != other.version
    assert one.version == ConsentNotice(("甲", "乙")).version


def test_in_english_the_notice_is_english(qtbot: QtBot) -> None:
    opened = open_desk(qtbot, language=Language.EN)
    opened.desk.open(make_applicant())
    assert "sensitive personal information" in opened.words()
