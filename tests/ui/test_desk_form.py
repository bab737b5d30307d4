"""The form, the signature, the seal."""

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from station.domain.facts import FormOutput
from station.workflow import inputs
from station.workflow.effects import BuildForm, HandOutForm, SealCopy, TakeBackPrint
from station.workflow.inputs import DeviceKind
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep
from tests.support.ui_fakes import DIGEST, make_applicant
from tests.support.ui_window import ENTER, Desk, open_desk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
SUBJECT = make_applicant().subject


def _page() -> bytes:
    done, content = cv2.imencode(".png", np.full((297, 210), 255, np.uint8))
    assert done
    return bytes(content.tobytes())


def _ready(desk: Desk, pages: int = 2) -> None:
    form = inputs.FormReady(
        subject=SUBJECT, record_digest=DIGEST, pdf=b"%PDF-1.7", pages=(_page(),) * pages
    )
    desk.desk.send(form)
    desk.desk.store()


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    opened = open_desk(qtbot)
    opened.desk.open_at(DeskStep.FORM)
    return opened


def test_the_form_is_made_on_arrival_and_shown(desk: Desk) -> None:
    assert desk.desk.last(BuildForm).subject == SUBJECT
    assert "正在生成资格审查表" in desk.words()
    _ready(desk)
    assert "第 1 页，共 2 页" in desk.words()


@pytest.mark.parametrize("key", [ENTER, Qt.Key.Key_F9])
def test_enter_and_f9_print_two_copies(desk: Desk, key: Qt.Key) -> None:
    _ready(desk)
    desk.press(key)
    effect = desk.desk.last(HandOutForm)
    assert (effect.output, effect.copies) == (FormOutput.PRINTED, 2)


def test_f7_enlarges_the_pages_to_be_read_and_back(desk: Desk) -> None:
    _ready(desk)
    desk.press(Qt.Key.Key_F7)
    pages = desk.widget("desk.form.large").findChildren(QLabel)
    assert len(pages) == 2
    assert min(page.pixmap().width() for page in pages) > 700
    desk.press(Qt.Key.Key_F7)
    assert "第 1 页，共 2 页" in desk.words()


def test_paper_out_is_said_and_saving_is_the_other_way(desk: Desk) -> None:
    _ready(desk)
    desk.press(ENTER)
    desk.desk.send(inputs.PrintTold(SUBJECT, Notice.PAPER_OUT))
    assert "缺纸" in desk.message()
    desk.press(Qt.Key.Key_F6)
    assert desk.desk.last(HandOutForm).output is FormOutput.SAVED
    assert desk.desk.last(TakeBackPrint)
    desk.services.printing.show(Notice.PRINT_TAKEN_BACK)
    assert "已经撤回" in desk.message()


def test_a_lost_printer_is_said(desk: Desk) -> None:
    _ready(desk)
    desk.press(ENTER)
    desk.desk.send(inputs.DeviceLost(DeviceKind.PRINTER))
    assert "打印机已断开" in desk.message()
    assert desk.has_way_forward()


def test_a_form_that_failed_can_be_made_again(desk: Desk) -> None:
    desk.desk.send(inputs.Failed(Notice.FORM_FAILED))
    assert "没有生成" in desk.message()
    desk.desk.asked.clear()
    desk.press(ENTER)
    assert desk.desk.last(BuildForm).subject == SUBJECT


def test_signed_sealed_and_the_next_person(desk: Desk) -> None:
    _ready(desk)
    desk.press(ENTER)
    desk.desk.send(inputs.FormDone(subject=SUBJECT, output=FormOutput.PRINTED, copies=2))
    desk.desk.store()
    assert desk.caption("bottom.primary") == "两份都已签字"
    desk.press(ENTER)
    desk.desk.store()
    assert desk.desk.last(SealCopy).subject == SUBJECT
    assert "正在封存" in desk.words()
    desk.desk.send(
        inputs.CopySealed(subject=SUBJECT, blob="cd" * 32, sealed_copy=b"x", simulated=True)
    )
    desk.desk.store()
    assert "现场确认已完成" in desk.words()
    assert "24 / 24" in desk.words()
    desk.press(ENTER)
    assert desk.shows("desk.find.field")


def test_a_wrong_form_goes_back_before_it_is_signed(qtbot: QtBot) -> None:
    opened = open_desk(qtbot)
    opened.desk.open_at(DeskStep.SIGN)
    opened.press(Qt.Key.Key_F4)
    assert opened.desk.last(BuildForm).subject == SUBJECT
    form = inputs.FormReady(subject=SUBJECT, record_digest="ef" * 32, pdf=b"", pages=(_page(),))
    opened.desk.send(form)
    opened.desk.store()
    assert opened.desk.state.step is DeskStep.FORM


def test_a_spoilt_copy_is_printed_again(qtbot: QtBot) -> None:
    opened = open_desk(qtbot)
    opened.desk.open_at(DeskStep.SIGN)
    opened.press(Qt.Key.Key_F9)
    assert opened.desk.last(HandOutForm).output is FormOutput.PRINTED


def test_a_seal_that_failed_is_tried_again(qtbot: QtBot) -> None:
    opened = open_desk(qtbot)
    opened.desk.open_at(DeskStep.SEAL)
    opened.desk.send(inputs.Failed(Notice.SEAL_FAILED))
    assert "没有封存成功" in opened.message()
    opened.desk.asked.clear()
    opened.press(ENTER)
    assert opened.desk.last(SealCopy).subject == SUBJECT
