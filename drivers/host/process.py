"""A child process that speaks frames on its stdin and stdout."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from drivers.host.frames import Body, WireFrame, encode_frame, read_frame

PACKAGES_ROOT = Path(__file__).resolve().parents[2]


class FramedProcess:
    """Starts a command. Sending may be done by any thread, receiving by one."""

    def __init__(self, command: Sequence[str]) -> None:
        """Raises OSError if there is no such program."""
        # The child finds the drivers that this process would find.
        paths = [str(PACKAGES_ROOT), *(path for path in sys.path if path)]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # What a vendor's library prints may hold anything, so nobody reads it.
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1"},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input, self._output = self._process.stdin, self._process.stdout
        self._write_lock = threading.Lock()

    @property
    def process_id(self) -> int:
        """The child's number in the operating system."""
        return self._process.pid

    def send(self, header: Mapping[str, Any], bodies: Sequence[Body] = ()) -> None:
        """Write one frame. A child that cannot be written to is noticed by its end, not here."""
        pieces = encode_frame(header, bodies)
        with self._write_lock:
            try:
                for piece in pieces:
                    self._input.write(piece)
                self._input.flush()
            except (OSError, ValueError):
                return

    def receive(self) -> WireFrame | None:
        """The next frame; None when the child has closed its end. Raises FrameInvalid."""
        return read_frame(self._output)

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def end(self, limit_s: float) -> None:
        """Close its input, which asks it to leave; kill it if it has not left by then."""
        self._close_input()
        try:
            self._process.wait(limit_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def release(self) -> None:
        """Let go of what is left of it, when nobody receives any more."""
        self._output.close()

    def _close_input(self) -> None:
        with self._write_lock:
            try:
                self._input.close()
            except OSError:
                return
