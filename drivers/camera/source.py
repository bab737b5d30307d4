"""Which camera the settings mean, looked up anew each time it is opened: nodes change, names stay.

A source is a camera's number, its node (`/dev/video0`), its stable name (see `linux_cameras`), or
the address of a network camera (`http`, `https`, `rtsp`). Windows tells OpenCV no names: there a
camera has a number only, in the order of DirectShow.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2

from drivers.camera.linux_cameras import LinuxCamera, linux_cameras

SCHEMES = ("http://", "https://", "rtsp://")


@dataclass(frozen=True)
class FoundCamera:
    """A camera to open. `node` is the file whose going away is the pulled plug.

    An address may hold a password, so it stays out of the repr.
    """

    target: int | str = field(repr=False)
    backend: int
    name: str
    serial: str = ""
    node: Path | None = None

    def is_plugged_in(self) -> bool:
        """As far as the system tells; True where it tells nothing."""
        return self.node is None or self.node.exists()


def is_source(source: object) -> bool:
    """Whether a setting can mean a camera; a file cannot: films belong to `video_file`."""
    if isinstance(source, bool):
        return False
    if isinstance(source, int):
        return 0 <= source < 10_000
    if not isinstance(source, str) or not source.strip():
        return False
    is_path = "/" in source or "\\" in source
    return source.startswith((*SCHEMES, "/dev/")) or not is_path


def find_camera(
    source: int | str,
    *,
    platform: str = sys.platform,
    listed: Callable[[], Sequence[LinuxCamera]] = linux_cameras,
) -> FoundCamera | None:
    """The camera that is meant, if it is plugged in."""
    if isinstance(source, str) and source.startswith(SCHEMES):
        return FoundCamera(source, cv2.CAP_FFMPEG, "network camera")
    number = source if isinstance(source, int) else int(source) if source.isdecimal() else None
    if platform != "linux":
        backend = cv2.CAP_DSHOW if platform == "win32" else cv2.CAP_ANY
        return None if number is None else FoundCamera(number, backend, f"camera {number}")
    wanted = str(source) if number is None else f"/dev/video{number}"
    if wanted.startswith("/dev/v4l/"):
        wanted = str(Path(wanted).resolve())
    for camera in listed():
        if camera.is_called(wanted):
            node = str(camera.node)
            return FoundCamera(node, cv2.CAP_V4L2, camera.name, camera.serial, camera.node)
    return None
