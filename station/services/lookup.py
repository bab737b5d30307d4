"""Finding an applicant by whatever was typed or scanned."""

import re
from datetime import date

from station.domain.facts import FoundBy
from station.domain.identity_document import (
    NumberFault,
    normalise_number,
    resident_number_fault,
)
from station.services.store_room import StoreRoom
from station.workflow.inputs import ApplicantsFound, Failed
from station.workflow.notices import Notice

# One published sample (2023018A1B2C): four digits and eight capitals or digits.
REGISTRATION_ID = re.compile(r"\d{4}[0-9A-Z]{8}")
_LOOKS_LIKE_NUMBER = re.compile(r"\d{13,}[0-9X]?")
_FAULTS = {
    NumberFault.WRONG_LENGTH: Notice.NUMBER_WRONG_LENGTH,
    NumberFault.WRONG_CHARACTER: Notice.NUMBER_WRONG_CHARACTER,
    NumberFault.IMPOSSIBLE_DATE: Notice.NUMBER_IMPOSSIBLE_DATE,
    NumberFault.WRONG_CHECK_DIGIT: Notice.NUMBER_WRONG_CHECK_DIGIT,
}


def search(room: StoreRoom, text: str, today: date) -> ApplicantsFound | Failed:
    """Applicants for a registration ID, an identity number or the beginning of a name.

    A number that cannot exist is told as such instead of being searched for in vain.
    """
    code = normalise_number(text)
    by_id = room.roster.by_registration_id(code)
    if by_id is not None:
        return ApplicantsFound((room.shown(by_id),), FoundBy.REGISTRATION_ID)
    if _LOOKS_LIKE_NUMBER.fullmatch(code):
        fault = resident_number_fault(code, today)
        if fault is not None:
            return Failed(_FAULTS[fault])
        found = room.roster.by_document_number(code)
        return ApplicantsFound(tuple(map(room.shown, found)), FoundBy.IDENTITY_CARD)
    if REGISTRATION_ID.fullmatch(code):
        return ApplicantsFound((), FoundBy.REGISTRATION_ID)
    return ApplicantsFound(tuple(map(room.shown, room.roster.by_name(text))), FoundBy.NAME)
