"""The desk under any order of inputs, answers, failures and restarts keeps its promises."""

from collections.abc import Sequence
from typing import TypeGuard

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from station.domain.documents import DocumentFinding, DocumentKind
from station.domain.facts import (
    ConfirmationFact,
    ConfirmationSealed,
    FingerException,
    FormIssued,
    FormOutput,
    FoundBy,
    PressCaptured,
)
from station.domain.fingers import PLANNED_PRESSES
from station.domain.identity_document import ComparedField
from station.workflow import confirmation, effects, inputs
from station.workflow.capture import ReaderPhase
from station.workflow.desk_state import Confirmation, Waiting
from station.workflow.inputs import DeviceKind
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep, Progress, fold
from tests.support.workflow_cases import applicant, case_opened, facts_until, press_taken, presses

SUBJECTS = ("s-1", "s-2")
Job = (
    effects.SearchApplicants
    | effects.SearchByCard
    | effects.OpenCase
    | effects.ReadCardFor
    | effects.CapturePhoto
    | effects.BuildForm
    | effects.HandOutForm
    | effects.SealCopy
)
JOBS_OF = {
    Waiting.SEARCH: (effects.SearchApplicants,),
    Waiting.CARD: (effects.SearchByCard, effects.ReadCardFor),
    Waiting.CASE: (effects.OpenCase,),
    Waiting.CAMERA: (effects.CapturePhoto,),
    Waiting.FORM: (effects.BuildForm,),
    Waiting.PRINTER: (effects.HandOutForm,),
    Waiting.SEAL: (effects.SealCopy,),
}
OPERATOR: Sequence[inputs.ConfirmationInput] = (
    inputs.Find("x"),
    inputs.Find(" "),
    inputs.FindByCard(),
    inputs.Choose("s-1"),
    inputs.Choose("s-2"),
    inputs.GiveConsent("1"),
    inputs.RefuseConsent("1"),
    *(inputs.CheckDocument(kind, DocumentFinding.ORIGINAL_SEEN) for kind in DocumentKind),
    inputs.CheckDocument(DocumentKind.IDENTITY_CARD, DocumentFinding.MISMATCH),
    inputs.CompareCard(),
    inputs.ExplainIdentity("理由"),
    inputs.TakePhoto(),
    inputs.AcceptPhoto(),
    inputs.RestartFinger(),
    inputs.ExceptFinger(FingerException.MISSING, "op-2"),
    inputs.KeepBestPress(),
    inputs.MakeFormAgain(),
    inputs.DeliverForm(FormOutput.PRINTED),
    inputs.DeliverForm(FormOutput.SAVED, 1),
    inputs.ConfirmSigned(),
    inputs.SaveAgain(),
    inputs.CloseCase(),
)
FAILURES = (Notice.CAMERA_FAULT, Notice.NO_CARD, Notice.FORM_FAILED)


def is_print(job: Job) -> TypeGuard[effects.HandOutForm]:
    return isinstance(job, effects.HandOutForm) and job.output is FormOutput.PRINTED


