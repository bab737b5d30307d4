"""Moves the hand of a simulated device wherever the device runs: here, or in its own process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drivers.errors import DeviceError
from drivers.simulated.commands import Command, CommandInvalid, perform


def mover(driver: Any) -> Callable[[Command], None] | None:
    """What carries out commands at a device; None for a real one.

    It raises CommandInvalid, also for a device in a process that is not running.
    """
    if not driver.simulated:
        return None
    over_there = getattr(driver, "command", None)
    if over_there is None:
        hand = getattr(driver, "hand", None)
        return None if hand is None else lambda command: perform(hand, command)

    def send(command: Command) -> None:
        try:
            over_there(command)
        except (DeviceError, RuntimeError) as error:
            raise CommandInvalid("device: not open") from error

    return send
