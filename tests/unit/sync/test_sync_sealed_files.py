"""Sealed files of the platform: whole or not at all, and mended by sending them once more."""

from pathlib import Path

import pytest

from sync.hub.errors import HubStorageError
from sync.hub.files import SealedFiles


@pytest.mark.parametrize("damage", [b"", b"cut", b"sealed bytEs", b"sealed bytes and more"])
def test_a_file_that_was_damaged_is_told_and_replaced_when_it_comes_again(
    damage: bytes, tmp_path: Path
) -> None:
    files = SealedFiles(tmp_path)
    digest = files.put(b"sealed bytes")
    (place,) = tmp_path.rglob(digest)
    place.write_bytes(damage)
    with pytest.raises(HubStorageError):
        files.get(digest)
    assert files.put(b"sealed bytes") == digest
    assert files.get(digest) == b"sealed bytes"
    assert [path.name for path in place.parent.iterdir()] == [digest]


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    files = SealedFiles(tmp_path)
    digest = files.put(b"sealed bytes")
    (place,) = tmp_path.rglob(digest)
    before = place.stat().st_ino
    files.put(b"sealed bytes")
    assert place.stat().st_ino == before


def test_what_cannot_be_written_is_an_error_of_the_storage(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"in the way")
    with pytest.raises(HubStorageError):
        SealedFiles(tmp_path / "file").put(b"sealed bytes")
