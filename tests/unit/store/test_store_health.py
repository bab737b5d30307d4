"""The check at the start and the full check: each damage is found, and told as what it is."""

import shutil
from pathlib import Path

import pytest

from station.store import chain as chain_module
from station.store.chain import Witnesses
from station.store.connection import with_suffix
from station.store.copies import Stopped
from station.store.database import Database
from station.store.errors import DatabaseDamaged, DatabaseMissing, WrongKey
from station.store.events import EventLog, StoredEvent
from station.store.head_file import HeadFile, read_head
from station.store.health import LogBroken, full_check, open_checked, start_check
from station.store.salvage.pages import FRAME_HEADER_BYTES, WAL_HEADER_BYTES
from station.store.signing import LogSigner
from sync.seal import SigningKey
from tests.support.store_cases import (
    KEY,
    STATION,
    SUBJECT,
    TickingClock,
    created,
    opened,
    plain,
    press,
)
from tests.support.store_damage import flipped, shredded
from tests.support.store_forgery import rewrite_rows

SIGNING = SigningKey.generate()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed file with presses."""
    store = created(tmp_path)
    store.log.append_many([press(number, size=9000) for number in range(6)])
    store.database.close()
    return store.path


def forged(path: Path, sql: str) -> None:
    """Change rows with the key in hand, past the rules of the schema."""
    store = opened(path)
    store.database.execute("DROP TRIGGER payload_is_never_changed")
    rewrite_rows(store.database, sql)
    store.database.close()


def signed_log(database: Database, head: Path) -> EventLog:
    signer = LogSigner(STATION, 1, SIGNING, HeadFile(head))
    return EventLog(database, STATION, 1, TickingClock(), signer=signer)


def witnesses(head: Path) -> Witnesses:
    return Witnesses(STATION, 1, SIGNING.verify_key, read_head(head))


def test_a_whole_file_passes_both(path: Path) -> None:
    database = open_checked(path, KEY)
    assert start_check(database).events == 6
    report = full_check(path, KEY)
    assert report.passed
    assert (report.events_read, report.payloads_read) == (6, 12)
    assert report.bytes_read == path.stat().st_size
    database.close()


def test_the_full_check_runs_beside_the_station_at_work(path: Path) -> None:
    store = opened(path)
    store.log.append(press(9, size=9000))  # lies in the log beside the file
    report = full_check(path, KEY, pause=lambda _: None)
    assert report.passed
    assert report.events_read == 7
    store.log.append(press(10, size=9000))
    store.database.close()


def test_what_is_stored_while_the_check_reads_is_no_fault(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain_module, "TELL_EVERY", 1)
    store = opened(path)
    stored: list[StoredEvent] = []

    def store_more(share: float) -> None:
        if 0.46 < share < 0.7 and len(stored) < 3:
            stored.append(store.log.append(plain(subject=None)))

    report = full_check(path, KEY, store_more, pause=lambda _: None)
    assert len(stored) == 3
    assert report.passed, report
    store.database.close()


def test_three_troubles_are_three(path: Path, tmp_path: Path) -> None:
    with pytest.raises(DatabaseMissing):
        open_checked(tmp_path / "none.db", KEY)
    with pytest.raises(WrongKey):
        open_checked(path, type(KEY)(bytes(32), KEY.salt))
    shredded(path, range(1, 2))
    with pytest.raises(DatabaseDamaged):
        open_checked(path, KEY)


def test_damage_where_nobody_reads_is_found(path: Path) -> None:
    """The start does not read all pages; the full check does."""
    found = []
    for place in range(path.stat().st_size - 4000, path.stat().st_size, 500):
        with flipped(path, place, 2):
            found.append(full_check(path, KEY, pause=lambda _: None).passed)
    assert not any(found)


def test_a_page_that_was_only_being_written_is_no_damage(path: Path) -> None:
    """What is bad at the first look and good at the second was a write under way."""
    with path.open("rb+") as file:
        file.seek(path.stat().st_size - 100)
        before = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([before[0] ^ 1]))

    def finished(_wait_s: float) -> None:
        with path.open("rb+") as file:
            file.seek(path.stat().st_size - 100)
            file.write(before)

    assert full_check(path, KEY, pause=finished).passed


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("UPDATE event SET subject = NULL WHERE position = 3", "chain_faults"),
        ("DELETE FROM event WHERE position = 6", "foreign_key_faults"),
        ("UPDATE payload SET ciphertext = zeroblob(500) WHERE rowid = 2", "payload_faults"),
        ("UPDATE person_key SET key = zeroblob(34)", "payload_faults"),
    ],
)
def test_what_a_key_holder_changed_is_found(path: Path, sql: str, what: str) -> None:
    forged(path, sql)
    report = full_check(path, KEY)
    assert not report.passed
    assert getattr(report, what)


def test_an_exchanged_payload_is_found(path: Path) -> None:
    forged(
        path,
        "UPDATE payload SET ciphertext = (SELECT ciphertext FROM payload WHERE rowid = 1)"
        " WHERE rowid = 3",
    )
    assert full_check(path, KEY).payload_faults == 1


def test_a_changed_end_of_the_log_keeps_the_station_shut(path: Path) -> None:
    forged(path, "UPDATE event SET subject = NULL WHERE position = 6")
    before = path.read_bytes()
    with pytest.raises(LogBroken):
        open_checked(path, KEY)
    assert path.read_bytes() == before


def test_an_older_file_put_in_the_place_is_told_by_the_head_file(
    path: Path, tmp_path: Path
) -> None:
    shutil.copy(path, tmp_path / "older.db")
    store = opened(path)
    head = tmp_path / "log-head"
    log = signed_log(store.database, head)
    log.append(plain(subject=SUBJECT))
    log.close()
    store.database.close()
    open_checked(path, KEY, witnesses(head)).close()
    shutil.copy(tmp_path / "older.db", path)
    with pytest.raises(LogBroken):
        open_checked(path, KEY, witnesses(head))


def test_a_torn_log_that_sqlite_would_pass_over_keeps_the_station_shut(
    path: Path, tmp_path: Path
) -> None:
    """SQLite takes a frame with a wrong checksum for the end: acknowledged events would be gone."""
    store = opened(path)
    head = tmp_path / "log-head"
    log = signed_log(store.database, head)
    for number in range(20, 24):
        log.append(press(number, size=9000))
    log.close()
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for suffix in ("", "-wal"):
        shutil.copy(with_suffix(path, suffix), crashed / f"station.db{suffix}")
    store.database.close()
    torn = crashed / "station.db-wal"
    in_first_frame = WAL_HEADER_BYTES + FRAME_HEADER_BYTES + 100
    with flipped(torn, in_first_frame, 1), pytest.raises(LogBroken):
        open_checked(crashed / "station.db", KEY, witnesses(head))
    open_checked(crashed / "station.db", KEY, witnesses(head)).close()


def test_progress_goes_from_nothing_to_all_and_may_stop_it(path: Path) -> None:
    told: list[float] = []
    full_check(path, KEY, told.append)
    assert told[0] == 0.0
    assert told[-1] == 1.0
    assert told == sorted(told)

    def stop(share: float) -> None:
        if share > 0.4:
            raise Stopped

    with pytest.raises(Stopped):
        full_check(path, KEY, stop)


def test_the_sentence_says_what_happened_what_is_safe_and_what_to_do() -> None:
    assert "不一致" in LogBroken.sentence
    assert "没有改动" in LogBroken.sentence
    assert "salvage" in LogBroken.sentence
