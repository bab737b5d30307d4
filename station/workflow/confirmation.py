"""The confirmation desk: one applicant from being found to a sealed record.

State is the fold of stored facts (`progress`) plus what is only on the screen. A step is left only
when `Recorded` came back, so nothing is shown as done that is not on disk.
"""

from dataclasses import replace
from typing import assert_never

from station.domain.documents import DocumentFinding
from station.domain.facts import (
    ConfirmationCorrected,
    ConsentGiven,
    ConsentRefused,
    DocumentChecked,
    Evidence,
    FingerExcepted,
    FingerRestarted,
    IdentityCompared,
    IdentityResult,
    PhotoTaken,
    PressCaptured,
)
from station.domain.identity_document import ComparedField
from station.workflow import finding, fingers, form, inputs
from station.workflow.arrival import enter
from station.workflow.capture import Reader, ReaderPhase
from station.workflow.correcting import correction
from station.workflow.desk_state import Confirmation, Outcome, Waiting, record
from station.workflow.effects import (
    CancelCapture,
    CapturePhoto,
    ForgetCase,
    Play,
    ReadCardFor,
    Sound,
)
from station.workflow.notices import GIVEN_UP, READER_GONE, Notice
from station.workflow.progress import DeskStep, apply

FingerFact = PressCaptured | FingerRestarted | FingerExcepted

_LOST = {
    inputs.DeviceKind.READER: Notice.READER_LOST,
    inputs.DeviceKind.CAMERA: Notice.CAMERA_LOST,
    inputs.DeviceKind.CARD_READER: Notice.CARD_READER_LOST,
    inputs.DeviceKind.PRINTER: Notice.PRINTER_LOST,
}
_FAULTY = {
    **_LOST,
    inputs.DeviceKind.READER: Notice.READER_FAULT,
    inputs.DeviceKind.CAMERA: Notice.CAMERA_FAULT,
    inputs.DeviceKind.CARD_READER: Notice.CARD_READER_FAULT,
}


def step(state: Confirmation, event: inputs.ConfirmationInput) -> Outcome:
    """The next state and what to do about it. Inputs that do not fit the moment change nothing."""
    match event:
        case inputs.Recorded(facts=facts):
            return _recorded(state, facts)
        case inputs.RecordFailed(notice=notice) if state.unsaved and notice in GIVEN_UP:
            gone, effects = _close(replace(state, unsaved=()))
            return replace(gone, notice=notice), (*effects, Play(Sound.STOP))
        case inputs.RecordFailed(notice=notice) if state.unsaved:
            failed = replace(state, save_failed=True, waiting=None, notice=notice)
            return failed, (Play(Sound.STOP),)
        case inputs.SaveAgain():
            return _save_again(state)
        case inputs.DeviceLost():
            return _device_lost(state, event)
        case inputs.DeviceBack(kind=kind):
            return _device_back(state, kind)
        case inputs.CloseCase():
            return _close(state)
        case inputs.RecordFailed():
            return state, ()
        case _ if state.unsaved:
            return state, ()
        case inputs.Failed(notice=notice):
            if state.waiting is None:
                return state, ()  # the answer to something that was put aside
            return replace(state, waiting=None, notice=notice), (Play(Sound.AGAIN),)
        case inputs.Find() | inputs.FindByCard() | inputs.ApplicantsFound() | inputs.Choose():
            return finding.step(state, event)
        case inputs.CaseOpened():
            return finding.open_case(state, event)
        case (
            inputs.FingerSensed()
            | inputs.PressTaken()
            | inputs.PressRefused()
            | inputs.FingerLifted()
            | inputs.FingerStillThere()
            | inputs.RestartFinger()
            | inputs.ExceptFinger()
            | inputs.KeepBestPress()
        ):
            return fingers.step(state, event)
        case _ if state.applicant is None:
            return state, ()
        case inputs.CorrectSealed():
            return _correct(state, event)
        case inputs.GiveConsent() | inputs.RefuseConsent() | inputs.CheckDocument():
            return _papers(state, event)
        case inputs.CompareCard() | inputs.CardCompared() | inputs.ExplainIdentity():
            return _identity(state, event)
        case inputs.TakePhoto() | inputs.PhotoCaptured() | inputs.AcceptPhoto():
            return _photo(state, event)
        case (
            inputs.FormReady()
            | inputs.MakeFormAgain()
            | inputs.DeliverForm()
            | inputs.FormDone()
            | inputs.PrintTold()
            | inputs.ConfirmSigned()
            | inputs.CopySealed()
        ):
            return form.step(state, event)
        case _:
            assert_never(event)


