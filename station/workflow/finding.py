"""Finding an applicant and opening the case."""

from dataclasses import replace

from station.domain.facts import ApplicantFound, FoundBy
from station.workflow import inputs
from station.workflow.arrival import enter
from station.workflow.capture import Reader
from station.workflow.desk_state import Confirmation, Outcome, Waiting, record
from station.workflow.effects import OpenCase, Play, SearchApplicants, SearchByCard, Sound
from station.workflow.notices import Notice
from station.workflow.progress import Progress, fold


def step(
    state: Confirmation,
    event: inputs.Find | inputs.FindByCard | inputs.ApplicantsFound | inputs.Choose,
) -> Outcome:
    """One input of the search; with somebody at the desk nobody else is looked for."""
    if state.applicant is not None or state.waiting is Waiting.CASE:
        return state, ()
    match event:
        case inputs.Find() | inputs.FindByCard() if state.waiting is Waiting.SEARCH:
            return state, ()
        case inputs.ApplicantsFound(method=method) if not _asked_for(state.waiting, method):
            return state, ()
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
            return _ask_for_case(state, only.subject, event)
        case inputs.ApplicantsFound(applicants=several, method=method):
            choosing = replace(state, waiting=None, matches=several, found_by=method)
            return replace(choosing, notice=Notice.SEVERAL_FOUND), ()
        case inputs.Choose(subject=subject):
            known = any(match.subject == subject for match in state.matches)
            chosen = inputs.ApplicantsFound((), state.found_by)
            return _ask_for_case(state, subject, chosen) if known else (state, ())


def _asked_for(waiting: Waiting | None, method: FoundBy) -> bool:
    """Whether the desk still waits for this answer: a card read in vain must not pop up later."""
    wanted = Waiting.CARD if method is FoundBy.IDENTITY_CARD else Waiting.SEARCH
    return waiting is wanted


def _ask_for_case(state: Confirmation, subject: str, found: inputs.ApplicantsFound) -> Outcome:
    opening = replace(
        state,
        waiting=Waiting.CASE,
        found_by=found.method,
        differing=found.differing,
        card=found.card if found.differing else None,
    )
    return opening, (OpenCase(subject, found.method),)


def open_case(state: Confirmation, event: inputs.CaseOpened) -> Outcome:
    """Show a person with all that is stored. A restart resumes without anybody having asked."""
    if state.applicant is not None or state.waiting not in (None, Waiting.CASE):
        return state, ()
    earlier = event.applicant.captured_earlier
    progress = fold(event.facts, Progress(captured_earlier=earlier))
    opened = Confirmation(
        applicant=event.applicant,
        progress=progress,
        found_by=event.method,
        differing=state.differing,
        card=state.card,
        reader=Reader(attempt=state.reader.attempt),
    )
    if not progress.found:
        return record(opened, ApplicantFound(event.method))
    if progress.sealed:
        return replace(opened, notice=Notice.ALREADY_SEALED), ()
    opened, effects = enter(opened)
    return replace(opened, notice=opened.notice or Notice.RESUMED), effects
