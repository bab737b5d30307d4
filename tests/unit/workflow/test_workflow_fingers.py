"""The finger step: the right finger, four presses each, lifted between, and nothing lost."""

from dataclasses import replace

import pytest

from station.domain.facts import FingerExcepted, FingerException, FingerRestarted, PressCaptured
from station.domain.fingers import CAPTURE_PLAN, FingerPosition
from station.workflow import confirmation, effects, inputs
from station.workflow.capture import ReaderPhase
from station.workflow.desk_state import WEAK_TRIES_BEFORE_KEEPING, Confirmation
from station.workflow.inputs import DeviceKind
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep
from tests.support.workflow_cases import case_opened, facts_until, press_taken, presses

LEFT_THUMB, RIGHT_THUMB, LEFT_INDEX = CAPTURE_PLAN[:3]
Outcome = tuple[Confirmation, tuple[effects.DeskEffect, ...]]


def run(state: Confirmation, *events: inputs.ConfirmationInput) -> Outcome:
    done: tuple[effects.DeskEffect, ...] = ()
    for event in events:
        state, done = confirmation.step(state, event)
    return state, done


def armed(kept: int = 0) -> Confirmation:
    """A resumed case with `kept` presses, waiting for the next."""
    facts = (*facts_until(DeskStep.FINGERS), *presses(kept))
    state, done = run(Confirmation(), case_opened(facts))
    assert isinstance(done[-1], effects.CaptureFinger)
    return state


def asked(done: tuple[effects.DeskEffect, ...]) -> tuple[FingerPosition, int]:
    [capture] = [effect for effect in done if isinstance(effect, effects.CaptureFinger)]
    return capture.position, capture.press


def good(state: Confirmation) -> Outcome:
    """A good press, stored."""
    state, _ = run(state, press_taken(state.reader.attempt))
    return run(state, inputs.Recorded(state.unsaved))


def weak(state: Confirmation, quality: int) -> Confirmation:
    attempt = state.reader.attempt
    return run(state, press_taken(attempt, quality), inputs.FingerLifted(attempt))[0]


