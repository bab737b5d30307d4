"""From a ticket, a card or a seat to the person who is next at the reader."""

from dataclasses import replace

from station.domain.exam import ExamSession
from station.domain.facts import CandidateSelected, GateClosed
from station.workflow import inputs
from station.workflow.effects import FindCandidate, FindCandidateByCard, Play, Sound
from station.workflow.entry_state import ExamEntry, Outcome, record
from station.workflow.notices import Notice
from station.workflow.visit import Verdict, visit_so_far


def select(
    state: ExamEntry, event: inputs.Scan | inputs.ScanCard | inputs.CandidateFound
) -> Outcome:
    """A scan or its answer; the person at the reader is served before the next."""
    if state.session is None:
        return replace(state, notice=Notice.NO_SESSION), (Play(Sound.AGAIN),)
    if state.is_serving:
        return state, ()
    fresh = replace(state, visit=None, elsewhere=None, waiting=True, notice=None)
    match event:
        case inputs.Scan(text=text) if not text.strip():
            return replace(state, notice=Notice.EMPTY_QUERY), ()
        case inputs.Scan(text=text):
            return fresh, (FindCandidate(text.strip()),)
        case inputs.ScanCard():
            return fresh, (FindCandidateByCard(),)
        case inputs.CandidateFound() if state.visit is None:
            return _found(state, state.session, event)
        case inputs.CandidateFound():
            return state, ()  # a second answer must not wipe out a verdict nobody has read


def _found(state: ExamEntry, session: ExamSession, event: inputs.CandidateFound) -> Outcome:
    candidate = event.candidate
    if candidate.exam_session_id != session.exam_session_id:
        told = replace(state, elsewhere=candidate, waiting=False, notice=Notice.OTHER_SESSION)
        return told, (Play(Sound.STOP),)
    visit = visit_so_far(candidate, event.earlier)
    if visit.verdict is Verdict.ADMITTED:  # told apart from a first admission, never counted twice
        seen = replace(visit, verdict=Verdict.ALREADY_ADMITTED)
        told = replace(state, visit=seen, waiting=False, notice=Notice.ALREADY_ADMITTED)
        return told, (Play(Sound.STOP),)
    if visit.verdict is not None:
        return replace(state, visit=visit, waiting=False), (Play(Sound.STOP),)
    here = replace(state, visit=visit, waiting=False)
    selected = CandidateSelected(session.exam_session_id, event.method)
    if session.is_closed(event.at):
        return record(here, selected, GateClosed(session.exam_session_id))
    return record(here, selected)
