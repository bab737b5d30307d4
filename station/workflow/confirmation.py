"""The confirmation desk: one applicant from being found to a sealed record.

State is the fold of stored facts (`progress`) plus what is only on the screen. A step is left only
when `Recorded` came back, so nothing is shown as done that is not on disk.
"""

from dataclasses import replace
from typing import assert_never

from station.domain.documents import DocumentFinding
from station.domain.facts import (
    ApplicantFound,
    ConfirmationSealed,
    ConsentGiven,
    ConsentRefused,
    DocumentChecked,
    Evidence,
    FingerExcepted,
    FingerRestarted,
    FormDelivered,
    FormIssued,
    FormSigned,
    FoundBy,
    IdentityCompared,
    IdentityResult,
    PhotoTaken,
    PressCaptured,
)
from station.domain.identity_document import ComparedField
from station.workflow import fingers, inputs
from station.workflow.capture import Reader, ReaderPhase
from station.workflow.desk_state import Confirmation, Outcome, Waiting, record
from station.workflow.effects import (
    BuildForm,
    CancelCapture,
    CapturePhoto,
    ForgetCase,
    HandOutForm,
    OpenCase,
    Play,
    ReadCardFor,
    SealCopy,
    SearchApplicants,
    SearchByCard,
    Sound,
)
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep, Progress, apply, fold

FingerFact = PressCaptured | FingerRestarted | FingerExcepted

_LOST = {
    inputs.DeviceKind.READER: Notice.READER_LOST,
    inputs.DeviceKind.CAMERA: Notice.CAMERA_LOST,
    inputs.DeviceKind.CARD_READER: Notice.CARD_READER_LOST,
    inputs.DeviceKind.PRINTER: Notice.PRINTER_LOST,
}


def step(state: Confirmation, event: inputs.ConfirmationInput) -> Outcome:
    """The next state and what to do about it. Inputs that do not fit the moment change nothing."""
    match event:
        case inputs.Recorded(facts=facts):
            return _recorded(state, facts)
        case inputs.RecordFailed(notice=notice):
            failed = replace(state, save_failed=True, waiting=None, notice=notice)
            return failed, (Play(Sound.STOP),)
        case inputs.SaveAgain():
            return _save_again(state)
        case inputs.Failed(notice=notice):
            return replace(state, waiting=None, notice=notice), (Play(Sound.AGAIN),)
        case inputs.DeviceLost(kind=kind):
            return _device_lost(state, kind)
        case inputs.DeviceBack(kind=kind):
            return _device_back(state, kind)
        case inputs.CloseCase():
            return _close(state)
        case _ if state.unsaved:
            return state, ()
        case inputs.Find() | inputs.FindByCard() | inputs.ApplicantsFound() | inputs.Choose():
            return _finding(state, event)
        case inputs.CaseOpened():
            return _open(state, event)
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
            | inputs.ConfirmSigned()
            | inputs.CopySealed()
        ):
            return _form(state, event)
        case _:
            assert_never(event)


def enter(state: Confirmation) -> Outcome:
    """What a step does by itself when the desk arrives at it."""
    assert state.applicant is not None
    match state.step:
        case DeskStep.IDENTITY if state.differing == ():
            return record(state, IdentityCompared(IdentityResult.SAME, ()))
        case DeskStep.FINGERS if state.reader.phase in (ReaderPhase.IDLE, ReaderPhase.WAITING):
            return fingers.arm(state)
        case DeskStep.FORM if not state.form_pages:
            building = replace(state, waiting=Waiting.FORM)
            return building, (BuildForm(state.applicant.subject),)
        case DeskStep.SEAL:
            return replace(state, waiting=Waiting.SEAL), (SealCopy(state.applicant.subject),)
        case _:
            return state, ()


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
    if progress.consent is False:
        return replace(state, notice=Notice.CONSENT_REFUSED), (Play(Sound.STOP),)
    state, effects = enter(replace(state, photo=None))
    return state, (Play(Sound.ACCEPTED), *effects)


