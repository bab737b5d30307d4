"""The review form, the signature and the sealed copy."""

from dataclasses import replace

from station.domain.facts import (
    ConfirmationSealed,
    Evidence,
    FormDelivered,
    FormIssued,
    FormSigned,
)
from station.workflow import inputs
from station.workflow.arrival import enter
from station.workflow.desk_state import Confirmation, Outcome, Waiting, record
from station.workflow.effects import BuildForm, HandOutForm, Play, Sound, TakeBackPrint
from station.workflow.progress import DeskStep

FormInput = (
    inputs.FormReady
    | inputs.MakeFormAgain
    | inputs.DeliverForm
    | inputs.FormDone
    | inputs.PrintTold
    | inputs.ConfirmSigned
    | inputs.CopySealed
)
_PAPER = (DeskStep.FORM, DeskStep.SIGN)


def step(state: Confirmation, event: FormInput) -> Outcome:
    """One input about the form. Until it is signed it can be made and handed out again."""
    assert state.applicant is not None
    subject = state.applicant.subject
    match event:
        case inputs.FormReady() | inputs.FormDone() | inputs.PrintTold() | inputs.CopySealed():
            return _answered(state, event) if event.subject == subject else (state, ())
        case _ if state.waiting is not None:
            return state, ()
        case inputs.MakeFormAgain() if state.step in _PAPER:
            building = replace(state, form_pages=(), waiting=Waiting.FORM, notice=None)
            return building, (TakeBackPrint(), BuildForm(subject))
        case inputs.DeliverForm(output=output, copies=copies) if (
            state.step in _PAPER and state.progress.record_digest
        ):
            printing = replace(state, waiting=Waiting.PRINTER, notice=None)
            return printing, (TakeBackPrint(), HandOutForm(subject, output, copies))
        case inputs.ConfirmSigned() if state.step is DeskStep.SIGN:
            signed, effects = record(state, FormSigned(state.progress.record_digest))
            return signed, (TakeBackPrint(), *effects)
        case inputs.ConfirmSigned() if state.step is DeskStep.SEAL:
            return enter(replace(state, notice=None))
        case _:
            return state, ()


def _answered(
    state: Confirmation,
    event: inputs.FormReady | inputs.FormDone | inputs.PrintTold | inputs.CopySealed,
) -> Outcome:
    match event:
        case inputs.FormReady(record_digest=digest, pdf=pdf, pages=pages) if state.step in _PAPER:
            shown = replace(state, form_pages=pages)
            if digest == state.progress.record_digest:  # nothing was corrected since
                return replace(shown, waiting=None), ()
            evidence = (Evidence("form", "application/pdf", pdf),)
            return record(shown, FormIssued(digest, evidence))
        case inputs.FormDone(output=output, copies=copies) if state.step in _PAPER:
            return record(state, FormDelivered(output, copies))
        case inputs.PrintTold(notice=notice) if state.step in _PAPER and state.waiting in (
            None,
            Waiting.PRINTER,
        ):
            return replace(state, waiting=None, notice=notice), (Play(Sound.AGAIN),)
        case inputs.CopySealed() if state.step is DeskStep.SEAL:
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
