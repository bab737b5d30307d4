"""A serial port or a USB-to-serial adapter as a byte line (pyserial)."""

from __future__ import annotations

import errno
import os

import serial
from serial.tools import list_ports

from drivers.errors import DeviceBusy, DeviceError, DeviceFault, DeviceNotFound, DeviceUnplugged
from drivers.transport.byte_line import POLL_S

MOST_AT_ONCE = 4096
MOST_DISCARDED = 16 * MOST_AT_ONCE
SEND_TIMEOUT_S = 2
_NAME_WITH_FOLDERS = ("/", "\\")
_HELD = (errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK)


def port_exists(port: str) -> bool:
    """Whether the port is there now, held or not.

    A path is looked up (`/dev/serial/by-id/...` stays the same device), a bare name such as COM3
    is looked for among the ports of this machine.
    """
    if port.startswith(_NAME_WITH_FOLDERS):
        return os.path.exists(port)
    return any(port.upper() == known.device.upper() for known in list_ports.comports())


class SerialLine:
    """One open port, 8 data bits, no parity, one stop bit, held for this program alone."""

    def __init__(self, device: str, port: str, baud: int) -> None:
        """Open it. `device` names the driver in errors.

        Raises DeviceNotFound, DeviceBusy, or DeviceFault when this account may not use the port.
        """
        self._device = device
        if not port_exists(port):
            raise DeviceNotFound(device, "no such serial port")
        try:
            self._port = serial.Serial(
                port, baud, timeout=POLL_S, write_timeout=SEND_TIMEOUT_S, exclusive=True
            )
        except (OSError, ValueError) as error:  # SerialException is an OSError
            raise _opening_error(device, error) from error

    def send(self, data: bytes) -> None:
        """Send all of it."""
        try:
            self._port.write(data)
        except serial.SerialTimeoutException as error:
            raise DeviceFault(self._device, "takes no bytes") from error
        except OSError as error:
            raise DeviceUnplugged(self._device, "serial line") from error

    def receive(self) -> bytes:
        """The first byte is waited for; what lies behind it comes along."""
        try:
            first = self._port.read(1)
            if not first:
                return b""
            waiting = min(self._port.in_waiting, MOST_AT_ONCE)
            return bytes(first) + (bytes(self._port.read(waiting)) if waiting else b"")
        except (OSError, TypeError) as error:  # pyserial: TypeError when closed by another thread
            raise DeviceUnplugged(self._device, "serial line") from error

    def discard_input(self) -> None:
        """Forget what arrived; a device that never stops talking is not waited for."""
        try:
            for _ in range(MOST_DISCARDED // MOST_AT_ONCE):
                waiting = min(self._port.in_waiting, MOST_AT_ONCE)
                if not waiting:
                    return
                self._port.read(waiting)
        except OSError as error:
            raise DeviceUnplugged(self._device, "serial line") from error

    def close(self) -> None:
        """Let go of the port."""
        self._port.close()


def _opening_error(device: str, error: Exception) -> DeviceError:
    code = getattr(error, "errno", None)
    if isinstance(error, PermissionError) or code in (errno.EACCES, errno.EPERM):
        return DeviceFault(device, "no permission for the serial port")
    if code in _HELD or "exclusively lock" in str(error):
        return DeviceBusy(device, "another program holds the serial port")
    if code in (errno.ENOENT, errno.ENODEV, errno.ENXIO):
        return DeviceNotFound(device, "no such serial port")
    return DeviceFault(device, "the serial port cannot be opened")
