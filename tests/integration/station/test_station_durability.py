"""A press or a seal that a screen tells of is on the disk by then."""

import os
import sys
from pathlib import Path

import pytest

from tests.support.store_trace import Unsynced, acknowledgements, traced

LEAST_PRESS_BYTES = 40_000
LEAST_SEALED_BYTES = 4 * LEAST_PRESS_BYTES


@pytest.fixture(autouse=True)
def without_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", os.environ.get("QT_QPA_PLATFORM", "offscreen"))


def trace_of(folder: Path, *options: str) -> str:
    command = [sys.executable, "-m", "tests.support.store_desk_child", str(folder), *options]
    return traced(command, folder)


@pytest.mark.slow
def test_the_screen_counts_what_is_on_the_disk_only(tmp_path: Path) -> None:
    trace = trace_of(tmp_path)
    assert acknowledgements(trace, r"press \d+", LEAST_PRESS_BYTES) == 4
    assert acknowledgements(trace, "sealed", LEAST_SEALED_BYTES) == 1


@pytest.mark.slow
def test_the_same_check_fails_when_nothing_waits_for_the_disk(tmp_path: Path) -> None:
    with pytest.raises(Unsynced):
        acknowledgements(
            trace_of(tmp_path, "--presses", "2", "--synchronous", "OFF"),
            r"press \d+",
            LEAST_PRESS_BYTES,
        )
