"""Cameras: who sits there, what lies over the lens, and a picture that stands still."""

from __future__ import annotations

import numpy as np
import pytest

from drivers.api import DeviceState
from drivers.errors import DeviceFault
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
