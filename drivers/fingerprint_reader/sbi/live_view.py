"""Shows the glass while somebody looks: keeps the newest picture of the device's stream.

The stream runs only while it is wanted, for the public mock calls a device that streams busy, and
a station at rest should cost nothing. Services stop the pictures during a capture and end the
stream after minutes; a stream without pictures is asked for anew.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from drivers.api import Frame, Image
from drivers.fingerprint_reader.finger_sensing import FingerSensing
from drivers.fingerprint_reader.sbi.discovery import Found
from drivers.fingerprint_reader.sbi.exchange import (
    GivenUp,
    Question,
    ServiceGone,
    ServiceLate,
    Terms,
    answering,
)
from drivers.fingerprint_reader.sbi.motion_jpeg import boundary_of, pictures
from drivers.fingerprint_reader.sbi.picture import decoded_jpeg
from drivers.fingerprint_reader.sbi.strict_json import AnswerInvalid

WANTED_FOR_S = 2.0
STREAM_TIMEOUT_S = 60.0
# Eight megabytes a second for a minute.
MAX_STREAM_BYTES = 500_000_000
SILENCE_S = 3.0
RETRY_PERIOD_S = 0.3
# How long a service may take to notice that nobody takes its pictures any more.
ENDING_S = 1.5
# More pictures a second than this are not looked at.
LEAST_PERIOD_S = 0.04


@dataclass(frozen=True)
class View:
    """The newest picture, when it came on the monotonic clock, and whether a finger is on it."""

    number: int
    image: Image = field(repr=False)
    came_s: float
    finger_present: bool

    def frame(self) -> Frame:
        """As a preview."""
        return Frame(self.image, self.number, self.finger_present)


class LiveView:
    """From `start` to `stop` there may be a newest `View`; whoever waits holds `changed`."""

    def __init__(self, where: Callable[[], Found | None]) -> None:
        """`where`: the device now, None while it is gone."""
        self.changed = threading.Condition()
        self.newest: View | None = None
        self._streaming = False
        self._ended_s = float("-inf")
        self._where = where
        self._number = 0
        self._wanted_until_s = 0.0
        self._heard_s = 0.0
        self._paused = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sbi-view", daemon=True)

    @property
    def occupies(self) -> bool:
        """Whether the device may call itself busy because of this stream."""
        return self._streaming or time.monotonic() < self._ended_s + ENDING_S

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End and forget the picture."""
        self._stop.set()
        with self.changed:
            self.changed.notify_all()
        self._thread.join()

    def want(self) -> None:
        """Somebody looks now; said again and again while they do."""
        with self.changed:
            idle = self._wanted_until_s <= time.monotonic()
            self._wanted_until_s = time.monotonic() + WANTED_FOR_S
            if idle:
                self.changed.notify_all()

    def wait_after(self, seen: View | None, at_most_s: float) -> None:
        """Until there is another view than the one seen."""
        with self.changed:
            self.changed.wait_for(lambda: self.newest is not seen, at_most_s)

    def pause(self, paused: bool) -> None:
        """Whether a capture is running: then no pictures are expected."""
        self._paused = paused
        self._heard_s = time.monotonic()

    def forget(self) -> None:
        """The device is gone, and its picture with it."""
        with self.changed:
            self.newest = None
            self.changed.notify_all()

    def _wanted(self) -> bool:
        return time.monotonic() < self._wanted_until_s

    def _run(self) -> None:
        while not self._stop.is_set():
            with self.changed:
                self.changed.wait_for(lambda: self._wanted() or self._stop.is_set())
            found = self._where()
            if found is not None and not self._stop.is_set():
                self._follow(found)
            self._stop.wait(RETRY_PERIOD_S)

    def _follow(self, found: Found) -> None:
        """Take pictures until nobody wants them or the stream ends, for whatever reason."""
        self._heard_s = time.monotonic()
        terms = Terms(STREAM_TIMEOUT_S, MAX_STREAM_BYTES, self._given_up)
        try:
            with answering(found.port, _question(found), terms) as response:
                boundary = boundary_of(response.headers.get("Content-Type", ""))
                if boundary is None:  # an error of the interface, on the stream's address
                    return
                self._streaming = True
                sensing = FingerSensing()
                for jpeg in pictures(response, boundary):
                    self._look(jpeg, sensing)
        except (ServiceGone, ServiceLate, GivenUp, AnswerInvalid):
            return  # the watch tells how the device is
        finally:
            if self._streaming:
                self._streaming, self._ended_s = False, time.monotonic()

    def _given_up(self) -> bool:
        silent = not self._paused and time.monotonic() - self._heard_s > SILENCE_S
        return silent or self._stop.is_set() or not self._wanted()

    def _look(self, jpeg: bytes, sensing: FingerSensing) -> None:
        now_s = time.monotonic()
        self._heard_s = now_s
        if self.newest is not None and now_s - self.newest.came_s < LEAST_PERIOD_S:
            return
        image = decoded_jpeg(jpeg)
        present = sensing.look(image).present
        with self.changed:
            self._number += 1
            self.newest = View(self._number, image, now_s, present)
            self.changed.notify_all()


def _question(found: Found) -> Question:
    """As in the specification, 5.4; `serialNo` is what clients of version 1.0 send instead."""
    device = found.device
    fields = {
        "deviceId": device.device_id,
        "deviceSubId": device.sub_id,
        "timeout": str(int(STREAM_TIMEOUT_S * 1000)),
    }
    return Question("STREAM", "/stream", fields)
