"""Today's board: finding the next person."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from station.domain.facts import FoundBy
from station.services.status import DayBoard, PausedCase
from station.workflow import inputs
from station.workflow.effects import OpenCase, SearchApplicants, SearchByCard
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep
from tests.support.ui_fakes import LONG_NAMED, make_applicant
from tests.support.ui_window import ENTER, Desk, open_desk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return open_desk(qtbot)


def test_typing_goes_to_the_field_and_enter_searches(desk: Desk) -> None:
    desk.type("2026018A1B2C")
    desk.press(ENTER)
    assert desk.desk.last(SearchApplicants) == SearchApplicants("2026018A1B2C")
    assert "正在查找" in desk.words()


def test_an_unknown_registration_id_is_said_and_the_text_stays(desk: Desk) -> None:
    desk.type("2026999ZZZZZ")
    desk.press(ENTER)
    desk.desk.send(inputs.ApplicantsFound((), FoundBy.REGISTRATION_ID))
    assert "没有找到" in desk.message()
    assert desk.field("desk.find.field").text() == "2026999ZZZZZ"
    assert desk.field("desk.find.field").hasFocus()
    assert desk.has_way_forward()


def test_a_wrong_check_digit_names_the_check_digit(desk: Desk) -> None:
    desk.type("001234199001010025")
    desk.press(ENTER)
    desk.desk.send(inputs.Failed(Notice.NUMBER_WRONG_CHECK_DIGIT))
    assert "校验位" in desk.message()
    assert desk.has_way_forward()


def test_an_empty_search_asks_for_words(desk: Desk) -> None:
    desk.press(ENTER)
    assert "还没有输入" in desk.message()


def test_f5_reads_the_card(desk: Desk) -> None:
    desk.press(Qt.Key.Key_F5)
    assert desk.desk.last(SearchByCard) == SearchByCard()
    assert not desk.widget("bottom.read_card").isEnabled()


def test_of_several_people_the_chosen_one_is_opened(desk: Desk) -> None:
    desk.type("Ouyang")
    desk.press(ENTER)
    found = (make_applicant(), LONG_NAMED)
    desk.desk.send(inputs.ApplicantsFound(found, FoundBy.NAME))
    rows = desk.rows("desk.find.matches")
    assert LONG_NAMED.name in rows[1]
    assert all(person.document_number not in row for person in found for row in rows)
    desk.press(Qt.Key.Key_Down)
    desk.press(ENTER)
    assert desk.desk.last(OpenCase).subject == LONG_NAMED.subject


def test_escape_leaves_the_list_for_a_new_search(desk: Desk) -> None:
    desk.type("Ouyang")
    desk.press(ENTER)
    desk.desk.send(inputs.ApplicantsFound((make_applicant(), LONG_NAMED), FoundBy.NAME))
    desk.press(Qt.Key.Key_Escape)
    assert not desk.shows("desk.find.matches")
    assert desk.field("desk.find.field").hasFocus()


def test_a_paused_case_is_shown_with_its_progress_and_resumed(desk: Desk) -> None:
    paused = PausedCase("aa", "欧阳䶮", "2026018A1B2C", DeskStep.FINGERS, 13)
    desk.services.board.board = DayBoard(4, 120, (paused,))
    desk.services.board.refresh()
    assert "13 / 24" in desk.rows("desk.find.paused")[0]
    desk.widget("desk.find.paused").setFocus()
    desk.press(ENTER)
    assert desk.desk.last(SearchApplicants) == SearchApplicants("2026018A1B2C")


def test_enter_in_the_field_never_resumes_somebody_else(desk: Desk) -> None:
    paused = PausedCase("aa", "欧阳䶮", "2026018A1B2C", DeskStep.FINGERS, 13)
    desk.services.board.board = DayBoard(4, 120, (paused,))
    desk.services.board.refresh()
    desk.type("2026018Z9Y8X")
    desk.press(ENTER)
    desk.desk.send(inputs.Failed(Notice.NOT_FOUND))
    desk.press(ENTER)
    assert desk.desk.last(SearchApplicants) == SearchApplicants("2026018Z9Y8X")


def test_somebody_already_sealed_can_only_be_left(desk: Desk) -> None:
    desk.desk.open_at(DeskStep.SEALED)
    assert "已经完成现场确认" in desk.message()
    desk.press(ENTER)
    assert desk.shows("desk.find.field")


def test_the_search_field_comes_back_empty_for_the_next_person(desk: Desk) -> None:
    desk.type("2026018A1B2C")
    desk.press(ENTER)
    desk.desk.open(make_applicant())
    desk.press(Qt.Key.Key_F10)
    assert desk.field("desk.find.field").text() == ""
