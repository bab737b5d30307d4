"""What every test runs under."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["tests.support.house_skips"]

# Before anything imports Qt: a test needs no display unless somebody wants to watch it.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# How long an example takes depends on the neighbours of the machine, not on the code.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")


@pytest.fixture(scope="session")
def repo_root() -> Path:
    """The checkout the tests belong to."""
    return Path(__file__).resolve().parent.parent
