"""Moving a database out of its place without a changed byte, and putting another there."""

import os
import sys
from pathlib import Path

from station.store.connection import remove_with_sides, with_suffix
from station.store.durable_files import put_in_place
from station.store.errors import StoreBusy, StoreUnwritable

# Every connection in WAL mode holds a shared lock on this byte of the index (sqlite.org/walformat).
_ALIVE_AT = 128


def check_closed(path: Path) -> None:
    """Ask before anything else is changed. Raises StoreBusy: a program has the file open."""
    if _is_open(path):
        raise StoreBusy("another program has the file open")


def move_aside(path: Path, name: str) -> Path:
    """Give the file and its log the name `<file>.<name>`; where it lies now.

    Raises:
        StoreBusy: a program has it open.
        StoreUnwritable: the folder refuses.
    """
    check_closed(path)
    aside = path.with_name(f"{path.name}.{name}")
    try:
        log = with_suffix(path, "-wal")
        if log.exists():  # first, so that the file is never without its log
            put_in_place(log, with_suffix(aside, "-wal"))
        put_in_place(path, aside)
        with_suffix(path, "-shm").unlink(missing_ok=True)
    except OSError as error:
        raise StoreUnwritable(error.strerror or "") from error
    return aside


def bring_in(fresh: Path, path: Path) -> None:
    """Give a closed file the place of one that was moved aside. Raises StoreUnwritable."""
    try:
        put_in_place(fresh, path)
        remove_with_sides(fresh)
    except OSError as error:
        raise StoreUnwritable(error.strerror or "") from error


def _is_open(path: Path) -> bool:
    index = with_suffix(path, "-shm")
    # Windows itself refuses to rename what somebody has open.
    if sys.platform == "win32" or not index.exists():
        return False
    import fcntl

    try:
        with index.open("rb+") as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _ALIVE_AT, os.SEEK_SET)
    except OSError:
        return True
    return False
