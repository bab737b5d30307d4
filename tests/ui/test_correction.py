"""A sealed record found again: the way to a correction, at the desk and at the review."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from station.domain.facts import ConfirmationCorrected, CorrectedPart, FoundBy
from station.services.status import SignInFailure, SignInRefusal
from station.workflow import inputs
from station.workflow.effects import Record
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep
from tests.support.ui_fakes import (
    LONG_NAMED,
    PASSPHRASE,
    REVIEWER,
    SECOND,
    facts_before,
    make_applicant,
)
from tests.support.ui_window import ENTER, Desk, open_desk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
REASON = "出生日期应为 1990 年，已核对原件"


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    """Somebody whose confirmation was sealed on another day is found again."""
    opened = open_desk(qtbot)
    facts = facts_before(DeskStep.SEALED)
    opened.desk.send(inputs.CaseOpened(LONG_NAMED, facts, FoundBy.NAME))
    return opened


def fill(desk: Desk, reason: str = REASON) -> None:
    part = desk.widget("correction.part")
    assert isinstance(part, QComboBox)
    part.setCurrentIndex(part.findText("个人信息"))
    desk.field("correction.reason").setText(reason)
    desk.field("correction.passphrase").setText(PASSPHRASE)


def test_the_screen_says_sealed_and_offers_the_correction(desk: Desk) -> None:
    assert "记录已封存" in desk.message()
    assert "登记更正" in desk.message()
    assert desk.caption("bottom.correct") == "登记更正"


def test_the_keyboard_alone_enters_a_correction(desk: Desk) -> None:
    desk.press(Qt.Key.Key_F4)
    fill(desk)
    desk.press(ENTER)
    (fact,) = desk.desk.last(Record).facts
    assert isinstance(fact, ConfirmationCorrected)
    assert (fact.part, fact.approved_by) == (CorrectedPart.PERSON, SECOND.operator_id)
    assert fact.evidence[0].content.decode() == REASON
    desk.desk.send(inputs.Recorded((fact,)))
    assert "更正已登记" in desk.message()
    assert "已登记更正 1 次" in desk.words()
    assert not desk.shows("correction")


def test_only_who_may_approve_is_offered_and_never_oneself(desk: Desk) -> None:
    desk.press(Qt.Key.Key_F4)
    who = desk.widget("correction.operator")
    assert isinstance(who, QComboBox)
    names = [who.itemText(place) for place in range(who.count())]
    assert SECOND.display_name in names
    assert REVIEWER.display_name in names
    assert "林小满" not in names


def test_without_a_reason_nothing_can_be_entered(desk: Desk) -> None:
    desk.press(Qt.Key.Key_F4)
    fill(desk, reason="   ")
    assert not desk.widget("correction.primary").isEnabled()


def test_a_wrong_passphrase_is_said_and_the_words_are_kept(desk: Desk) -> None:
    desk.press(Qt.Key.Key_F4)
    fill(desk)
    desk.services.sign_in.refusal = SignInRefusal(SignInFailure.WRONG)
    desk.press(ENTER)
    assert desk.field("correction.reason").text() == REASON
    assert desk.field("correction.passphrase").text() == ""
    trouble = desk.widget("correction.trouble")
    assert trouble.isVisible()
    assert not [one for one in desk.desk.asked if isinstance(one, Record)]


def test_esc_leaves_everything_as_it_was(desk: Desk) -> None:
    desk.press(Qt.Key.Key_F4)
    desk.press(Qt.Key.Key_Escape)
    assert not desk.shows("correction")
    assert desk.has_way_forward()


def test_a_refusal_by_the_store_is_told_at_the_search(desk: Desk) -> None:
    desk.press(Qt.Key.Key_F4)
    fill(desk)
    desk.press(ENTER)
    desk.desk.send(inputs.RecordFailed(Notice.CONFIRMATION_IS_SEALED))
    assert "已经封存" in desk.message()
    assert desk.shows("desk.find")


def test_the_officer_corrects_and_sees_what_was_corrected(qtbot: QtBot) -> None:
    desk = open_desk(qtbot, operator=REVIEWER)
    desk.review.send(inputs.SealedListed((make_applicant(),)))
    desk.press(ENTER)
    desk.review.send(inputs.ReviewOpened(make_applicant(), (), ()))
    desk.press(Qt.Key.Key_F4)
    fill(desk)
    desk.press(ENTER)
    (fact,) = desk.review.last(Record).facts
    desk.review.send(inputs.Recorded((fact,)))
    assert "封存后登记更正：个人信息" in desk.words()
    assert "更正已登记" in desk.message()
