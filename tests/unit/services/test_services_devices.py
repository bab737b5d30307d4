"""Devices that go and come back, and presses over them."""

from collections.abc import Callable

import numpy as np
import pytest

from drivers.api import Capture, DeviceFacts, DeviceState, ReaderFacts, Retry, RetryReason
from drivers.errors import DeviceBusy, DeviceFault, DeviceNotFound, DeviceUnplugged, DriverMissing
from station.services.device_trouble import DeviceTrouble
from station.services.devices import (
    FIRST_REST_TICKS,
    LONGEST_REST_TICKS,
    REOPEN_AFTER_TICKS,
    SELDOM_TICKS,
)
from station.services.pressing import Pressing
from station.services.status import ChipState
from station.workflow.inputs import (
    DeviceBack,
    DeviceKind,
    DeviceLost,
    Failed,
    FingerLifted,
    FingerStillThere,
    PressRefused,
)
from station.workflow.notices import Notice
from tests.support.services_cases import Bench

READER = DeviceKind.READER
FACTS = ReaderFacts(DeviceFacts("test", "", "", "", "1", True), 500, 64, 64, True, True)
CAPTURE = Capture(np.zeros((64, 64), np.uint8), 500, FACTS, 0)


def test_devices_are_ready_when_they_were_opened() -> None:
    bench = Bench()
    assert {chip.state.value for chip in bench.service.chips} == {"busy"}
    bench.service.tick()
    assert {chip.state.value for chip in bench.service.chips} == {"ready"}
    assert bench.printer.calls == [], "a print queue is not held between jobs"


@pytest.mark.parametrize("gone", [DeviceState.UNPLUGGED, DeviceState.FAULT])
def test_a_device_that_goes_away_is_told_once_and_so_is_its_return(gone: DeviceState) -> None:
    bench = Bench().opened()
    bench.reader.state = gone
    bench.service.tick()
    bench.service.tick()
    lost = DeviceLost(READER, fault=gone is DeviceState.FAULT)
    assert bench.told == [lost]
    bench.reader.state = DeviceState.READY
    bench.service.tick()
    bench.service.tick()
    assert bench.told == [lost, DeviceBack(READER)]


def test_a_busy_device_works() -> None:
    bench = Bench().opened()
    bench.reader.state = DeviceState.BUSY
    bench.service.tick()
    assert bench.chip(READER) == "busy"
    assert bench.told == []


def test_a_device_that_is_not_there_is_tried_again_now_and_then() -> None:
    bench = Bench()
    bench.camera.refuses = DeviceNotFound("test", "no such device")
    for _ in range(REOPEN_AFTER_TICKS):
        bench.service.tick()
    assert bench.camera.calls.count("open") == 1
    assert bench.chip(DeviceKind.CAMERA) == "lost"
    bench.camera.refuses = None
    bench.service.tick()
    assert bench.chip(DeviceKind.CAMERA) == "ready"
    assert bench.told[-1] == DeviceBack(DeviceKind.CAMERA)


def test_what_no_plug_mends_is_tried_ever_more_rarely() -> None:
    bench = Bench()
    bench.camera.refuses = DriverMissing("test", "library")
    for _ in range(4 * SELDOM_TICKS):
        bench.service.tick()
    assert bench.camera.calls.count("open") < 12
    bench.camera.refuses = None
    for _ in range(SELDOM_TICKS):
        bench.service.tick()
    assert bench.chip(DeviceKind.CAMERA) == "ready"


def test_work_on_a_device_ends_in_its_result_or_in_what_went_wrong() -> None:
    bench = Bench()
    results: list[object] = []
    bench.service.use(READER, lambda reader: reader.await_lift(1), results.append)
    assert results == [DeviceLost(READER)], "it was never opened"
    bench.opened()
    for answer in (True, DeviceFault("test"), DeviceBusy("test"), DeviceUnplugged("test")):
        bench.reader.answer = answer
        bench.service.use(READER, lambda reader: reader.await_lift(1), results.append)
    fault = Failed(Notice.READER_FAULT)
    assert results[1:] == [True, fault, fault, DeviceLost(READER)]


def test_unplugged_in_mid_work_and_back_within_a_tick_its_return_is_told() -> None:
    bench = Bench().opened()
    bench.reader.answer = DeviceUnplugged("test")
    bench.service.use(READER, lambda reader: reader.await_lift(1), lambda _: None)
    assert bench.told == [], "who used it was told as the answer"
    bench.service.tick()
    assert bench.told == [DeviceBack(READER)]


def test_asked_before_it_is_open_its_opening_is_told() -> None:
    """A clerk signs in, and the desk comes back to a person, faster than a reader opens."""
    bench = Bench()
    answers: list[object] = []
    bench.service.use(READER, lambda reader: reader.await_lift(1), answers.append)
    assert answers == [DeviceLost(READER)]
    bench.service.tick()
    assert bench.told == [DeviceBack(READER)]


def test_a_camera_that_fails_shows_no_frame() -> None:
    bench = Bench().opened()
    bench.camera.answer = DeviceFault("test")
    assert bench.service.camera_frame() is None


def test_closing_gives_back_what_was_opened() -> None:
    bench = Bench()
    bench.camera.refuses = DeviceNotFound("test")
    bench.opened()
    bench.service.close()
    assert bench.reader.calls[-1] == "close"
    assert "close" not in bench.camera.calls


