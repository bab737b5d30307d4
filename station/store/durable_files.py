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


def write_whole(path: Path, content: bytes) -> None:
    """Make or replace a small file, readable by this account only: whole or not at all.

    Raises:
        OSError: the folder cannot be written; `path` is what it was.
    """
    fresh = unfinished(path)
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        put_in_place(fresh, path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


def write_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet, readable by this account only, and flush it.

    Raises:
        FileExistsError: something lies there; it is not touched.
        OSError: it cannot be written; nothing is left behind.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise


def flush(path: Path) -> None:
    """Bring a file that somebody else wrote to the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":  # Windows cannot open a folder; NTFS journals the rename itself.
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
