"""What SQLite reports, in our words: the world's doing as a `StoreError`, a bug as a bug."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from station.store.errors import (
    DatabaseDamaged,
    StoreBusy,
    StoreError,
    StoreFull,
    StoreUnwritable,
)

# SQLite says "disk I/O error" when its index of the log cannot grow, which takes 32 KiB.
NO_ROOM_BYTES = 64 * 1024
# Result codes of sqlite.org/rescode.html; the low byte of an extended code is the primary one.
_ERRORS: dict[int, type[StoreError]] = {
    5: StoreBusy,  # SQLITE_BUSY
    6: StoreBusy,  # SQLITE_LOCKED
    8: StoreUnwritable,  # SQLITE_READONLY
    10: StoreUnwritable,  # SQLITE_IOERR
    11: DatabaseDamaged,  # SQLITE_CORRUPT
    13: StoreFull,  # SQLITE_FULL
    14: StoreUnwritable,  # SQLITE_CANTOPEN
    26: DatabaseDamaged,  # SQLITE_NOTADB, once the file has opened with this key
}


# What `backup` raises bears no code, only the words of `sqlite3_errstr`.
_CODES_BY_WORDS = {
    "database is locked": 5,
    "database table is locked": 6,
    "attempt to write a readonly database": 8,
    "disk I/O error": 10,
    "database disk image is malformed": 11,
    "database or disk is full": 13,
    "unable to open database file": 14,
    "file is not a database": 26,
}


class RuleBroken(AssertionError):
    """A rule of the schema refused the change: a bug, never an operator's doing."""


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise our errors for SQLite's inside the block; `path` is the file it works on."""
    try:
        yield
    except sqlcipher.DatabaseError as error:
        raise translation(error, path) from None


def translation(error: Any, path: Path) -> Exception:
    """Our error for SQLite's. What the world did not do (a broken rule, bad SQL) stays a bug."""
    code = getattr(error, "sqlite_errorcode", None)
    kind = _ERRORS.get(_CODES_BY_WORDS.get(str(error), 0) if code is None else code & 0xFF)
    if kind is None:
        return RuleBroken(str(error)) if isinstance(error, sqlcipher.IntegrityError) else error
    if kind is StoreUnwritable and _has_no_room(path.parent):
        kind = StoreFull
    return kind(getattr(error, "sqlite_errorname", "") or kind.__name__)


def _has_no_room(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < NO_ROOM_BYTES
    except OSError:
        return False