PRESSES: dict[str, tuple[object, list[object]]] = {
    "nobody came": (
        Retry(RetryReason.TIMEOUT),
        [PressRefused(7, Notice.FINGER_TIMEOUT, still_on_plate=False)],
    ),
    "cancelled": (Retry(RetryReason.CANCELLED), []),
    "too dry": (Retry(RetryReason.TOO_DRY), [PressRefused(7, Notice.PRESS_TOO_DRY)]),
    "fault": (DeviceFault("test"), []),
    "unplugged": (DeviceUnplugged("test"), [DeviceLost(READER)]),
}


@pytest.mark.parametrize("case", PRESSES)
def test_a_press_that_gave_no_picture_is_answered_for_its_own_attempt(case: str) -> None:
    bench = Bench().opened()
    bench.reader.answer, expected = PRESSES[case]
    answers: list[object] = []
    captured: list[Capture] = []
    Pressing(bench.service, bench.runner).arm(7, answers.append, captured.append)
    assert (answers, captured) == (expected, [])


def test_a_picture_is_handed_on() -> None:
    bench = Bench().opened()
    bench.reader.answer = CAPTURE
    captured: list[Capture] = []
    Pressing(bench.service, bench.runner).arm(1, lambda _: None, captured.append)
    assert captured == [CAPTURE]


def test_the_lift_is_answered_or_that_the_finger_is_still_there() -> None:
    bench = Bench().opened()
    answers: list[object] = []
    pressing = Pressing(bench.service, bench.runner)
    for bench.reader.answer in (True, False, DeviceUnplugged("test")):
        pressing.await_lift(3, answers.append)
    assert answers == [FingerLifted(3), FingerStillThere(3), DeviceLost(READER)]


FAULTY = DeviceLost(READER, fault=True)


Answer = Callable[[object], None]


def arm(pressing: Pressing, answer: Answer = lambda _: None) -> None:
    pressing.arm(3, answer, lambda _: None)


def await_lift(pressing: Pressing, answer: Answer) -> None:
    pressing.await_lift(3, answer)


@pytest.mark.parametrize("fault", [DeviceFault("test"), DeviceBusy("test")])
@pytest.mark.parametrize("ask", [arm, await_lift])
def test_a_reader_that_fails_is_told_as_lost_and_rests(
    fault: DeviceFault | DeviceBusy, ask: Callable[[Pressing, Answer], None]
) -> None:
    """Asked again at once it would fail again, thousands of times a second."""
    bench = Bench().opened()
    answers: list[object] = []
    bench.reader.answer = fault
    ask(Pressing(bench.service, bench.runner), answers.append)
    assert answers == []
    assert bench.told == [FAULTY]
    for _ in range(FIRST_REST_TICKS):
        bench.service.tick()
    assert bench.told == [FAULTY]
    bench.service.tick()
    assert bench.told == [FAULTY, DeviceBack(READER)]


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        (DeviceFault("test", "reader is too hot"), DeviceTrouble.TOO_HOT),
        (DeviceBusy("test", "another program holds the reader"), DeviceTrouble.IN_USE_ELSEWHERE),
        (DeviceFault("test", "a word of its own"), None),
    ],
)
def test_a_resting_reader_shows_what_its_press_failed_with(
    fault: DeviceFault | DeviceBusy, trouble: DeviceTrouble | None
) -> None:
    """Its driver may well say that it is ready: nothing but the next press can tell."""
    bench = Bench().opened()
    bench.reader.answer = fault
    arm(Pressing(bench.service, bench.runner))
    bench.service.tick()
    chip = next(chip for chip in bench.service.chips if chip.kind is READER)
    assert (chip.state, chip.trouble) == (ChipState.FAULT, trouble)


def ticks_until_back(bench: Bench) -> int:
    told = len(bench.told)
    for ticks in range(1, 10 * LONGEST_REST_TICKS):
        bench.service.tick()
        if len(bench.told) > told:
            return ticks
    raise AssertionError("it never came back")


def test_a_reader_that_always_fails_is_tried_ever_more_rarely() -> None:
    bench = Bench().opened()
    pressing = Pressing(bench.service, bench.runner)
    bench.reader.answer = DeviceFault("test")
    rests = []
    for _ in range(8):
        arm(pressing)
        rests.append(ticks_until_back(bench))
    assert rests == sorted(rests)
    assert rests[0] == FIRST_REST_TICKS + 1
    assert rests[-2:] == [LONGEST_REST_TICKS + 1] * 2
    bench.reader.answer = CAPTURE
    arm(pressing)
    bench.reader.answer = DeviceFault("test")
    arm(pressing)
    assert ticks_until_back(bench) == FIRST_REST_TICKS + 1, "a good press ends the row"


def test_pulling_the_plug_and_putting_it_back_cuts_the_rest_short() -> None:
    bench = Bench().opened()
    pressing = Pressing(bench.service, bench.runner)
    bench.reader.answer = DeviceFault("test")
    for _ in range(6):
        arm(pressing)
    bench.reader.state = DeviceState.UNPLUGGED
    bench.service.tick()
    assert bench.chip(READER) == "lost"
    bench.reader.state = DeviceState.READY
    bench.service.tick()
    assert bench.told[-1] == DeviceBack(READER)
