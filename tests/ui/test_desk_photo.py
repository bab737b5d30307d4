"""The photo: live, still, accepted or taken again."""

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from drivers.api import Frame
from station.domain.facts import PhotoTaken
from station.domain.photo_rules import PhotoWarning
from station.settings import Language
from station.ui.widgets.fit_label import FitLabel
from station.ui.widgets.live_picture import LivePicture
from station.ui.words import word
from station.workflow import inputs
from station.workflow.effects import CapturePhoto
from station.workflow.inputs import DeviceKind
from station.workflow.progress import DeskStep
from tests.support.ui_window import ENTER, Desk, open_desk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def _jpeg() -> bytes:
    done, content = cv2.imencode(".jpg", np.full((64, 48, 3), 200, np.uint8))
    assert done
    return bytes(content.tobytes())


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    opened = open_desk(qtbot)
    opened.services.devices.camera_picture = Frame(np.full((64, 48, 3), 90, np.uint8), 1)
    opened.desk.open_at(DeskStep.PHOTO)
    return opened


def _take(desk: Desk, *warnings: PhotoWarning) -> None:
    desk.press(ENTER)
    desk.desk.send(inputs.PhotoCaptured(_jpeg(), 48, 64, True, warnings))


def _picture(desk: Desk) -> LivePicture:
    shown = desk.widget("desk.photo.picture")
    assert isinstance(shown, LivePicture)
    return shown


def test_the_live_picture_runs_and_enter_takes(desk: Desk, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: _picture(desk).has_picture())
    desk.press(ENTER)
    assert desk.desk.last(CapturePhoto) == CapturePhoto()
    assert "正在拍照" in desk.words()


def test_a_still_is_accepted_with_enter(desk: Desk) -> None:
    _take(desk)
    assert desk.caption("bottom.primary") == "使用这张照片"
    desk.press(ENTER)
    assert isinstance(desk.desk.state.unsaved[0], PhotoTaken)


def test_warnings_are_shown_and_f4_goes_back_to_the_live_picture(desk: Desk) -> None:
    _take(desk, PhotoWarning.BACKGROUND_UNEVEN, PhotoWarning.HEAD_TOO_SMALL)
    assert "△ 背景不均匀，请去掉阴影和杂物\n△ 头像偏小，请坐近一点" in desk.words()
    desk.press(Qt.Key.Key_F4)
    assert desk.caption("bottom.primary") == "拍照"
    _take(desk)
    assert "背景不均匀" not in desk.words()
    assert desk.caption("bottom.primary") == "使用这张照片"


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_the_most_warnings_a_photo_can_have_can_be_read_whole(
    qtbot: QtBot, language: Language, size: tuple[int, int]
) -> None:
    worst = (
        PhotoWarning.HEAD_TOO_LARGE,
        PhotoWarning.HEAD_OFF_CENTRE,
        PhotoWarning.TOO_SOFT,
        PhotoWarning.BACKGROUND_COLOUR,
        PhotoWarning.BACKGROUND_UNEVEN,
    )
    desk = open_desk(qtbot, language=language, size=size)
    desk.desk.open_at(DeskStep.PHOTO)
    _take(desk, *worst)
    expected = [word(warning) for warning in worst]
    shown = next(
        label
        for label in desk.window.findChildren(FitLabel)
        if label.isVisible() and expected[0] in label.text()
    )
    assert all(sentence in shown.text() for sentence in expected)
    assert shown.height() >= shown.heightForWidth(shown.width())


def test_a_lost_camera_is_said_and_the_photo_can_be_taken_again(desk: Desk) -> None:
    desk.press(ENTER)
    desk.desk.send(inputs.DeviceLost(DeviceKind.CAMERA))
    assert "摄像头已断开" in desk.message()
    assert desk.has_way_forward()
    desk.desk.send(inputs.DeviceBack(DeviceKind.CAMERA))
    assert desk.message() == ""


def test_no_face_stays_on_the_screen_afterwards(desk: Desk, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: _picture(desk).has_picture())
    picture = _picture(desk)
    desk.press(Qt.Key.Key_F10)
    assert not picture.has_picture()
