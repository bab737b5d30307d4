"""Real cameras over a loopback stream: colours, cables, frozen and stalled pictures, films."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.api import DeviceState
from drivers.camera.opencv import OpenCvCamera
from drivers.camera.video_file import VideoFileCamera
from drivers.errors import (
    DeviceFault,
    DeviceNotFound,
    DeviceUnplugged,
    OptionInvalid,
    SimulationRefused,
)
from drivers.registry import open_driver
from tests.support.drivers_camera_stream import StreamCamera

PATIENCE_S = 30.0


@pytest.fixture
def stream() -> Iterator[StreamCamera]:
    stream = StreamCamera()
    yield stream
    stream.unplug()


@pytest.fixture
def camera(stream: StreamCamera) -> Iterator[OpenCvCamera]:
    camera = OpenCvCamera.from_options({"source": stream.url, "frozen_after_s": 1.0})
    camera.open()
    yield camera
    camera.close()


def until(condition: Callable[[], bool], what: str) -> None:
    end_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end_s, f"waited in vain for {what}"
        time.sleep(0.01)


def comes_to(camera: OpenCvCamera | VideoFileCamera, state: DeviceState) -> None:
    until(lambda: camera.status().state is state, state.value)


def test_colours_arrive_as_rgb_and_the_facts_say_the_size_given(stream: StreamCamera) -> None:
    camera = OpenCvCamera.from_options({"source": stream.url, "width_px": 1920})
    facts = camera.open()
    red, _, blue = camera.frame().image[120, 160]
    assert blue > red
    assert facts.model == "network camera 320x240"
    assert not facts.simulated
    camera.close()
    assert camera.status().detail == "closed"


def test_a_camera_that_goes_away_and_comes_back_is_used_again(
    camera: OpenCvCamera, stream: StreamCamera
) -> None:
    stream.unplug()
    comes_to(camera, DeviceState.UNPLUGGED)
    for look in (camera.frame, camera.still):
        with pytest.raises(DeviceUnplugged):
            look()
    stream.plug_in()
    comes_to(camera, DeviceState.READY)
    assert camera.still().image.shape == (240, 320, 3)


def test_the_same_picture_for_ever_is_a_fault(camera: OpenCvCamera, stream: StreamCamera) -> None:
    stream.frozen.set()
    comes_to(camera, DeviceState.FAULT)
    with pytest.raises(DeviceFault, match="frozen"):
        camera.frame()
    stream.frozen.clear()
    comes_to(camera, DeviceState.READY)


def test_a_stream_that_stalls_is_a_fault_and_then_tried_anew(
    camera: OpenCvCamera, stream: StreamCamera
) -> None:
    stream.stalled.set()
    comes_to(camera, DeviceState.FAULT)
    stream.stalled.clear()
    comes_to(camera, DeviceState.READY)


def test_a_still_is_newer_than_its_request(camera: OpenCvCamera) -> None:
    before = camera.frame()
    still = camera.still().image
    assert not np.array_equal(still, before.image)


def test_plain_black_is_a_covered_lens_and_not_a_frozen_camera() -> None:
    stream = StreamCamera(lambda _number: np.zeros((48, 64, 3), np.uint8))
    camera = OpenCvCamera.from_options({"source": stream.url, "frozen_after_s": 1.0})
    camera.open()
    first = camera.frame().sequence
    until(lambda: camera.frame().sequence > first + 60, "more than a second of pictures")
    assert camera.status().state is DeviceState.READY
    camera.close()
    stream.unplug()


def test_nothing_at_the_address_is_no_device(stream: StreamCamera) -> None:
    stream.unplug()
    camera = OpenCvCamera.from_options({"source": stream.url})
    with pytest.raises(DeviceNotFound, match="no camera answers"):
        camera.open()
    stream.plug_in()
    assert camera.open().model
    camera.close()


@pytest.mark.parametrize(
    "options",
    [
        {"source": 1.5},
        {"source": True},
        {"source": -1},
        {"source": "film.avi/../x"},
        {"source": "/home/somebody/film.avi"},
        {"source": "C:\\film.avi"},
        {"source": "file:///film.avi"},
        {"source": ""},
        {"width_px": 1},
        {"lock_exposure": 1},
        {"frozen_after_s": 0},
    ],
)
def test_wrong_options_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(OptionInvalid):
        OpenCvCamera.from_options(options)


# --- films ------------------------------------------------------------------------------------


def blue_film(path: Path, pictures: int = 3) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 50, (320, 240))
    for _ in range(pictures):
        writer.write(np.full((240, 320, 3), (250, 20, 20), np.uint8))
    writer.release()
    return path


def test_a_film_plays_over_and_over_in_its_colours(tmp_path: Path) -> None:
    camera = VideoFileCamera(blue_film(tmp_path / "film.avi"))
    facts = camera.open()
    first = camera.frame()
    red, _, blue = first.image[120, 160]
    assert blue > red
    assert facts.simulated
    until(lambda: camera.frame().sequence > first.sequence + 6, "the film to begin again")
    camera.close()


def test_a_film_is_no_camera_of_a_live_station(tmp_path: Path) -> None:
    path = blue_film(tmp_path / "film.avi")
    with pytest.raises(SimulationRefused):
        open_driver("camera", "video_file", {"path": str(path)}, mode="live")


def test_a_file_that_is_no_film_is_no_device(tmp_path: Path) -> None:
    path = tmp_path / "film.avi"
    path.write_bytes(b"RIFF nothing of the kind")
    with pytest.raises(DeviceNotFound):
        VideoFileCamera(path).open()
