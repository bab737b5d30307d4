"""The keyring's bytes on the disk, and one program at a time over them."""

import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from station.store.durable_files import write_whole
from station.store.keyring.errors import KeyringExposed, KeyringMissing, KeyringUnwritable
from station.store.keyring.layout import MAX_FILE_BYTES

_UNFINISHED = re.compile(r"\.[0-9a-f]{16}\Z")
_OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def keyring_bytes(path: Path) -> bytes:
    """The file's content, at most one byte more than a keyring may have.

    Raises:
        KeyringMissing, KeyringExposed: see there.
        OSError: it may not or cannot be read.
    """
    if not path.is_file():
        raise KeyringMissing
    with path.open("rb") as file:
        # Windows has no such bits; there the folder's access list is the installer's doing.
        if os.name == "posix" and os.fstat(file.fileno()).st_mode & _OPEN_TO_OTHERS:
            raise KeyringExposed
        return file.read(MAX_FILE_BYTES + 1)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Nobody else who asks this way, thread or program, is in the folder meanwhile.

    Reading, deciding and writing is one step then: without it two programs at once would read one
    count of tries, or one keyring, and the later would write over what the earlier had written.
    Must not be nested. Raises OSError.
    """
    if sys.platform == "win32":
        import msvcrt

        descriptor = os.open(folder / "keyring.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
            yield
        finally:
            os.close(descriptor)
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write_keyring(path: Path, content: bytes) -> None:
    """Make or replace the file, whole or not at all; for who is alone in the folder.

    What earlier writings left that were killed goes first: a slot removed since may lie in it.

    Raises KeyringUnwritable: what lay there still does, unless the disk failed after the very last
    step, and then the new lies there.
    """
    try:
        for left in path.parent.glob(f".{path.stem}.*"):
            if _UNFINISHED.search(left.name):
                left.unlink()
        write_whole(path, content)
    except OSError as error:
        raise KeyringUnwritable(error.strerror or "") from error
