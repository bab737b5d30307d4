"""What every test of a window runs under."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication


@pytest.fixture(autouse=True)
def _nothing_is_left_open(qapp: QApplication) -> Iterator[None]:
    """A dialog that outlives its test would keep the next one's keys from their window."""
    yield
    for left in QApplication.topLevelWidgets():
        left.close()
        left.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert QApplication.activeModalWidget() is None