@pytest.mark.parametrize("kept", [0, 1, 3, 4, 12, 13, 23])
def test_the_next_press_of_the_plan_is_asked_for(kept: int) -> None:
    facts = (*facts_until(DeskStep.FINGERS), *presses(kept))
    _, done = run(Confirmation(), case_opened(facts))
    assert asked(done) == (CAPTURE_PLAN[kept // 4], kept % 4 + 1)


def test_twenty_four_presses_in_plan_order_with_a_lift_between_each() -> None:
    state = armed()
    done: tuple[effects.DeskEffect, ...] = ()
    kept = []
    for number in range(24):
        attempt = state.reader.attempt
        state, _ = run(state, inputs.FingerSensed(attempt))
        assert state.reader.phase is ReaderPhase.PRESENT
        state, _ = run(state, press_taken(attempt))
        [fact] = state.unsaved
        assert isinstance(fact, PressCaptured)
        kept.append((fact.position, fact.press))
        state, done = run(state, inputs.Recorded(state.unsaved))
        if number < 23:
            assert effects.AwaitLift(attempt) in done
            state, done = run(state, inputs.FingerLifted(attempt))
            assert isinstance(done[0], effects.CaptureFinger)
    assert kept == [(finger, press) for finger in CAPTURE_PLAN for press in (1, 2, 3, 4)]
    assert state.step is DeskStep.FORM
    assert state.reader.phase is ReaderPhase.IDLE
    assert effects.BuildForm("s-1") in done


def test_a_finger_left_on_the_glass_is_asked_to_lift_again_and_again() -> None:
    state, _ = good(armed())
    attempt = state.reader.attempt
    for _ in range(3):
        state, done = run(state, inputs.FingerStillThere(attempt))
        assert state.notice is Notice.LIFT_FINGER
        assert done == (effects.AwaitLift(attempt),)


@pytest.mark.parametrize(
    ("press", "notice"),
    [
        ({"other_finger": RIGHT_THUMB}, Notice.PRESS_OTHER_FINGER),
        ({"same_finger": False}, Notice.PRESS_NOT_THE_SAME_FINGER),
        ({"quality": 39}, Notice.PRESS_LOW_QUALITY),
        ({"other_finger": RIGHT_THUMB, "quality": 5}, Notice.PRESS_OTHER_FINGER),
    ],
)
def test_a_press_that_cannot_be_kept_is_asked_for_again(
    press: dict[str, int], notice: Notice
) -> None:
    state = armed(5)
    attempt = state.reader.attempt
    after, done = run(state, press_taken(attempt, **press))  # type: ignore[arg-type]  # a table
    assert after.notice is notice
    assert after.unsaved == ()
    assert done == (effects.Play(effects.Sound.AGAIN), effects.AwaitLift(attempt))
    _, done = run(after, inputs.FingerLifted(attempt))
    assert asked(done) == (RIGHT_THUMB, 2)


def test_a_press_just_good_enough_is_kept() -> None:
    state = armed()
    state, _ = run(state, press_taken(state.reader.attempt, quality=40))
    [fact] = state.unsaved
    assert isinstance(fact, PressCaptured)
    assert not fact.kept_below_required


def test_nobody_pressing_in_time_is_simply_asked_again() -> None:
    state = armed()
    attempt = state.reader.attempt
    timeout = inputs.PressRefused(attempt, Notice.FINGER_TIMEOUT, still_on_plate=False)
    state, done = run(state, timeout)
    assert state.notice is Notice.FINGER_TIMEOUT
    assert asked(done) == (LEFT_THUMB, 1)
    assert state.reader.attempt == attempt + 1


def test_the_best_of_three_weak_presses_may_be_kept_and_says_so() -> None:
    state = armed()
    for quality in (20, 35, 30)[:WEAK_TRIES_BEFORE_KEEPING]:
        assert not state.may_keep_weak
        assert run(state, inputs.KeepBestPress()) == (state, ())
        state = weak(state, quality)
    assert state.may_keep_weak
    state, done = run(state, inputs.KeepBestPress())
    assert done[0] == effects.CancelCapture()
    [fact] = state.unsaved
    assert isinstance(fact, PressCaptured)
    assert (fact.quality, fact.kept_below_required) == (35, True)
    state, done = run(state, inputs.Recorded(state.unsaved))
    assert not state.may_keep_weak
    assert effects.AwaitLift(state.reader.attempt) in done


def test_weak_tries_are_counted_for_one_press_only() -> None:
    state = weak(weak(armed(), 20), 30)
    state, _ = good(state)
    state, _ = run(state, inputs.FingerLifted(state.reader.attempt))
    assert state.weak_tries == 0
    assert not weak(state, 30).may_keep_weak


@pytest.mark.parametrize(
    ("kept", "restarted"), [(2, LEFT_THUMB), (4, LEFT_THUMB), (6, RIGHT_THUMB), (8, RIGHT_THUMB)]
)
def test_restarting_discards_the_current_finger_or_the_one_before(
    kept: int, restarted: FingerPosition
) -> None:
    state, done = run(armed(kept), inputs.RestartFinger())
    assert done == (
        effects.CancelCapture(),
        effects.Record("s-1", (FingerRestarted(restarted),)),
    )
    state, done = run(state, inputs.Recorded(state.unsaved))
    assert effects.DropPresses(restarted) in done
    assert asked(done) == (restarted, 1)


def test_there_is_nothing_to_restart_before_the_first_press() -> None:
    state = armed()
    assert run(state, inputs.RestartFinger()) == (state, ())


def test_a_missing_finger_is_skipped_with_reason_and_second_person() -> None:
    state, _ = run(armed(4), inputs.ExceptFinger(FingerException.MISSING, "op-2"))
    assert state.unsaved == (FingerExcepted(RIGHT_THUMB, FingerException.MISSING, "op-2"),)
    state, done = run(state, inputs.Recorded(state.unsaved))
    assert asked(done) == (LEFT_INDEX, 1)
    assert state.progress.excepted == {RIGHT_THUMB: FingerException.MISSING}


def test_the_last_finger_may_be_excepted_too() -> None:
    state, _ = run(armed(20), inputs.ExceptFinger(FingerException.INJURED, "op-2"))
    state, done = run(state, inputs.Recorded(state.unsaved))
    assert state.step is DeskStep.FORM
    assert effects.BuildForm("s-1") in done


PHASES = [ReaderPhase.WAITING, ReaderPhase.PRESENT, ReaderPhase.LIFT, ReaderPhase.STORING]


def in_phase(phase: ReaderPhase, kept: int = 13) -> Confirmation:
    state = armed(kept)
    attempt = state.reader.attempt
    if phase is ReaderPhase.PRESENT:
        return run(state, inputs.FingerSensed(attempt))[0]
    if phase is ReaderPhase.STORING:
        return run(state, press_taken(attempt))[0]
    if phase is ReaderPhase.LIFT:
        return run(state, press_taken(attempt, quality=1))[0]
    return state


def test_a_reader_with_a_fault_is_not_called_unplugged() -> None:
    state, _ = run(in_phase(ReaderPhase.WAITING), inputs.DeviceLost(DeviceKind.READER, fault=True))
    assert state.reader.phase is ReaderPhase.LOST
    assert state.notice is Notice.READER_FAULT
    state, _ = run(state, inputs.DeviceBack(DeviceKind.READER))
    assert state.reader.phase is ReaderPhase.WAITING
    assert state.notice is None


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("stored_while_away", [True, False])
def test_an_unplugged_reader_costs_nothing_and_asks_for_the_same_press(
    phase: ReaderPhase, stored_while_away: bool
) -> None:
    state = in_phase(phase)
    assert state.reader.phase is phase
    expected = 14 if phase is ReaderPhase.STORING else 13
    state, done = run(state, inputs.DeviceLost(DeviceKind.READER))
    assert state.reader.phase is ReaderPhase.LOST
    assert state.notice is Notice.READER_LOST
    assert done == (effects.Play(effects.Sound.STOP),)
    assert run(state, inputs.DeviceLost(DeviceKind.READER)) == (state, ())
    back = inputs.DeviceBack(DeviceKind.READER)
    if stored_while_away and state.unsaved:
        state, _ = run(state, inputs.Recorded(state.unsaved))
        assert state.notice is Notice.READER_LOST
        state, done = run(state, back)
    else:
        state, done = run(state, back)
        if state.unsaved:
            assert done == ()
            state, done = run(state, inputs.Recorded(state.unsaved))
    assert state.notice is None
    assert state.progress.presses == expected
    assert asked(done) == (CAPTURE_PLAN[expected // 4], expected % 4 + 1)


@pytest.mark.parametrize("phase", PHASES)
def test_late_answers_of_an_earlier_press_change_nothing(phase: ReaderPhase) -> None:
    state = in_phase(phase)
    old = state.reader.attempt - 1
    late: list[inputs.ConfirmationInput] = [
        inputs.FingerSensed(old),
        press_taken(old),
        inputs.PressRefused(old, Notice.PRESS_TOO_DRY),
        inputs.FingerLifted(old),
        inputs.FingerStillThere(old),
    ]
    for answer in late:
        assert run(state, answer) == (state, ())


def test_a_press_answered_twice_is_stored_once() -> None:
    state = in_phase(ReaderPhase.STORING)
    assert run(state, press_taken(state.reader.attempt)) == (state, ())
    state, _ = run(state, inputs.Recorded(state.unsaved))
    assert run(state, press_taken(state.reader.attempt)) == (state, ())
    assert state.progress.presses == 14


def test_the_next_case_does_not_take_over_a_press_of_the_last() -> None:
    state = armed(3)
    late = press_taken(state.reader.attempt)
    state, done = run(state, inputs.CloseCase())
    assert effects.CancelCapture() in done
    facts = facts_until(DeskStep.FINGERS, "s-2")
    state, _ = run(state, case_opened(facts, "s-2"))
    assert run(state, late) == (state, ())


def test_a_press_on_a_full_disk_is_kept_and_saved_again() -> None:
    state = in_phase(ReaderPhase.STORING)
    held = state.unsaved
    state, _ = run(state, inputs.RecordFailed(Notice.DISK_FULL))
    assert (state.unsaved, state.progress.presses) == (held, 13)
    state, done = run(state, inputs.SaveAgain())
    assert done == (effects.Record("s-1", held),)
    state, done = run(state, inputs.Recorded(held))
    assert state.progress.presses == 14
    assert effects.AwaitLift(state.reader.attempt) in done


def test_after_a_restart_of_the_program_the_fourteenth_press_is_asked_for() -> None:
    before = in_phase(ReaderPhase.STORING, kept=12)
    stored = (*facts_until(DeskStep.FINGERS), *presses(12), *before.unsaved)
    state, done = run(Confirmation(), replace(case_opened(stored)))
    assert state.progress.presses == 13
    assert asked(done) == (CAPTURE_PLAN[3], 2)
