"""The reading thread over scripted captures: rest, hanging calls, exposure; and cameras by name."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.api import DeviceState, Image
from drivers.camera.capture import CameraCapture
from drivers.camera.frame_pump import FramePump, PumpLimits
from drivers.camera.linux_cameras import LinuxCamera, linux_cameras
from drivers.camera.source import find_camera
from drivers.errors import DeviceFault, DeviceNotFound

PATIENCE_S = 30.0


class Scripted:
    """A capture that counts; `gate` set: grabbing hangs until it is cleared."""

    def __init__(self) -> None:
        self.grabbed = self.decoded = self.released = 0
        self.gate = threading.Event()
        self.gate.set()

    def grab(self) -> bool:
        self.gate.wait(PATIENCE_S)
        time.sleep(0.002)
        self.grabbed += 1
        return True

    def picture(self) -> Image | None:
        self.decoded += 1
        return np.full((4, 4, 3), self.decoded % 250, np.uint8)

    def release(self) -> None:
        self.released += 1


def pump_of(*captures: Scripted | None, **limits: float) -> FramePump:
    script = iter(captures)
    return FramePump("scripted", lambda: next(script, None), lambda: True, PumpLimits(**limits))


def until(condition: Callable[[], bool], what: str) -> None:
    end_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end_s, f"waited in vain for {what}"
        time.sleep(0.002)


def test_pictures_nobody_looks_at_are_not_decoded() -> None:
    capture = Scripted()
    pump = pump_of(capture)
    pump.start()
    until(lambda: capture.grabbed > 60, "pictures")
    assert capture.decoded < capture.grabbed / 4
    decoded = capture.decoded
    until(lambda: pump.newest().sequence > decoded + 20, "every picture to be decoded")
    pump.stop()
    assert capture.released == 1


def _refuses(pump: FramePump) -> bool:
    try:
        pump.newest()
    except DeviceFault:
        return True
    return False


def test_a_hanging_call_is_seen_as_frozen_and_replaced_by_a_new_thread() -> None:
    stuck, sound = Scripted(), Scripted()
    pump = pump_of(stuck, sound, frame_age_s=0.1, hang_s=0.4)
    pump.start()
    stuck.gate.clear()
    # Both at once: a moment later the second capture serves.
    until(lambda: pump.status().state is DeviceState.FAULT and _refuses(pump), "a fault")
    until(lambda: pump.status().state is DeviceState.READY, "the second capture")
    assert sound.grabbed > 0
    stuck.gate.set()
    until(lambda: stuck.released == 1, "the first thread to end")
    pump.stop()


def test_a_call_that_never_opens_ends_in_a_fault_and_not_in_a_wait() -> None:
    gate = threading.Event()

    def hang() -> None:
        gate.wait(PATIENCE_S)

    pump = FramePump("hung", hang, lambda: True, PumpLimits(first_picture_s=0.05))
    threading.Timer(0.2, gate.set).start()
    with pytest.raises(DeviceFault, match="no_picture"):
        pump.start()
    assert pump.status().detail == "closed"


def test_nothing_that_opens_is_no_device() -> None:
    with pytest.raises(DeviceNotFound):
        pump_of(None).start()


class Knobs:
    """What is set on a cv2.VideoCapture."""

    def __init__(self) -> None:
        self.turned: list[tuple[int, float]] = []

    def set(self, what: int, value: float) -> bool:
        self.turned.append((what, value))
        return True

    def grab(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("backend", "by_hand"), [(cv2.CAP_V4L2, 1.0), (cv2.CAP_DSHOW, 0.0), (cv2.CAP_FFMPEG, None)]
)
def test_exposure_is_held_once_it_has_settled(backend: int, by_hand: float | None) -> None:
    now_s = [0.0]
    knobs = Knobs()
    capture = CameraCapture(knobs, backend, True, lambda: now_s[0])
    capture.grab()
    assert knobs.turned == []
    now_s[0] = 3.0
    capture.grab()
    capture.grab()
    held = [(cv2.CAP_PROP_AUTO_EXPOSURE, by_hand), (cv2.CAP_PROP_AUTO_WB, 0)]
    assert knobs.turned == ([] if by_hand is None else held)


# --- by name ------------------------------------------------------------------------------------

BY_ID = "usb-Example_Desk_Camera_0001-video-index0"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two cameras, the first with a second node for metadata and a link of udev."""
    for number, (name, index) in enumerate([("Desk Camera", 0), ("Desk Camera", 1), ("Other", 0)]):
        usb = tmp_path / f"sys/devices/usb{number}"
        (usb / "interface").mkdir(parents=True)
        (usb / "serial").write_bytes(f"000{number}\n".encode())
        entry = tmp_path / f"sys/class/video4linux/video{number}"
        entry.mkdir(parents=True)
        (entry / "device").symlink_to(usb / "interface")
        (entry / "name").write_text(f"{name}\n")
        (entry / "index").write_text(f"{index}\n")
    links = tmp_path / "dev/v4l/by-id"
    links.mkdir(parents=True)
    (links / BY_ID).symlink_to("../../video0")
    return tmp_path


def test_cameras_are_listed_by_stable_name_without_their_metadata_nodes(root: Path) -> None:
    assert linux_cameras(root) == (
        LinuxCamera(root / "dev/video0", "Desk Camera", BY_ID, "0000"),
        LinuxCamera(root / "dev/video2", "Other", "", "0002"),
    )


def test_a_machine_without_cameras_lists_none(tmp_path: Path) -> None:
    assert linux_cameras(tmp_path) == ()


def test_a_name_with_control_characters_is_cleaned(root: Path) -> None:
    (root / "sys/class/video4linux/video2/name").write_bytes(b"Ot\x1b[2Jher" + b"x" * 500)
    assert linux_cameras(root)[1].name.startswith("Ot[2Jher")
    assert len(linux_cameras(root)[1].name) < 121


LISTED = (
    LinuxCamera(Path("/dev/video4"), "Desk Camera", BY_ID, "0001"),
    LinuxCamera(Path("/dev/video0"), "Other"),
)


@pytest.mark.parametrize(
    ("source", "node"),
    [
        (4, "/dev/video4"),
        ("4", "/dev/video4"),
        ("/dev/video0", "/dev/video0"),
        ("Desk Camera", "/dev/video4"),
        (BY_ID, "/dev/video4"),
        ("usb-Example_Desk_Camera_0001", "/dev/video4"),
        ("Somebody else's", None),
        (7, None),
    ],
)
def test_a_camera_is_found_by_number_node_or_name(source: int | str, node: str | None) -> None:
    found = find_camera(source, platform="linux", listed=lambda: LISTED)
    assert (found.target if found else None) == node


def test_windows_knows_numbers_only() -> None:
    found = find_camera(1, platform="win32")
    assert found is not None
    assert (found.target, found.backend) == (1, cv2.CAP_DSHOW)
    assert find_camera("Desk Camera", platform="win32") is None


def test_an_address_is_not_told() -> None:
    found = find_camera("rtsp://desk:secret@10.0.0.9/1", platform="linux")
    assert "secret" not in repr(found)
