"""A line that carries bytes both ways, whoever is at the other end."""

from typing import Protocol

POLL_S = 0.05


class ByteLine(Protocol):
    """An open connection to one device. Not for several threads at once."""

    def send(self, data: bytes) -> None:
        """Send all of it. Raises DeviceUnplugged when the other end is gone."""

    def receive(self) -> bytes:
        """What arrived, as soon as something did; empty when nothing came within `POLL_S`.

        Raises DeviceUnplugged when the other end is gone.
        """

    def discard_input(self) -> None:
        """Forget what arrived and was not received. Raises DeviceUnplugged."""

    def close(self) -> None:
        """Let go of the connection; a second call does nothing."""
