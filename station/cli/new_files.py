"""Files that a command leaves: new, whole, and for this account only."""

import os
from pathlib import Path

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
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return path
    raise TooMany(stem)
