"""The cable of a simulated device: what every hand half can do to it."""

from __future__ import annotations

import threading

from drivers.api import DeviceState, DeviceStatus
from drivers.errors import DeviceFault, DeviceUnplugged


class Cable:
    """Plugged in and answering, or not; thread-safe. Both halves wait on `changed`.

    `times_unplugged` lets a call that is under way notice a plug that was out for a moment only.
    """

    def __init__(self) -> None:
        # Re-entrant, so that a half may use the other's methods while it holds the lock.
        self.changed = threading.Condition(threading.RLock())
        self._plugged = True
        self._stalled = False
        self._times_unplugged = 0

    def unplug(self) -> None:
        """Pull the plug, in the middle of whatever is going on."""
        with self.changed:
            self._plugged = False
            self._times_unplugged += 1
            self.changed.notify_all()

    def plug_in(self) -> None:
        """Put the plug back; a stalled device starts afresh."""
        with self.changed:
            self._plugged = True
            self._stalled = False
            self.changed.notify_all()

    def stall(self) -> None:
        """The device stops answering although it is plugged in."""
        with self.changed:
            self._stalled = True
            self.changed.notify_all()

    def recover(self) -> None:
        """A stalled device answers again."""
        with self.changed:
            self._stalled = False
            self.changed.notify_all()

    @property
    def plugged(self) -> bool:
        """Whether the plug is in."""
        return self._plugged

    @property
    def stalled(self) -> bool:
        """Whether the device hangs."""
        return self._stalled

    @property
    def times_unplugged(self) -> int:
        """How often the plug was pulled so far."""
        return self._times_unplugged

    def status(self, busy: bool = False) -> DeviceStatus:
        """The status light as far as the cable decides it."""
        with self.changed:
            if not self._plugged:
                return DeviceStatus(DeviceState.UNPLUGGED, "cable")
            if self._stalled:
                return DeviceStatus(DeviceState.FAULT, "not_answering")
            return DeviceStatus(DeviceState.BUSY if busy else DeviceState.READY)

    def require_plugged(self, device: str) -> None:
        """Raise DeviceUnplugged while the plug is out."""
        if not self._plugged:
            raise DeviceUnplugged(device, "cable")

    def require_answering(self, device: str) -> None:
        """Raise DeviceUnplugged or DeviceFault unless the device answers."""
        self.require_plugged(device)
        if self._stalled:
            raise DeviceFault(device, "not_answering")
