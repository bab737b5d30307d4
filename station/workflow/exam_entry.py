"""The exam gate: one candidate from the ticket to admitted, or to the chief.

Nobody enters without a pass (2011 notice: 验证通过后方可入场). A visit has one budget of presses:
the normal lane's tries of the designated finger, then the special lane's of any enrolled finger.
"""

from dataclasses import replace
from typing import assert_never

from station.domain.facts import (
    CandidateSelected,
    GateAdmitted,
    GateAttempt,
    GateClosed,
    GateLaneChanged,
    GateReferred,
    Lane,
    ReferralReason,
)
from station.workflow import inputs
from station.workflow.candidate_selection import select
from station.workflow.capture import ReaderPhase
from station.workflow.effects import (
    AwaitLift,
    CancelCapture,
    CompareFinger,
    LoadSession,
    PhotographPerson,
    Play,
    Sound,
)
from station.workflow.entry_state import ExamEntry, Outcome, allowed, record, stopped
from station.workflow.notices import CARD_READER_GONE, GIVEN_UP, READER_GONE, Notice
from station.workflow.visit import apply, fingers_asked

__all__ = ["ExamEntry", "Outcome", "step"]


def step(state: ExamEntry, event: inputs.EntryInput) -> Outcome:
    """The next state and what to do about it. Inputs that do not fit the moment change nothing."""
    match event:
        case inputs.Recorded(facts=facts):
            return _recorded(state, facts)
        case inputs.RecordFailed(notice=notice) if state.unsaved and notice in GIVEN_UP:
            gone, effects = _next_person(replace(state, unsaved=(), ending=None))
            return replace(gone, notice=notice), (*effects, Play(Sound.STOP))
        case inputs.RecordFailed(notice=notice) if state.unsaved:
            failed = replace(state, save_failed=True, waiting=False, notice=notice)
            return failed, (Play(Sound.STOP),)
        case inputs.SaveAgain() if state.save_failed and state.unsaved:
            return record(state, *state.unsaved)
        case inputs.RecordFailed() | inputs.SaveAgain():
            return state, ()
        case inputs.DeviceLost():
            return _device_lost(state, event)
        case inputs.DeviceBack(kind=kind):
            return _device_back(state, kind)
        case _ if state.unsaved:
            return state, ()
        case inputs.Failed(notice=notice):
            if state.is_serving and not state.waiting:  # an answer to what was put aside
                return state, ()
            return replace(state, waiting=False, notice=notice), (Play(Sound.AGAIN),)
        case inputs.FetchSession() | inputs.SessionReady() if state.is_serving:
            return state, ()  # the person at the reader is served first
        case inputs.FetchSession():
            return replace(state, waiting=True, notice=None), (LoadSession(),)
        case inputs.SessionReady():
            return _session_ready(state, event), ()
        case inputs.Scan() | inputs.ScanCard() | inputs.CandidateFound():
            return select(state, event)
        case inputs.FingerSensed(attempt=attempt):
            if not state.reader.expects(attempt):
                return state, ()
            return replace(state, reader=state.reader.to(ReaderPhase.PRESENT)), ()
        case inputs.PressCompared(attempt=attempt):
            return _compared(state, event) if state.reader.expects(attempt) else (state, ())
        case inputs.PressRefused(attempt=attempt):
            return _refused(state, event) if state.reader.expects(attempt) else (state, ())
        case inputs.FingerLifted(attempt=attempt):
            return _arm(state) if state.reader.awaits_lift(attempt) else (state, ())
        case inputs.FingerStillThere(attempt=attempt):
            if not state.reader.awaits_lift(attempt):
                return state, ()
            return replace(state, notice=Notice.LIFT_FINGER), (AwaitLift(attempt),)
        case inputs.CallChief():
            return _call_chief(state)
        case inputs.PersonPhotographed():
            return _photographed(state, event)
        case inputs.NextPerson():
            return _next_person(state)
        case _:
            assert_never(event)


def _session_ready(state: ExamEntry, event: inputs.SessionReady) -> ExamEntry:
    return ExamEntry(
        session=event.session,
        expected=event.expected,
        admitted=event.admitted,
        without_template=event.without_template,
        reader=state.reader,
        notice=event.trouble,
    )


def _recorded(state: ExamEntry, facts: tuple[object, ...]) -> Outcome:
    if not state.unsaved or facts != state.unsaved or state.visit is None:
        return state, ()
    visit = state.visit
    for fact in state.unsaved:
        visit = apply(visit, fact)
    last = state.unsaved[-1]
    state = replace(state, visit=visit, unsaved=(), save_failed=False, waiting=False)
    match last:
        case GateAdmitted():
            admitted = replace(state, admitted=state.admitted + 1, reader=stopped(state.reader))
            return admitted, (Play(Sound.ADMITTED),)
        case GateReferred() | GateClosed():
            return replace(state, reader=stopped(state.reader)), (Play(Sound.STOP),)
        case GateLaneChanged():
            state = replace(state, notice=Notice.GO_TO_SPECIAL_LANE)
            return _lift(state, Play(Sound.AGAIN))
        case GateAttempt() if state.ending is not None:
            return _refer(state, state.ending)
        case GateAttempt():
            return _lift(replace(state, notice=Notice.TRY_AGAIN), Play(Sound.AGAIN))
        case CandidateSelected() if not visit.candidate.enrolled:
            return _refer(replace(state, notice=Notice.NO_TEMPLATE), ReferralReason.NO_TEMPLATE)
        case CandidateSelected():
            return _go_on(state)


