"""The processes of a demo: started, listened to, and all ended whatever happens."""

import os
import subprocess
import sys
import time
from pathlib import Path

START_LIMIT_S = 60.0
END_LIMIT_S = 8.0
POLL_S = 0.05


class ProgramFailed(Exception):
    """One of the demo's programs ended with an error; the text ends with what it said."""


class Processes:
    """Children of this process. They share its terminal, so Ctrl-C reaches them too."""

    def __init__(self) -> None:
        self._running: list[subprocess.Popen[str]] = []

    def run(self, arguments: list[str], *, quiet: bool = False, offscreen: bool = False) -> str:
        """Run a program to its end and return what it printed. Raises ProgramFailed."""
        environment = _environment(offscreen)
        output = subprocess.PIPE if quiet else None
        child = self._spawn(arguments, environment, output)
        said, _ = child.communicate()
        if child.returncode != 0:
            name = " ".join(arguments[:4])
            raise ProgramFailed(f"{name} ended with {child.returncode}\n{said or ''}".strip())
        return said or ""

    def start(self, arguments: list[str]) -> subprocess.Popen[str]:
        """Start a program and let it run."""
        return self._spawn(arguments, _environment(False), None)

    def serve_hub(self, directory: Path, port_file: Path) -> int:
        """Start the platform on a free port; returns the port once it answers."""
        command = ["-m", "sync.hub", "serve", "--dir", str(directory), "--port", "0"]
        hub = self._spawn([*command, "--port-file", str(port_file)], _environment(False), None)
        end = time.monotonic() + START_LIMIT_S
        while not port_file.exists():
            if hub.poll() is not None or time.monotonic() > end:
                raise ProgramFailed("the platform did not start")
            time.sleep(POLL_S)
        return int(port_file.read_text(encoding="ascii"))

    def ended(self, child: subprocess.Popen[str], within_s: float) -> bool:
        """Whether a program has ended, waiting a little for it."""
        try:
            child.wait(within_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    def command(self, arguments: list[str]) -> list[str]:
        """How a program of this installation is called."""
        return [sys.executable, *arguments]

    def end(self) -> None:
        """Ask every program that still runs to end, then make it."""
        for child in self._running:
            if child.poll() is None:
                child.terminate()
        for child in self._running:
            try:
                child.wait(END_LIMIT_S)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def _spawn(
        self, arguments: list[str], environment: dict[str, str], output: int | None
    ) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            self.command(arguments),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            text=True,
            encoding="utf-8",
        )
        self._running.append(child)
        return child


def _environment(offscreen: bool) -> dict[str, str]:
    changed = {"PYTHONUTF8": "1"}
    if offscreen:
        changed["QT_QPA_PLATFORM"] = "offscreen"
    return {**os.environ, **changed}
