"""Files that a command leaves: new, whole, and for this account only."""

from pathlib import Path

from station.store import durable_files

MAX_SAME_NAME = 1000


class TooMany(Exception):
    """The folder holds a thousand files of this name."""


def write_new(folder: Path, stem: str, suffix: str, content: bytes) -> Path:
    """Write `<stem>-001<suffix>` or the next free number, never over a file; mode 0600.

    Raises:
        OSError, TooMany: nothing was left.
    """
    for number in range(1, MAX_SAME_NAME):
        path = folder / f"{stem}-{number:03d}{suffix}"
        try:
            durable_files.write_new(path, content)
        except FileExistsError:
            continue
        return path
    raise TooMany(stem)
