"""Real fingerprints for evaluation, which never travel with the project."""

from pathlib import Path

import pytest

SETS = Path(__file__).resolve().parents[3] / "shared" / "data" / "fingerprints"


def real_fingers(name: str) -> Path:
    """The folder of one public set; skips where it is absent."""
    folder = SETS / name
    if not folder.is_dir():
        pytest.skip("real fingerprints are not beside this checkout (../shared/data)")
    return folder
