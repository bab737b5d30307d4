"""Processes that speak nonsense: whatever comes out of them, the station gets a typed fault."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import pytest

from drivers.api import CapturePhase, DriverKind
from drivers.errors import DeviceFault
from drivers.host.isolated import IsolatedReader
from drivers.host.plan import HostLimits, HostPlan

# A process that greets and opens as a good one does, then says what it was told to say.
GOOD_START = """
import sys, time
from drivers import api
from drivers.host.frames import encode_frame, read_frame
from drivers.host.wire import pack
source, sink = sys.stdin.buffer, sys.stdout.buffer
def tell(message, **content):
    for piece in encode_frame({"tell": message, **content}):
        sink.write(piece)
    sink.flush()
facts = api.ReaderFacts(api.DeviceFacts("t", "T", "T", "", "", False), 500.0, 9, 9, True, False)
ready = pack(api.DeviceStatus(api.DeviceState.READY), [])
read_frame(source)
tell("hello", simulated=False)
read_frame(source)
tell("result", id=1, value=pack(facts, []), status=ready)
read_frame(source)
"""
SPEECH: Mapping[str, str] = {
    "plain text": 'print("hello" * 100, flush=True)',
    "a frame claiming gigabytes": r'sink.write(b"DF\x01\x00\xff\xff\xff\xff\xff\xff\xff\xff")',
    "half a frame": r'sink.write(b"DF\x01\x00\x00\x00\x00\x05\x00\x00\x00\x00{"); sink.close()',
    "an unknown message": 'tell("surprise")',
    "an answer nobody asked for": 'tell("result", id=99, value=None, status=ready)',
    "a result of the wrong kind": 'tell("result", id=2, value=7, status=ready)',
    "a wrong status": 'tell("result", id=2, value=None, status={"is": "Retry"})',
    "phases without end": '[tell("phase", id=2, phase="present") for _ in range(1000)]',
    "a flood of pulses": 'while True: tell("pulse", resident_bytes=1, status=ready)',
    "a flood of text": 'while True: sink.write(b"x" * 65536)',
}
LISTENING = "\ntry:\n    {}\n    sink.flush()\nexcept OSError:\n    pass\ntime.sleep(60)\n"


def plan_of(script: str, **limits: Any) -> HostPlan:
    command = (sys.executable, "-c", script)
    chosen = HostLimits(**{"first_pause_s": 60.0, "pulse_s": 60.0, **limits})
    return HostPlan(DriverKind.FINGERPRINT_READER, "test", {}, command, limits=chosen)


def silent(_phase: CapturePhase) -> None:
    pass


@pytest.mark.parametrize("case", SPEECH)
def test_nonsense_in_mid_capture_ends_the_process_and_is_a_fault(case: str) -> None:
    script = GOOD_START + LISTENING.format(SPEECH[case])
    reader = IsolatedReader(plan_of(script))
    assert reader.open().resolution_ppi == 500
    link = reader.supervisor.link
    assert link is not None
    with pytest.raises(DeviceFault, match=r"driver_(sent_nonsense|crashed)"):
        reader.capture(30, silent)
    assert link.ended.is_set()
    reader.close()


@pytest.mark.parametrize(
    ("script", "limit_s", "word"),
    [
        ("print('no frame')", 60.0, "driver_sent_nonsense"),
        ("raise SystemExit(3)", 60.0, "driver_crashed"),
        ("import time; time.sleep(60)", 0.5, "driver_hung"),
    ],
)
def test_a_process_that_never_greets_is_a_fault_of_opening(
    script: str, limit_s: float, word: str
) -> None:
    reader = IsolatedReader(plan_of(script, start_s=limit_s))
    with pytest.raises(DeviceFault, match=word):
        reader.open()
    reader.close()
