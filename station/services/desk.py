"""Carries out the confirmation desk's effects and feeds the results back."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar, assert_never

from drivers.api import Camera, Capture, CardText, Photo
from matcher import Template
from station.domain.facts import FingerRestarted, FoundBy, PressCaptured
from station.domain.fingers import FingerPosition
from station.domain.identity_document import differing_fields
from station.services import lookup
from station.services.cards import read_card
from station.services.devices import DeviceService
from station.services.form_desk import FormDesk
from station.services.machine import Machine
from station.services.matching import Impression, Matching, press_evidence, template_of
from station.services.people import card_shown, holder_of
from station.services.pictures import jpeg_of, portrait
from station.services.pressing import Pressing
from station.services.recording import Recorder
from station.services.runner import Lane, Runner
from station.services.sealing import Sealing
from station.services.store_room import StoreRoom, or_failed
from station.store.desk import OpenCase as OpenCaseRow
from station.workflow import confirmation, effects, inputs
from station.workflow.desk_state import Confirmation
from station.workflow.inputs import ConfirmationInput, DeviceKind, Failed
from station.workflow.notices import Notice

WORKFLOW = "confirmation"
Result = TypeVar("Result")


class DeskService:
    """The confirmation desk on the UI thread; its work runs on the lanes."""

    def __init__(
        self,
        room: StoreRoom,
        runner: Runner,
        devices: DeviceService,
        matching: Matching,
        forms: FormDesk,
        sealing: Sealing,
        recorder: Recorder,
        clock: Callable[[], datetime],
        play: Callable[[effects.Sound], None],
        required_quality: int,
    ) -> None:
        self._room = room
        self._runner = runner
        self._devices = devices
        self._matching = matching
        self._forms = forms
        self._sealing = sealing
        self._recorder = recorder
        self._clock = clock
        self._play = play
        self._required_quality = required_quality
        self._enrolled: dict[FingerPosition, list[Template]] = {}
        self._visits = 0
        self._machine: Machine[Confirmation, ConfirmationInput, effects.DeskEffect] = Machine(
            confirmation.step, Confirmation(), self._carry_out
        )
        self._pressing = Pressing(devices, runner, self._machine.send)
        devices.on_lost_or_back(self._machine.send)
        self.on_change = self._machine.on_change
        self.send = self._machine.send

    @property
    def state(self) -> Confirmation:
        return self._machine.state

    def resume(self) -> None:
        """Come back to the person who stood here when the program ended, if any."""

        def deliver(row: OpenCaseRow | None) -> None:
            if row is not None and self.state.applicant is None:
                self._carry_out(effects.OpenCase(row.subject, FoundBy.RESUMED))

        self._runner.call(
            Lane.DATABASE, lambda: self._room.open_cases.resume_point(WORKFLOW), deliver
        )

    def _carry_out(self, effect: effects.DeskEffect) -> None:
        match effect:
            case effects.Record():
                self._record(effect)
            case effects.Play(sound=sound):
                self._play(sound)
            case effects.SearchApplicants(text=text):
                today = self._clock().date()
                self._database(lambda: lookup.search(self._room, text, today))
            case effects.SearchByCard():
                read_card(self._devices, self._find_holder, self.send)
            case effects.OpenCase():
                self._open(effect)
            case effects.ForgetCase():
                self._enrolled = {}
                self._visits += 1
                self._runner.call(
                    Lane.DATABASE,
                    # At worst the next start comes back to this person.
                    or_failed(lambda: self._room.open_cases.close(WORKFLOW)),
                    lambda _: None,
                )
            case effects.ReadCardFor():
                here = self._while_here
                read_card(self._devices, here(self._compare_holder), here(self.send))
            case effects.CapturePhoto():
                self._photograph()
            case effects.CaptureFinger():
                self._capture(effect)
            case effects.AwaitLift(attempt=attempt):
                self._pressing.await_lift(attempt)
            case effects.CancelCapture():
                self._pressing.cancel()
            case effects.DropPresses(position=position):
                self._enrolled.pop(position, None)
            case effects.BuildForm(subject=subject):
                self._forms.build(subject, self.send)
            case effects.HandOutForm(subject=subject, output=output, copies=copies):
                self._forms.hand_out(subject, output, copies, self.send)
            case effects.SealCopy(subject=subject):
                self._database(lambda: self._sealing.seal(subject))
            case _:
                assert_never(effect)

    def _database(self, work: Callable[[], ConfirmationInput]) -> None:
        self._runner.call(Lane.DATABASE, or_failed(work), self.send)

    def _record(self, effect: effects.Record) -> None:
        def deliver(result: inputs.Recorded | inputs.RecordFailed) -> None:
            if isinstance(result, inputs.Recorded):
                self._remember(effect)
            self.send(result)

        self._recorder.record(effect, deliver)

    def _remember(self, effect: effects.Record) -> None:
        for fact in effect.facts:
            if isinstance(fact, PressCaptured):
                record = next(item for item in fact.evidence if item.name == "record")
                templates = self._enrolled.setdefault(fact.position, [])
                templates.append(template_of(record.content))

    def _open(self, effect: effects.OpenCase) -> None:
        def work() -> tuple[ConfirmationInput, dict[FingerPosition, list[Template]]]:
            known = self._room.roster.by_subject(effect.subject)
            if known is None:
                return Failed(Notice.NOT_FOUND), {}
            self._room.open_cases.open(OpenCaseRow(WORKFLOW, effect.subject))
            facts = self._room.confirmation_facts(effect.subject)
            opened = inputs.CaseOpened(self._room.shown(known), facts, effect.method)
            return opened, self._stored_templates(effect.subject)

        def deliver(
            result: tuple[ConfirmationInput, dict[FingerPosition, list[Template]]] | Failed,
        ) -> None:
            opened, self._enrolled = (result, {}) if isinstance(result, Failed) else result
            self.send(opened)

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

    def _find_holder(self, card: CardText) -> None:
        def work() -> ConfirmationInput:
            found = tuple(map(self._room.shown, self._room.roster.by_document_number(card.number)))
            differing = differing_fields(holder_of(card), found[0].holder) if found else None
            return inputs.ApplicantsFound(found, FoundBy.IDENTITY_CARD, differing, card_shown(card))

        self._database(work)

    def _compare_holder(self, card: CardText) -> None:
        applicant = self.state.applicant
        if applicant is not None:
            differing = differing_fields(holder_of(card), applicant.holder)
            self.send(inputs.CardCompared(differing, card_shown(card)))

    def _photograph(self) -> None:
        simulated = self._devices.is_simulated(DeviceKind.CAMERA)

        def work(camera: Camera) -> inputs.PhotoCaptured | Failed:
            return _still(portrait(camera.still()), simulated)

        self._devices.use(DeviceKind.CAMERA, work, self._while_here(self.send))

    def _while_here(self, then: Callable[[Result], None]) -> Callable[[Result], None]:
        """`then` for this visit only: a slow device's answer must not meet the next person."""
        visit = self._visits

        def deliver(result: Result) -> None:
            if self._visits == visit:
                then(result)

        return deliver

    def _capture(self, effect: effects.CaptureFinger) -> None:
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
            self._runner.call(Lane.POOL, lambda: judge(capture), self.send)

        self._pressing.arm(effect.attempt, captured)


def _still(photo: Photo, simulated: bool) -> inputs.PhotoCaptured | Failed:
    # Imported here: a gate never waits for what only looks at photos.
    from station.services.photo_check import photo_warnings

    jpeg = jpeg_of(photo)
    if not jpeg:
        return Failed(Notice.PHOTO_UNUSABLE)
    height_px, width_px = photo.image.shape[:2]
    warnings = photo_warnings(photo.image)
    return inputs.PhotoCaptured(jpeg, width_px, height_px, simulated, warnings)
