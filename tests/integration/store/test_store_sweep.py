"""The retention sweep over a real file: what goes, what stays, and that nothing of it is left."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from station.domain.audit import PayloadsDeleted
from station.domain.retention import Kind, State, Trust
from station.services.audit_file import ExportRequest
from station.services.erasure import Eraser
from station.services.places import Places
from station.services.sweeper import Sweeper
from station.services.upkeep_folders import kept_folders
from station.settings import Settings
from station.store.chain import verify_chain
from station.store.desk import OpenCase
from station.store.drafts import EventDraft, PayloadDraft
from station.store.errors import PayloadGone, StoreFull
from station.store.kept_files import KeptFolder
from station.store.outbox import StationOutbox
from station.store.site import PackageIdentity
from station.workflow.notices import Notice
from sync.seal import SigningKey
from sync.wire import Page, Purpose, Tombstone, format_instant, sha256_hex
from tests.support.privacy_pages import decrypted_pages, pieces
from tests.support.privacy_room import DAY, MORNING, PrivacyRoom, privacy_room
from tests.support.store_cases import KEY, bytes_of, press, sealing
from tests.support.sync_people import applicant, candidate, exam_session

ONE, TWO = applicant(1), applicant(2)


@pytest.fixture
def desk(tmp_path: Path) -> PrivacyRoom:
    """One person sealed and delivered, another half way."""
    made = privacy_room(tmp_path)
    made.room.roster.apply(Page((ONE, TWO), (), "1"))
    for number in range(3):
        made.append(press(number, subject=ONE.subject, size=20_000))
        made.append(press(number, subject=TWO.subject, size=900))
    made.append(sealing(subject=ONE.subject))
    made.deliver_all()
    return made


def later(desk: PrivacyRoom, days: float) -> None:
    desk.times.pass_(days)
    desk.hear_platform()


def test_nothing_goes_before_its_days_are_over(desk: PrivacyRoom) -> None:
    later(desk, 6.9)
    assert desk.sweep() == 0
    assert desk.payloads(ONE.subject) == 6


def test_what_the_platform_has_goes_and_no_byte_of_it_is_left(desk: PrivacyRoom) -> None:
    plain = bytes_of(f"image {ONE.subject} 1", 20_000 - 300)
    rows = desk.database.rows("SELECT ciphertext FROM payload WHERE subject = ?", (ONE.subject,))
    key = desk.database.row("SELECT key FROM person_key WHERE subject = ?", (ONE.subject,))
    assert key is not None
    traces = [piece for (content,) in rows for piece in pieces(content)] + [key[0]]
    before = decrypted_pages(desk.path, KEY)
    assert all(trace in before for trace in traces), "the search itself must work"
    later(desk, 7)
    assert desk.sweep() == 6
    after = decrypted_pages(desk.path, KEY)
    assert [trace for trace in traces if trace in after] == []
    everything = b"".join(path.read_bytes() for path in desk.path.parent.iterdir())
    assert not any(piece in everything + after for piece in pieces(plain))
    assert verify_chain(desk.database).intact
    with pytest.raises(PayloadGone):
        desk.room.log.payload(desk.room.log.events_of(ONE.subject)[0].event.id, "impression")
    assert desk.payloads(TWO.subject) == 6, "the open case is untouched"


def test_the_evidence_of_a_deletion_stays(desk: PrivacyRoom) -> None:
    later(desk, 7)
    desk.sweep("admin01")
    told = [
        (stored.event.data["kind"], stored.event.data["count"], stored.event.actor)
        for stored in desk.room.log.events_of(ONE.subject)
        if stored.event.type == PayloadsDeleted.TYPE
    ]
    assert told == [("finger_images", 3, "admin01"), ("templates", 3, "admin01")]
    last = desk.sweeper().last_run()
    assert last is not None
    assert last.at == MORNING + 7 * DAY


def test_an_open_case_is_never_swept_and_its_applicant_stays(desk: PrivacyRoom) -> None:
    later(desk, 3000)
    desk.sweep()
    assert desk.payloads(TWO.subject) == 6
    assert desk.room.roster.by_subject(TWO.subject) == TWO
    assert desk.room.roster.by_subject(ONE.subject) is None


@pytest.mark.parametrize("what", ["waiting", "quarantined"])
def test_nothing_goes_while_the_platform_has_not_taken_all(desk: PrivacyRoom, what: str) -> None:
    (event_id,) = desk.append(EventDraft("review_decided", 1, ONE.subject, "r1"))
    if what == "quarantined":
        StationOutbox(desk.database).quarantine(event_id, "not_understood")
    later(desk, 3000)
    assert desk.sweep() == 0


def test_a_receipt_that_somebody_else_signed_is_none(tmp_path: Path) -> None:
    desk = privacy_room(tmp_path)
    desk.append(press(1), sealing())
    desk.deliver_all(pen=SigningKey.generate())
    later(desk, 3000)
    assert desk.sweep() == 0


def test_a_receipt_for_other_events_is_none_for_these(tmp_path: Path) -> None:
    desk = privacy_room(tmp_path)
    ids = desk.append(press(1), sealing())
    others = tuple(f"{number:032x}" for number in range(len(ids)))
    StationOutbox(desk.database).delivered(ids, desk.receipt(others, desk.now, desk.pen))
    later(desk, 3000)
    assert desk.sweep() == 0


def test_the_days_begin_when_the_platform_has_the_sealed_record(tmp_path: Path) -> None:
    desk = privacy_room(tmp_path)
    desk.append(press(1))
    desk.deliver_all()
    later(desk, 5)
    desk.append(sealing())
    desk.deliver_all()
    later(desk, 6.9)
    assert desk.sweep() == 0, "the press was delivered twelve days ago, its record was not"
    later(desk, 0.1)
    assert desk.sweep() == 2


@pytest.mark.parametrize("jump", [timedelta(days=4000), timedelta(days=-4000)])
def test_a_clock_set_forward_or_back_deletes_nothing(desk: PrivacyRoom, jump: timedelta) -> None:
    later(desk, 1)
    desk.times.wall_s += jump.total_seconds()
    sweeper = desk.sweeper()
    proven = sweeper.begin()
    assert proven.trust is Trust.CLOCKS_DISAGREE
    assert sweeper.sweep(ONE.subject, desk.policy, proven.at, "system").rows == 0
    # Heard anew, the platform's word shows that the clock is wrong; still nothing goes.
    desk.clock.correct(MORNING.timestamp() + 86400)
    assert desk.sweeper().begin().trust is Trust.CLOCKS_DISAGREE


def test_offline_the_days_count_to_the_last_receipt(desk: PrivacyRoom) -> None:
    desk.times.pass_(3000)
    assert desk.sweep() == 0, "no platform, no time"
    desk.append(EventDraft("station_started", 1, None, "system"))
    desk.deliver_all()
    assert desk.sweep() == 7, "six rows of evidence and the applicant's"


def test_site_data_go_after_the_session_but_not_before(tmp_path: Path) -> None:
    desk = privacy_room(tmp_path)
    session = replace(exam_session(), starts_at=format_instant(MORNING.timestamp()))
    package = PackageIdentity("issuer", "package", 1)
    seats = [candidate(1), candidate(2)]
    desk.room.site.import_package(package, [session], seats)
    later(desk, 2.9)
    assert desk.sweep() == 0
    assert len(desk.room.site.expected(session.id).subjects) == 2
    later(desk, 0.2)
    assert desk.sweep() == 2
    assert desk.room.site.exam_sessions() == ()
    assert desk.room.site.last_sequence("issuer", "package") == 1, "an old package stays refused"


def test_a_seat_stays_while_something_of_its_candidate_waits(tmp_path: Path) -> None:
    desk = privacy_room(tmp_path)
    session = replace(exam_session(), starts_at=format_instant(MORNING.timestamp()))
    desk.room.site.import_package(PackageIdentity("issuer", "p", 1), [session], [candidate(1)])
    desk.append(EventDraft("gate_admitted", 1, candidate(1).subject, "gate01", {"attempt": 1}))
    later(desk, 10)
    desk.sweep()
    assert len(desk.room.site.expected(session.id).subjects) == 1
    desk.deliver_all()
    desk.sweep()
    assert desk.room.site.exam_sessions() == ()


def test_gate_evidence_goes_after_its_receipt(tmp_path: Path) -> None:
    desk = privacy_room(tmp_path)
    picture = PayloadDraft("impression", "image/png", bytes_of("gate", 5000))
    draft = EventDraft("gate_attempt", 1, ONE.subject, "gate01", {"attempt": 1}, (picture,))
    desk.append(draft)
    desk.deliver_all()
    later(desk, 89)
    assert desk.sweep() == 0
    later(desk, 1)
    assert desk.sweep() == 1


def test_gate_evidence_stays_while_its_session_lasts_whatever_the_days(tmp_path: Path) -> None:
    desk = privacy_room(tmp_path)
    desk.with_days(Kind.GATE_IMPRESSIONS, State.EXAM_OVER, 0)
    begins = format_instant((MORNING + DAY).timestamp())
    session = replace(exam_session(), starts_at=begins)
    desk.room.site.import_package(PackageIdentity("issuer", "p", 1), [session], [candidate(1)])
    picture = PayloadDraft("impression", "image/png", bytes_of("gate", 5000))
    one = candidate(1).subject
    desk.append(EventDraft("gate_attempt", 1, one, "gate01", {"attempt": 1}, (picture,)))
    desk.deliver_all()
    later(desk, 1)
    assert desk.sweep() == 0
    later(desk, session.closes_after_min / (24 * 60))
    assert desk.sweep() == 1


def test_every_export_goes_after_its_days(tmp_path: Path) -> None:
    desk = privacy_room(tmp_path)
    settings = Settings(data_directory=str(tmp_path / "data"), key_directory=str(tmp_path / "keys"))
    exports = Places.of(settings).exports
    exports.mkdir(parents=True)
    day = MORNING.date()
    trail = ExportRequest("audit01", Purpose.DEGREE, day, day, MORNING).file_name
    for name in (trail, "support.zip", "support-2.zip", "notes of mine.txt"):
        (exports / name).write_bytes(b"made here")
    desk.folders = kept_folders(settings, "station-1")
    later(desk, 0)
    desk.sweep()
    later(desk, 6.9)
    desk.sweep()
    assert len(list(exports.iterdir())) == 4
    later(desk, 0.1)
    desk.sweep()
    assert [path.name for path in exports.iterdir()] == ["notes of mine.txt"]


def test_applicants_who_never_came_go_after_the_year_of_their_application(
    tmp_path: Path,
) -> None:
    desk = privacy_room(tmp_path)
    desk.room.roster.apply(Page((ONE,), (), "1"))
    later(desk, 303.6)  # half past eleven at night of 31 March in Beijing
    assert desk.sweep() == 0
    later(desk, 0.1)
    assert desk.sweep() == 1
    assert desk.room.roster.count() == 0


def test_a_photo_that_another_application_shares_stays(tmp_path: Path) -> None:
    desk = privacy_room(tmp_path)
    photo = bytes_of("photo", 3000)
    both = [replace(one, uploaded_photo=sha256_hex(photo)) for one in (ONE, TWO)]
    desk.room.roster.apply(Page(tuple(both), (), "1"))
    desk.room.roster.keep_photo(photo)
    desk.append(press(1, subject=ONE.subject), sealing(subject=ONE.subject))
    desk.deliver_all()
    later(desk, 61)
    desk.sweep()
    assert desk.room.roster.by_subject(ONE.subject) is None
    assert desk.room.roster.photo(both[1]) == photo


def test_a_full_disk_in_the_middle_leaves_whole_people(
    desk: PrivacyRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.append(sealing(subject=TWO.subject))
    desk.deliver_all()
    later(desk, 8)
    sweeper = desk.sweeper()
    now = sweeper.begin().at
    assert sweeper.sweep(ONE.subject, desk.policy, now, "system").rows == 6
    before = len(desk.room.log.events_of(TWO.subject))
    full_disk(monkeypatch, desk)
    with pytest.raises(StoreFull):
        sweeper.sweep(TWO.subject, desk.policy, now, "system")
    monkeypatch.undo()
    assert desk.payloads(TWO.subject) == 6
    assert len(desk.room.log.events_of(TWO.subject)) == before
    assert desk.sweep() == 6, "the next sweep goes on"


def full_disk(monkeypatch: pytest.MonkeyPatch, desk: PrivacyRoom) -> None:
    """The commit fails, as on a disk without room: rows and evidence must go back together."""
    run: Callable[..., object] = desk.database._run

    def fails(sql: str, values: object) -> object:
        if sql == "COMMIT":
            raise StoreFull
        return run(sql, values)

    monkeypatch.setattr(desk.database, "_run", fails)


def test_a_sweep_that_was_killed_is_finished_by_the_next(tmp_path: Path) -> None:
    desk = privacy_room(tmp_path)
    desk.append(press(1, size=20_000), sealing())
    desk.deliver_all()
    later(desk, 8)
    sweeper: Sweeper = desk.sweeper()
    proven = sweeper.begin()
    trace = desk.database.row("SELECT ciphertext FROM payload LIMIT 1")
    assert trace is not None
    sweeper.sweep("ab" * 16, desk.policy, proven.at, "system")
    assert any(piece in decrypted_pages(desk.path, KEY) for piece in pieces(trace[0])), (
        "pages of before lie in the log until it is emptied"
    )
    assert sweeper.last_run() is None
    desk.sweep()
    assert not any(piece in decrypted_pages(desk.path, KEY) for piece in pieces(trace[0]))


def test_files_go_by_the_time_they_were_first_seen_and_the_newest_backup_stays(
    tmp_path: Path,
) -> None:
    desk = privacy_room(tmp_path)
    backups, forms = tmp_path / "backups", tmp_path / "forms"
    for folder in (backups, forms):
        folder.mkdir()
    desk.folders = (
        KeptFolder(
            backups, Kind.BACKUPS, State.KEPT, ("mine-*",), keeps_newest=True, of_folders=True
        ),
        KeptFolder(forms, Kind.FORMS, State.ACKNOWLEDGED, ("*.pdf",)),
    )
    for age, name in enumerate(("mine-2", "mine-1", "others-1")):
        (backups / name).mkdir()
        (backups / name / "station.db").write_bytes(b"x")
        # Copied to another disk in any order: a folder's own time says nothing.
        os.utime(backups / name, (1e9 + age, 1e9 + age))
    (forms / "review-form.pdf").write_bytes(b"%PDF")
    (forms / "link.pdf").symlink_to(backups / "others-1" / "station.db")
    later(desk, 0)
    desk.sweep()
    (forms / "review-form-2.pdf").write_bytes(b"%PDF")
    later(desk, 29)
    desk.sweep()
    assert len(list(tmp_path.glob("*/*"))) == 6
    later(desk, 1)
    desk.sweep()
    assert {path.name for path in backups.iterdir()} == {"mine-2", "others-1"}
    assert {path.name for path in forms.iterdir()} == {"review-form-2.pdf", "link.pdf"}


def test_a_file_made_during_a_sweep_has_all_its_days(tmp_path: Path) -> None:
    desk = privacy_room(tmp_path)
    forms = tmp_path / "forms"
    forms.mkdir()
    desk.folders = (KeptFolder(forms, Kind.FORMS, State.ACKNOWLEDGED, ("*.pdf",)),)
    later(desk, 0)
    sweeper = desk.sweeper()
    proven = sweeper.begin()
    (forms / "review-form.pdf").write_bytes(b"%PDF")
    assert sweeper.sweep_files(desk.policy, proven.at).files == 0
    later(desk, 29)
    desk.sweep()
    assert (forms / "review-form.pdf").exists()


def test_an_applicant_who_is_gone_is_missed_for_the_true_reason(desk: PrivacyRoom) -> None:
    assert desk.room.why_unknown("00" * 16) is Notice.NOT_FOUND
    later(desk, 61)
    desk.sweep()
    assert desk.room.roster.by_subject(ONE.subject) is None
    assert desk.room.why_unknown(ONE.subject) is Notice.PAYLOAD_GONE
    buried = Tombstone(TWO.subject, "cleared", "2026-06-01T01:00:00.000Z")
    desk.room.roster.apply(Page((), (buried,), "2"))
    desk.deliver_all()
    Eraser(desk.room, desk.path.parent / "forms").erase_due()
    assert desk.room.why_unknown(TWO.subject) is Notice.PERSON_ERASED


def test_an_erased_person_is_gone_from_every_table_and_folder(tmp_path: Path) -> None:
    desk = privacy_room(tmp_path)
    forms = tmp_path / "forms"
    forms.mkdir()
    photo, pdf = bytes_of("uploaded", 4000), b"%PDF-" + bytes_of("form", 3000)
    person = replace(ONE, uploaded_photo=sha256_hex(photo))
    desk.room.roster.apply(Page((person, TWO), (), "1"))
    desk.room.roster.keep_photo(photo)
    seat = replace(candidate(1), photo=bytes_of("seat photo", 3000), record=bytes_of("seat", 900))
    desk.room.site.import_package(PackageIdentity("i", "p", 1), [exam_session()], [seat])
    desk.append(press(1, subject=ONE.subject, size=20_000))
    form = PayloadDraft("form", "application/pdf", pdf)
    desk.append(
        EventDraft("form_issued", 1, ONE.subject, "d", {"record_digest": "00" * 32}, (form,))
    )
    desk.append(sealing(subject=ONE.subject))
    desk.room.open_cases.open(OpenCase("confirmation", ONE.subject))
    (forms / "review-form.pdf").write_bytes(pdf)
    (forms / "review-form-2.pdf").write_bytes(b"%PDF of somebody else")
    tables = {
        "person_key": "key",
        "payload": "ciphertext",
        "outbox_blob": "sealed",
        "uploaded_photo": "content",
        "candidate": "photo",
    }
    traces = [
        piece
        for table, column in tables.items()
        for (content,) in desk.database.rows(f"SELECT {column} FROM {table}")
        for piece in pieces(content)
    ]
    traces += [person.name.encode(), person.document_number.encode(), person.phone.encode()]
    traces += [seat.record[:12], ONE.registration_id.encode()]
    desk.room.roster.apply(
        Page((), (Tombstone(ONE.subject, "cleared", "2026-06-01T01:00:00.000Z"),), "2")
    )
    eraser = Eraser(desk.room, forms)
    assert eraser.erase_due() == 0, "not while the platform waits for something"
    desk.deliver_all()
    assert eraser.erase_due() == 1
    after = decrypted_pages(desk.path, KEY)
    assert [trace for trace in traces if trace in after] == []
    left = {
        table: desk.database.rows(f"SELECT 1 FROM {table} WHERE subject = ?", (ONE.subject,))
        for table in ("person_key", "payload", "applicant", "candidate", "open_case")
    }
    assert not any(left.values())
    assert [path.name for path in forms.iterdir()] == ["review-form-2.pdf"]
    assert desk.room.roster.by_subject(TWO.subject) == TWO
    assert verify_chain(desk.database).intact
    (last,) = [
        stored.event
        for stored in desk.room.log.events_of(ONE.subject)
        if stored.event.type == "person_erased"
    ]
    assert last.data["reason"] == "cleared"
    assert eraser.erase_due() == 0
