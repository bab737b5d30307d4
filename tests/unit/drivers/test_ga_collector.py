"""The public-security collector over a library that is compiled here."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from drivers.api import Capture, CapturePhase, DeviceState, Retry, RetryReason
from drivers.errors import DeviceFault, DeviceNotFound, DeviceUnplugged, DriverMissing
from drivers.fingerprint_reader.finger_sensing import FingerSensing, covered_share
from drivers.fingerprint_reader.ga_collector import GaCollectorReader
from tests.support.drivers_collector import HEIGHT_PX, WIDTH_PX, CollectorHand, build, ridges
from tests.support.drivers_rig import in_background

PATIENCE_S = 20.0

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="the library is compiled with a POSIX compiler driver"
)


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("collector"))


@pytest.fixture
def hand(library: Path) -> CollectorHand:
    return CollectorHand(library)


@pytest.fixture
def reader(library: Path, hand: CollectorHand) -> Iterator[GaCollectorReader]:
    made = GaCollectorReader.from_options({"library": str(library)})
    made.open()
    yield made
    made.close()


def quiet(_phase: CapturePhase) -> None:
    pass


def wait_for(reader: GaCollectorReader, state: DeviceState) -> None:
    end = threading.Event()
    for _ in range(2000):
        if reader.status().state is state:
            return
        end.wait(0.01)
    raise AssertionError(f"never {state}")


def test_facts_are_the_collectors_own(reader: GaCollectorReader) -> None:
    facts = reader.open()
    assert (facts.width_px, facts.height_px, facts.resolution_ppi) == (256, 360, 500)
    assert facts.device.model == "collector for tests 256x360"
    assert facts.device.firmware == "300"


def test_the_picture_is_what_lies_on_the_glass(
    reader: GaCollectorReader, hand: CollectorHand
) -> None:
    hand.press(ridges())
    phases: list[CapturePhase] = []
    capture = reader.capture(PATIENCE_S, phases.append)
    assert isinstance(capture, Capture)
    assert np.array_equal(capture.image, ridges())
    assert phases == list(CapturePhase)


def test_a_maker_who_writes_more_than_stated_harms_nothing(
    reader: GaCollectorReader, hand: CollectorHand
) -> None:
    hand.write_beyond(WIDTH_PX * HEIGHT_PX)
    hand.press(ridges())
    capture = reader.capture(PATIENCE_S, quiet)
    assert isinstance(capture, Capture)
    assert np.array_equal(capture.image, ridges())


def test_a_finger_that_only_tapped_is_asked_to_stay(
    reader: GaCollectorReader, hand: CollectorHand
) -> None:
    hand.press(ridges())
    result = reader.capture(
        PATIENCE_S, lambda phase: hand.lift() if phase is CapturePhase.PRESENT else None
    )
    assert result == Retry(RetryReason.TOO_FAST)


@pytest.mark.parametrize(("code", "detail"), [(-7, "licence"), (-8, "error -8"), (-101, "-101")])
def test_an_error_of_the_library_is_a_fault_until_it_works_again(
    reader: GaCollectorReader, hand: CollectorHand, code: int, detail: str
) -> None:
    hand.fail(code)
    with pytest.raises(DeviceFault, match=detail):
        reader.capture(PATIENCE_S, quiet)
    assert reader.status().state is DeviceState.FAULT
    hand.fail(0)
    wait_for(reader, DeviceState.READY)
    hand.press(ridges())
    assert isinstance(reader.capture(PATIENCE_S, quiet), Capture)


def test_a_pulled_plug_is_noticed_while_nobody_presses(
    reader: GaCollectorReader, hand: CollectorHand
) -> None:
    hand.unplug()
    wait_for(reader, DeviceState.UNPLUGGED)
    with pytest.raises(DeviceUnplugged):
        reader.capture(PATIENCE_S, quiet)
    hand.plug_in()
    wait_for(reader, DeviceState.READY)


def test_cancelling_ends_the_wait_for_a_lift(
    reader: GaCollectorReader, hand: CollectorHand
) -> None:
    hand.press(ridges())
    assert isinstance(reader.capture(PATIENCE_S, quiet), Capture)
    waiting = in_background(lambda: reader.await_lift(PATIENCE_S))
    wait_for(reader, DeviceState.BUSY)
    reader.cancel()
    assert waiting.result(PATIENCE_S) is False


def test_a_missing_library_and_a_missing_collector_are_told_apart(
    library: Path, hand: CollectorHand, tmp_path: Path
) -> None:
    with pytest.raises(DriverMissing):
        GaCollectorReader.from_options({"library": str(tmp_path / "no.so")})
    hand.unplug()
    with pytest.raises(DeviceNotFound):
        GaCollectorReader.from_options({"library": str(library)}).open()


def test_a_dirty_glass_is_empty_and_a_faint_finger_is_not() -> None:
    noise = np.random.default_rng(20260301).normal(0, 5, (HEIGHT_PX, WIDTH_PX))
    dirty = np.clip(235 + noise - np.linspace(0, 60, WIDTH_PX), 0, 255).astype(np.uint8)
    assert covered_share(dirty) < 0.01
    faint = np.clip(200 + (ridges().astype(float) - 200) * 0.4, 0, 255).astype(np.uint8)
    sensing = FingerSensing()
    told = [sensing.look(picture) for picture in (dirty, faint, faint, faint, faint, dirty)]
    assert [sensed.present for sensed in told] == [False, True, True, True, True, False]
    assert [sensed.still for sensed in told] == [False, False, False, False, True, False]