class Desk(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.state = Confirmation()
        self.stored: dict[str, list[ConfirmationFact]] = {subject: [] for subject in SUBJECTS}
        self.record: effects.Record | None = None
        self.capture: effects.CaptureFinger | None = None
        self.lift: effects.AwaitLift | None = None
        self.jobs: list[Job] = []
        # Forms in the printer: one that waits for paper, and those that nobody waits for any more.
        self.waits: effects.HandOutForm | None = None
        self.left: list[effects.HandOutForm] = []
        self.reader_there = True
        self.digests = 0

    def send(self, event: inputs.ConfirmationInput) -> None:
        before = self.state
        self.state, done = confirmation.step(before, event)
        if not isinstance(event, inputs.Recorded | inputs.CaseOpened | inputs.CloseCase):
            assert self.state.progress == before.progress, "counted before it was on disk"
        for effect in done:
            self.carry_out(effect, before)

    def carry_out(self, effect: effects.DeskEffect, before: Confirmation) -> None:
        match effect:
            case effects.Record():
                assert self.record is None, "two writes at once"
                assert effect.facts == self.state.unsaved
                self.check_facts(effect)
                self.record = effect
            case effects.CaptureFinger():
                assert (effect.position, effect.press) == self.state.progress.next_press
                self.capture = effect
            case effects.AwaitLift():
                self.lift = effect
            case effects.CancelCapture():
                self.capture = self.lift = None
            case effects.Play() | effects.DropPresses():
                pass
            case effects.ForgetCase() | effects.TakeBackPrint():
                self.take_back()
            case _:
                assert self.waits is None or not isinstance(effect, effects.HandOutForm)
                self.jobs.append(effect)

    def take_back(self) -> None:
        self.waits = None
        going = [job for job in self.jobs if is_print(job)]
        self.left += going
        self.jobs = [job for job in self.jobs if job not in going]

    def check_facts(self, effect: effects.Record) -> None:
        for fact in effect.facts:
            if isinstance(fact, PressCaptured):
                assert (fact.position, fact.press) == self.state.progress.next_press
            if isinstance(fact, FormIssued):
                assert fact.record_digest.startswith(effect.subject), "somebody else's form"
            if isinstance(fact, ConfirmationSealed):
                assert fact.blob == effect.subject, "somebody else's record"

    # --- the world ------------------------------------------------------------------------------

    @initialize(begun=st.sampled_from(list(DeskStep)), kept=st.integers(0, 24))
    def somebody_was_here_before(self, begun: DeskStep, kept: int) -> None:
        self.stored["s-1"] = list(facts_until(begun))
        if begun is DeskStep.FINGERS:
            self.stored["s-1"] += presses(kept)
        self.stored["s-2"] = list(facts_until(begun, "s-2"))
        self.send(case_opened(self.stored["s-1"]))

    @rule()
    def operator_turns_to_the_other_person(self) -> None:
        now = self.state.applicant
        self.send(inputs.CloseCase())
        if self.state.applicant is None and self.state.waiting is None and now is not None:
            other = "s-2" if now.subject == "s-1" else "s-1"
            self.send(case_opened(self.stored[other], other))

    @rule(event=st.sampled_from(OPERATOR))
    def operator(self, event: inputs.ConfirmationInput) -> None:
        self.send(event)

    @rule()
    def operator_goes_on(self) -> None:
        """What a clerk who follows the screen would do, so that runs come far."""
        ahead: dict[DeskStep, inputs.ConfirmationInput] = {
            DeskStep.FIND: inputs.Find("x"),
            DeskStep.CONSENT: inputs.GiveConsent("1"),
            DeskStep.IDENTITY: inputs.CompareCard(),
            DeskStep.PHOTO: inputs.AcceptPhoto() if self.state.photo else inputs.TakePhoto(),
            DeskStep.FORM: inputs.DeliverForm(FormOutput.PRINTED),
            DeskStep.SIGN: inputs.ConfirmSigned(),
            DeskStep.SEAL: inputs.ConfirmSigned(),
            DeskStep.SEALED: inputs.CloseCase(),
        }
        if self.state.step in ahead:
            self.send(ahead[self.state.step])

    @precondition(lambda self: self.record is not None)
    @rule(works=st.sampled_from([True, True, True, False]))
    def disk(self, works: bool) -> None:
        assert self.record is not None
        record, self.record = self.record, None
        if not works:
            self.send(inputs.RecordFailed(Notice.DISK_FULL))
            assert self.state.unsaved == record.facts
            assert self.state.save_failed
            return
        self.store(record)
        self.send(inputs.Recorded(record.facts))

    def store(self, record: effects.Record) -> None:
        for fact in record.facts:
            assert not isinstance(fact, inputs.ReviewInput)
            self.stored[record.subject].append(fact)  # type: ignore[arg-type]  # desk facts only

    @precondition(lambda self: self.jobs)
    @rule(data=st.data(), works=st.sampled_from([True, True, True, False]))
    def job_ends(self, data: st.DataObject, works: bool) -> None:
        job = self.jobs.pop(data.draw(st.integers(0, len(self.jobs) - 1)))
        if not works and is_print(job):
            self.waits = job
            self.send(inputs.PrintTold(job.subject, Notice.PAPER_OUT))
        elif not works:
            self.send(inputs.Failed(data.draw(st.sampled_from(FAILURES))))
        else:
            self.send(self.answer(job, data))

    @precondition(lambda self: self.waits is not None)
    @rule()
    def somebody_brings_paper(self) -> None:
        assert self.waits is not None
        form, self.waits = self.waits, None
        self.send(inputs.FormDone(form.subject, form.output, form.copies))

    @precondition(lambda self: self.left)
    @rule(out=st.booleans())
    def a_form_nobody_waits_for_ends(self, out: bool) -> None:
        form = self.left.pop()
        if out:
            self.send(inputs.FormDone(form.subject, form.output, form.copies))

    def answer(self, job: Job, data: st.DataObject) -> inputs.ConfirmationInput:
        match job:
            case effects.SearchApplicants():
                hits = data.draw(st.sampled_from([("s-1",), ("s-2",), SUBJECTS, ()]))
                return inputs.ApplicantsFound(tuple(map(applicant, hits)), FoundBy.NAME)
            case effects.SearchByCard():
                person = applicant(data.draw(st.sampled_from(SUBJECTS)))
                return inputs.ApplicantsFound((person,), FoundBy.IDENTITY_CARD, ())
            case effects.OpenCase(subject=subject):
                return case_opened(self.stored[subject], subject)
            case effects.ReadCardFor():
                return inputs.CardCompared(data.draw(st.sampled_from([(), (ComparedField.NAME,)])))
            case effects.CapturePhoto():
                return inputs.PhotoCaptured(b"jpeg", 390, 567, True)
            case effects.BuildForm(subject=subject):
                self.digests += data.draw(st.integers(0, 1))
                return inputs.FormReady(subject, f"{subject}-{self.digests}", b"%PDF", (b"png",))
            case effects.HandOutForm(subject=subject, output=output, copies=copies):
                return inputs.FormDone(subject, output, copies)
            case effects.SealCopy(subject=subject):
                return inputs.CopySealed(subject, subject, b"sealed", True)

    @precondition(lambda self: self.capture is not None and self.reader_there)
    @rule(
        quality=st.sampled_from([80, 80, 80, 30]),
        same=st.sampled_from([None, True, True, False]),
        sensed=st.booleans(),
    )
    def press(self, quality: int, same: bool | None, sensed: bool) -> None:
        assert self.capture is not None
        attempt, self.capture = self.capture.attempt, None
        if sensed:
            self.send(inputs.FingerSensed(attempt))
        self.send(press_taken(attempt, quality, same))

    @precondition(lambda self: self.capture is not None and self.reader_there)
    @rule(on_plate=st.booleans())
    def press_fails(self, on_plate: bool) -> None:
        assert self.capture is not None
        attempt, self.capture = self.capture.attempt, None
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
            press_taken(attempt),
            inputs.PressRefused(attempt, Notice.PRESS_TOO_DRY),
            inputs.FingerLifted(attempt),
            inputs.FingerStillThere(attempt),
        ):
            self.send(event)
        assert self.state is before

    @rule(kind=st.sampled_from(DeviceKind))
    def unplugged(self, kind: DeviceKind) -> None:
        if kind is DeviceKind.READER:
            self.reader_there, self.capture, self.lift = False, None, None
        self.send(inputs.DeviceLost(kind))

    @rule(kind=st.sampled_from(DeviceKind))
    def plugged_in(self, kind: DeviceKind) -> None:
        if kind is DeviceKind.READER:
            self.reader_there = True
        self.send(inputs.DeviceBack(kind))

    @precondition(lambda self: self.capture is not None and not self.reader_there)
    @rule()
    def armed_without_reader(self) -> None:
        self.capture = None
        self.send(inputs.DeviceLost(DeviceKind.READER))

    @precondition(lambda self: self.lift is not None and not self.reader_there)
    @rule()
    def lift_without_reader(self) -> None:
        self.lift = None
        self.send(inputs.DeviceLost(DeviceKind.READER))

    @rule(landed=st.booleans())
    def killed_and_started_again(self, landed: bool) -> None:
        if self.record is not None and landed:
            self.store(self.record)
        person = self.state.applicant
        self.record, self.capture, self.lift, self.jobs = None, None, None, []
        self.waits, self.left = None, []
        self.state = Confirmation()
        if person is not None:
            self.send(case_opened(self.stored[person.subject], person.subject))

    # --- the promises ---------------------------------------------------------------------------

    @invariant()
    def progress_is_the_fold_of_what_is_stored(self) -> None:
        if self.state.applicant is not None:
            stored = self.stored[self.state.applicant.subject]
            assert self.state.progress == fold(stored, Progress())

    @invariant()
    def nothing_waits_for_paper_that_nobody_stands_there_for(self) -> None:
        if self.waits is not None:
            assert self.state.applicant is not None
            assert self.state.applicant.subject == self.waits.subject
            assert self.state.step in (DeskStep.FORM, DeskStep.SIGN)

    @invariant()
    def never_more_than_the_plan(self) -> None:
        assert self.state.progress.presses <= PLANNED_PRESSES

    @invariant()
    def unsaved_facts_are_being_written_or_can_be_saved_again(self) -> None:
        assert bool(self.state.unsaved) == (self.record is not None or self.state.save_failed)
        if self.state.save_failed:
            assert self.leads_on(inputs.SaveAgain())

    @invariant()
    def what_is_waited_for_is_under_way(self) -> None:
        waiting = self.state.waiting
        if waiting is Waiting.DISK:
            assert self.record is not None
        elif waiting is not None:
            assert any(isinstance(job, JOBS_OF[waiting]) for job in self.jobs)

    @invariant()
    def the_reader_is_asked_for_what_the_screen_says(self) -> None:
        reader = self.state.reader
        if self.state.applicant is None or self.state.step is not DeskStep.FINGERS:
            return
        if reader.phase in (ReaderPhase.WAITING, ReaderPhase.PRESENT):
            assert self.capture is not None
            assert self.capture.attempt == reader.attempt
        if reader.phase is ReaderPhase.LIFT:
            assert self.lift == effects.AwaitLift(reader.attempt)
        if reader.phase in (ReaderPhase.IDLE, ReaderPhase.STORING):
            assert self.state.unsaved, "nothing under way and nobody asked to press"
        if reader.phase is ReaderPhase.LOST and not self.state.unsaved:
            assert self.leads_on(inputs.DeviceBack(DeviceKind.READER))

    @invariant()
    def there_is_always_a_way_forward(self) -> None:
        state = self.state
        if state.unsaved or state.waiting is not None or state.step is DeskStep.FINGERS:
            return
        ahead: dict[DeskStep, inputs.ConfirmationInput] = {
            DeskStep.FIND: inputs.Find("x"),
            DeskStep.CONSENT: inputs.GiveConsent("1"),
            DeskStep.DOCUMENTS: inputs.CheckDocument(
                next(kind for kind in DocumentKind if kind not in state.progress.documents),
                DocumentFinding.ORIGINAL_SEEN,
            )
            if state.step is DeskStep.DOCUMENTS
            else inputs.CloseCase(),
            DeskStep.IDENTITY: inputs.ExplainIdentity("理由"),
            DeskStep.PHOTO: inputs.TakePhoto(),
            DeskStep.FORM: inputs.DeliverForm(FormOutput.PRINTED)
            if state.progress.record_digest
            else inputs.MakeFormAgain(),
            DeskStep.SIGN: inputs.ConfirmSigned(),
            DeskStep.SEAL: inputs.ConfirmSigned(),
            DeskStep.SEALED: inputs.CloseCase(),
        }
        assert self.leads_on(ahead[state.step])

    def leads_on(self, event: inputs.ConfirmationInput) -> bool:
        return bool(confirmation.step(self.state, event)[1])


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=150, stateful_step_count=80, deadline=None)