def _save_again(state: Confirmation) -> Outcome:
    if not (state.save_failed and state.unsaved):
        return state, ()
    return record(state, *state.unsaved)


def _device_lost(state: Confirmation, kind: inputs.DeviceKind) -> Outcome:
    waited_for = {
        Waiting.CAMERA: inputs.DeviceKind.CAMERA,
        Waiting.CARD: inputs.DeviceKind.CARD_READER,
        Waiting.PRINTER: inputs.DeviceKind.PRINTER,
    }
    if kind is inputs.DeviceKind.READER and state.step is DeskStep.FINGERS:
        lost = replace(state, reader=state.reader.to(ReaderPhase.LOST), notice=Notice.READER_LOST)
        return lost, (Play(Sound.STOP),)
    if state.waiting is not None and waited_for.get(state.waiting) is kind:
        return replace(state, waiting=None, notice=_LOST[kind]), (Play(Sound.STOP),)
    return state, ()


def _device_back(state: Confirmation, kind: inputs.DeviceKind) -> Outcome:
    if kind is inputs.DeviceKind.READER and state.reader.phase is ReaderPhase.LOST:
        idle = replace(state, reader=state.reader.to(ReaderPhase.IDLE), notice=None)
        return fingers.arm(idle) if not state.unsaved else (idle, ())
    if state.notice is _LOST[kind]:
        return replace(state, notice=None), ()
    return state, ()


def _close(state: Confirmation) -> Outcome:
    if state.unsaved:  # never walk away from facts that are not on disk yet
        return state, ()
    stop = (CancelCapture(),) if state.reader.phase is not ReaderPhase.IDLE else ()
    # The counter goes on, so that answers to the cancelled press stay unknown to the next case.
    return Confirmation(reader=Reader(attempt=state.reader.attempt)), (*stop, ForgetCase())


def _finding(
    state: Confirmation,
    event: inputs.Find | inputs.FindByCard | inputs.ApplicantsFound | inputs.Choose,
) -> Outcome:
    if state.applicant is not None:
        return state, ()
    match event:
        case inputs.Find(text=text) if not text.strip():
            return replace(state, notice=Notice.EMPTY_QUERY), ()
        case inputs.Find(text=text):
            searching = Confirmation(reader=state.reader, waiting=Waiting.SEARCH)
            return searching, (SearchApplicants(text.strip()),)
        case inputs.FindByCard():
            return Confirmation(reader=state.reader, waiting=Waiting.CARD), (SearchByCard(),)
        case inputs.ApplicantsFound(applicants=()):
            unknown = replace(state, waiting=None, matches=(), notice=Notice.NOT_FOUND)
            return unknown, (Play(Sound.AGAIN),)
        case inputs.ApplicantsFound(applicants=(only,)):
            return _ask_for_case(state, only.subject, event.method, event.differing)
        case inputs.ApplicantsFound(applicants=several, method=method):
            choosing = replace(state, waiting=None, matches=several, found_by=method)
            return replace(choosing, notice=Notice.SEVERAL_FOUND), ()
        case inputs.Choose(subject=subject):
            known = any(match.subject == subject for match in state.matches)
            return _ask_for_case(state, subject, state.found_by, None) if known else (state, ())


def _ask_for_case(
    state: Confirmation,
    subject: str,
    method: FoundBy,
    differing: tuple[ComparedField, ...] | None,
) -> Outcome:
    opening = replace(state, waiting=Waiting.CASE, found_by=method, differing=differing)
    return opening, (OpenCase(subject, method),)


