"""Puts what the fingerprint reader sees into a picture, frame by frame, while it is in front."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from station.ui.widgets.live_picture import LivePicture

if TYPE_CHECKING:
    from drivers.api import Frame

FRAME_MS = 33


class LiveFeed(QObject):
    """Looks for a new frame thirty times a second, between `start` and `stop`."""

    def __init__(
        self,
        picture: LivePicture,
        newest: Callable[[], Frame | None],
        *,
        only_finger: bool = False,
    ) -> None:
        """`newest` gives None for no picture. `only_finger`: an empty glass is not shown."""
        super().__init__(picture)
        self._picture = picture
        self._newest = newest
        self._only_finger = only_finger
        self._sequence = -1
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._next_frame)

    def start(self) -> None:
        """From an empty picture on."""
        self._sequence = -1
        self._picture.set_frame(None)
        self._timer.start()

    def stop(self) -> None:
        """No finger stays on the screen."""
        self._timer.stop()
        self._picture.set_frame(None)

    def _next_frame(self) -> None:
        frame = self._newest()
        if frame is None:
            self._picture.set_frame(None)
        elif frame.sequence != self._sequence:
            self._sequence = frame.sequence
            shown = frame.finger_present or not self._only_finger
            self._picture.set_frame(frame.image if shown else None)
