"""Moving a database out of its place without a changed byte, and putting another there."""

import errno
import os
import shutil
import sys
from pathlib import Path

from station.store.connection import SIDES, remove_with_sides, with_suffix
from station.store.durable_files import flush, put_in_place, unfinished
from station.store.errors import StoreBusy, StoreFull, StoreUnwritable

_LOGS = ("-wal", "-journal")
REPLACED, DAMAGED = "before-restore", "damaged"
"""What the names of files begin with that gave their place to a backup or to a rescue."""

# Every connection in WAL mode holds a shared lock on this byte of the index (sqlite.org/walformat).
_ALIVE_AT = 128
# Whoever has the file to itself holds this byte of it (sqlite.org/fileformat2.html, 1.2.1).
_PENDING = 0x40000000


def check_closed(path: Path) -> None:
    """Ask before anything else is changed. Raises StoreBusy: a program has the file open."""
    if _is_open(path):
        raise StoreBusy("another program has the file open")


def move_aside(path: Path, name: str) -> Path | None:
    """Give the file and its log the name `<file>.<name>`; where it lies now, None without a file.

    A log that lies there without its file goes, too: SQLite would play it back into whatever file
    takes this place. Killed at any step, the file and a copy of its whole log lie side by side.

    Raises:
        StoreBusy: a program has it open.
        StoreFull, StoreUnwritable: the folder refuses; the file lies where it lay, with its log.
    """
    check_closed(path)
    aside = path.with_name(f"{path.name}.{name}")
    present = path.exists()
    try:
        for suffix in _LOGS:
            if with_suffix(path, suffix).exists():
                _also_at(with_suffix(path, suffix), with_suffix(aside, suffix))
        if present:
            put_in_place(path, aside)
        for suffix in SIDES:
            with_suffix(path, suffix).unlink(missing_ok=True)
    except OSError as error:
        kind = StoreFull if error.errno == errno.ENOSPC else StoreUnwritable
        raise kind(error.strerror or "") from error
    return aside if present else None


def bring_in(fresh: Path, path: Path) -> None:
    """Give a closed file the place of one that was moved aside. Raises StoreUnwritable."""
    try:
        put_in_place(fresh, path)
        remove_with_sides(fresh)
    except OSError as error:
        raise StoreUnwritable(error.strerror or "") from error


def _also_at(log: Path, place: Path) -> None:
    """The same bytes under a second name; a copy where the file system knows no second names."""
    try:
        os.link(log, place)
    except OSError:
        copy = unfinished(place)
        try:
            shutil.copyfile(log, copy)
            flush(copy)
            put_in_place(copy, place)
        except OSError:
            copy.unlink(missing_ok=True)
            raise


def _is_open(path: Path) -> bool:
    """Whether a station works on the file, or a change of the key keeps everybody out of it."""
    if sys.platform == "win32":  # Windows itself refuses to rename what somebody has open
        return False
    import fcntl

    index, file = with_suffix(path, "-shm"), path
    return _is_locked(index, fcntl.LOCK_EX, _ALIVE_AT) or _is_locked(file, fcntl.LOCK_SH, _PENDING)


def _is_locked(path: Path, kind: int, at: int) -> bool:
    """Whether another process holds one byte of a file against a lock of this kind."""
    import fcntl

    if not path.exists():
        return False
    try:
        with path.open("rb+") as file:
            fcntl.lockf(file, kind | fcntl.LOCK_NB, 1, at, os.SEEK_SET)
    except OSError:
        return True
    return False
