"""libfprint's own virtual reader: from a pressed picture to a template, and what goes wrong.

In a process of its own, as the station runs it: libfprint works on one main loop for a whole
process, which nobody else may turn.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from drivers.api import (
    Capture,
    CapturePhase,
    DeviceState,
    FingerprintReader,
    Retry,
    RetryReason,
)
from drivers.errors import DeviceFault, DeviceNotFound, DeviceUnplugged
from drivers.fingerprint_reader.libfprint.library import ErrorCode, RetryCode
from drivers.registry import open_driver
from drivers.simulated.fingerprint_reader import SimulatedReader
from drivers.simulated.hand import Hand
from matcher import Extractor, verify
from tests.support.drivers_libfprint import (
    ERROR,
    OPTIONS,
    PATIENCE_S,
    RETRY,
    SOCKET_VARIABLE,
    VirtualGlass,
)
from tests.support.drivers_rig import in_background
from tests.support.matcher_cases import MODEL

Picture = NDArray[np.uint8]


@pytest.fixture
def glass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> VirtualGlass:
    path = tmp_path / "glass"
    monkeypatch.setenv(SOCKET_VARIABLE, str(path))
    return VirtualGlass(path)


def by_itself(options: Mapping[str, object]) -> FingerprintReader:
    driver: FingerprintReader = open_driver(
        "fingerprint_reader", "libfprint", options, mode="simulation"
    )
    return driver


@pytest.fixture
def reader(glass: VirtualGlass) -> Iterator[FingerprintReader]:
    made = by_itself(OPTIONS)
    made.open()
    yield made
    made.close()


def specks() -> Picture:
    """libfprint refuses a picture in which its own scan finds no minutia; noise has many."""
    return np.random.default_rng(20260301).integers(0, 255, (360, 256), np.uint8)


def drawn_finger() -> Picture:
    hand = Hand()
    simulated = SimulatedReader(hand, settle_ms=0)
    simulated.open()
    hand.press("P001", 6)
    capture = simulated.capture(PATIENCE_S, lambda _phase: None)
    assert isinstance(capture, Capture)
    return capture.image


def test_a_pressed_picture_becomes_the_template_it_would_have_been(
    reader: FingerprintReader, glass: VirtualGlass
) -> None:
    picture = drawn_finger()
    phases: list[CapturePhase] = []
    pressing = in_background(lambda: glass.press(picture))
    capture = reader.capture(PATIENCE_S, phases.append)
    pressing.result(PATIENCE_S)
    assert isinstance(capture, Capture)
    assert phases == list(CapturePhase)
    assert np.array_equal(capture.image, picture)
    extractor = Extractor(MODEL)
    template = extractor.extract(capture.image, capture.resolution_ppi).template
    assert len(template) > 10
    assert verify(template, extractor.extract(picture, 500).template).score > 100


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (RetryCode.TOO_SHORT, RetryReason.TOO_FAST),
        (RetryCode.CENTER_FINGER, RetryReason.OFF_CENTRE),
        (RetryCode.GENERAL, RetryReason.BAD_IMAGE),
    ],
)
def test_a_press_that_failed_is_a_reason_to_press_again(
    reader: FingerprintReader, glass: VirtualGlass, code: RetryCode, reason: RetryReason
) -> None:
    failing = in_background(lambda: glass.fail(RETRY, code))
    assert reader.capture(PATIENCE_S, lambda _phase: None) == Retry(reason)
    failing.result(PATIENCE_S)


def test_a_device_error_is_a_fault_and_the_next_capture_opens_it_anew(
    reader: FingerprintReader, glass: VirtualGlass
) -> None:
    failing = in_background(lambda: glass.fail(ERROR, 5))
    with pytest.raises(DeviceFault, match="error 5"):
        reader.capture(PATIENCE_S, lambda _phase: None)
    failing.result(PATIENCE_S)
    pressing = in_background(lambda: glass.press(specks()))
    assert isinstance(reader.capture(PATIENCE_S, lambda _phase: None), Capture)
    pressing.result(PATIENCE_S)


def test_a_reader_that_was_removed_is_unplugged_and_back_it_captures(
    reader: FingerprintReader, glass: VirtualGlass
) -> None:
    failing = in_background(lambda: glass.fail(ERROR, ErrorCode.REMOVED))
    with pytest.raises(DeviceUnplugged):
        reader.capture(PATIENCE_S, lambda _phase: None)
    failing.result(PATIENCE_S)
    # The virtual reader never really goes away: the next look finds it.
    assert reader.status().state is DeviceState.READY
    pressing = in_background(lambda: glass.press(specks()))
    assert isinstance(reader.capture(PATIENCE_S, lambda _phase: None), Capture)
    pressing.result(PATIENCE_S)


def test_a_cancelled_capture_ends_while_its_reader_is_busy(reader: FingerprintReader) -> None:
    waiting = threading.Event()
    result = in_background(lambda: reader.capture(PATIENCE_S, lambda _phase: waiting.set()))
    assert waiting.wait(PATIENCE_S)
    assert reader.status().state is DeviceState.BUSY
    reader.cancel()
    assert result.result(PATIENCE_S) == Retry(RetryReason.CANCELLED)


def test_libfprints_test_devices_are_taken_by_name_only(glass: VirtualGlass) -> None:
    unnamed = by_itself({})
    with pytest.raises(DeviceNotFound):
        unnamed.open()
    unnamed.close()
