"""Keeps files that a program makes and removes again, so that they can be searched afterwards."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LOOK_EVERY_S = 0.02


@contextmanager
def kept(roots: list[Path], into: Path) -> Iterator[None]:
    """Give every file that appears below `roots` a second name in `into` (a hard link).

    A file that lives for less than a look is missed; nothing of it can be read later either.
    """
    into.mkdir()
    end = threading.Event()
    seen: set[tuple[int, int]] = set()

    def watch() -> None:
        while not end.wait(LOOK_EVERY_S):
            for root in roots:
                for folder, _, names in os.walk(root):
                    for name in names:
                        _keep(Path(folder, name), into, seen)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        end.set()
        watcher.join()


def _keep(path: Path, into: Path, seen: set[tuple[int, int]]) -> None:
    with suppress(OSError):  # it is gone already, or no plain file
        status = path.lstat()
        if (status.st_dev, status.st_ino) in seen:
            return
        seen.add((status.st_dev, status.st_ino))
        if path.is_file() and not path.is_symlink():
            os.link(path, into / f"{len(seen):06d}-{path.name}")
