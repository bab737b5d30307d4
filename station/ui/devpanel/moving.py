"""Which hands of the simulated devices can be moved, and a file of commands that moves them."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from drivers.api import DriverKind
from drivers.simulated.command_file import CommandFile
from drivers.simulated.commands import Command, CommandInvalid
from drivers.simulated.moving import mover
from station.ui.devpanel.hands import Moved


def moved_hands(drivers: Mapping[DriverKind, Any]) -> Mapping[DriverKind, Moved]:
    """How to move the hands of the simulated devices; real ones are absent."""
    movers = {kind: mover(driver) for kind, driver in drivers.items()}
    return {
        # One in a process of its own takes commands, and its hand is out of sight.
        kind: Moved(move, seen=not hasattr(drivers[kind], "command"))
        for kind, move in movers.items()
        if move is not None
    }


def follow(path: Path, moved: Mapping[DriverKind, Moved]) -> CommandFile:
    """Follow a file of commands for the simulated devices; wrong lines are told on the terminal."""

    def act(command: Command) -> None:
        if command.device not in moved:
            raise CommandInvalid("device: not simulated")
        moved[command.device].move(command)

    def refuse(line: int, why: str) -> None:
        print(f"命令文件第 {line} 行不能执行（{why}）", file=sys.stderr)

    followed = CommandFile(path, act, refuse)
    followed.start()
    return followed
