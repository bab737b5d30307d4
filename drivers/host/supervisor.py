"""Keeps one driver's process alive: starts it, watches it, replaces it.

After `open` the device belongs to the station until `close`, whatever becomes of its processes: a
child that crashes, hangs or grows without end is killed and a new one opens the device again, at
once the first time and with growing pauses if that does not help.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from drivers.api import DeviceState, DeviceStatus
from drivers.errors import DeviceError, DeviceFault, DeviceNotFound, DeviceUnplugged
from drivers.host.link import END_LIMIT_S, Link, spawn
from drivers.host.plan import Failure, HostPlan

LOOK_EVERY_S = 0.1
RESTARTING = DeviceStatus(DeviceState.FAULT, "driver_restarting")
CLOSED = DeviceStatus(DeviceState.READY, "closed")
# A child that lived this long was no part of a row of failures.
HEALTHY_AFTER_S = 30.0


class Supervisor:
    """Owns the processes of one driver. `has_open` False: a device that is not held (a printer)."""

    def __init__(self, plan: HostPlan, *, has_open: bool = True) -> None:
        self.plan = plan
        self._has_open = has_open
        self._life = threading.RLock()
        self._link: Link | None = None  # the newest process, dead or alive
        self._serving: Link | None = None  # the same once its device is open
        self._wanted = False
        self._stop = threading.Event()
        self._watcher: threading.Thread | None = None
        self._trouble = CLOSED
        self._pause_s = 0.0
        self._started_at_s = 0.0
        self._starts, self._restarts = 0, 0

    @property
    def restarts(self) -> int:
        """How often a process had to be replaced."""
        return self._restarts

    @property
    def link(self) -> Link | None:
        """The process that serves now; None while there is none."""
        link = self._serving
        return link if link is not None and not link.ended.is_set() else None

    def open(self) -> Any:
        """Open the device, starting its process if need be; returns the facts."""
        with self._life:
            link = self._link
            if link is None or link.ended.is_set():
                link = self._start()
            facts = link.call("open") if self._has_open else None
            self._serving, self._wanted = link, True
            self._watch()
            return facts

    def close(self) -> None:
        """Give the device back and end its process."""
        self._stop.set()
        self._wanted, self._serving = False, None
        with self._life_in_time():
            watcher, self._watcher = self._watcher, None
            link, self._link = self._link, None
            if link is not None:
                link.end()
        if watcher is not None:
            watcher.join()
        self._trouble = CLOSED

    def require(self) -> Link:
        """The process that serves now. Raises RuntimeError if closed, DeviceError if none does."""
        link = self.link
        if link is not None:
            return link
        if not self._wanted:
            raise RuntimeError("the device is not open")
        trouble = self._trouble
        if trouble.state is DeviceState.UNPLUGGED:
            raise DeviceUnplugged(self.plan.name, trouble.detail)
        raise DeviceFault(self.plan.name, RESTARTING.detail)

    def status(self) -> DeviceStatus:
        """State of the device now, as far as the newest message tells; never waits."""
        link = self.link
        if link is None:
            trouble = self._trouble if self._wanted else CLOSED
            return RESTARTING if trouble is CLOSED and self._wanted else trouble
        status = link.status or DeviceStatus(DeviceState.READY)
        if status.state is DeviceState.READY and link.busy:
            return DeviceStatus(DeviceState.BUSY)  # known here before the child tells
        return status

    # --- life ---------------------------------------------------------------------------------

    @contextmanager
    def _life_in_time(self) -> Iterator[None]:
        """The life lock; whoever holds it waits for a child, and is told to stop waiting."""
        if not self._life.acquire(timeout=END_LIMIT_S):
            link = self._link
            if link is not None:
                link.kill(Failure.ENDED)
            self._life.acquire()
        try:
            yield
        finally:
            self._life.release()

    def _start(self) -> Link:
        self._end_link()
        self._started_at_s = time.monotonic()
        link = self._link = spawn(self.plan)
        # What a file of commands held for an earlier process was done by that one.
        link.greet(skip_present=self._starts > 0)
        self._starts += 1
        return link

    def _end_link(self) -> None:
        link, self._link, self._serving = self._link, None, None
        if link is not None:
            link.end()

    # --- watching -----------------------------------------------------------------------------

    def _watch(self) -> None:
        if self._watcher is None:
            self._stop = threading.Event()
            self._watcher = threading.Thread(
                target=self._look, args=(self._stop,), name="driver-watch", daemon=True
            )
            self._watcher.start()

    def _look(self, stop: threading.Event) -> None:
        while not stop.wait(LOOK_EVERY_S):
            link = self.link
            if link is not None:
                self._judge(link)
            if self.link is None:
                self._recover(stop)

    def _judge(self, link: Link) -> None:
        limits = self.plan.limits
        if link.pulse_age_s > limits.pulse_s:
            link.kill(Failure.HUNG)
        elif link.resident_bytes > limits.memory_bytes:
            link.retire = Failure.LEAKED
            if not link.busy:
                link.kill(Failure.LEAKED)

    def _recover(self, stop: threading.Event) -> None:
        if time.monotonic() - self._started_at_s > HEALTHY_AFTER_S:
            self._pause_s = 0.0
        if stop.wait(self._pause_s):
            return
        limits = self.plan.limits
        self._pause_s = min(limits.longest_pause_s, max(limits.first_pause_s, self._pause_s * 2))
        with self._life:
            if stop.is_set() or self.link is not None:
                return
            self._restarts += 1
            try:
                link = self._start()
                if self._has_open:
                    link.call("open")
            except DeviceError as error:
                self._trouble = _status_of(error)
                self._end_link()
            else:
                self._trouble, self._serving = CLOSED, link


def _status_of(error: DeviceError) -> DeviceStatus:
    if isinstance(error, DeviceUnplugged | DeviceNotFound):
        return DeviceStatus(DeviceState.UNPLUGGED, error.detail)
    return DeviceStatus(DeviceState.FAULT, error.detail)
