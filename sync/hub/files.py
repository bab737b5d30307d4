"""Sealed bytes on disk under their SHA-256, each there whole or not at all."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from sync.hub.errors import HubStorageError
from sync.wire import sha256_hex


def write_whole(path: Path, data: bytes) -> None:
    """Write beside, force to disk, rename: a reader or a crash never sees half a file."""
    staging = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(staging, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        staging.replace(path)
    except BaseException:
        staging.unlink(missing_ok=True)
        raise
    _sync_directory(path.parent)


def _sync_directory(directory: Path) -> None:
    if os.name == "nt":
        return  # a directory cannot be opened for this there; NTFS journals the rename
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _holds(path: Path, data: bytes) -> bool:
    """Whether the file is there as it was put; a damaged one is mended by sending it again."""
    try:
        return path.read_bytes() == data
    except FileNotFoundError:
        return False


@dataclass(frozen=True)
class SealedFiles:
    """A directory of immutable files; only ciphertext is ever put there."""

    directory: Path

    def put(self, data: bytes) -> str:
        """Store; the SHA-256 under which to ask for it. Raises HubStorageError."""
        digest = sha256_hex(data)
        path = self._path(digest)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _holds(path, data):
                write_whole(path, data)
        except OSError as error:
            raise HubStorageError("cannot write a sealed file") from error
        return digest

    def get(self, digest: str) -> bytes:
        """Raises HubStorageError if the file is missing or no longer what it was."""
        try:
            data = self._path(digest).read_bytes()
        except OSError as error:
            raise HubStorageError("cannot read a sealed file") from error
        if sha256_hex(data) != digest:
            raise HubStorageError("a sealed file is damaged")
        return data

    def erase(self, digest: str) -> None:
        self._path(digest).unlink(missing_ok=True)

    def _path(self, digest: str) -> Path:
        return self.directory / digest[:2] / digest