def _open(state: Confirmation, event: inputs.CaseOpened) -> Outcome:
    if state.applicant is not None:
        return state, ()
    earlier = event.applicant.captured_earlier
    progress = fold(event.facts, Progress(captured_earlier=earlier))
    opened = Confirmation(
        applicant=event.applicant,
        progress=progress,
        found_by=event.method,
        differing=state.differing,
        reader=Reader(attempt=state.reader.attempt),
    )
    if not progress.found:
        return record(opened, ApplicantFound(event.method))
    if progress.sealed:
        return replace(opened, notice=Notice.ALREADY_SEALED), ()
    opened, effects = enter(opened)
    return replace(opened, notice=opened.notice or Notice.RESUMED), effects


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
        case inputs.CompareCard():
            reading = replace(state, waiting=Waiting.CARD, notice=None)
            return reading, (ReadCardFor(state.applicant.subject),)
        case inputs.CardCompared(differing=differing):
            compared = replace(state, waiting=None, differing=differing, notice=None)
            if not differing:
                return enter(compared)
            wrong_person = ComparedField.NUMBER in differing and ComparedField.NAME in differing
            notice = Notice.CARD_OF_ANOTHER if wrong_person else Notice.CARD_DIFFERS
            return replace(compared, notice=notice), (Play(Sound.STOP),)
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
        case inputs.TakePhoto():
            taking = replace(state, photo=None, waiting=Waiting.CAMERA, notice=None)
            return taking, (CapturePhoto(),)
        case inputs.PhotoCaptured():
            return replace(state, photo=event, waiting=None, notice=None), ()
        case inputs.AcceptPhoto() if state.photo is not None:
            still = state.photo
            evidence = (Evidence("photo", "image/jpeg", still.jpeg),)
            return record(
                state, PhotoTaken(still.width_px, still.height_px, still.simulated, evidence)
            )
        case inputs.AcceptPhoto():
            return state, ()


def _form(
    state: Confirmation,
    event: inputs.FormReady
    | inputs.MakeFormAgain
    | inputs.DeliverForm
    | inputs.FormDone
    | inputs.ConfirmSigned
    | inputs.CopySealed,
) -> Outcome:
    assert state.applicant is not None
    subject = state.applicant.subject
    match event, state.step:
        case inputs.FormReady(record_digest=digest, pdf=pdf, pages=pages), DeskStep.FORM:
            shown = replace(state, form_pages=pages)
            if digest == state.progress.record_digest:  # the same form, shown after a restart
                return replace(shown, waiting=None), ()
            evidence = (Evidence("form", "application/pdf", pdf),)
            return record(shown, FormIssued(digest, evidence))
        case inputs.MakeFormAgain(), DeskStep.FORM | DeskStep.SIGN:
            building = replace(state, form_pages=(), waiting=Waiting.FORM, notice=None)
            return replace(building, progress=replace(state.progress, delivered=None)), (
                BuildForm(subject),
            )
        case inputs.DeliverForm(output=output, copies=copies), DeskStep.FORM if (
            state.progress.record_digest and state.waiting is None
        ):
            printing = replace(state, waiting=Waiting.PRINTER, notice=None)
            return printing, (HandOutForm(subject, output, copies),)
        case inputs.FormDone(output=output, copies=copies), DeskStep.FORM:
            return record(state, FormDelivered(output, copies))
        case inputs.ConfirmSigned(), DeskStep.SIGN:
            return record(state, FormSigned(state.progress.record_digest))
        case inputs.ConfirmSigned(), DeskStep.SEAL if state.waiting is None:
            return enter(replace(state, notice=None))
        case inputs.CopySealed(), DeskStep.SEAL:
            sealed = ConfirmationSealed(
                blob=event.blob,
                presses=state.progress.presses,
                exceptions=len(state.progress.excepted),
                simulated=event.simulated,
                sealed_copy=event.sealed_copy,
            )
            return record(state, sealed)
        case _:
            return state, ()


def _written(reason: str) -> tuple[Evidence, ...]:
    text = reason.strip()
    return (Evidence("reason", "text/plain; charset=utf-8", text.encode()),) if text else ()
