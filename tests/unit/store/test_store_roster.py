"""The roster: the platform's data as last heard, found in the ways people look for them."""

from dataclasses import replace
from pathlib import Path

import pytest

from station.store.database import RuleBroken
from station.store.errors import PackageOutdated
from station.store.outbox import StationOutbox
from station.store.roster import Roster
from station.store.site import Expected, PackageIdentity, SiteRoster
from sync.wire import Applicant, Candidate, Page, Receipt, Tombstone, sha256_hex
from tests.support.store_cases import Store, created, erasure, press
from tests.support.sync_people import applicant, candidate, exam_session

NOW = "2026-03-01T01:02:03.456Z"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return created(tmp_path)


def page(*applicants: Applicant, gone: tuple[str, ...] = (), cursor: str = "c1") -> Page:
    return Page(applicants, tuple(Tombstone(it, "withdrawn", NOW) for it in gone), cursor)


def test_an_applicant_comes_back_whole_after_a_restart(store: Store) -> None:
    Roster(store.database).apply(page(applicant(1), applicant(2)))
    roster = Roster(store.reopened().database)
    assert roster.by_subject(applicant(2).subject) == applicant(2)
    assert roster.count() == 2
    assert roster.cursor() == "c1"
    assert roster.by_subject("0" * 32) is None


def test_before_the_first_page_there_is_nothing(store: Store) -> None:
    roster = Roster(store.database)
    assert (roster.cursor(), roster.count()) == ("", 0)
    assert roster.by_name("申") == ()


@pytest.mark.parametrize("typed", ["2026018A0001", " 2026018a0001 ", "２０２６０１８Ａ０００１"])
def test_a_registration_id_is_found_as_people_type_it(store: Store, typed: str) -> None:
    roster = Roster(store.database)
    roster.apply(page(applicant(1), applicant(2)))
    assert roster.by_registration_id(typed) == applicant(1)
    assert roster.by_registration_id("2026018A9999") is None


def test_a_document_number_finds_every_application_of_the_person(store: Store) -> None:
    roster = Roster(store.database)
    second = replace(applicant(2), document_number="00123419900307001x")
    first = replace(applicant(1), document_number="00123419900307001X")
    roster.apply(page(first, second, applicant(3)))
    assert set(roster.by_document_number("00123419900307001x")) == {first, second}


@pytest.mark.parametrize(
    "typed", ["欧阳", "欧 阳", "欧阳䶮", "ouyang", "OUYANG YAN", "阿卜杜拉·买", "阿卜杜拉买买提"]
)
def test_a_name_is_found_by_its_beginning(store: Store, typed: str) -> None:
    roster = Roster(store.database)
    rare = replace(applicant(1), name="欧阳䶮", pinyin="OUYANG YAN")
    minority = replace(applicant(2), name="阿卜杜拉•买买提", pinyin="ABUDULA MAIMAITI")
    roster.apply(page(rare, minority, applicant(3)))
    expected = minority if typed.startswith("阿") else rare
    assert roster.by_name(typed) == (expected,)


@pytest.mark.parametrize("typed", ["", "  ", "%", "_", "阳", "' OR 1=1 --"])
def test_nothing_is_found_by_tricks(store: Store, typed: str) -> None:
    roster = Roster(store.database)
    roster.apply(page(replace(applicant(1), name="欧阳䶮")))
    assert roster.by_name(typed) == ()


def test_a_later_page_replaces_what_the_platform_said_before(store: Store) -> None:
    roster = Roster(store.database)
    roster.apply(page(applicant(1)))
    corrected = replace(applicant(1), name="更正后", registration_id="2026018B0001")
    roster.apply(page(corrected, cursor="c2"))
    assert roster.by_registration_id("2026018A0001") is None
    assert roster.by_name("更正") == (corrected,)
    assert (roster.count(), roster.cursor()) == (1, "c2")


def test_a_tombstone_removes_and_keeps_out(store: Store) -> None:
    roster = Roster(store.database)
    photo = b"\xff\xd8 a photo"
    with_photo = replace(applicant(1), uploaded_photo=sha256_hex(photo))
    roster.apply(page(with_photo, applicant(2)))
    roster.keep_photo(photo)
    roster.apply(page(gone=(applicant(1).subject,), cursor="c2"))
    roster.apply(page(with_photo, cursor="c3"))
    assert roster.count() == 1
    assert roster.photo(with_photo) is None


def test_evidence_outlives_a_tombstone_until_the_platform_has_it(store: Store) -> None:
    roster, outbox = Roster(store.database), StationOutbox(store.database)
    stored = store.log.append(press(1, subject=applicant(1).subject))
    roster.apply(page(gone=(applicant(1).subject, applicant(2).subject)))
    assert store.log.erasures_due() == (applicant(2).subject,)
    assert store.log.payload(stored.event.id, "impression")
    receipt = Receipt("1" * 32, "station-1", (stored.event.id,), (), (), (), NOW, b"s")
    outbox.delivered([stored.event.id], receipt)
    assert store.log.erasures_due() == (applicant(1).subject, applicant(2).subject)
    store.log.erase_person(erasure(applicant(1).subject))
    assert store.log.erasures_due() == (applicant(2).subject,)


