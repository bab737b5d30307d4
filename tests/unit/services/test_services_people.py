"""Finding people, signing in, and what the review form says of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from station.domain.facts import FoundBy
from station.forms.record import record_hash
from station.services import candidates, lookup
from station.services.form_records import form_record
from station.services.store_room import StoreRoom
from station.store.site import PackageIdentity
from station.workflow.inputs import ApplicantsFound, Failed
from station.workflow.notices import Notice
from station.workflow.progress import DeskStep
from sync.wire import Candidate, Page
from tests.support.services_cases import room_over
from tests.support.store_cases import created
from tests.support.sync_people import applicant, candidate, exam_session
from tests.support.workflow_cases import facts_until

TODAY = date(2026, 3, 2)
MORNING = exam_session().id


@pytest.fixture
def room(tmp_path: Path) -> Iterator[StoreRoom]:
    store = created(tmp_path)
    yield room_over(store.database)
    store.database.close()


def known(room: StoreRoom, *numbers: int) -> None:
    room.roster.apply(Page(tuple(map(applicant, numbers)), (), "1"))


# --- applicants -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "method"),
    [
        (applicant(2).registration_id, FoundBy.REGISTRATION_ID),
        (f"  {applicant(2).registration_id.lower()} ", FoundBy.REGISTRATION_ID),
        ("２０２６０１８Ａ０００２", FoundBy.REGISTRATION_ID),
        (applicant(2).document_number, FoundBy.IDENTITY_CARD),
        (applicant(2).name, FoundBy.NAME),
        ("shenqingren2", FoundBy.NAME),
    ],
)
def test_an_applicant_is_found_however_it_was_typed(
    typed: str, method: FoundBy, room: StoreRoom
) -> None:
    known(room, 1, 2)
    found = lookup.search(room, typed, TODAY)
    assert isinstance(found, ApplicantsFound)
    assert [one.subject for one in found.applicants] == [applicant(2).subject]
    assert found.method is method


def test_a_beginning_of_a_name_may_be_several(room: StoreRoom) -> None:
    known(room, 1, 2, 3)
    found = lookup.search(room, "申请人", TODAY)
    assert isinstance(found, ApplicantsFound)
    assert len(found.applicants) == 3


def last_changed(number: str) -> str:
    return number[:-1] + ("0" if number[-1] != "0" else "1")


@pytest.mark.parametrize(
    ("typed", "notice"),
    [
        (last_changed(applicant(1).document_number), Notice.NUMBER_WRONG_CHECK_DIGIT),
        (applicant(1).document_number[:-1], Notice.NUMBER_WRONG_LENGTH),
        ("001234199002310013", Notice.NUMBER_IMPOSSIBLE_DATE),
        ("00123429900307001X", Notice.NUMBER_IMPOSSIBLE_DATE),
    ],
)
def test_a_number_that_cannot_exist_is_told_and_not_searched_for(
    typed: str, notice: Notice, room: StoreRoom
) -> None:
    known(room, 1)
    assert lookup.search(room, typed, TODAY) == Failed(notice)


@pytest.mark.parametrize("typed", ["2026018A9999", "没有这个人", applicant(9).document_number])
def test_nobody_found_is_an_empty_answer(typed: str, room: StoreRoom) -> None:
    known(room, 1)
    found = lookup.search(room, typed, TODAY)
    assert isinstance(found, ApplicantsFound)
    assert found.applicants == ()


# --- candidates -----------------------------------------------------------------------------------


def seated(room: StoreRoom, *people: Candidate) -> None:
    identity = PackageIdentity("issuer", MORNING, 1)
    room.site.import_package(identity, [exam_session()], people)


def place(number: int, room: str, seat: str, ticket: str = "") -> Candidate:
    somebody = replace(candidate(number), room=room, seat=seat)
    return replace(somebody, ticket_no=ticket) if ticket else somebody


def number_of(found: candidates.Found | Notice) -> tuple[str, FoundBy]:
    assert not isinstance(found, Notice)
    return found[0].subject, found[1]


@pytest.mark.parametrize(
    ("typed", "method"),
    [
        (candidate(2).ticket_no, FoundBy.TICKET),
        (candidate(2).document_number.lower(), FoundBy.IDENTITY_CARD),
        ("03-17", FoundBy.SEAT),
        ("3-17", FoundBy.SEAT),
        ("0317", FoundBy.SEAT),
        ("０３－１７", FoundBy.SEAT),
        (" 03 17 ", FoundBy.SEAT),
        (candidate(2).ticket_no[-5:], FoundBy.TICKET),
        (candidate(2).document_number[-6:], FoundBy.IDENTITY_CARD),
    ],
)
def test_a_candidate_is_found_by_less_than_a_whole_number(
    typed: str, method: FoundBy, room: StoreRoom
) -> None:
    seated(room, place(1, "01", "05"), place(2, "03", "17"), place(3, "31", "7"))
    found = candidates.by_text(room.site, MORNING, typed)
    assert number_of(found) == (candidate(2).subject, method)


def test_what_fits_several_candidates_selects_nobody(room: StoreRoom) -> None:
    seated(room, place(1, "01", "05", "26A00007"), place(2, "03", "17", "26B00007"))
    assert candidates.by_text(room.site, MORNING, "00007") is Notice.SEVERAL_CANDIDATES
    found = candidates.by_text(room.site, MORNING, "26B00007")
    assert number_of(found) == (candidate(2).subject, FoundBy.TICKET)


def test_a_seat_of_five_figures_and_a_ticket_ending_alike_are_two_people(room: StoreRoom) -> None:
    seated(room, place(1, "012", "05"), place(2, "03", "17", "26A01205"))
    assert candidates.by_text(room.site, MORNING, "01205") is Notice.SEVERAL_CANDIDATES
    found = candidates.by_text(room.site, MORNING, "012-05")
    assert number_of(found) == (candidate(1).subject, FoundBy.SEAT)


@pytest.mark.parametrize("typed", ["-", "--", "01-", "-05", "9", "1", "00000", "%", "_____", "'"])
def test_what_means_nobody_finds_nobody(typed: str, room: StoreRoom) -> None:
    seated(room, place(1, "01", "05"), place(2, "", ""))
    assert candidates.by_text(room.site, MORNING, typed) is Notice.CANDIDATE_UNKNOWN


def test_short_codes_are_of_the_loaded_session_only(room: StoreRoom) -> None:
    seated(room, place(1, "01", "05"))
    assert candidates.by_text(room.site, "afternoon", "01-05") is Notice.CANDIDATE_UNKNOWN
    elsewhere = candidates.by_text(room.site, "afternoon", candidate(1).ticket_no)
    assert number_of(elsewhere) == (candidate(1).subject, FoundBy.TICKET)


def test_the_holder_of_a_card_is_found_or_unknown(room: StoreRoom) -> None:
    seated(room, place(1, "01", "05"))
    found = candidates.by_card(room.site, MORNING, candidate(1).document_number)
    assert number_of(found) == (candidate(1).subject, FoundBy.IDENTITY_CARD)
    unknown = candidates.by_card(room.site, MORNING, candidate(2).document_number)
    assert unknown is Notice.CANDIDATE_UNKNOWN


# --- the form -------------------------------------------------------------------------------------


def form_hash(upto: DeskStep, **changes: str) -> str:
    somebody = replace(applicant(1), **changes)  # type: ignore[arg-type]  # texts only
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    return record_hash(form_record(somebody, facts_until(upto), b"up", b"now", at, "1"))


def test_the_same_facts_give_the_same_form_and_any_other_fact_another() -> None:
    assert form_hash(DeskStep.FORM) == form_hash(DeskStep.FORM)
    assert form_hash(DeskStep.FORM) == form_hash(DeskStep.SIGN), "handing it out changes nothing"
    assert form_hash(DeskStep.FORM) != form_hash(DeskStep.FINGERS)
    assert form_hash(DeskStep.FORM) != form_hash(DeskStep.FORM, address="另一个地址")


def test_a_line_of_experience_has_period_place_and_position() -> None:
    somebody = replace(applicant(1), experience=("2008.09—2012.07|望海学院|学生", "2012.07至今"))
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    first, second = form_record(somebody, (), b"", b"", at, "1").experience
    assert (first.period, first.place, first.position) == ("2008.09—2012.07", "望海学院", "学生")
    assert (second.period, second.place, second.position) == ("2012.07至今", "", "")
