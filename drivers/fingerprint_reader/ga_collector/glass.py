"""Keeps looking at the collector's glass on a thread of its own, the only one that calls it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from drivers.api import Frame, Image
from drivers.errors import DeviceError, DeviceUnplugged
from drivers.fingerprint_reader.finger_sensing import FingerSensing, Sensed
from drivers.fingerprint_reader.ga_collector.library import Library

# 20 pictures a second while somebody waits for one, 4 at rest: enough to notice a pulled plug.
BUSY_PERIOD_S, IDLE_PERIOD_S = 0.05, 0.25
RETRY_PERIOD_S = 0.5


@dataclass(frozen=True)
class Look:
    """The newest picture and what it and those before it tell; or the error instead of one."""

    number: int
    image: Image | None = field(default=None, repr=False)
    sensed: Sensed | None = None
    error: DeviceError | None = None

    def frame(self) -> Frame | None:
        """As a preview."""
        if self.image is None or self.sensed is None:
            return None
        return Frame(self.image, self.number, self.sensed.present)


class Glass:
    """From `start` to `stop` there is a newest `Look`; whoever waits holds `changed`.

    A collector that fails is started anew again and again until it works: its plug may come back.
    """

    def __init__(self, library: Library, channel: int, size_px: tuple[int, int]) -> None:
        self.changed = threading.Condition()
        self.newest = Look(0)
        self._library = library
        self._channel = channel
        self._size_px = size_px
        self._watched = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ga_collector", daemon=True)

    def start(self) -> None:
        """Begin to look. The library has been started and is ready to take pictures."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more, and give the collector back."""
        self._stop.set()
        with self.changed:
            self.changed.notify_all()
        self._thread.join()

    def watch(self, watched: bool) -> None:
        """Whether somebody waits for pictures."""
        with self.changed:
            self._watched = watched
            self.changed.notify_all()

    def _run(self) -> None:
        sensing = FingerSensing()
        failed = False
        while not self._stop.is_set():
            try:
                if failed:
                    self._start_anew()
                    sensing = FingerSensing()
                image = self._library.frame(self._channel, *self._size_px)
                failed = False
                self._show(image=image, sensed=sensing.look(image))
            except DeviceError as error:
                failed = True
                self._show(error=error)
            self._rest(failed)
        self._library.end(self._channel)
        self._library.stop()

    def _start_anew(self) -> None:
        self._library.end(self._channel)
        self._library.stop()
        self._library.start()
        if self._library.channels() <= self._channel:
            raise DeviceUnplugged("ga_collector", "collector")
        self._library.begin(self._channel)

    def _show(
        self,
        image: Image | None = None,
        sensed: Sensed | None = None,
        error: DeviceError | None = None,
    ) -> None:
        with self.changed:
            self.newest = Look(self.newest.number + 1, image, sensed, error)
            self.changed.notify_all()

    def _rest(self, failed: bool) -> None:
        if failed:
            self._stop.wait(RETRY_PERIOD_S)
        elif self._watched:
            self._stop.wait(BUSY_PERIOD_S)
        else:
            with self.changed:
                self.changed.wait_for(lambda: self._watched or self._stop.is_set(), IDLE_PERIOD_S)
