"""The gate under any order of inputs, answers, failures and restarts keeps its promises."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from station.domain.exam import ExamSession, GateRules
from station.domain.facts import (
    EntryFact,
    FoundBy,
    GateAdmitted,
    GateAttempt,
    GateLaneChanged,
    GateReferred,
    Lane,
)
from station.domain.fingers import FingerPosition
from station.domain.people import Candidate
from station.domain.purpose import Purpose
from station.workflow import effects, exam_entry, inputs
from station.workflow.capture import ReaderPhase
from station.workflow.exam_entry import ExamEntry
from station.workflow.inputs import DeviceKind
from station.workflow.notices import Notice
from station.workflow.visit import Verdict, visit_so_far
from tests.support.workflow_cases import (
    AFTER_CLOSING,
    BEFORE_START,
    MORNING,
    START,
    candidate,
    press_compared,
)

PEOPLE = {
    "c-1": candidate("c-1"),
    "c-2": candidate("c-2", designated=FingerPosition.LEFT_THUMB),
    "c-3": candidate("c-3", enrolled=()),
    "c-4": candidate("c-4", exam_session_id="afternoon"),
}
OPERATOR: Sequence[inputs.EntryInput] = (
    inputs.FetchSession(),
    inputs.Scan(" ", BEFORE_START),
    inputs.ScanCard(BEFORE_START),
    inputs.CallChief(),
    inputs.NextPerson(),
    inputs.SaveAgain(),
)
Job = (
    effects.LoadSession
    | effects.FindCandidate
    | effects.FindCandidateByCard
    | effects.PhotographPerson
)


class Gate(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.state = ExamEntry()
        self.session = MORNING
        self.stored: dict[str, list[EntryFact]] = {subject: [] for subject in PEOPLE}
        self.record: effects.Record | None = None
        self.compare: effects.CompareFinger | None = None
        self.lift: effects.AwaitLift | None = None
        self.jobs: list[Job] = []
        self.asked_at: datetime = BEFORE_START
        self.reader_there = True

    def send(self, event: inputs.EntryInput) -> None:
        before = self.state
        self.state, done = exam_entry.step(before, event)
        same_visit = before.visit is not None and self.state.visit is not None
        if same_visit and not isinstance(event, inputs.Recorded | inputs.CandidateFound):
            assert self.state.visit == before.visit, "counted before it was on disk"
        for effect in done:
            self.carry_out(effect)

    def carry_out(self, effect: effects.EntryEffect) -> None:
        match effect:
            case effects.Record():
                assert self.record is None, "two writes at once"
                assert effect.facts == self.state.unsaved
                self.record = effect
            case effects.CompareFinger():
                assert effect.fingers
                assert effect.subject == self.visited().subject
                self.compare = effect
            case effects.AwaitLift():
                self.lift = effect
            case effects.CancelCapture():
                self.compare = self.lift = None
            case effects.Play():
                pass
            case _:
                self.jobs.append(effect)

    def visited(self) -> Candidate:
        assert self.state.visit is not None
        return self.state.visit.candidate

    # --- the world ------------------------------------------------------------------------------

    @initialize(normal=st.integers(1, 3), special=st.integers(1, 6))
    def the_session_is_loaded(self, normal: int, special: int) -> None:
        rules = GateRules(normal_tries=normal, special_tries=special)
        self.session = ExamSession(
            "morning", "外国语水平考试", "示例考点", START, rules, Purpose.NATIONAL_EXAM
        )
        self.send(self.session_ready())

    def session_ready(self) -> inputs.SessionReady:
        inside = sum(
            any(isinstance(fact, GateAdmitted) for fact in facts) for facts in self.stored.values()
        )
        return inputs.SessionReady(self.session, len(PEOPLE), inside, 1)

    @rule(event=st.sampled_from(OPERATOR))
    def operator(self, event: inputs.EntryInput) -> None:
        self.send(event)

    @rule(
        who=st.sampled_from(["c-1", "c-1", "c-2", "c-2", "c-3", "c-4"]),
        at=st.sampled_from([BEFORE_START, BEFORE_START, BEFORE_START, AFTER_CLOSING]),
    )
    def scanned(self, who: str, at: datetime) -> None:
        self.send(inputs.Scan(who, at))

    @precondition(lambda self: not self.state.is_serving and self.record is None)
    @rule(who=st.sampled_from(["c-1", "c-2", "c-3"]))
    def somebody_comes_to_the_reader(self, who: str) -> None:
        self.send(inputs.Scan(who, BEFORE_START))
        if effects.FindCandidate(who) in self.jobs:
            self.jobs.remove(effects.FindCandidate(who))
            self.find(who, FoundBy.TICKET)
        if self.record is not None:
            self.disk(works=True)

    @precondition(lambda self: self.jobs)
    @rule(data=st.data(), works=st.sampled_from([True, True, True, False]))
    def job_ends(self, data: st.DataObject, works: bool) -> None:
        job = self.jobs.pop(data.draw(st.integers(0, len(self.jobs) - 1)))
        if not works and not isinstance(job, effects.PhotographPerson):
            self.send(inputs.Failed(Notice.CANDIDATE_UNKNOWN))
            return
        match job:
            case effects.LoadSession():
                self.send(self.session_ready())
            case effects.FindCandidate(text=who):
                self.find(who, FoundBy.TICKET)
            case effects.FindCandidateByCard():
                self.find(data.draw(st.sampled_from(sorted(PEOPLE))), FoundBy.IDENTITY_CARD)
            case effects.PhotographPerson():
                self.send(inputs.PersonPhotographed((), True))

    def find(self, who: str, method: FoundBy) -> None:
        self.send(
            inputs.CandidateFound(PEOPLE[who], method, tuple(self.stored[who]), self.asked_at)
        )

    @precondition(lambda self: self.record is not None)
    @rule(works=st.sampled_from([True, True, True, False]))
    def the_disk_answers(self, works: bool) -> None:
        self.disk(works)

    def disk(self, works: bool) -> None:
        assert self.record is not None
        record, self.record = self.record, None
        if not works:
            self.send(inputs.RecordFailed(Notice.DISK_FULL))
            assert self.state.unsaved == record.facts
            return
        self.store(record)
        self.send(inputs.Recorded(record.facts))

    def store(self, record: effects.Record) -> None:
        for fact in record.facts:
            self.stored[record.subject].append(fact)  # type: ignore[arg-type]  # entry facts only

    @precondition(lambda self: self.compare is not None and self.reader_there)
    @rule(
        matches=st.sampled_from(["asked", "asked", "other", "none", "none"]),
        score=st.sampled_from([3.0, 39.9, 40.0, 90.0]),
        sensed=st.booleans(),
    )
    def press(self, matches: str, score: float, sensed: bool) -> None:
        assert self.compare is not None
        matched = {"asked": self.compare.fingers[0], "other": FingerPosition.RIGHT_LITTLE}.get(
            matches
        )
        attempt, self.compare = self.compare.attempt, None
        if sensed:
            self.send(inputs.FingerSensed(attempt))
        self.send(press_compared(attempt, matched, score))

    @precondition(lambda self: self.compare is not None and self.reader_there)
    @rule(on_plate=st.booleans())
    def press_fails(self, on_plate: bool) -> None:
        assert self.compare is not None
        attempt, self.compare = self.compare.attempt, None
        self.send(inputs.PressRefused(attempt, Notice.PRESS_TOO_DRY, on_plate))

    @precondition(lambda self: self.lift is not None and self.reader_there)
    @rule(lifted=st.sampled_from([True, True, False]))
    def lift_ends(self, lifted: bool) -> None:
        assert self.lift is not None
        attempt, self.lift = self.lift.attempt, None
        self.send(inputs.FingerLifted(attempt) if lifted else inputs.FingerStillThere(attempt))

    @rule(ago=st.integers(1, 4))
    def late_answer(self, ago: int) -> None:
        before, attempt = self.state, self.state.reader.attempt - ago
        for event in (
            inputs.FingerSensed(attempt),
            press_compared(attempt, FingerPosition.RIGHT_INDEX),
            inputs.PressRefused(attempt, Notice.PRESS_TOO_DRY),
            inputs.FingerLifted(attempt),
            inputs.FingerStillThere(attempt),
        ):
            self.send(event)
        assert self.state is before

    @rule()
    def the_reader_comes_and_goes(self) -> None:
        self.unplugged(DeviceKind.READER)
        self.plugged_in(DeviceKind.READER)

    @rule(kind=st.sampled_from(DeviceKind))
    def cable_out(self, kind: DeviceKind) -> None:
        self.unplugged(kind)

    @rule(kind=st.sampled_from(DeviceKind))
    def cable_in(self, kind: DeviceKind) -> None:
        self.plugged_in(kind)

    def unplugged(self, kind: DeviceKind) -> None:
        if kind is DeviceKind.READER:
            self.reader_there, self.compare, self.lift = False, None, None
        self.send(inputs.DeviceLost(kind))

    def plugged_in(self, kind: DeviceKind) -> None:
        if kind is DeviceKind.READER:
            self.reader_there = True
        self.send(inputs.DeviceBack(kind))

    @precondition(lambda self: not self.reader_there and (self.compare or self.lift))
    @rule()
    def asked_without_reader(self) -> None:
        self.compare = self.lift = None
        self.send(inputs.DeviceLost(DeviceKind.READER))

    @rule(landed=st.booleans())
    def killed_and_started_again(self, landed: bool) -> None:
        if self.record is not None and landed:
            self.store(self.record)
        self.record, self.compare, self.lift, self.jobs = None, None, None, []
        self.state = ExamEntry()
        self.send(self.session_ready())

    # --- the promises ---------------------------------------------------------------------------

    @invariant()
    def the_visit_is_the_fold_of_what_is_stored(self) -> None:
        visit = self.state.visit
        if visit is not None:
            stored = visit_so_far(visit.candidate, tuple(self.stored[visit.candidate.subject]))
            if visit.verdict is Verdict.ALREADY_ADMITTED:
                stored = replace(stored, verdict=Verdict.ALREADY_ADMITTED)
            assert visit == stored

    @invariant()
    def nobody_is_inside_without_a_passed_press(self) -> None:
        for facts in self.stored.values():
            inside = [fact for fact in facts if isinstance(fact, GateAdmitted)]
            assert len(inside) <= 1, "admitted twice"
            if inside:
                assert facts[-1] is inside[0]
                press = facts[-2]
                assert isinstance(press, GateAttempt)
                assert press.passed
                assert press.score >= press.threshold

    @invariant()
    def nobody_gets_more_tries_than_the_rules_give(self) -> None:
        for facts in self.stored.values():
            tries = [fact for fact in facts if isinstance(fact, GateAttempt)]
            normal = [fact for fact in tries if fact.lane is Lane.NORMAL]
            special = [fact for fact in tries if fact.lane is Lane.SPECIAL]
            assert [fact.attempt for fact in normal] == list(range(1, len(normal) + 1))
            assert [fact.attempt for fact in special] == list(range(1, len(special) + 1))
            assert len(normal) <= self.session.rules.normal_tries
            assert len(special) <= self.session.rules.special_tries
            assert sum(isinstance(fact, GateLaneChanged) for fact in facts) <= 1
            assert sum(isinstance(fact, GateReferred) for fact in facts) <= 1

    @invariant()
    def the_head_count_is_right(self) -> None:
        assert self.state.admitted == self.session_ready().admitted

    @invariant()
    def unsaved_facts_are_being_written_or_can_be_saved_again(self) -> None:
        assert bool(self.state.unsaved) == (self.record is not None or self.state.save_failed)
        if self.state.save_failed:
            assert self.leads_on(inputs.SaveAgain())

    @invariant()
    def the_person_at_the_reader_is_asked_for_something(self) -> None:
        state, reader = self.state, self.state.reader
        if not state.is_serving or state.unsaved:
            return
        if state.ending is not None:
            pictured = any(isinstance(job, effects.PhotographPerson) for job in self.jobs)
            assert pictured or self.leads_on(inputs.CallChief())
        elif reader.phase in (ReaderPhase.WAITING, ReaderPhase.PRESENT):
            assert self.compare is not None
            assert self.compare.attempt == reader.attempt
        elif reader.phase is ReaderPhase.LIFT:
            assert self.lift == effects.AwaitLift(reader.attempt)
        else:
            assert reader.phase is ReaderPhase.LOST
            assert self.leads_on(inputs.CallChief())
            assert self.leads_on(inputs.DeviceBack(DeviceKind.READER))

    @invariant()
    def an_empty_gate_takes_the_next_ticket(self) -> None:
        if not self.state.is_serving and not self.state.unsaved:
            assert self.leads_on(inputs.Scan("c-1", BEFORE_START))

    def leads_on(self, event: inputs.EntryInput) -> bool:
        return bool(exam_entry.step(self.state, event)[1])


TestGate = Gate.TestCase
TestGate.settings = settings(max_examples=150, stateful_step_count=80, deadline=None)
