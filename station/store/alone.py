"""One program at a time may put another file in the place of the database."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from station.store.errors import StoreBusy, StoreUnwritable


@contextmanager
def alone_over(path: Path) -> Iterator[None]:
    """A restore or a rescue of the file at `path`, and no second one.

    Two at once would take each other's unfinished file, and bring half of one into its place. The
    lock ends with the process, however that ends. Must not be nested.

    Raises:
        StoreBusy: another program is at it.
        StoreUnwritable: the folder refuses.
    """
    try:
        descriptor = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreUnwritable(error.strerror or "") from error
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise StoreBusy("another program is exchanging the file") from error
