"""Cameras: who sits there, what lies over the lens, and a picture that stands still."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.api import DeviceState
from drivers.camera.opencv import OpenCvCamera
from drivers.errors import DeviceFault, DeviceNotFound, OptionInvalid
from drivers.simulated.camera import CameraHand, SimulatedCamera


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hand(clock: Clock) -> CameraHand:
    return CameraHand(clock)


@pytest.fixture
def camera(hand: CameraHand) -> SimulatedCamera:
    camera = SimulatedCamera(hand)
    camera.open()
    return camera


def test_people_look_different_and_move(
    camera: SimulatedCamera, hand: CameraHand, clock: Clock
) -> None:
    hand.sit_down("P001")
    first = camera.frame()
    clock.now_s += 0.5
    later = camera.frame()
    hand.sit_down("P003")
    other = camera.frame()
    assert first.image.shape == (480, 640, 3)
    assert later.sequence > first.sequence
    moved = float(np.abs(first.image.astype(int) - later.image).mean())
    changed = float(np.abs(later.image.astype(int) - other.image).mean())
    assert 0 < moved < changed


def test_empty_chair_and_covered_lens(camera: SimulatedCamera, hand: CameraHand) -> None:
    empty = camera.frame().image
    hand.sit_down("P001")
    hand.cover_lens()
    assert camera.frame().image.max() < 40 < empty.max()
    hand.uncover_lens()
    assert camera.frame().image.max() > 200


def test_a_frozen_picture_is_a_fault_until_it_moves_again(
    camera: SimulatedCamera, hand: CameraHand, clock: Clock
) -> None:
    hand.sit_down("P001")
    hand.freeze()
    assert camera.frame().sequence > 0
    clock.now_s += 2
    assert camera.status().state is DeviceState.FAULT
    with pytest.raises(DeviceFault, match="frozen"):
        camera.still()
    hand.thaw()
    assert camera.still().image.shape == (960, 1280, 3)


def test_no_camera_is_said_in_plain_words(tmp_path: Path) -> None:
    with pytest.raises(DeviceNotFound, match="no camera answers"):
        OpenCvCamera(str(tmp_path / "no-such-device")).open()


def blue_film(path: Path) -> str:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 50, (320, 240))
    for _ in range(3):
        writer.write(np.full((240, 320, 3), (250, 20, 20), np.uint8))
    writer.release()
    return str(path)


def test_colours_of_a_stream_arrive_as_rgb(tmp_path: Path) -> None:
    camera = OpenCvCamera(blue_film(tmp_path / "film.avi"))
    camera.open()
    red, _, blue = camera.frame().image[120, 160]
    assert blue > red
    camera.close()
    assert camera.status().detail == "closed"


def test_a_stream_whose_newest_picture_is_old_is_a_fault(tmp_path: Path) -> None:
    class Leaping(Clock):
        def __call__(self) -> float:
            self.now_s += 5  # between any picture and any look at it
            return self.now_s

    camera = OpenCvCamera(blue_film(tmp_path / "film.avi"), clock=Leaping())
    camera.open()
    assert camera.status().state is DeviceState.FAULT
    with pytest.raises(DeviceFault, match="frozen"):
        camera.frame()
    camera.close()


@pytest.mark.parametrize("options", [{"source": 1.5}, {"source": True}, {"width_px": 1}])
def test_wrong_options_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(OptionInvalid):
        OpenCvCamera.from_options(options)
