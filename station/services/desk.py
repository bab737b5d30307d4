"""Carries out the confirmation desk's effects and feeds the results back."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeVar, assert_never

from drivers.api import Camera, Capture, CardText, Photo
from matcher import Template
from station.domain.audit import CaseHandedOver, RecordSearched, RecordViewed, ViewPlace
from station.domain.facts import (
    ConfirmationSealed,
    FingerRestarted,
    FormDelivered,
    FoundBy,
    PressCaptured,
)
from station.domain.fingers import FingerPosition
from station.domain.identity_document import differing_fields
from station.domain.people import Operator
from station.domain.purpose import Purpose
from station.domain.rights import Action, may
from station.services import lookup
from station.services.cards import read_card
from station.services.devices import DeviceService
from station.services.form_desk import Answer as FormAnswer
from station.services.form_desk import FormDesk
from station.services.guard import Guard
from station.services.machine import Machine
from station.services.matching import Impression, Matching, press_evidence, template_of
from station.services.people import card_shown, holder_of
from station.services.pictures import jpeg_of, portrait
from station.services.pressing import Pressing
from station.services.printing import Printing
from station.services.recording import Recorder
from station.services.runner import Lane, Runner
from station.services.sealing import Sealing
from station.services.store_room import StoreRoom, or_failed
from station.services.trail import Trail
from station.services.workplace import Workplace
from station.store.desk import OpenCase as OpenCaseRow
from station.workflow import confirmation, effects, inputs
from station.workflow.desk_state import Confirmation
from station.workflow.inputs import ConfirmationInput, DeviceKind, Failed
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep

WORKFLOW = "confirmation"
PURPOSE = Purpose.NATIONAL_EXAM
"""People are confirmed for the national exam, and looked for here for nothing else."""
RIGHTS: dict[type[ConfirmationInput], Action] = {
    inputs.Find: Action.FIND_APPLICANT,
    inputs.FindByCard: Action.FIND_APPLICANT,
    inputs.Choose: Action.FIND_APPLICANT,
    inputs.CloseCase: Action.SEE_DESK,
    inputs.SaveAgain: Action.SEE_DESK,
    inputs.GiveConsent: Action.CAPTURE,
    inputs.RefuseConsent: Action.CAPTURE,
    inputs.CheckDocument: Action.CAPTURE,
    inputs.CompareCard: Action.CAPTURE,
    inputs.ExplainIdentity: Action.CAPTURE,
    inputs.TakePhoto: Action.CAPTURE,
    inputs.AcceptPhoto: Action.CAPTURE,
    inputs.RestartFinger: Action.CAPTURE,
    inputs.ExceptFinger: Action.CAPTURE,
    inputs.KeepBestPress: Action.CAPTURE,
    inputs.MakeFormAgain: Action.ISSUE_FORM,
    inputs.DeliverForm: Action.PRINT_FORM,
    inputs.ConfirmSigned: Action.SEAL,
    inputs.CorrectSealed: Action.CORRECT_RECORD,
}
"""What a person can do at the desk; everything else that reaches it is an answer or a device."""
Result = TypeVar("Result")
Answer = Callable[[ConfirmationInput], None]


class DeskService:
    """The confirmation desk on the UI thread; its work runs on the lanes."""

    def __init__(
        self,
        room: StoreRoom,
        runner: Runner,
        devices: DeviceService,
        matching: Matching,
        forms: FormDesk,
        printing: Printing,
        sealing: Sealing,
        recorder: Recorder,
        guard: Guard,
        trail: Trail,
        clock: Callable[[], datetime],
        play: Callable[[effects.Sound], None],
        required_quality: int,
    ) -> None:
        self._room = room
        self._runner = runner
        self._devices = devices
        self._matching = matching
        self._forms = forms
        self._printing = printing
        self._sealing = sealing
        self._recorder = recorder
        self._guard = guard
        self._trail = trail
        self._clock = clock
        self._play = play
        self._required_quality = required_quality
        self._enrolled: dict[FingerPosition, list[Template]] = {}
        self._visits = 0
        self._resumed = False
        self._machine: Machine[Confirmation, ConfirmationInput, effects.DeskEffect] = Machine(
            confirmation.step, Confirmation(), self._carry_out
        )
        self._work = Workplace(
            self._machine, guard, RIGHTS, inputs.CloseCase(), lambda state: bool(state.applicant)
        )
        self._pressing = Pressing(devices, runner)
        devices.on_lost_or_back(self._work.tell)
        self.on_change = self._machine.on_change
        self.send = self._work.send
        self.hand_over = self._work.hand_over

    @property
    def state(self) -> Confirmation:
        return self._machine.state

    def resume(self) -> None:
        """Come back, once, to the person who stood here when the program ended.

        Only for the clerk who served them: anybody else takes the case over from the list.
        """
        clerk = self._guard.operator
        if self._resumed or clerk is None or not self._guard.allows(Action.TAKE_OVER_CASE):
            return
        self._resumed = True

        def work() -> OpenCaseRow | None:
            row = self._room.open_cases.resume_point(WORKFLOW)
            left_by = self._room.last_author(row.subject) if row else None
            return row if left_by in (None, clerk.operator_id) else None

        def deliver(row: OpenCaseRow | None) -> None:
            here = self._guard.operator == clerk  # who may have locked the screen meanwhile
            if row is not None and here and self.state.applicant is None:
                self._carry_out(effects.OpenCase(row.subject, FoundBy.RESUMED))

        self._runner.call(Lane.DATABASE, work, deliver)

    def _carry_out(self, effect: effects.DeskEffect) -> None:
        answer = self._work.answering()
        match effect:
            case effects.Record():
                self._record(effect, answer)
            case effects.Play(sound=sound):
                self._play(sound)
            case effects.SearchApplicants(text=text):
                today = self._clock().date()
                clerk = self._work.author.operator_id
                self._search(lambda: lookup.search(self._room, text, today), clerk, answer)
            case effects.SearchByCard():
                clerk = self._work.author.operator_id
                found = partial(self._find_holder, clerk=clerk, answer=answer)
                read_card(self._devices, found, answer)
            case effects.OpenCase():
                self._open(effect, answer)
            case effects.ForgetCase():
                self._enrolled = {}
                self._visits += 1
                self._printing.leave()
                self._runner.call(
                    Lane.DATABASE,
                    # At worst the next start comes back to this person.
                    or_failed(lambda: self._room.open_cases.close(WORKFLOW)),
                    lambda _: None,
                )
            case effects.ReadCardFor():
                here = self._while_here
                compare = partial(self._compare_holder, answer=answer)
                read_card(self._devices, here(compare), here(answer))
            case effects.CapturePhoto():
                self._photograph(answer)
            case effects.CaptureFinger():
                self._capture(effect, answer)
            case effects.AwaitLift(attempt=attempt):
                self._pressing.await_lift(attempt, answer)
            case effects.CancelCapture():
                self._pressing.cancel()
            case effects.DropPresses(position=position):
                self._enrolled.pop(position, None)
            case effects.BuildForm(subject=subject):
                self._forms.build(subject, self._work.author, answer)
            case effects.HandOutForm(subject=subject, output=output, copies=copies):
                author = self._work.author
                told = self._or_recorded(author, answer)
                self._forms.hand_out(subject, author, output, copies, told)
            case effects.TakeBackPrint():
                self._forms.take_back()
            case effects.SealCopy(subject=subject):
                self._database(lambda: self._sealing.seal(subject), answer)
            case _:
                assert_never(effect)

    def _database(self, work: Callable[[], ConfirmationInput], answer: Answer) -> None:
        self._runner.call(Lane.DATABASE, or_failed(work), answer)

    def _search(
        self, look: Callable[[], inputs.ApplicantsFound | Failed], clerk: str, answer: Answer
    ) -> None:
        """Look for people. What was shown of them is in the trail before it is on the screen."""

        def work() -> ConfirmationInput:
            found = look()
            if isinstance(found, inputs.ApplicantsFound):
                searched = RecordSearched(ViewPlace.DESK, len(found.applicants), PURPOSE)
                self._trail.note_now(searched, clerk)
            return found

        self._database(work, answer)

    def _record(self, effect: effects.Record, answer: Answer) -> None:
        def deliver(result: inputs.Recorded | inputs.RecordFailed) -> None:
            if isinstance(result, inputs.Recorded):
                self._remember(effect)
            answer(result)

        self._recorder.record(effect, self._work.author, deliver)

    def _or_recorded(self, author: Operator, answer: Answer) -> FormAnswer:
        """`answer`; what came out after its case was left is stored as its author's all the same.

        Paper waits for paper. That it lies in somebody's hand is a fact, whoever works here by now.
        """

        def tell(
            result: inputs.FormReady | inputs.FormDone | inputs.PrintTold | Failed,
        ) -> None:
            if isinstance(result, inputs.FormDone) and not self._awaits_form(result.subject):
                delivered = FormDelivered(result.output, result.copies)
                late = effects.Record(result.subject, (delivered,))
                self._recorder.record(late, author, lambda _: None)
            else:
                answer(result)

        return tell

    def _awaits_form(self, subject: str) -> bool:
        state = self.state
        on_paper = state.step in (DeskStep.FORM, DeskStep.SIGN) and not state.unsaved
        return on_paper and state.applicant is not None and state.applicant.subject == subject

    def _remember(self, effect: effects.Record) -> None:
        for fact in effect.facts:
            if isinstance(fact, PressCaptured):
                record = next(item for item in fact.evidence if item.name == "record")
                templates = self._enrolled.setdefault(fact.position, [])
                templates.append(template_of(record.content))

    def _take_over(self, subject: str, clerk: Operator) -> bool:
        """Say in the trail who goes on with a case that another began. Raises StoreError.

        False: it is another's, and this clerk may take over nobody's.
        """
        left_by = self._room.last_author(subject)
        if left_by in (None, clerk.operator_id):
            return True
        if not may(clerk.roles, Action.TAKE_OVER_CASE):
            return False
        self._trail.note_now(CaseHandedOver(left_by), clerk.operator_id, subject)
        return True

    def _open(self, effect: effects.OpenCase, answer: Answer) -> None:
        clerk = self._work.author

        def work() -> tuple[ConfirmationInput, dict[FingerPosition, list[Template]]]:
            known = self._room.roster.by_subject(effect.subject)
            if known is None:
                return Failed(self._room.why_unknown(effect.subject)), {}
            facts = self._room.confirmation_facts(effect.subject)
            sealed = any(isinstance(fact, ConfirmationSealed) for fact in facts)
            if not sealed and not self._take_over(effect.subject, clerk):
                return Failed(Notice.NOT_ALLOWED), {}
            viewed = RecordViewed(ViewPlace.DESK)
            self._trail.note_now(viewed, clerk.operator_id, effect.subject)
            self._room.open_cases.open(OpenCaseRow(WORKFLOW, effect.subject))
            opened = inputs.CaseOpened(self._room.shown(known), facts, effect.method)
            return opened, self._stored_templates(effect.subject)

        def deliver(
            result: tuple[ConfirmationInput, dict[FingerPosition, list[Template]]] | Failed,
        ) -> None:
            opened, self._enrolled = (result, {}) if isinstance(result, Failed) else result
            if opened == Failed(Notice.NOT_ALLOWED):
                self._guard.tell_refused(Action.TAKE_OVER_CASE, clerk)
            answer(opened)

        self._runner.call(Lane.DATABASE, or_failed(work), deliver)

    def _stored_templates(self, subject: str) -> dict[FingerPosition, list[Template]]:
        enrolled: dict[FingerPosition, list[Template]] = {}
        for stored, fact in self._room.facts_of(subject):
            if isinstance(fact, PressCaptured):
                record = self._room.log.payload(stored.event.id, "record")
                enrolled.setdefault(fact.position, []).append(template_of(record))
            elif isinstance(fact, FingerRestarted):
                enrolled.pop(fact.position, None)
        return enrolled

    def _find_holder(self, card: CardText, clerk: str, answer: Answer) -> None:
        def look() -> inputs.ApplicantsFound:
            found = tuple(map(self._room.shown, self._room.roster.by_document_number(card.number)))
            differing = differing_fields(holder_of(card), found[0].holder) if found else None
            return inputs.ApplicantsFound(found, FoundBy.IDENTITY_CARD, differing, card_shown(card))

        self._search(look, clerk, answer)

    def _compare_holder(self, card: CardText, answer: Answer) -> None:
        applicant = self.state.applicant
        if applicant is not None:
            differing = differing_fields(holder_of(card), applicant.holder)
            answer(inputs.CardCompared(differing, card_shown(card)))

    def _photograph(self, answer: Answer) -> None:
        simulated = self._devices.is_simulated(DeviceKind.CAMERA)

        def work(camera: Camera) -> inputs.PhotoCaptured | Failed:
            return _still(portrait(camera.still()), simulated)

        self._devices.use(DeviceKind.CAMERA, work, self._while_here(answer))

    def _while_here(self, then: Callable[[Result], None]) -> Callable[[Result], None]:
        """`then` for this visit only: a slow device's answer must not meet the next person."""
        visit = self._visits

        def deliver(result: Result) -> None:
            if self._visits == visit:
                then(result)

        return deliver

    def _capture(self, effect: effects.CaptureFinger, answer: Answer) -> None:
        earlier = list(self._enrolled.get(effect.position, ()))
        others = {
            position: list(templates)
            for position, templates in self._enrolled.items()
            if position is not effect.position
        }

        def judge(capture: Capture) -> inputs.PressTaken | inputs.PressRefused:
            impression = self._matching.impression(capture)
            if not isinstance(impression, Impression):
                return inputs.PressRefused(effect.attempt, impression)
            return inputs.PressTaken(
                attempt=effect.attempt,
                quality=impression.quality,
                required_quality=self._required_quality,
                same_finger=self._matching.is_same_finger(impression.template, earlier),
                other_finger=self._matching.other_finger(impression.template, others),
                advice=impression.advice,
                simulated=capture.facts.device.simulated,
                evidence=press_evidence(effect.position, impression),
            )

        def captured(capture: Capture) -> None:
            self._runner.call(Lane.POOL, lambda: judge(capture), answer)

        self._pressing.arm(effect.attempt, answer, captured)


def _still(photo: Photo, simulated: bool) -> inputs.PhotoCaptured | Failed:
    # Imported here: a gate never waits for what only looks at photos.
    from station.services.photo_check import photo_warnings

    jpeg = jpeg_of(photo)
    if not jpeg:
        return Failed(Notice.PHOTO_UNUSABLE)
    height_px, width_px = photo.image.shape[:2]
    warnings = photo_warnings(photo.image)
    return inputs.PhotoCaptured(jpeg, width_px, height_px, simulated, warnings)
