"""The keyring's bytes on the disk."""

import hashlib
import os
import stat
from pathlib import Path

from station.store.durable_files import write_whole
from station.store.keyring.errors import KeyringExposed, KeyringMissing, KeyringUnwritable
from station.store.keyring.layout import MAX_FILE_BYTES

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


def write_keyring(path: Path, content: bytes) -> str:
    """Make or replace the file, whole or not at all; its mark.

    Raises KeyringUnwritable: what lay there still does, unless the disk failed after the very last
    step, and then the new lies there.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, content)
    except OSError as error:
        raise KeyringUnwritable(error.strerror or "") from error
    return mark_of(content)


def mark_of(content: bytes) -> str:
    """Which writing of the file this is: no two have the same."""
    return hashlib.sha256(content).hexdigest()
