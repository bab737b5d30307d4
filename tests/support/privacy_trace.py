"""Every file that programs make or open for writing, wherever it lies, from their system calls.

The search for canaries looks into folders; this tells that there is nothing outside of them:
/tmp under its own name, /dev/shm, the user's runtime folder, a cache beside some library.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from station.cli.demo_processes import Processes
from tests.support.store_kills import ROOT

CALLS = (
    "open,openat,creat,mkdir,mkdirat,mknod,mknodat,rename,renameat,renameat2,"
    "link,linkat,symlink,symlinkat"
)
ENDS_WITHIN_S = 20.0
# Not on a disk, or nothing but the program itself.
HARMLESS = re.compile(r"^/dev/(null|tty|ptmx|pts/\d+)$|^/proc/|/__pycache__(/|$)")
_CALL = re.compile(r"\b(open|creat|mkdir|mknod|rename|link|symlink)\w*\((.*)")
_WRITES = re.compile(r"\bO_(WRONLY|RDWR|CREAT)\b")
_NAME = re.compile(r'(?:(?:\d+|AT_FDCWD)<([^>]*)>, )?"([^"]*)"')
_ENDED = re.compile(r"^\d+ +\+\+\+ (exited|killed)")


class TracedProcesses(Processes):
    """A demo's processes with their system calls on record, one file a process."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self._count = 0

    def command(self, arguments: list[str]) -> list[str]:
        """The tracer stays beside the program (-D), so that it is ended like any other."""
        self._count += 1
        trace = self.folder / f"{self._count:03d}.trace"
        return [*tracer(trace), *super().command(arguments)]

    def end(self) -> None:
        """Wait for the tracers, too."""
        super().end()
        limit = time.monotonic() + ENDS_WITHIN_S
        while not all(map(_is_whole, self._traces())) and time.monotonic() < limit:
            time.sleep(0.05)

    def _traces(self) -> list[Path]:
        return sorted(self.folder.glob("*.trace"))


def tracer(trace: Path) -> list[str]:
    """What stands before a command whose calls go to `trace`: successful ones only."""
    options = ["-D", "-f", "--seccomp-bpf", "-z", "-y", "-s", "4096", "--signal=none"]
    return ["strace", *options, "-e", f"trace={CALLS}", "-o", str(trace)]


def may_trace(folder: Path) -> bool:
    """Whether programs can be traced here at all."""
    if shutil.which("strace") is None:
        return False
    tried = subprocess.run([*tracer(folder / "tried"), "true"], capture_output=True, check=False)
    return tried.returncode == 0 and not tried.stderr


def written_in(traces: Iterable[Path]) -> set[str]:
    """Absolute paths of what was made or opened for writing."""
    return {
        path
        for trace in traces
        for line in trace.read_text(encoding="utf-8", errors="replace").splitlines()
        for path in _paths(line)
    }


def elsewhere(paths: Iterable[str], roots: Iterable[Path]) -> list[str]:
    """Those that lie below none of these folders and may hold something."""
    below = tuple(f"{root.resolve()}/" for root in roots)
    return sorted(
        path for path in paths if not HARMLESS.search(path) and not f"{path}/".startswith(below)
    )


def _paths(line: str) -> Iterator[str]:
    """What the call makes. Where another thread interrupts its line the beginning is enough."""
    call = _CALL.search(line)
    if call is None or (call[1] == "open" and not _WRITES.search(call[2])):
        return
    *_, last = _NAME.finditer(call[2])  # of two names the second one is new
    yield str(Path(last[1] or ROOT, last[2]))


def _is_whole(trace: Path) -> bool:
    """Whether the program has ended and all of its calls are there: the first to call ends last."""
    lines = trace.read_text(encoding="utf-8", errors="replace").splitlines()
    first = lines[0].split()[0] if lines else ""
    return any(_ENDED.match(line) and line.split()[0] == first for line in lines)
