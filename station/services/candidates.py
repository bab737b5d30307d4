"""Finding a candidate at the gate: by ticket or document, or, without either, by seat."""

from station.domain.facts import FoundBy
from station.store.roster import comparable_code
from station.store.site import NUMBER_ENDING, TICKET_ENDING, SiteRoster
from station.workflow.notices import Notice
from sync.wire import Candidate

Found = tuple[Candidate, FoundBy]


def by_text(site: SiteRoster, exam_session_id: str, text: str) -> Found | Notice:
    """Whoever a whole ticket or document number means anywhere, else a short code in this session.

    A short code that fits several people selects nobody: the whole number has to be typed then.
    """
    by_ticket = site.by_ticket(text)
    if by_ticket:
        return _here(by_ticket, exam_session_id), FoundBy.TICKET
    by_number = site.by_document_number(text)
    if by_number:
        return _here(by_number, exam_session_id), FoundBy.IDENTITY_CARD
    fitting = site.by_short_code(exam_session_id, text)
    if len(fitting) > 1:
        return Notice.SEVERAL_CANDIDATES
    return (fitting[0], _method(fitting[0], text)) if fitting else Notice.CANDIDATE_UNKNOWN


def by_card(site: SiteRoster, exam_session_id: str, number: str) -> Found | Notice:
    """The holder of the card on the reader."""
    found = site.by_document_number(number)
    if not found:
        return Notice.CANDIDATE_UNKNOWN
    return _here(found, exam_session_id), FoundBy.IDENTITY_CARD


def _here(found: tuple[Candidate, ...], exam_session_id: str) -> Candidate:
    """Their seat in this session, else any other: the screen then says where they belong."""
    return next((one for one in found if one.exam_session_id == exam_session_id), found[0])


def _method(candidate: Candidate, text: str) -> FoundBy:
    code = comparable_code(text)
    if len(code) == TICKET_ENDING and comparable_code(candidate.ticket_no).endswith(code):
        return FoundBy.TICKET
    if len(code) == NUMBER_ENDING and comparable_code(candidate.document_number).endswith(code):
        return FoundBy.IDENTITY_CARD
    return FoundBy.SEAT
