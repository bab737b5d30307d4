"""What comes back: applicants by cursor, tombstones, photographs, exam sessions and packages."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sync.batch import Batch
from sync.errors import HubRefused, PackageError, PackageFault, RefusalReason
from sync.hub import people
from sync.hub.directory import open_vault
from sync.hub.errors import HubSetupError
from sync.hub.exams import Seat, store_seat, store_session
from sync.hub.people import erase
from sync.hub.vault import Built, build_packages, designate_finger
from sync.package import Package, read_package, read_site
from sync.seal import SealingKey, seal
from sync.wire import (
    Applicant,
    Event,
    PressImage,
    confirmation_aad,
    event_hash,
    sha256_hex,
)
from tests.support.sync_hub import NOW_S, JoinedStation, RunningPlatform, running_platform
from tests.support.sync_outbox import item
from tests.support.sync_people import applicant, event, exam_session


def confirm(
    station: JoinedStation,
    number: int,
    *,
    decision: str = "approve",
    simulated: bool = False,
    sealed: bytes = b"",
) -> None:
    """Confirmation and decision of one person, as events of their own incarnation."""
    me, subject = station.identity.station_id, applicant(number).subject
    sealed = sealed or station.sealed_confirmation(number, simulated=simulated)
    confirmed = event(
        1,
        station=me,
        incarnation=number,
        type_="confirmation_sealed",
        subject=subject,
        data={"blob": sha256_hex(sealed)},
    )
    decided = event(
        2,
        station=me,
        incarnation=number,
        prev_hash=event_hash(confirmed),
        type_="review_decided",
        subject=subject,
        data={"decision": decision},
    )
    client = station.client()
    client.put_blob(sha256_hex(sealed), sealed)
    client.send_events(Batch((item(confirmed), item(decided))))


def seat_people(hub: RunningPlatform, *numbers: int) -> None:
    with hub.platform.database() as database, database.transaction():
        store_session(database, exam_session())
        for n in numbers:
            store_seat(
                database,
                exam_session().id,
                Seat(applicant(n).subject, f"2600{n}", "01", f"{n:02d}", "英语", None),
            )


def build(hub: RunningPlatform, *stations: str) -> Built:
    vault_key = open_vault(hub.platform.directory.parent / "vault")
    with hub.platform.database() as database:
        return build_packages(
            database, hub.platform, vault_key, exam_session().id, stations, hub.clock()
        )


def fetch(station: JoinedStation, last: int = 0) -> Package:
    return read_package(
        station.client().package(exam_session().id),
        issuer_key=station.identity.hub_verify_key,
        audience=station.identity.station_id,
        unsealing_key=station.unsealing_key,
        newer_than=lambda kind, id_: last,
        now_s=NOW_S,
    )


def test_applicants_come_page_by_page_and_then_only_changes(
    hub: RunningPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "PAGE_ITEMS", 4)
    hub.load(*range(1, 11))
    hub.load(20, unit_code="99999")
    client = hub.join().client()
    cursor, seen = "0", list[Applicant]()
    while not (page := client.applicants(cursor)).is_empty:
        seen += page.applicants
        cursor = page.cursor
    assert seen == [applicant(n) for n in range(1, 11)]
    hub.load(3)
    changed = client.applicants(cursor)
    assert [a.subject for a in changed.applicants] == [applicant(3).subject]
    assert client.applicants(changed.cursor).is_empty


def test_an_organisers_station_sees_every_unit(hub: RunningPlatform) -> None:
    hub.load(1)
    hub.load(2, unit_code="99999")
    assert len(hub.join("all").client().applicants().applicants) == 2


@pytest.mark.parametrize("cursor", ["", "-1", "1;DROP TABLE applicant", "9" * 16])
def test_a_cursor_that_is_none_is_refused(station: JoinedStation, cursor: str) -> None:
    with pytest.raises(HubRefused) as refused:
        station.client().applicants(cursor)
    assert refused.value.reason is RefusalReason.BAD_REQUEST


@pytest.mark.parametrize(
    ("decisions", "status"),
    [([], "submitted"), (["reject"], "rejected"), (["reject", "approve"], "enrolled")],
)
def test_the_last_decision_on_a_confirmation_counts(
    hub: RunningPlatform, station: JoinedStation, decisions: list[str], status: str
) -> None:
    me, subject = station.identity.station_id, applicant(1).subject
    if decisions:
        confirm(station, 1, decision=decisions[0])
    for place, decision in enumerate(decisions[1:]):
        later = event(
            1,
            station=me,
            incarnation=50 + place,
            type_="review_decided",
            subject=subject,
            data={"decision": decision},
        )
        station.client().send_events(Batch((item(later),)))
    found = {a.subject: a.status.value for a in station.client().applicants().applicants}
    assert found[subject] == status


def test_approval_that_overtakes_its_confirmation_enrols_once_both_are_there(
    hub: RunningPlatform, station: JoinedStation
) -> None:
    client, me, subject = station.client(), station.identity.station_id, applicant(1).subject
    sealed = station.sealed_confirmation(1)
    data = {"blob": sha256_hex(sealed)}
    first = event(1, station=me, type_="confirmation_sealed", subject=subject, data={**data})
    second: Event = event(
        2,
        station=me,
        prev_hash=event_hash(first),
        type_="review_decided",
        subject=subject,
        data={"decision": "approve"},
    )
    enrolled = "SELECT count(*) FROM applicant WHERE status = 'enrolled'"
    client.send_events(Batch((item(second),)))
    assert hub.count(enrolled) == 0
    client.put_blob(sha256_hex(sealed), sealed)
    client.send_events(Batch((item(first),)))
    assert hub.count(enrolled) == 1


def test_people_in_the_roll_come_back_in_the_site_package(
    hub: RunningPlatform, station: JoinedStation
) -> None:
    confirm(station, 1)
    confirm(station, 2, decision="reject")
    seat_people(hub, 1, 2, 3)
    assert build(hub) == Built(stations=1, candidates=1, not_in_roll=2, unreadable=0)
    assert station.client().exam_sessions() == (exam_session(),)
    [candidate] = read_site(fetch(station)).candidates
    assert (candidate.subject, candidate.name) == (applicant(1).subject, applicant(1).name)
    assert candidate.photo == b"\xff\xd8now"
    assert candidate.record == b"FMR\0 20\0"
    assert candidate.designated_finger == 7 or candidate.designated_finger == 8


def test_a_package_is_for_one_station_and_each_build_is_newer(
    hub: RunningPlatform, station: JoinedStation
) -> None:
    other = hub.join()
    confirm(station, 1)
    seat_people(hub, 1)
    assert build(hub, station.identity.station_id).stations == 1
    with pytest.raises(HubRefused) as refused:
        other.client().package(exam_session().id)
    assert refused.value.reason is RefusalReason.NOT_FOUND
    mine = station.client().package(exam_session().id)
    with pytest.raises(PackageError) as mistaken:
        read_package(
            mine,
            issuer_key=other.identity.hub_verify_key,
            audience=other.identity.station_id,
            unsealing_key=other.unsealing_key,
            newer_than=lambda kind, id_: 0,
            now_s=NOW_S,
        )
    assert mistaken.value.reason is PackageFault.WRONG_AUDIENCE
    first = fetch(station).manifest.sequence
    build(hub)
    assert fetch(station, last=first).manifest.sequence > first
    other.session.close()


def test_a_confirmation_sealed_for_somebody_else_is_left_out_and_counted(
    hub: RunningPlatform, station: JoinedStation
) -> None:
    confirm(station, 1)
    with hub.platform.database() as database, database.transaction():
        database.run("UPDATE confirmation SET subject = ?", applicant(2).subject)
        database.run("UPDATE decision SET subject = ?", applicant(2).subject)
        people.refresh_standing(database, applicant(2).subject)
    seat_people(hub, 2)
    assert build(hub) == Built(stations=1, candidates=0, not_in_roll=0, unreadable=1)


def test_a_bundle_about_one_person_sealed_under_anothers_name_is_left_out(
    hub: RunningPlatform, station: JoinedStation
) -> None:
    unit_key = SealingKey.from_bytes(station.activation.unit_sealing_key)
    subject = applicant(2).subject
    swapped = replace(station.confirmation(1), subject=applicant(1).subject)
    confirm(station, 2, sealed=seal(unit_key, swapped.to_bytes(), confirmation_aad(subject)))
    seat_people(hub, 2)
    assert build(hub) == Built(stations=1, candidates=0, not_in_roll=0, unreadable=1)


def test_a_live_tenants_vault_leaves_simulated_confirmations_out(tmp_path: Path) -> None:
    with running_platform(tmp_path, demo=False) as hub:
        hub.load(1)
        station = hub.join()
        confirm(station, 1, simulated=True)
        seat_people(hub, 1)
        assert build(hub).unreadable == 1
        station.session.close()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda hub: None, "no such station"),
        (lambda hub: setattr(hub.clock, "now_s", 2_000_000_000.0), "over"),
    ],
)
def test_a_build_that_makes_no_sense_is_refused(
    hub: RunningPlatform, spoil: Callable[[RunningPlatform], None], sentence: str
) -> None:
    seat_people(hub)
    spoil(hub)
    with pytest.raises(HubSetupError, match=sentence):
        build(hub, "s-unknown")


def test_the_web_process_needs_no_vault(hub: RunningPlatform, station: JoinedStation) -> None:
    shutil.rmtree(hub.platform.directory.parent / "vault")
    confirm(station, 1)
    assert hub.count("SELECT count(*) FROM confirmation") == 1


def test_erasing_a_person_leaves_a_tombstone_and_a_chain_that_still_holds(
    hub: RunningPlatform, station: JoinedStation
) -> None:
    confirm(station, 1)
    seat_people(hub, 1)
    build(hub)
    subject = applicant(1).subject
    cursor = station.client().applicants().cursor
    with hub.platform.database() as database:
        erase(database, hub.platform, subject, "withdrawn", "2026-03-02T00:00:00.000Z")
    page = station.client().applicants(cursor)
    assert [(t.subject, t.reason) for t in page.tombstones] == [(subject, "withdrawn")]
    assert page.applicants == ()
    assert hub.count("SELECT count(*) FROM event") == 2
    assert hub.count("SELECT count(*) FROM seat") == 0
    assert [p for p in (hub.platform.directory / "sealed").rglob("*") if p.is_file()] == []
    with pytest.raises(HubRefused):
        station.client().package(exam_session().id)
    everything = b"".join(p.read_bytes() for p in hub.platform.directory.rglob("*") if p.is_file())
    assert applicant(2).name.encode() not in everything  # at rest the rest is encrypted


def test_a_later_confirmation_of_an_erased_person_is_refused(
    hub: RunningPlatform, station: JoinedStation
) -> None:
    with hub.platform.database() as database:
        erase(database, hub.platform, applicant(1).subject, "withdrawn", "2026-03-02T00:00:00.000Z")
    late = event(
        1,
        station=station.identity.station_id,
        type_="confirmation_sealed",
        subject=applicant(1).subject,
        data={"blob": "0" * 64},
    )
    receipt = station.client().send_events(Batch((item(late),)))
    assert [r.reason for r in receipt.rejected] == ["erased_subject"]


def test_photographs_are_for_the_unit_of_the_applicant(hub: RunningPlatform) -> None:
    hub.load(1)
    photo = b"\xff\xd8 fictional"
    digest = sha256_hex(photo)
    with hub.platform.database() as database:
        database.run("INSERT INTO photo VALUES (?, ?, ?)", digest, applicant(1).subject, photo)
    assert hub.join().client().photo(digest) == photo
    with pytest.raises(HubRefused) as refused:
        hub.join("99999").client().photo(digest)
    assert refused.value.reason is RefusalReason.NOT_FOUND


@pytest.mark.parametrize(
    ("wished", "captured", "expected"),
    [
        (1, {1: 50, 7: 90}, 1),
        (2, {1: 50, 7: 90}, 7),
        (None, {7: 60, 2: 60, 8: 60}, 7),
        (None, {7: 60, 2: 80}, 2),
        (None, {6: 99, 8: 20}, 8),
        (None, {6: 30, 1: 40}, 1),
        (None, {10: 40}, 10),
        (None, {}, 7),
        (3, {}, 3),
    ],
)
def test_the_designated_finger_is_one_that_was_captured(
    wished: int | None, captured: dict[int, int], expected: int
) -> None:
    images = [PressImage(finger, 1, b"", quality) for finger, quality in captured.items()]
    assert designate_finger(images, wished) == expected


def test_events_of_an_erased_person_hold_nothing_personal(station: JoinedStation) -> None:
    sent = event(1, subject=applicant(1).subject)
    text = json.dumps(replace(sent).to_json(), ensure_ascii=False)
    assert applicant(1).name not in text