def _recorded(state: Confirmation, facts: tuple[object, ...]) -> Outcome:
    if not state.unsaved or facts != state.unsaved or state.applicant is None:
        return state, ()
    progress = state.progress
    for fact in state.unsaved:
        progress = apply(progress, fact)
    stored = state.unsaved
    state = replace(state, progress=progress, unsaved=(), save_failed=False, waiting=None)
    if isinstance(stored[0], FingerFact):
        state, effects = fingers.after_stored(state, stored[0])
        if state.step is DeskStep.FINGERS:
            return state, effects
        state, entered = enter(state)
        return state, (*effects, *entered)
    if isinstance(stored[0], ConfirmationCorrected):
        return replace(state, notice=Notice.CORRECTION_STORED), (Play(Sound.ACCEPTED),)
    if isinstance(stored[0], IdentityCompared):  # nobody has to compare any more
        state = replace(state, card=None)
    if progress.consent is False:
        return replace(state, notice=Notice.CONSENT_REFUSED), (Play(Sound.STOP),)
    state, effects = enter(replace(state, photo=None))
    if isinstance(stored[0], PhotoTaken) and progress.captured_earlier:
        state = replace(state, notice=state.notice or Notice.CAPTURED_EARLIER)
    return state, (Play(Sound.ACCEPTED), *effects)


def _save_again(state: Confirmation) -> Outcome:
    if not (state.save_failed and state.unsaved):
        return state, ()
    return record(state, *state.unsaved)


def _device_lost(state: Confirmation, lost: inputs.DeviceLost) -> Outcome:
    kind = lost.kind
    if kind is inputs.DeviceKind.PRINTER and lost.fault:
        return state, ()  # who follows the document says more exactly what is the matter
    waited_for = {
        Waiting.CAMERA: inputs.DeviceKind.CAMERA,
        Waiting.CARD: inputs.DeviceKind.CARD_READER,
        Waiting.PRINTER: inputs.DeviceKind.PRINTER,
    }
    if kind is inputs.DeviceKind.READER and state.step is DeskStep.FINGERS:
        if state.reader.phase is ReaderPhase.LOST:
            return state, ()
        resting = replace(state, reader=state.reader.to(ReaderPhase.LOST))
        if not state.save_failed:  # what is not on disk yet matters more
            resting = replace(resting, notice=_said_of(lost))
        return resting, (Play(Sound.STOP),)
    if state.waiting is not None and waited_for.get(state.waiting) is kind:
        return replace(state, waiting=None, notice=_said_of(lost)), (Play(Sound.STOP),)
    return state, ()


def _said_of(lost: inputs.DeviceLost) -> Notice:
    return (_FAULTY if lost.fault else _LOST)[lost.kind]


def _device_back(state: Confirmation, kind: inputs.DeviceKind) -> Outcome:
    if kind is inputs.DeviceKind.READER and state.reader.phase is ReaderPhase.LOST:
        said = None if state.notice in READER_GONE else state.notice
        idle = replace(state, reader=state.reader.to(ReaderPhase.IDLE), notice=said)
        return fingers.arm(idle) if not state.unsaved else (idle, ())
    if state.notice is not None and state.notice in (_LOST.get(kind), _FAULTY.get(kind)):
        return replace(state, notice=None), ()
    return state, ()


