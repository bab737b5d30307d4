"""A disk with hardly any room: a real one, so that the system itself says when it is full."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

MIB = 1024 * 1024
BLOCK = 4096


@contextmanager
def mounted(place: Path, size_bytes: int) -> Iterator[Path]:
    """A new folder `place` on a file system of its own of that size; skips who may not mount."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size_bytes}", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a small tmpfs needs root")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(folder: Path, spare_bytes: int = 0) -> Path:
    """Take the room there is but for so much; the file that takes it."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(BLOCK))
        except OSError:
            pass
        file.truncate(max(0, file.tell() // BLOCK * BLOCK - spare_bytes))
    return ballast
