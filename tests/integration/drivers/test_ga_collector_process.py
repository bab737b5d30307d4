"""A collector's library in a process of its own, as the station runs it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from drivers.api import DeviceState, DeviceStatus, Retry, RetryReason
from drivers.errors import DriverMissing
from drivers.host.isolated import IsolatedReader
from drivers.registry import open_driver
from tests.support.drivers_collector import HEIGHT_PX, WIDTH_PX, build

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="the library is compiled with a POSIX compiler driver"
)


def collector(library: str) -> IsolatedReader:
    driver = open_driver("fingerprint_reader", "ga_collector", {"library": library}, mode="live")
    assert isinstance(driver, IsolatedReader)
    return driver


def test_an_empty_glass_is_seen_through_the_process_and_times_out(tmp_path: Path) -> None:
    reader = collector(str(build(tmp_path)))
    try:
        facts = reader.open()
        assert (facts.width_px, facts.height_px, facts.device.simulated) == (256, 360, False)
        assert reader.capture(0.2, lambda _phase: None) == Retry(RetryReason.TIMEOUT)
        assert reader.status() == DeviceStatus(DeviceState.READY)
        shown = reader.preview()
        assert shown is not None
        assert shown.image.shape == (HEIGHT_PX, WIDTH_PX)
        assert not shown.finger_present
    finally:
        reader.close()


def test_a_library_that_is_not_there_is_told_when_it_is_opened(tmp_path: Path) -> None:
    reader = collector(str(tmp_path / "none.so"))
    with pytest.raises(DriverMissing):
        reader.open()
    reader.close()
