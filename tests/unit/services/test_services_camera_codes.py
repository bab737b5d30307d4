"""Codes held before the camera: told once, again after a while, and not looked for in vain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
import pytest

from drivers.api import Frame, Image
from drivers.barcode.wedge import Scan
from station.services import camera_codes
from station.services.camera_codes import LOOKS_AFTER_MOVEMENT, CameraCodes
from station.services.devices import DeviceService
from station.services.runner import Runner


class Desk:
    """A camera, a clock, and a pool that works when the test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 100.0
        self.picture: Image | None = np.zeros((480, 640, 3), np.uint8)
        self.codes: tuple[Scan, ...] = ()
        self.read = 0
        self.found: list[str] = []
        self.waiting: list[Callable[[], None]] = []
        monkeypatch.setattr(camera_codes, "codes_in", self._read)
        services = cast(DeviceService, self), cast(Runner, self)
        self.service = CameraCodes(*services, lambda: self.now_s)

    def camera_frame(self) -> Frame | None:
        return None if self.picture is None else Frame(self.picture, 1)

    def call(self, _lane: object, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        self.waiting.append(lambda: then(work()))

    def _read(self, _image: Image) -> tuple[Scan, ...]:
        self.read += 1
        return self.codes

    def look(self) -> None:
        self.now_s += 0.5
        self.service.look(self.found.append)
        for work in self.waiting:
            work()
        self.waiting.clear()

    def move(self) -> None:
        assert self.picture is not None
        self.picture = 255 - self.picture


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(monkeypatch)


def test_a_code_that_is_held_is_told_once(desk: Desk) -> None:
    desk.codes = (Scan("26T000123"),)
    for _ in range(10):
        desk.move()
        desk.look()
    assert desk.found == ["26T000123"]


def test_a_code_that_comes_back_after_a_while_is_told_again(desk: Desk) -> None:
    desk.codes = (Scan("26T000123"),)
    desk.look()
    desk.now_s += 4
    desk.move()
    desk.look()
    assert desk.found == ["26T000123", "26T000123"]


def test_another_code_is_told_at_once(desk: Desk) -> None:
    desk.codes = (Scan("26T000123"),)
    desk.look()
    desk.codes = (Scan("26T000124"), Scan("26T000123"))
    desk.look()
    assert desk.found == ["26T000123", "26T000124"]


def test_a_picture_in_which_nothing_moves_is_not_read_for_ever(desk: Desk) -> None:
    for _ in range(20):
        desk.look()
    assert desk.read == LOOKS_AFTER_MOVEMENT
    assert desk.picture is not None
    desk.picture = desk.picture.copy()
    desk.picture[200:300, 200:300] = 255  # a ticket is held up
    desk.look()
    assert desk.read == LOOKS_AFTER_MOVEMENT + 1


def test_the_noise_of_a_sensor_is_no_movement(desk: Desk) -> None:
    lot = np.random.default_rng(3)
    for _ in range(20):
        desk.picture = np.clip(lot.normal(128, 4, (480, 640, 3)), 0, 255).astype(np.uint8)
        desk.look()
    assert desk.read == LOOKS_AFTER_MOVEMENT


def test_without_a_camera_nothing_is_read(desk: Desk) -> None:
    desk.picture = None
    desk.look()
    assert desk.read == 0


def test_one_look_at_a_time(desk: Desk) -> None:
    desk.service.look(desk.found.append)
    desk.service.look(desk.found.append)
    assert len(desk.waiting) == 1
