"""The contract of a fingerprint reader as checks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields

import numpy as np

from drivers.api import (
    Capture,
    CapturePhase,
    DeviceState,
    FingerprintReader,
    Frame,
    Retry,
    RetryReason,
)
from drivers.conformance.bench import (
    PATIENCE_S,
    SHORT_S,
    ReaderBench,
    Skipped,
    eventually,
    need,
    need_cable,
    raises_unplugged,
    require,
    started,
    wait_for_state,
)

# Words that would mean a capture knows whose it is.
IDENTITY_WORDS = frozenset({"person", "name", "number", "finger", "position", "subject", "id"})
FINGER = "a finger on the glass"


def silent(_phase: CapturePhase) -> None:
    """Whoever checks something else does not look at the phases."""


def reader_states_its_facts(bench: ReaderBench) -> None:
    """Open gives complete facts, twice the same, and READY."""
    facts = bench.reader.open()
    require(bool(facts.device.driver and facts.device.make), "facts name driver and make")
    require(facts.device.simulated == bench.reader.simulated, "facts say honestly if simulated")
    require(100 <= facts.resolution_ppi <= 2000, "facts give a believable resolution")
    require(facts.width_px > 0 and facts.height_px > 0, "facts give the picture's size")
    require(bench.reader.open() == facts, "opening again is allowed and gives the same facts")
    require(bench.reader.status().state is DeviceState.READY, "an open reader is READY")


def reader_captures_a_press(bench: ReaderBench) -> None:
    """A press becomes a grey read-only picture, in three phases, naming nobody."""
    facts = bench.reader.open()
    need(bench.press, FINGER)()
    phases: list[CapturePhase] = []
    capture = bench.reader.capture(PATIENCE_S, phases.append)
    if not isinstance(capture, Capture):
        raise AssertionError(f"a good press must be captured, not {capture}")
    require(phases == list(CapturePhase), "phases come as WAITING, PRESENT, READING, once each")
    require(capture.image.dtype == np.uint8 and capture.image.ndim == 2, "a capture is grey")
    require(not capture.image.flags.writeable, "a capture's picture is read-only")
    require(float(capture.image.std()) > 5, "a capture shows ridges, not an empty glass")
    require(capture.resolution_ppi == facts.resolution_ppi, "a capture states its resolution")
    require(capture_names_nobody(capture), "no identity crosses a driver with a capture")


def capture_names_nobody(capture: Capture) -> bool:
    """Whether no field of a capture could say whose finger it is."""
    words = {word for entry in fields(capture) for word in entry.name.split("_")}
    return not words & IDENTITY_WORDS


def reader_times_out(bench: ReaderBench) -> None:
    """No finger: a value, not an error."""
    bench.reader.open()
    outcome = bench.reader.capture(SHORT_S, silent)
    require(outcome == Retry(RetryReason.TIMEOUT), "an empty glass gives Retry TIMEOUT")


def reader_cancels_from_another_thread(bench: ReaderBench) -> None:
    """Cancel ends a capture; one without a running call does nothing to the next."""
    bench.reader.open()
    result = started(lambda: bench.reader.capture(PATIENCE_S * 3, silent))
    wait_for_state(bench.reader, DeviceState.BUSY)
    bench.reader.cancel()
    require(result() == Retry(RetryReason.CANCELLED), "cancel gives Retry CANCELLED")
    bench.reader.cancel()
    need(bench.press, FINGER)()
    capture = bench.reader.capture(PATIENCE_S, silent)
    require(isinstance(capture, Capture), "a cancel with nothing running must not spoil the next")


def reader_senses_lift(bench: ReaderBench) -> None:
    """Await_lift tells a covered glass from an empty one."""
    if not bench.reader.open().senses_lift:
        raise Skipped("a reader that senses the lift")
    need(bench.press, FINGER)()
    require(isinstance(bench.reader.capture(PATIENCE_S, silent), Capture), "press is captured")
    require(not bench.reader.await_lift(SHORT_S), "a finger still there: await_lift is False")
    need(bench.lift, FINGER)()
    require(bench.reader.await_lift(PATIENCE_S), "finger lifted: await_lift is True")


def reader_previews(bench: ReaderBench) -> None:
    """Previews show when a finger is there, with a growing sequence."""
    if not bench.reader.open().previews:
        require(bench.reader.preview() is None, "a reader without previews gives None")
        return
    empty = shown(bench.reader, finger_present=False)
    need(bench.press, FINGER)()
    bench.reader.capture(PATIENCE_S, silent)
    covered = shown(bench.reader, finger_present=True)
    require(covered.sequence > empty.sequence, "a new picture has a higher sequence")


def shown(reader: FingerprintReader, *, finger_present: bool) -> Frame:
    """The first preview that tells so."""
    frames: list[Frame] = []

    def look() -> bool:
        frame = reader.preview()
        if frame is None or frame.finger_present is not finger_present:
            return False
        frames.append(frame)
        return True

    eventually(look, f"previews must come to show finger_present={finger_present}")
    return frames[0]


def reader_survives_unplugging(bench: ReaderBench) -> None:
    """Unplugged in mid-capture: DeviceUnplugged; plugged in again: the same object works."""
    cable = need_cable(bench.cable)
    bench.reader.open()
    result = started(lambda: bench.reader.capture(PATIENCE_S * 3, silent))
    wait_for_state(bench.reader, DeviceState.BUSY)
    cable.unplug()
    require(raises_unplugged(result), "unplugging in mid-capture raises DeviceUnplugged")
    wait_for_state(bench.reader, DeviceState.UNPLUGGED)
    cable.plug_in()
    wait_for_state(bench.reader, DeviceState.READY)
    need(bench.press, FINGER)()
    capture = bench.reader.capture(PATIENCE_S, silent)
    require(isinstance(capture, Capture), "plugged in again it captures without a new open")


def reader_closes(bench: ReaderBench) -> None:
    """Close twice is harmless; a capture afterwards is a bug; open brings it back."""
    bench.reader.open()
    bench.reader.close()
    bench.reader.close()
    try:
        bench.reader.capture(SHORT_S, silent)
    except RuntimeError:
        bench.reader.open()
        return
    raise AssertionError("a capture on a closed reader must raise RuntimeError")


def reader_notices_the_plug_at_rest(bench: ReaderBench) -> None:
    """Unplugged while nothing is running: status says so, and says when it is back."""
    cable = need_cable(bench.cable)
    bench.reader.open()
    cable.unplug()
    wait_for_state(bench.reader, DeviceState.UNPLUGGED)
    cable.plug_in()
    wait_for_state(bench.reader, DeviceState.READY)


READER_CHECKS: Sequence[Callable[[ReaderBench], None]] = (
    reader_states_its_facts,
    reader_captures_a_press,
    reader_times_out,
    reader_cancels_from_another_thread,
    reader_senses_lift,
    reader_previews,
    reader_survives_unplugging,
    reader_notices_the_plug_at_rest,
    reader_closes,
)
