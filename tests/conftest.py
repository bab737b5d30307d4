"""What every test runs under."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

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


@pytest.fixture(autouse=True)
def _nothing_is_left_open() -> Iterator[None]:
    """A window that outlives its test would listen to the next one's keys, or keep them away."""
    yield
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        return
    for left in application.topLevelWidgets():
        left.close()
        if left.parent() is None:  # what has one goes with it; the list of a box is the box's own
            left.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    if application.styleSheet():
        application.setStyleSheet("")  # else what a later test measures depends on the order
    assert application.activeModalWidget() is None
