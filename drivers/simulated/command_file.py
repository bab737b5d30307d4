"""Follows a file of commands as it grows, so that simulated devices can be driven from outside."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from drivers.simulated.commands import MAX_LINE_BYTES, Command, CommandInvalid, parse_command

LOOK_EVERY_S = 0.05
READ_BYTES = 64 * 1024


class CommandFile:
    """Reads the lines of a file, those there already and those still to come, in a thread.

    `act` gets each command after its `after_ms`; `refuse` gets the number of a line that is no
    command and why. A line counts once its line break is there. A missing file is waited for.
    """

    def __init__(
        self,
        path: Path,
        act: Callable[[Command], None],
        refuse: Callable[[int, str], None],
        *,
        skip_present: bool = False,
    ) -> None:
        self._path = path
        self._act = act
        self._refuse = refuse
        self._stop = threading.Event()
        self._offset = path.stat().st_size if skip_present and path.exists() else 0
        self._line = 0
        self._begun = b""
        self._thread = threading.Thread(target=self._follow, name="commands", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """Read no more, and wait for the command under way."""
        self._stop.set()
        self._thread.join()

    def _follow(self) -> None:
        while not self._stop.is_set():
            data = self._news()
            if not data:
                self._stop.wait(LOOK_EVERY_S)
                continue
            *lines, self._begun = (self._begun + data).split(b"\n")
            for line in lines:
                self._one(line)
            # What has no end is cut, so that a file without line breaks cannot fill the memory.
            self._begun = self._begun[: MAX_LINE_BYTES + 1]

    def _news(self) -> bytes:
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                data = file.read(READ_BYTES)
        except FileNotFoundError:
            return b""
        self._offset += len(data)
        return data

    def _one(self, line: bytes) -> None:
        self._line += 1
        try:
            command = parse_command(line)
            if command is None or self._stop.wait(command.after_ms / 1000):
                return
            self._act(command)
        except CommandInvalid as error:
            self._refuse(self._line, str(error))
