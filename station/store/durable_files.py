"""Bringing a file into its place whole: after a crash the old one lies there, or the new one."""

import os
import secrets
from pathlib import Path


def unfinished(path: Path) -> Path:
    """A name beside `path` for what is still being written."""
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}")


def put_in_place(finished: Path, path: Path) -> None:
    """Give a finished, flushed file its name, replacing what had it, and flush the folder.

    Raises:
        OSError: the folder cannot be written; `path` is what it was.
    """
    os.replace(finished, path)
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":  # Windows cannot open a folder; NTFS journals the rename itself.
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
