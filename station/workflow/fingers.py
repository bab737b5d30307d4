"""The finger step: six fingers, four presses each, the finger lifted between presses."""

from dataclasses import replace
from typing import assert_never

from station.domain.facts import FingerExcepted, FingerRestarted, PressCaptured
from station.domain.fingers import CAPTURE_PLAN, FingerPosition
from station.workflow import inputs
from station.workflow.capture import Reader, ReaderPhase
from station.workflow.desk_state import Confirmation, Outcome, record
from station.workflow.effects import (
    AwaitLift,
    CancelCapture,
    CaptureFinger,
    DeskEffect,
    DropPresses,
    Play,
    Sound,
)
from station.workflow.notices import READER_GONE, Notice
from station.workflow.progress import DeskStep

FingerInput = (
    inputs.FingerSensed
    | inputs.PressTaken
    | inputs.PressRefused
    | inputs.FingerLifted
    | inputs.FingerStillThere
    | inputs.RestartFinger
    | inputs.ExceptFinger
    | inputs.KeepBestPress
)


def arm(state: Confirmation) -> Outcome:
    """Ask the reader for the next press of the plan."""
    wanted = state.progress.next_press
    if state.applicant is None or wanted is None or state.step is not DeskStep.FINGERS:
        return state, ()
    reader = state.reader.armed()
    capture = CaptureFinger(state.applicant.subject, wanted[0], wanted[1], reader.attempt)
    return replace(state, reader=reader), (capture,)


def step(state: Confirmation, event: FingerInput) -> Outcome:
    """One input of the finger step; late answers of an earlier press change nothing."""
    if state.applicant is None or state.step is not DeskStep.FINGERS:
        return state, ()
    match event:
        case inputs.FingerSensed(attempt=attempt):
            if not state.reader.expects(attempt):
                return state, ()
            return replace(state, reader=state.reader.to(ReaderPhase.PRESENT)), ()
        case inputs.PressTaken(attempt=attempt):
            return _judge(state, event) if state.reader.expects(attempt) else (state, ())
        case inputs.PressRefused(attempt=attempt):
            return _refused(state, event) if state.reader.expects(attempt) else (state, ())
        case inputs.FingerLifted(attempt=attempt):
            return arm(state) if state.reader.awaits_lift(attempt) else (state, ())
        case inputs.FingerStillThere(attempt=attempt):
            if not state.reader.awaits_lift(attempt):
                return state, ()
            return replace(state, notice=Notice.LIFT_FINGER), (AwaitLift(attempt),)
        case inputs.RestartFinger():
            return _restart(state)
        case inputs.ExceptFinger(reason=reason, approved_by=approver):
            position = _current(state)
            if position is None:
                return state, ()
            return _interrupt(state, FingerExcepted(position, reason, approver))
        case inputs.KeepBestPress():
            return _keep_weak(state)
        case _:
            assert_never(event)


def after_stored(
    state: Confirmation, fact: PressCaptured | FingerRestarted | FingerExcepted
) -> Outcome:
    """A press, restart or exception is on disk: go on with the next press."""
    state = replace(state, weak=None, weak_tries=0)
    match fact:
        case PressCaptured(quality=quality):
            done: tuple[DeskEffect, ...] = (Play(Sound.ACCEPTED),)
            kept = replace(state, last_quality=quality)
            if state.step is not DeskStep.FINGERS:
                return replace(kept, reader=state.reader.to(ReaderPhase.IDLE)), done
            if state.reader.phase is not ReaderPhase.STORING:  # lost, or kept while no finger lay
                return _after_interruption(kept, done)
            lifting = replace(kept, reader=state.reader.to(ReaderPhase.LIFT))
            return lifting, (*done, AwaitLift(state.reader.attempt))
        case FingerRestarted(position=position) | FingerExcepted(position=position):
            return _after_interruption(state, (DropPresses(position),))


def _after_interruption(state: Confirmation, before: tuple[DeskEffect, ...]) -> Outcome:
    if state.reader.phase is ReaderPhase.LOST:
        gone = state.notice if state.notice in READER_GONE else Notice.READER_LOST
        return replace(state, notice=gone), before
    state, effects = arm(state)
    return state, (*before, *effects)


def _judge(state: Confirmation, press: inputs.PressTaken) -> Outcome:
    """Keep the press, or say what to do better. A wrong finger is never kept."""
    if press.other_finger is not None:
        return _again(state, Notice.PRESS_OTHER_FINGER)
    if press.same_finger is False:
        return _again(state, Notice.PRESS_NOT_THE_SAME_FINGER)
    if press.quality < press.required_quality:
        best = press if state.weak is None or press.quality > state.weak.quality else state.weak
        weak = replace(state, weak=best, weak_tries=state.weak_tries + 1)
        return _again(replace(weak, last_quality=press.quality), press.advice)
    return _store(state, press)


def _store(state: Confirmation, press: inputs.PressTaken) -> Outcome:
    wanted = state.progress.next_press
    assert wanted is not None
    position, number = wanted
    fact = PressCaptured(
        position=position,
        press=number,
        quality=press.quality,
        required_quality=press.required_quality,
        kept_below_required=press.quality < press.required_quality,
        simulated=press.simulated,
        evidence=press.evidence,
    )
    return record(replace(state, reader=state.reader.to(ReaderPhase.STORING)), fact)


def _keep_weak(state: Confirmation) -> Outcome:
    if not state.may_keep_weak or state.weak is None:
        return state, ()
    stop = (CancelCapture(),) if state.reader.phase is not ReaderPhase.LOST else ()
    stopped = replace(state, reader=_stopped(state.reader))
    kept, effects = _store(stopped, state.weak)
    if state.reader.phase is ReaderPhase.LOST:
        kept = replace(kept, reader=state.reader)
    return kept, (*stop, *effects)


def _refused(state: Confirmation, press: inputs.PressRefused) -> Outcome:
    if not press.still_on_plate:  # nobody pressed in time: simply ask again
        state, effects = arm(state)
        return replace(state, notice=press.notice), effects
    return _again(state, press.notice)


def _again(state: Confirmation, notice: Notice) -> Outcome:
    lifting = replace(state, reader=state.reader.to(ReaderPhase.LIFT), notice=notice)
    return lifting, (Play(Sound.AGAIN), AwaitLift(state.reader.attempt))


def _restart(state: Confirmation) -> Outcome:
    position = _restartable(state)
    return _interrupt(state, FingerRestarted(position)) if position is not None else (state, ())


def _interrupt(state: Confirmation, fact: FingerRestarted | FingerExcepted) -> Outcome:
    """Store a decision about a finger while the reader is armed or waits for the lift."""
    if state.reader.phase is ReaderPhase.LOST:
        return record(state, fact)
    stopped = replace(state, reader=_stopped(state.reader))
    stopped, effects = record(stopped, fact)
    return stopped, (CancelCapture(), *effects)


def _stopped(reader: Reader) -> Reader:
    # A new attempt number makes every answer to the cancelled press a stranger.
    return Reader(ReaderPhase.IDLE, reader.attempt + 1)


def _current(state: Confirmation) -> FingerPosition | None:
    wanted = state.progress.next_press
    return wanted[0] if wanted else None


def _restartable(state: Confirmation) -> FingerPosition | None:
    """The current finger if it has presses, else the finger before it."""
    begun = [position for position in CAPTURE_PLAN if state.progress.qualities.get(position)]
    return begun[-1] if begun else None