def _go_on(state: ExamEntry) -> Outcome:
    """Arm the reader, unless an interrupted visit had already used up its tries."""
    assert state.visit is not None
    assert state.session is not None
    if state.tries_left:
        return _arm(state)
    if state.visit.lane is Lane.NORMAL:
        return record(state, GateLaneChanged(state.session.exam_session_id, Lane.SPECIAL))
    return _refer(state, ReferralReason.NO_MATCH)


def _lift(state: ExamEntry, sound: Play) -> Outcome:
    if state.reader.phase is ReaderPhase.LOST:
        return state, (sound,)
    lifting = replace(state, reader=state.reader.to(ReaderPhase.LIFT))
    return lifting, (sound, AwaitLift(state.reader.attempt))


def _arm(state: ExamEntry) -> Outcome:
    visit = state.visit
    if visit is None or visit.verdict is not None or state.ending is not None:
        return state, ()
    reader = state.reader.armed()
    compare = CompareFinger(
        visit.candidate.subject, visit.lane, fingers_asked(visit), reader.attempt
    )
    return replace(state, reader=reader), (compare,)


def _compared(state: ExamEntry, press: inputs.PressCompared) -> Outcome:
    assert state.visit is not None
    assert state.session is not None
    visit, session = state.visit, state.session
    asked = fingers_asked(visit)
    passed = press.matched in asked and press.score >= press.threshold
    attempt = GateAttempt(
        exam_session_id=session.exam_session_id,
        lane=visit.lane,
        attempt=visit.tries + 1,
        asked=asked[0] if len(asked) == 1 else None,
        matched=press.matched if passed else None,
        score=press.score,
        threshold=press.threshold,
        passed=passed,
        simulated=press.simulated,
        evidence=press.evidence,
    )
    state = replace(state, reader=state.reader.to(ReaderPhase.STORING))
    if passed:
        admitted = GateAdmitted(session.exam_session_id, visit.lane, press.score, press.simulated)
        return record(state, attempt, admitted)
    if visit.tries + 1 < allowed(session, visit.lane):
        return record(state, attempt)
    if visit.lane is Lane.NORMAL:
        return record(state, attempt, GateLaneChanged(session.exam_session_id, Lane.SPECIAL))
    state, effects = record(state, attempt)
    return replace(state, ending=ReferralReason.NO_MATCH), effects


def _refused(state: ExamEntry, press: inputs.PressRefused) -> Outcome:
    """An unusable press does not cost a try: it was never compared."""
    if not press.still_on_plate:
        state, effects = _arm(state)
        return replace(state, notice=press.notice), effects
    return _lift(replace(state, notice=press.notice), Play(Sound.AGAIN))


def _call_chief(state: ExamEntry) -> Outcome:
    if not state.is_serving:
        return state, ()
    if state.ending is not None:  # under way; asked again when the picture could not be taken
        return (state, ()) if state.waiting else _refer(state, state.ending)
    lost = state.reader.phase is ReaderPhase.LOST
    return _refer(state, ReferralReason.READER_FAILED if lost else ReferralReason.NO_MATCH)


def _refer(state: ExamEntry, reason: ReferralReason) -> Outcome:
    armed = state.reader.phase in (ReaderPhase.WAITING, ReaderPhase.PRESENT, ReaderPhase.LIFT)
    stop = (CancelCapture(),) if armed else ()
    ending = replace(state, ending=reason, waiting=True, reader=stopped(state.reader))
    return ending, (*stop, PhotographPerson())


def _photographed(state: ExamEntry, event: inputs.PersonPhotographed) -> Outcome:
    if state.ending is None or state.visit is None or state.session is None:
        return state, ()
    referred = GateReferred(
        exam_session_id=state.session.exam_session_id,
        reason=state.ending,
        simulated=event.simulated,
        evidence=event.evidence,
    )
    return record(replace(state, ending=None), referred)


def _next_person(state: ExamEntry) -> Outcome:
    if state.visit is None:
        return replace(state, elsewhere=None, notice=None), ()
    if state.ending is not None and state.waiting:
        return state, ()  # nobody leaves between the decision and its record
    stop = (CancelCapture(),) if state.is_serving else ()
    cleared = replace(state, visit=None, ending=None, save_failed=False, notice=None, waiting=False)
    return replace(cleared, reader=stopped(state.reader)), stop


def _device_lost(state: ExamEntry, lost: inputs.DeviceLost) -> Outcome:
    kind = lost.kind
    if kind is inputs.DeviceKind.READER and state.is_serving:
        if state.reader.phase is ReaderPhase.LOST:
            return state, ()
        resting = replace(state, reader=state.reader.to(ReaderPhase.LOST))
        if not state.save_failed:  # what is not on disk yet matters more
            resting = replace(resting, notice=READER_GONE[lost.fault])
        return resting, (Play(Sound.STOP),)
    if kind is inputs.DeviceKind.CARD_READER and state.waiting and not state.is_serving:
        return replace(state, waiting=False, notice=CARD_READER_GONE[lost.fault]), (
            Play(Sound.STOP),
        )
    return state, ()


def _device_back(state: ExamEntry, kind: inputs.DeviceKind) -> Outcome:
    if kind is inputs.DeviceKind.CARD_READER and state.notice in CARD_READER_GONE:
        return replace(state, notice=None), ()
    if kind is not inputs.DeviceKind.READER or state.reader.phase is not ReaderPhase.LOST:
        return state, ()
    said = None if state.notice in READER_GONE else state.notice
    idle = replace(state, reader=state.reader.to(ReaderPhase.IDLE), notice=said)
    return _arm(idle) if not state.unsaved else (idle, ())