def test_uploaded_photos_are_asked_for_once(store: Store) -> None:
    roster = Roster(store.database)
    photo = b"\xff\xd8 a photo"
    with_photo = replace(applicant(1), uploaded_photo=sha256_hex(photo))
    roster.apply(page(with_photo, applicant(2)))
    assert roster.photos_wanted() == (sha256_hex(photo),)
    roster.keep_photo(photo)
    roster.keep_photo(photo)
    assert roster.photos_wanted() == ()
    assert roster.photo(with_photo) == photo
    assert roster.photo(applicant(2)) is None


PACKAGE = PackageIdentity("organiser", "site-7", 1)


def everybody(site: SiteRoster) -> list[Candidate | None]:
    """Who is expected at the session, in order of their ids."""
    subjects = sorted(site.expected(exam_session().id).subjects)
    return [site.by_subject(exam_session().id, subject) for subject in subjects]


def test_who_brings_no_finger_is_counted(store: Store) -> None:
    site = SiteRoster(store.database)
    people = [candidate(number) for number in (1, 2, 3)]
    site.import_package(PACKAGE, [exam_session()], people, {candidate(2).subject})
    assert site.expected(exam_session().id).without_template == 1
    assert site.expected("other") == Expected((), 0)


def test_a_site_package_is_there_whole_after_a_restart(store: Store) -> None:
    people = [candidate(number) for number in (1, 2, 3)]
    SiteRoster(store.database).import_package(PACKAGE, [exam_session()], people)
    site = SiteRoster(store.reopened().database)
    assert site.exam_sessions() == (exam_session(),)
    assert site.exam_session(exam_session().id) == exam_session()
    assert site.exam_session("other") is None
    assert everybody(site) == list(people)
    assert site.last_sequence("organiser", "site-7") == 1
    assert site.last_sequence("somebody else", "site-7") == 0


def test_a_candidate_is_found_by_ticket_document_seat_and_person(store: Store) -> None:
    site = SiteRoster(store.database)
    site.import_package(PACKAGE, [exam_session()], [candidate(1), candidate(2)])
    expected = candidate(2)
    assert site.by_ticket(f" {expected.ticket_no} ") == (expected,)
    assert site.by_document_number(expected.document_number.lower()) == (expected,)
    assert site.by_seat(exam_session().id, "01", "02") == expected
    assert site.by_subject(exam_session().id, expected.subject) == expected
    assert site.by_ticket("0") == site.by_document_number("0") == ()
    assert site.by_seat(exam_session().id, "01", "99") is None
    assert site.by_subject("other", expected.subject) is None


def test_both_half_days_of_a_person_are_found(store: Store) -> None:
    site = SiteRoster(store.database)
    afternoon = replace(exam_session("2026-05-24-pm"), starts_at="2026-05-24T06:30:00.000Z")
    later = replace(candidate(1), exam_session_id=afternoon.id, ticket_no="270000001")
    site.import_package(PACKAGE, [exam_session()], [candidate(1)])
    site.import_package(PackageIdentity("organiser", "site-7", 2), [afternoon], [later])
    assert site.exam_sessions() == (exam_session(), afternoon)
    assert site.by_document_number(later.document_number) == (candidate(1), later)


def test_a_newer_package_replaces_the_candidates_of_its_sessions(store: Store) -> None:
    site = SiteRoster(store.database)
    site.import_package(PACKAGE, [exam_session()], [candidate(1), candidate(2)])
    moved = replace(candidate(2), room="02")
    site.import_package(PackageIdentity("organiser", "site-7", 2), [exam_session()], [moved])
    assert everybody(site) == [moved]


@pytest.mark.parametrize("sequence", [0, 1])
def test_a_package_that_is_not_newer_changes_nothing(store: Store, sequence: int) -> None:
    site = SiteRoster(store.database)
    site.import_package(PACKAGE, [exam_session()], [candidate(1)])
    old = PackageIdentity("organiser", "site-7", sequence)
    with pytest.raises(PackageOutdated):
        site.import_package(old, [exam_session()], [])
    assert everybody(site) == [candidate(1)]


def test_a_package_that_contradicts_itself_changes_nothing(store: Store) -> None:
    site = SiteRoster(store.database)
    with pytest.raises(ValueError, match="does not name"):
        site.import_package(PACKAGE, [], [candidate(1)])
    with pytest.raises(RuleBroken) as caught:
        site.import_package(PACKAGE, [exam_session()], [candidate(1), candidate(1)])
    assert candidate(1).ticket_no not in str(caught.value)
    assert site.exam_sessions() == ()
    assert site.last_sequence("organiser", "site-7") == 0
