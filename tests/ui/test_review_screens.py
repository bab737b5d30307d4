"""The review: list, record, decision with its reason."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from station.domain.documents import DocumentFinding, DocumentKind
from station.domain.facts import (
    ConfirmationCorrected,
    ConfirmationFact,
    CorrectedPart,
    DocumentChecked,
    FingerExcepted,
    FingerException,
    PressCaptured,
    ReviewDecided,
    ReviewDecision,
)
from station.domain.fingers import CAPTURE_PLAN, FingerPosition
from station.ui.words import word
from station.workflow import inputs
from station.workflow.effects import FetchReview, FetchSealed
from station.workflow.notices import Notice
from tests.support.ui_fakes import LONG_NAMED, REVIEWER, make_applicant
from tests.support.ui_window import ENTER, Desk, open_desk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
FACTS: tuple[ConfirmationFact, ...] = (
    DocumentChecked(DocumentKind.DEGREE_CERTIFICATE, DocumentFinding.MISMATCH),
    PressCaptured(FingerPosition.LEFT_THUMB, 1, 30, 40, True, True),
    FingerExcepted(FingerPosition.LEFT_INDEX, FingerException.INJURED, "op-2"),
)


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    opened = open_desk(qtbot, operator=REVIEWER)
    opened.review.send(inputs.SealedListed((make_applicant(), LONG_NAMED)))
    return opened


def _open(desk: Desk) -> None:
    desk.press(ENTER)
    opened = desk.review.last(FetchReview).subject
    applicant = next(one for one in desk.review.state.waiting if one.subject == opened)
    desk.review.send(inputs.ReviewOpened(applicant, FACTS, ()))


def test_the_list_is_asked_for_and_shows_who_waits(desk: Desk) -> None:
    assert desk.review.last(FetchSealed) == FetchSealed()
    assert LONG_NAMED.name in desk.rows("review.list.cases")[1]


def test_who_can_only_be_reviewed_on_the_platform_by_now_is_told_in_the_list(desk: Desk) -> None:
    told = "份没有在保存期限内审核"
    assert told not in desk.words()
    desk.review.send(inputs.SealedListed((make_applicant(),), gone=3))
    assert f"另有 3 {told}" in desk.words()
    _open(desk)
    desk.press(Qt.Key.Key_Escape)
    assert f"另有 3 {told}" in desk.words()
    desk.review.send(inputs.SealedListed((), gone=3))
    assert f"另有 3 {told}" in desk.words(), "an empty list is no sign that all is done"


def test_what_was_unusual_at_the_desk_is_listed(desk: Desk) -> None:
    _open(desk)
    assert "其中 1 次质量低于要求" in desk.words()
    assert "左手食指未采集：手指受伤" in desk.words()
    assert "学士学位证书：不一致" in desk.words()


def test_nothing_unusual_is_left_out_however_much_it_was(desk: Desk) -> None:
    excepted = tuple(
        FingerExcepted(finger, FingerException.INJURED, "op-2") for finger in CAPTURE_PLAN
    )
    corrected = ConfirmationCorrected(CorrectedPart.PHOTO, "op-3")
    desk.press(ENTER)
    desk.review.send(inputs.ReviewOpened(make_applicant(), (*FACTS, *excepted, corrected), ()))
    for finger in CAPTURE_PLAN:
        assert f"{word(finger)}未采集" in desk.words()
    assert "封存后登记更正" in desk.words()


def test_no_decision_without_a_reason(desk: Desk) -> None:
    _open(desk)
    desk.press(ENTER)
    assert "还没有写明原因" in desk.message()
    assert desk.review.state.unsaved is None


@pytest.mark.parametrize(
    ("key", "decision"),
    [(ENTER, ReviewDecision.APPROVED), (Qt.Key.Key_F6, ReviewDecision.REJECTED)],
)
def test_a_decision_is_stored_with_its_reason(
    desk: Desk, key: Qt.Key, decision: ReviewDecision
) -> None:
    _open(desk)
    desk.write("review.case.reason", "材料齐全")
    desk.press(key)
    fact = desk.review.state.unsaved
    assert isinstance(fact, ReviewDecided)
    assert fact.decision is decision
    assert fact.evidence[0].content.decode() == "材料齐全"
    desk.review.store()
    assert "审核结论已保存" in desk.message()
    assert len(desk.rows("review.list.cases")) == 1


def test_escape_goes_back_without_a_decision(desk: Desk) -> None:
    _open(desk)
    desk.press(Qt.Key.Key_Escape)
    assert desk.shows("review.list.cases")
    assert len(desk.review.state.waiting) == 2


def test_a_full_disk_keeps_the_decision(desk: Desk) -> None:
    _open(desk)
    desk.write("review.case.reason", "材料齐全")
    desk.press(ENTER)
    desk.review.send(inputs.RecordFailed(Notice.DISK_FULL))
    assert desk.caption("bottom.primary") == "再存一次"
    desk.press(ENTER)
    desk.review.store()
    assert "审核结论已保存" in desk.message()


def test_an_empty_list_says_so_and_can_be_read_again(qtbot: QtBot) -> None:
    opened = open_desk(qtbot, operator=REVIEWER)
    opened.review.send(inputs.SealedListed(()))
    assert "没有待审核的记录" in opened.words()
    opened.review.asked.clear()
    opened.press(Qt.Key.Key_F4)
    assert opened.review.last(FetchSealed) == FetchSealed()
