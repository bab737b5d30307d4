"""The originals, one by one."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from station.domain.documents import REQUIRED_DOCUMENTS, DocumentFinding, DocumentKind
from station.domain.facts import DocumentChecked
from station.workflow.progress import DeskStep
from tests.support.ui_window import ENTER, Desk, open_desk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
DEGREE = "desk.documents.degree_certificate"


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    opened = open_desk(qtbot)
    opened.desk.open_at(DeskStep.DOCUMENTS)
    return opened


def _checked(desk: Desk) -> DocumentChecked:
    (fact,) = desk.desk.state.unsaved
    assert isinstance(fact, DocumentChecked)
    return fact


def test_enter_says_original_seen_for_one_after_the_other(desk: Desk) -> None:
    for kind in REQUIRED_DOCUMENTS:
        desk.press(ENTER)
        assert (_checked(desk).kind, _checked(desk).finding) == (
            kind,
            DocumentFinding.ORIGINAL_SEEN,
        )
        desk.desk.store()
    assert desk.desk.state.step is DeskStep.IDENTITY


def test_a_copy_is_one_click(desk: Desk) -> None:
    desk.click(f"{DEGREE}.copy_kept")
    assert _checked(desk).kind is DocumentKind.DEGREE_CERTIFICATE
    assert _checked(desk).finding is DocumentFinding.COPY_KEPT


def test_a_mismatch_needs_a_written_reason(desk: Desk) -> None:
    desk.click(f"{DEGREE}.mismatch")
    desk.press(ENTER)
    assert "还没有写明原因" in desk.message()
    assert not desk.desk.state.unsaved
    desk.write("desk.documents.reason", "证书姓名不同")
    desk.press(ENTER)
    assert _checked(desk).finding is DocumentFinding.MISMATCH
    assert _checked(desk).evidence[0].content.decode() == "证书姓名不同"
    desk.desk.store()
    assert not desk.shows("desk.documents.reason")


def test_escape_leaves_the_mismatch_unsaid(desk: Desk) -> None:
    desk.click(f"{DEGREE}.mismatch")
    desk.press(Qt.Key.Key_Escape)
    assert not desk.shows("desk.documents.reason")
    assert desk.desk.state.progress.documents == {}
    assert desk.caption("bottom.primary").startswith("已看原件")