def _close(state: Confirmation) -> Outcome:
    if state.unsaved:  # never walk away from facts that are not on disk yet
        return state, ()
    stop = (CancelCapture(),) if state.reader.phase is not ReaderPhase.IDLE else ()
    # The counter goes on, so that answers to the cancelled press stay unknown to the next case.
    return Confirmation(reader=Reader(attempt=state.reader.attempt)), (*stop, ForgetCase())


def _correct(state: Confirmation, event: inputs.CorrectSealed) -> Outcome:
    """What is not sealed is put right by doing the step again, and needs no correction."""
    if state.step is not DeskStep.SEALED:
        return state, ()
    fact = correction(event)
    if fact is None:
        return replace(state, notice=Notice.REASON_NEEDED), (Play(Sound.AGAIN),)
    return record(state, fact)


def _papers(
    state: Confirmation,
    event: inputs.GiveConsent | inputs.RefuseConsent | inputs.CheckDocument,
) -> Outcome:
    match event:
        case inputs.GiveConsent(notice_version=version) if state.step is DeskStep.CONSENT:
            return record(state, ConsentGiven(version))
        case inputs.RefuseConsent(notice_version=version) if state.step is DeskStep.CONSENT:
            return record(state, ConsentRefused(version))
        case inputs.CheckDocument() if state.step is DeskStep.DOCUMENTS:
            if event.finding is DocumentFinding.MISMATCH and not event.reason.strip():
                return replace(state, notice=Notice.REASON_NEEDED), ()
            checked = DocumentChecked(event.kind, event.finding, _written(event.reason))
            return record(state, checked)
        case _:
            return state, ()


def _identity(
    state: Confirmation,
    event: inputs.CompareCard | inputs.CardCompared | inputs.ExplainIdentity,
) -> Outcome:
    if state.step is not DeskStep.IDENTITY or state.applicant is None:
        return state, ()
    match event:
        case inputs.CompareCard() if state.waiting is None:
            reading = replace(state, waiting=Waiting.CARD, notice=None)
            return reading, (ReadCardFor(state.applicant.subject),)
        case inputs.CardCompared(differing=differing) if state.waiting is Waiting.CARD:
            compared = replace(state, waiting=None, differing=differing, card=None, notice=None)
            if not differing:
                return enter(compared)
            compared = replace(compared, card=event.card)
            wrong_person = ComparedField.NUMBER in differing and ComparedField.NAME in differing
            notice = Notice.CARD_OF_ANOTHER if wrong_person else Notice.CARD_DIFFERS
            return replace(compared, notice=notice), (Play(Sound.STOP),)
        case inputs.CompareCard() | inputs.CardCompared():
            return state, ()
        case inputs.ExplainIdentity(reason=reason):
            if not reason.strip():
                return replace(state, notice=Notice.REASON_NEEDED), ()
            result = (
                IdentityResult.CHECKED_BY_HAND
                if state.differing is None
                else IdentityResult.DIFFERENCE_EXPLAINED
            )
            return record(state, IdentityCompared(result, state.differing or (), _written(reason)))


def _photo(
    state: Confirmation,
    event: inputs.TakePhoto | inputs.PhotoCaptured | inputs.AcceptPhoto,
) -> Outcome:
    if state.step is not DeskStep.PHOTO:
        return state, ()
    match event:
        case inputs.TakePhoto() if state.waiting is None:
            taking = replace(state, photo=None, waiting=Waiting.CAMERA, notice=None)
            return taking, (CapturePhoto(),)
        case inputs.PhotoCaptured() if state.waiting is Waiting.CAMERA:
            return replace(state, photo=event, waiting=None, notice=None), ()
        case inputs.AcceptPhoto() if state.photo is not None:
            still = state.photo
            evidence = (Evidence("photo", "image/jpeg", still.jpeg),)
            return record(
                state, PhotoTaken(still.width_px, still.height_px, still.simulated, evidence)
            )
        case inputs.TakePhoto() | inputs.PhotoCaptured() | inputs.AcceptPhoto():
            return state, ()


def _written(reason: str) -> tuple[Evidence, ...]:
    text = reason.strip()
    return (Evidence("reason", "text/plain; charset=utf-8", text.encode()),) if text else ()
