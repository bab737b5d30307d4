"""The gate, input by input: nobody enters without a pass, and everybody gets an answer."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from station.domain.exam import ExamSession, GateRules
from station.domain.facts import (
    CandidateSelected,
    EntryFact,
    Evidence,
    FoundBy,
    GateAdmitted,
    GateAttempt,
    GateClosed,
    GateLaneChanged,
    GateReferred,
    Lane,
    ReferralReason,
)
from station.domain.fingers import CAPTURE_PLAN, FingerPosition
from station.domain.people import Candidate
from station.domain.purpose import Purpose
from station.workflow import effects, exam_entry, inputs
from station.workflow.capture import ReaderPhase
from station.workflow.exam_entry import ExamEntry
from station.workflow.inputs import DeviceKind
from station.workflow.notices import Notice
from station.workflow.visit import Verdict
from tests.support.workflow_cases import (
    AFTER_CLOSING,
    BEFORE_START,
    MORNING,
    START,
    candidate,
    press_compared,
)

DESIGNATED = FingerPosition.RIGHT_INDEX
MISS = None
PHOTO = inputs.PersonPhotographed((Evidence("photo", "image/jpeg", b"jpeg"),), True)
Outcome = tuple[ExamEntry, tuple[effects.EntryEffect, ...]]


def run(state: ExamEntry, *events: inputs.EntryInput) -> Outcome:
    done: tuple[effects.EntryEffect, ...] = ()
    for event in events:
        state, done = exam_entry.step(state, event)
    return state, done


def ready(session: ExamSession = MORNING) -> ExamEntry:
    state, done = run(ExamEntry(), inputs.FetchSession())
    assert done == (effects.LoadSession(),)
    return run(state, inputs.SessionReady(session, expected=30, admitted=2, without_template=1))[0]


def found(
    who: Candidate | None = None,
    earlier: tuple[EntryFact, ...] = (),
    at: datetime = BEFORE_START,
) -> inputs.CandidateFound:
    return inputs.CandidateFound(who or candidate(), FoundBy.TICKET, earlier, at)


def stored(state: ExamEntry) -> Outcome:
    assert state.unsaved
    return run(state, inputs.Recorded(state.unsaved))


def at_reader(who: Candidate | None = None, earlier: tuple[EntryFact, ...] = ()) -> ExamEntry:
    state, done = run(ready(), inputs.Scan(" 990000000012 ", BEFORE_START))
    assert done == (effects.FindCandidate("990000000012"),)
    state, done = run(state, found(who, earlier))
    assert done == (effects.Record("c-1", (CandidateSelected("morning", FoundBy.TICKET),)),)
    return stored(state)[0]


def press(state: ExamEntry, matched: FingerPosition | None) -> Outcome:
    """One press, compared and stored; a finger still to lift is lifted."""
    state, _ = run(state, press_compared(state.reader.attempt, matched))
    state, done = stored(state)
    if state.reader.phase is ReaderPhase.LIFT:
        state, done = run(state, inputs.FingerLifted(state.reader.attempt))
    return state, done


def refused_everywhere() -> ExamEntry:
    state = at_reader()
    for _ in range(9):
        state, _ = press(state, MISS)
    return state


# --- readiness ----------------------------------------------------------------------------------


def test_the_session_says_how_many_are_expected() -> None:
    state = ready()
    assert (state.expected, state.admitted, state.without_template) == (30, 2, 1)
    assert not state.waiting


def test_without_a_session_nobody_can_be_scanned() -> None:
    state, done = run(ExamEntry(), inputs.Scan("1", BEFORE_START))
    assert state.notice is Notice.NO_SESSION
    assert not any(isinstance(effect, effects.FindCandidate) for effect in done)


@pytest.mark.parametrize("notice", [Notice.PACKAGE_REFUSED, Notice.PLATFORM_UNREACHABLE])
def test_a_package_that_does_not_come_can_be_fetched_again(notice: Notice) -> None:
    state, _ = run(ExamEntry(), inputs.FetchSession(), inputs.Failed(notice))
    assert (state.notice, state.waiting) == (notice, False)
    _, done = run(state, inputs.FetchSession())
    assert done == (effects.LoadSession(),)


def test_a_new_package_waits_for_the_person_at_the_reader() -> None:
    state = at_reader()
    assert run(state, inputs.FetchSession()) == (state, ())
    assert run(state, inputs.SessionReady(MORNING, 1, 1, 1)) == (state, ())


# --- who is next --------------------------------------------------------------------------------


def test_an_empty_scan_asks_for_something() -> None:
    state, done = run(ready(), inputs.Scan("  ", BEFORE_START))
    assert (state.notice, done) == (Notice.EMPTY_QUERY, ())


def test_an_unknown_ticket_leaves_the_scan_field_open() -> None:
    state, _ = run(ready(), inputs.Scan("1", BEFORE_START), inputs.Failed(Notice.CANDIDATE_UNKNOWN))
    assert state.notice is Notice.CANDIDATE_UNKNOWN
    _, done = run(state, inputs.Scan("2", BEFORE_START))
    assert done == (effects.FindCandidate("2"),)


def test_a_card_selects_too() -> None:
    _, done = run(ready(), inputs.ScanCard(BEFORE_START))
    assert done == (effects.FindCandidateByCard(),)


def test_the_reader_asks_for_the_designated_finger() -> None:
    state, _ = run(ready(), inputs.Scan("1", BEFORE_START), found())
    state, done = stored(state)
    assert done == (effects.CompareFinger("c-1", Lane.NORMAL, (DESIGNATED,), state.reader.attempt),)


@pytest.mark.parametrize("designated", [None, FingerPosition.LEFT_LITTLE])
def test_without_a_usable_designated_finger_any_enrolled_one_is_asked(
    designated: FingerPosition | None,
) -> None:
    state, _ = run(ready(), inputs.Scan("1", BEFORE_START), found(candidate(designated=designated)))
    _, done = stored(state)
    [compare] = done
    assert isinstance(compare, effects.CompareFinger)
    assert compare.fingers == CAPTURE_PLAN


def test_the_person_at_the_reader_is_served_first() -> None:
    state = at_reader()
    for event in (
        inputs.Scan("2", BEFORE_START),
        inputs.ScanCard(BEFORE_START),
        found(candidate("c-2")),
    ):
        assert run(state, event) == (state, ())


def test_somebody_of_another_session_is_told_where_to_go_and_nothing_is_stored() -> None:
    afternoon = candidate(exam_session_id="afternoon")
    state, done = run(ready(), inputs.Scan("1", BEFORE_START), found(afternoon))
    assert state.notice is Notice.OTHER_SESSION
    assert state.elsewhere == afternoon
    assert not any(isinstance(effect, effects.Record) for effect in done)
    for event in (inputs.Scan("2", BEFORE_START), inputs.NextPerson()):
        assert run(state, event)[0].elsewhere is None


@pytest.mark.parametrize(
    ("at", "closed"),
    [(AFTER_CLOSING - timedelta(seconds=1), False), (AFTER_CLOSING, True)],
)
def test_after_the_door_is_shut_the_scan_is_stored_and_refused(at: datetime, closed: bool) -> None:
    state, _ = run(ready(), inputs.Scan("1", at), found(at=at))
    assert (GateClosed("morning") in state.unsaved) is closed
    state, _ = stored(state)
    assert state.visit is not None
    assert state.visit.verdict is (Verdict.CLOSED if closed else None)


def test_a_second_answer_does_not_wipe_out_a_verdict_nobody_has_read() -> None:
    admitted = (GateAdmitted("morning", Lane.NORMAL, 90.0, True),)
    state, _ = run(ready(), inputs.Scan("1", BEFORE_START), inputs.Scan("2", BEFORE_START))
    state, _ = run(state, found(earlier=admitted))
    assert run(state, found(candidate("c-2"))) == (state, ())


# --- presses ------------------------------------------------------------------------------------


@pytest.mark.parametrize("misses", [0, 1, 2])
def test_the_designated_finger_admits_at_any_of_three_tries(misses: int) -> None:
    state = at_reader()
    for _ in range(misses):
        state, _ = press(state, MISS)
        assert state.notice is Notice.TRY_AGAIN
    assert state.tries_left == 3 - misses
    state, done = press(state, DESIGNATED)
    assert state.visit is not None
    assert state.visit.verdict is Verdict.ADMITTED
    assert state.visit.score == 90.0
    assert state.admitted == 3
    assert done == (effects.Play(effects.Sound.ADMITTED),)


def test_admission_is_stored_together_with_the_press_that_passed() -> None:
    state = at_reader()
    state, _ = run(state, press_compared(state.reader.attempt, DESIGNATED))
    attempt, admitted = state.unsaved
    assert isinstance(attempt, GateAttempt)
    assert (attempt.attempt, attempt.asked, attempt.passed) == (1, DESIGNATED, True)
    assert attempt.evidence
    assert isinstance(admitted, GateAdmitted)
    assert state.visit is not None
    assert state.visit.verdict is None


@pytest.mark.parametrize(
    ("matched", "score"),
    [(DESIGNATED, 39.9), (None, 99.0), (FingerPosition.LEFT_THUMB, 99.0)],
)
def test_what_does_not_match_the_asked_finger_above_the_threshold_is_no_pass(
    matched: FingerPosition | None, score: float
) -> None:
    state = at_reader()
    state, _ = run(state, press_compared(state.reader.attempt, matched, score))
    [attempt] = state.unsaved
    assert isinstance(attempt, GateAttempt)
    assert not attempt.passed
    assert attempt.matched is None


def test_three_misses_lead_to_the_special_lane_with_any_enrolled_finger() -> None:
    state, done = press(press(press(at_reader(), MISS)[0], MISS)[0], MISS)
    assert state.notice is Notice.GO_TO_SPECIAL_LANE
    assert state.visit is not None
    assert (state.visit.lane, state.visit.tries, state.tries_left) == (Lane.SPECIAL, 0, 6)
    [compare] = done
    assert isinstance(compare, effects.CompareFinger)
    assert (compare.lane, compare.fingers) == (Lane.SPECIAL, CAPTURE_PLAN)
    state, _ = press(state, FingerPosition.LEFT_MIDDLE)
    assert state.visit is not None
    assert state.visit.verdict is Verdict.ADMITTED


def test_nine_misses_lead_to_the_chief_with_a_photo_and_never_inside() -> None:
    state = refused_everywhere()
    assert state.ending is ReferralReason.NO_MATCH
    state, _ = run(state, PHOTO)
    [fact] = state.unsaved
    assert isinstance(fact, GateReferred)
    assert (fact.reason, fact.evidence) == (ReferralReason.NO_MATCH, PHOTO.evidence)
    state, done = stored(state)
    assert state.visit is not None
    assert (state.visit.verdict, state.visit.referral) == (
        Verdict.REFERRED,
        ReferralReason.NO_MATCH,
    )
    assert state.admitted == 2
    assert done == (effects.Play(effects.Sound.STOP),)


def test_no_template_goes_straight_to_the_chief() -> None:
    state = at_reader(candidate(enrolled=()))
    assert state.ending is ReferralReason.NO_TEMPLATE
    assert state.notice is Notice.NO_TEMPLATE
    state, _ = run(state, PHOTO)
    state, _ = stored(state)
    assert state.visit is not None
    assert state.visit.referral is ReferralReason.NO_TEMPLATE


def test_an_unusable_press_costs_no_try() -> None:
    state = at_reader()
    attempt = state.reader.attempt
    state, done = run(state, inputs.PressRefused(attempt, Notice.PRESS_TOO_DRY))
    assert (state.tries_left, state.notice) == (3, Notice.PRESS_TOO_DRY)
    assert effects.AwaitLift(attempt) in done
    state, _ = run(state, inputs.FingerStillThere(attempt))
    assert state.notice is Notice.LIFT_FINGER
    state, done = run(state, inputs.FingerLifted(attempt))
    assert isinstance(done[0], effects.CompareFinger)


def test_the_organisers_own_number_of_tries_counts() -> None:
    strict = ExamSession(
        "morning",
        "x",
        "x",
        START,
        GateRules(normal_tries=1, special_tries=2),
        Purpose.NATIONAL_EXAM,
    )
    state, _ = run(ready(strict), inputs.Scan("1", BEFORE_START), found())
    state, _ = stored(state)
    for _ in range(3):
        state, _ = press(state, MISS)
    assert state.ending is ReferralReason.NO_MATCH


# --- coming back --------------------------------------------------------------------------------


def test_somebody_who_is_inside_already_is_told_apart() -> None:
    earlier = (
        CandidateSelected("morning", FoundBy.TICKET),
        GateAdmitted("morning", Lane.NORMAL, 90.0, True),
    )
    state, done = run(ready(), inputs.Scan("1", BEFORE_START), found(earlier=earlier))
    assert state.visit is not None
    assert state.visit.verdict is Verdict.ALREADY_ADMITTED
    assert state.admitted == 2
    assert done == (effects.Play(effects.Sound.STOP),)


def miss(lane: Lane, number: int) -> GateAttempt:
    return GateAttempt("morning", lane, number, None, None, 3.0, 40.0, False, True)


SELECTED = CandidateSelected("morning", FoundBy.TICKET)
NORMAL_MISSES = tuple(miss(Lane.NORMAL, number) for number in (1, 2, 3))
SPECIAL = GateLaneChanged("morning", Lane.SPECIAL)
SPECIAL_MISSES = tuple(miss(Lane.SPECIAL, number) for number in range(1, 7))


def test_leaving_and_coming_back_gives_no_new_tries() -> None:
    state = at_reader(earlier=(SELECTED, *NORMAL_MISSES[:2]))
    assert state.tries_left == 1


def test_a_visit_cut_off_after_the_last_normal_try_goes_on_in_the_special_lane() -> None:
    state = at_reader(earlier=(SELECTED, *NORMAL_MISSES))
    assert state.unsaved == (SPECIAL,)
    state, _ = stored(state)
    state, done = run(state, inputs.FingerLifted(state.reader.attempt))
    assert isinstance(done[0], effects.CompareFinger)
    assert state.tries_left == 6


def test_a_visit_cut_off_after_the_last_try_of_all_goes_to_the_chief() -> None:
    state = at_reader(earlier=(SELECTED, *NORMAL_MISSES, SPECIAL, *SPECIAL_MISSES))
    assert state.ending is ReferralReason.NO_MATCH


@pytest.mark.parametrize(
    ("fact", "verdict"),
    [
        (GateReferred("morning", ReferralReason.NO_MATCH, True), Verdict.REFERRED),
        (GateClosed("morning"), Verdict.CLOSED),
    ],
)
def test_a_verdict_stands_when_the_person_is_scanned_again(
    fact: EntryFact, verdict: Verdict
) -> None:
    state, done = run(ready(), inputs.Scan("1", BEFORE_START), found(earlier=(SELECTED, fact)))
    assert state.visit is not None
    assert state.visit.verdict is verdict
    assert not any(isinstance(effect, effects.Record) for effect in done)


# --- staff, devices, disk -----------------------------------------------------------------------


def test_staff_may_call_the_chief_at_any_time() -> None:
    state, done = run(at_reader(), inputs.CallChief())
    assert done == (effects.CancelCapture(), effects.PhotographPerson())
    assert run(state, inputs.NextPerson()) == (state, ())
    assert run(state, inputs.CallChief()) == (state, ())


def test_a_photo_that_failed_is_asked_for_again() -> None:
    state, _ = run(at_reader(), inputs.CallChief(), inputs.Failed(Notice.CAMERA_LOST))
    assert state.notice is Notice.CAMERA_LOST
    _, done = run(state, inputs.CallChief())
    assert effects.PhotographPerson() in done


def test_a_reader_with_a_fault_is_not_called_unplugged() -> None:
    state, _ = run(at_reader(), inputs.DeviceLost(DeviceKind.READER, fault=True))
    assert state.notice is Notice.READER_FAULT
    state, _ = run(state, inputs.DeviceBack(DeviceKind.READER))
    assert state.notice is None


def test_with_a_broken_reader_the_reason_is_the_reader() -> None:
    state, _ = run(at_reader(), inputs.DeviceLost(DeviceKind.READER))
    assert state.notice is Notice.READER_LOST
    state, _ = run(state, inputs.CallChief(), PHOTO)
    [fact] = state.unsaved
    assert isinstance(fact, GateReferred)
    assert fact.reason is ReferralReason.READER_FAILED


def test_the_reader_back_asks_for_the_same_press_without_costing_a_try() -> None:
    state, _ = press(at_reader(), MISS)
    state, _ = run(state, inputs.DeviceLost(DeviceKind.READER))
    state, done = run(state, inputs.DeviceBack(DeviceKind.READER))
    assert isinstance(done[0], effects.CompareFinger)
    assert (state.tries_left, state.notice) == (2, None)


def test_a_reader_back_during_the_referral_does_not_ask_for_a_finger() -> None:
    state, _ = run(at_reader(), inputs.CallChief(), inputs.DeviceLost(DeviceKind.READER))
    _, done = run(state, inputs.DeviceBack(DeviceKind.READER))
    assert done == ()


def test_a_press_on_a_full_disk_is_neither_lost_nor_counted_before_it_is_stored() -> None:
    state = at_reader()
    state, first = run(state, press_compared(state.reader.attempt, DESIGNATED))
    state, _ = run(state, inputs.RecordFailed(Notice.DISK_FULL))
    assert state.notice is Notice.DISK_FULL
    assert run(state, inputs.NextPerson()) == (state, ())
    state, again = run(state, inputs.SaveAgain())
    assert again == first
    state, _ = stored(state)
    assert state.visit is not None
    assert state.visit.verdict is Verdict.ADMITTED


def test_a_person_whose_data_were_erased_is_not_admitted_and_holds_nobody_up() -> None:
    before = at_reader()
    state, _ = run(before, press_compared(before.reader.attempt, DESIGNATED))
    state, _ = run(state, inputs.RecordFailed(Notice.PERSON_ERASED))
    assert (state.visit, state.unsaved, state.admitted) == (None, (), before.admitted)
    assert (state.notice, state.save_failed, state.waiting) == (Notice.PERSON_ERASED, False, False)


@pytest.mark.parametrize("event", [inputs.SaveAgain(), inputs.RecordFailed(Notice.DISK_FULL)])
def test_a_write_nobody_made_can_neither_fail_nor_be_repeated(event: inputs.EntryInput) -> None:
    for state in (ExamEntry(), ready(), at_reader(), refused_everywhere()):
        assert run(state, event) == (state, ())


def test_late_answers_change_nothing() -> None:
    state, _ = press(at_reader(), MISS)
    old = state.reader.attempt - 1
    for event in (
        inputs.FingerSensed(old),
        press_compared(old, DESIGNATED),
        inputs.PressRefused(old, Notice.PRESS_TOO_DRY),
        inputs.FingerLifted(old),
        inputs.FingerStillThere(old),
    ):
        assert run(state, event) == (state, ())


def test_a_press_of_the_person_before_never_admits_the_next() -> None:
    state = at_reader()
    late = press_compared(state.reader.attempt, DESIGNATED)
    state, done = run(state, inputs.NextPerson())
    assert done == (effects.CancelCapture(),)
    state, _ = run(state, inputs.Scan("2", BEFORE_START), found(candidate("c-2")))
    state, _ = stored(state)
    assert run(state, late) == (state, ())


def test_a_card_read_in_vain_does_not_disturb_the_person_at_the_reader() -> None:
    state = at_reader()
    assert run(state, inputs.Failed(Notice.NO_CARD)) == (state, ())


def test_a_lost_card_reader_leaves_the_scan_field_open() -> None:
    state, _ = run(
        ready(), inputs.ScanCard(BEFORE_START), inputs.DeviceLost(DeviceKind.CARD_READER)
    )
    assert (state.waiting, state.notice) == (False, Notice.CARD_READER_LOST)
    _, done = run(state, inputs.Scan("1", BEFORE_START))
    assert done == (effects.FindCandidate("1"),)


@pytest.mark.parametrize(
    ("fault", "notice"), [(False, Notice.CARD_READER_LOST), (True, Notice.CARD_READER_FAULT)]
)
def test_a_card_reader_that_is_back_is_not_complained_of_any_more(
    fault: bool, notice: Notice
) -> None:
    lost = inputs.DeviceLost(DeviceKind.CARD_READER, fault=fault)
    state, _ = run(ready(), inputs.ScanCard(BEFORE_START), lost)
    assert state.notice is notice
    state, _ = run(state, inputs.DeviceBack(DeviceKind.CARD_READER))
    assert state.notice is None
    _, done = run(state, inputs.ScanCard(BEFORE_START))
    assert effects.FindCandidateByCard() in done


def test_next_person_clears_the_screen_and_keeps_the_count() -> None:
    state, _ = press(at_reader(), DESIGNATED)
    state, done = run(state, inputs.NextPerson())
    assert (state.visit, state.notice, state.admitted, done) == (None, None, 3, ())
    assert run(replace(state, notice=Notice.NO_CARD), inputs.NextPerson())[0].notice is None
