"""What a step of the desk does by itself when the desk arrives at it."""

from dataclasses import replace

from station.domain.facts import IdentityCompared, IdentityResult
from station.workflow import fingers
from station.workflow.capture import ReaderPhase
from station.workflow.desk_state import Confirmation, Outcome, Waiting, record
from station.workflow.effects import BuildForm, SealCopy
from station.workflow.progress import DeskStep


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
