"""Carries out the exam gate's effects and feeds the results back."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import assert_never

from drivers.api import Camera, Capture, CardText
from station.domain.audit import RecordSearched, RecordViewed, ViewPlace
from station.domain.facts import Evidence
from station.domain.purpose import Purpose
from station.domain.rights import Action
from station.services import candidates
from station.services.cards import read_card
from station.services.devices import DeviceService
from station.services.guard import Guard
from station.services.machine import Machine
from station.services.matching import Impression, Matching, references_of
from station.services.people import candidate_of
from station.services.pictures import jpeg_of
from station.services.pressing import Pressing
from station.services.recording import Recorder
from station.services.runner import Lane, Runner
from station.services.site import SitePackages
from station.services.store_room import StoreRoom, or_failed
from station.services.trail import Trail
from station.services.workplace import Workplace
from station.workflow import effects, exam_entry, inputs
from station.workflow.exam_entry import ExamEntry
from station.workflow.inputs import DeviceKind, DeviceLost, EntryInput, Failed
from station.workflow.notices import Notice

RIGHTS: dict[type[EntryInput], Action] = {
    inputs.FetchSession: Action.LOAD_SITE_PACKAGE,
    inputs.Scan: Action.FIND_CANDIDATE,
    inputs.ScanCard: Action.FIND_CANDIDATE,
    inputs.CallChief: Action.REFER_TO_CHIEF,
    inputs.NextPerson: Action.SEE_GATE,
    inputs.SaveAgain: Action.SEE_GATE,
}
"""What a person can do at the gate; everything else that reaches it is an answer or a device."""
Answer = Callable[[EntryInput], None]


class GateService:
    """The exam gate on the UI thread; its work runs on the lanes."""

    def __init__(
        self,
        room: StoreRoom,
        runner: Runner,
        devices: DeviceService,
        matching: Matching,
        packages: SitePackages,
        recorder: Recorder,
        guard: Guard,
        trail: Trail,
        clock: Callable[[], datetime],
        play: Callable[[effects.Sound], None],
    ) -> None:
        self._room = room
        self._runner = runner
        self._devices = devices
        self._matching = matching
        self._packages = packages
        self._recorder = recorder
        self._trail = trail
        self._clock = clock
        self._play = play
        self._records: dict[str, bytes] = {}
        self._machine: Machine[ExamEntry, EntryInput, effects.EntryEffect] = Machine(
            exam_entry.step, ExamEntry(), self._carry_out
        )
        self._work = Workplace(
            self._machine, guard, RIGHTS, inputs.NextPerson(), lambda state: bool(state.visit)
        )
        self._pressing = Pressing(devices, runner)
        devices.on_lost_or_back(self._work.tell)
        self.on_change = self._machine.on_change
        self.send = self._work.send
        self.hand_over = self._work.hand_over

    @property
    def state(self) -> ExamEntry:
        return self._machine.state

    def _carry_out(self, effect: effects.EntryEffect) -> None:
        answer = self._work.answering()
        match effect:
            case effects.Record():
                self._recorder.record(effect, self._work.author, answer)
            case effects.Play(sound=sound):
                self._play(sound)
            case effects.LoadSession():
                note = partial(self._trail.note_now, actor=self._work.author.operator_id)
                self._runner.call(
                    Lane.PLATFORM, or_failed(lambda: self._packages.newest(note)), answer
                )
            case effects.FindCandidate(text=text):
                clerk = self._work.author.operator_id
                look = partial(candidates.by_text, self._room.site, text=text)
                self._find(look, clerk, answer)
            case effects.FindCandidateByCard():
                clerk = self._work.author.operator_id
                found = partial(self._find_holder, clerk=clerk, answer=answer)
                read_card(self._devices, found, answer)
            case effects.CompareFinger():
                self._compare(effect, answer)
            case effects.AwaitLift(attempt=attempt):
                self._pressing.await_lift(attempt, answer)
            case effects.CancelCapture():
                self._pressing.cancel()
            case effects.PhotographPerson():
                self._photograph(answer)
            case _:
                assert_never(effect)

    def _find(
        self, look: Callable[[str], candidates.Found | Notice], clerk: str, answer: Answer
    ) -> None:
        session = self.state.session
        here = session.exam_session_id if session else ""
        purpose = session.purpose if session else Purpose.NATIONAL_EXAM
        at = self._clock()

        def work() -> tuple[EntryInput, bytes]:
            found = look(here)
            if isinstance(found, Notice):
                self._trail.note_now(RecordSearched(ViewPlace.GATE, 0, purpose), clerk)
                return Failed(found), b""
            seat, method = found
            self._trail.note_now(RecordViewed(ViewPlace.GATE), clerk, seat.subject)
            earlier = self._room.entry_facts(seat.subject, seat.exam_session_id)
            return inputs.CandidateFound(candidate_of(seat), method, earlier, at), seat.record

        def deliver(result: tuple[EntryInput, bytes] | Failed) -> None:
            event, record = (result, b"") if isinstance(result, Failed) else result
            if isinstance(event, inputs.CandidateFound):
                self._records[event.candidate.subject] = record
            answer(event)

        self._runner.call(Lane.DATABASE, or_failed(work), deliver)

    def _find_holder(self, card: CardText, clerk: str, answer: Answer) -> None:
        look = partial(candidates.by_card, self._room.site, number=card.number)
        self._find(look, clerk, answer)

    def _compare(self, effect: effects.CompareFinger, answer: Answer) -> None:
        # By subject, for a second scan may be answered while the first person is at the reader.
        record = self._records[effect.subject]
        self._records = {effect.subject: record}
        assert self.state.session is not None  # nobody is compared without one
        presses = self.state.session.rules.presses

        def judge(capture: Capture) -> EntryInput:
            impression = self._matching.impression(capture)
            if not isinstance(impression, Impression):
                return inputs.PressRefused(effect.attempt, impression)
            references = references_of(record, effect.fingers)
            best = self._matching.at_gate(impression.template, references, presses)
            return inputs.PressCompared(
                attempt=effect.attempt,
                matched=best.position,
                score=round(best.score, 2),
                threshold=round(best.threshold, 2),
                simulated=capture.facts.device.simulated,
                evidence=(Evidence("impression", "image/png", impression.png),),
            )

        def captured(capture: Capture) -> None:
            self._runner.call(Lane.POOL, lambda: judge(capture), answer)

        self._pressing.arm(effect.attempt, answer, captured)

    def _photograph(self, answer: Answer) -> None:
        """A referral does not wait for a camera: without one it is stored without a picture."""
        simulated = self._devices.is_simulated(DeviceKind.CAMERA)

        def work(camera: Camera) -> bytes:
            return jpeg_of(camera.still())

        def deliver(result: bytes | DeviceLost | Failed) -> None:
            jpeg = result if isinstance(result, bytes) else b""
            evidence = (Evidence("photo", "image/jpeg", jpeg),) if jpeg else ()
            answer(inputs.PersonPhotographed(evidence, simulated))

        self._devices.use(DeviceKind.CAMERA, work, deliver)
