"""A damaged file: every damage is told, nothing crashes, and what was not touched comes back.

The whole count of flipped bits belongs to `./dev prove store` (2,000 places); here are some.
"""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from station.domain.audit import StoreSalvaged
from station.store.chain import Witnesses, verify_chain
from station.store.connection import PAGE_BYTES, with_suffix
from station.store.database import open_database
from station.store.errors import DatabaseDamaged, DatabaseExists, DatabaseMissing, PersonErased
from station.store.events import EventLog
from station.store.operators import Operators
from station.store.outbox import StationOutbox
from station.store.salvage import NothingToSalvage, salvage
from station.store.salvage.gather import Gathered, _erasures
from station.store.salvage.pages import FRAME_HEADER_BYTES, WAL_HEADER_BYTES, _frames
from tests.support.store_cases import (
    STATION,
    TickingClock,
    created,
    plain,
    press,
)
from tests.support.store_damage import (
    DELIVERED,
    ERASED,
    OPERATORS,
    Filled,
    Layout,
    filled,
    flipped,
    is_detected,
    keyring,
    layout,
    lost_untouched,
    person,
    places_to_flip,
    rescued,
    shredded,
)
from tests.support.store_forgery import rewrite_rows
from tests.support.store_schemas import EVENTS, schema_1

FLIPS = 16


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    return filled(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def where(made: Filled) -> Layout:
    return layout(made)


@pytest.fixture
def whole(made: Filled, tmp_path: Path) -> Filled:
    """A copy that may be damaged."""
    path = tmp_path / "station.db"
    shutil.copy(made.path, path)
    return Filled(path, made.keyring, made.events, made.payloads)


def test_the_file_has_every_kind_of_page(where: Layout) -> None:
    assert set(where.kinds.values()) == {0x00, 0x02, 0x05, 0x0A, 0x0D}


def test_a_whole_file_comes_back_whole(whole: Filled, tmp_path: Path) -> None:
    before = whole.path.read_bytes()
    found = rescued(whole, tmp_path / "fresh.db")
    assert whole.path.read_bytes() == before
    assert {place: found.events[place] for place in whole.events} == whole.events
    assert found.payloads == whole.payloads
    assert found.report.gaps == ()
    assert found.report.damaged_pages == 0
    assert not is_detected(whole)


def test_flipped_bits_are_told_and_cost_only_what_they_hit(
    whole: Filled, where: Layout, tmp_path: Path
) -> None:
    """Reduced count; `./dev prove store` flips 2,000."""
    fresh = tmp_path / "fresh.db"
    for place, bit in places_to_flip(whole, FLIPS, seed=20260301):
        with flipped(whole.path, place, bit):
            assert is_detected(whole), (place, bit)
            found = rescued(whole, fresh)
            assert lost_untouched(whole, where, place // PAGE_BYTES + 1, found) == [], (place, bit)
        fresh.unlink()


def test_a_flipped_salt_is_told_though_no_page_depends_on_it(whole: Filled) -> None:
    with flipped(whole.path, 3, 5):
        assert is_detected(whole)


def test_lost_interior_pages_do_not_take_the_leaves_below(
    whole: Filled, where: Layout, tmp_path: Path
) -> None:
    interior = [number for number, kind in where.kinds.items() if kind in (0x05, 0x02)]
    for number in interior:
        shredded(whole.path, range(number, number + 1))
    with pytest.raises(DatabaseDamaged):
        verify_chain(open_database(whole.path, whole.keyring.database))
    found = rescued(whole, tmp_path / "fresh.db")
    assert {place: found.events[place] for place in whole.events} == whole.events
    assert found.payloads == whole.payloads


def test_a_lost_first_page_costs_nothing(whole: Filled, tmp_path: Path) -> None:
    shredded(whole.path, range(1, 2))
    with pytest.raises(DatabaseDamaged):
        open_database(whole.path, whole.keyring.database)
    found = rescued(whole, tmp_path / "fresh.db")
    assert {place: found.events[place] for place in whole.events} == whole.events
    assert found.payloads == whole.payloads
    database = open_database(tmp_path / "fresh.db", whole.keyring.database)
    assert Operators(database).all() == OPERATORS
    database.close()


def test_gaps_are_declared_and_the_log_goes_on(whole: Filled, tmp_path: Path) -> None:
    shredded(whole.path, range(whole.pages // 3, whole.pages * 2 // 3))
    found = rescued(whole, tmp_path / "fresh.db")
    report = found.report
    assert report.gaps
    database = open_database(tmp_path / "fresh.db", whole.keyring.database)
    clock = TickingClock()
    log = EventLog(database, STATION, report.incarnation, clock)
    log.append(plain(subject=person(1)))
    key = whole.keyring.signing.verify_key
    chain = verify_chain(database, Witnesses(STATION, report.incarnation, key))
    assert chain.intact, chain.faults
    assert chain.lost == report.events_lost
    for position, canonical in found.events.items():
        assert whole.events.get(position, canonical) == canonical
    lost = {place for first, last in report.gaps for place in range(first, last + 1)}
    assert lost == set(whole.events) - set(found.events)
    database.close()


def test_a_gap_that_nobody_signed_for_excuses_nothing(whole: Filled, tmp_path: Path) -> None:
    shredded(whole.path, range(whole.pages // 3, whole.pages * 2 // 3))
    report = rescued(whole, tmp_path / "fresh.db").report
    database = open_database(tmp_path / "fresh.db", whole.keyring.database)
    stranger = keyring().signing.verify_key
    assert not verify_chain(database, Witnesses(STATION, report.incarnation, stranger)).intact
    database.close()


def test_a_lost_end_that_the_head_file_knows_of_is_declared_too(
    whole: Filled, tmp_path: Path
) -> None:
    last = max(whole.events)
    found = rescued(whole, tmp_path / "fresh.db", known_position=last + 3)
    assert found.report.gaps == ((last + 1, last + 3),)
    database = open_database(tmp_path / "fresh.db", whole.keyring.database)
    row = database.row("SELECT position FROM event WHERE type = ?", (StoreSalvaged.TYPE,))
    assert row == (last + 4,)
    key = whole.keyring.signing.verify_key
    chain = verify_chain(database, Witnesses(STATION, found.report.incarnation, key))
    assert chain.intact, chain.faults
    database.close()


def test_nobody_who_was_erased_comes_back(whole: Filled, tmp_path: Path) -> None:
    rescued(whole, tmp_path / "fresh.db")
    database = open_database(tmp_path / "fresh.db", whole.keyring.database)
    log = EventLog(database, STATION, 2, TickingClock())
    (first, *_) = log.events_of(ERASED)
    with pytest.raises(PersonErased):
        log.payload(first.event.id, "impression")
    with pytest.raises(PersonErased):
        log.append(press(9, subject=ERASED))
    assert database.rows("SELECT 1 FROM person_key WHERE subject = ?", (ERASED,)) == []
    database.close()


def test_the_queue_for_the_platform_comes_back(whole: Filled, tmp_path: Path) -> None:
    database = open_database(whole.path, whole.keyring.database)
    outbox = StationOutbox(database)
    before = [(item.event.id, item.blobs) for item in outbox.waiting(10**6)], outbox.set_aside()
    database.close()
    report = rescued(whole, tmp_path / "fresh.db").report
    database = open_database(tmp_path / "fresh.db", whole.keyring.database)
    outbox = StationOutbox(database)
    waiting = [(item.event.id, item.blobs) for item in outbox.waiting(10**6)]
    assert waiting[: len(before[0])] == before[0]
    assert len(waiting) == len(before[0]) + 2  # the declaration and its signature
    assert outbox.set_aside() == before[1]
    assert report.waiting == len(whole.events) - DELIVERED
    database.close()


def test_what_is_not_known_to_be_delivered_waits_again(
    whole: Filled, where: Layout, tmp_path: Path
) -> None:
    """The platform takes an event once, by its id; one it never got would be lost for good."""
    kept = rescued(whole, tmp_path / "whole.db").report.waiting
    with_outbox = [number for number in where.kinds if number not in where.events]
    for number in with_outbox:
        shredded(whole.path, range(number, number + 1))
    report = rescued(whole, tmp_path / "fresh.db").report
    assert report.waiting == kept + DELIVERED


def test_the_damaged_file_is_never_written_and_nothing_is_overwritten(
    whole: Filled, tmp_path: Path
) -> None:
    shredded(whole.path, range(5, 9))
    before = whole.path.read_bytes()
    (tmp_path / "fresh.db").write_bytes(b"somebody's")
    with pytest.raises(DatabaseExists):
        rescued(whole, tmp_path / "fresh.db")
    assert (tmp_path / "fresh.db").read_bytes() == b"somebody's"
    rescued(whole, tmp_path / "other.db")
    assert whole.path.read_bytes() == before
    assert not with_suffix(whole.path, "-wal").exists()


def test_noise_and_nothing_are_told_and_leave_no_file(whole: Filled, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.db"
    with pytest.raises(DatabaseMissing):
        salvage(tmp_path / "none.db", fresh, whole.keyring, TickingClock())
    shredded(whole.path, range(1, whole.pages + 1))
    with pytest.raises(NothingToSalvage):
        salvage(whole.path, fresh, whole.keyring, TickingClock())
    whole.path.write_bytes(b"")
    with pytest.raises(NothingToSalvage):
        salvage(whole.path, fresh, whole.keyring, TickingClock())
    assert [path.name for path in tmp_path.iterdir()] == ["station.db"]


def test_a_file_of_an_earlier_schema_is_rescued_too(tmp_path: Path) -> None:
    path, keys = tmp_path / "station.db", keyring()
    schema_1(path, keys.database)
    shredded(path, range(1, 2))
    report = salvage(path, tmp_path / "fresh.db", keys, TickingClock())
    assert (report.events, report.gaps, report.operators) == (EVENTS, (), 1)


def crashed(folder: Path, presses: int = 8) -> tuple[Path, list[bytes]]:
    """A file with a log beside it, as a crash leaves it, and its events."""
    (folder / "running").mkdir()
    store = created(folder / "running")
    for number in range(presses):
        store.log.append(press(number, size=9000))
    path = folder / "station.db"
    for suffix in ("", "-wal"):
        shutil.copy(with_suffix(store.path, suffix), with_suffix(path, suffix))
    events = [stored.event.canonical() for stored in store.log.all_since(0)]
    store.database.close()
    return path, events


def test_an_event_that_somebody_changed_with_the_key_is_refused_and_told_as_lost(
    whole: Filled, tmp_path: Path
) -> None:
    """Its page is proven, it is an event, and its hash says that it is another one."""
    database = open_database(whole.path, whole.keyring.database)
    rewrite_rows(
        database,
        "UPDATE event SET canonical = CAST(replace(CAST(canonical AS TEXT), '\"quality\":62',"
        " '\"quality\":99') AS BLOB) WHERE position = 4",
    )
    changed = database.row("SELECT canonical FROM event WHERE position = 4")
    database.close()
    assert changed is not None
    assert b'"quality":99' in changed[0]
    found = rescued(whole, tmp_path / "fresh.db")
    assert 4 not in found.events
    assert found.report.gaps == ((4, 4),)


def test_frames_of_a_transaction_that_was_never_committed_are_not_the_newest(
    tmp_path: Path,
) -> None:
    log = tmp_path / "station.db-wal"
    salts = bytes(range(8))
    page = bytes(PAGE_BYTES)

    def frame(number: int, size_after_commit: int) -> bytes:
        head = number.to_bytes(4, "big") + size_after_commit.to_bytes(4, "big") + salts + bytes(8)
        return head + page

    header = bytes(16) + salts + bytes(8)
    log.write_bytes(header + frame(2, 0) + frame(3, 3) + frame(2, 0) + frame(4, 0))
    committed, loose = _frames(log)
    assert sorted(committed) == [2, 3]
    assert len(committed[2]) == 1
    assert [place.number for place in loose] == [2, 4]


def test_an_erased_person_whose_erasure_is_lost_does_not_come_back() -> None:
    """Only the row that says so is left; the key still lies in an older page."""
    gathered = Gathered()
    gathered.person_keys[ERASED].append((bytes(34), True))
    gathered.person_keys[person(1)].append((bytes(34), True))
    gathered.erased[ERASED] = "e" * 32
    _erasures(gathered)
    assert set(gathered.person_keys) == {person(1)}


FRAME = FRAME_HEADER_BYTES + PAGE_BYTES


def torn_page(log: Path) -> None:
    """One bit of a page in the middle: SQLite silently drops all that follows."""
    content = bytearray(log.read_bytes())
    content[WAL_HEADER_BYTES + FRAME * 9 + FRAME_HEADER_BYTES + 2000] ^= 1
    log.write_bytes(content)


def torn_header(log: Path) -> None:
    content = log.read_bytes()
    log.write_bytes(bytes(WAL_HEADER_BYTES) + content[WAL_HEADER_BYTES:])


def torn_end(log: Path) -> None:
    log.write_bytes(log.read_bytes()[:-1000])


@pytest.mark.parametrize("tear", [torn_page, torn_header, torn_end])
def test_a_torn_log_gives_back_what_sqlite_would_drop(
    tmp_path: Path, tear: Callable[[Path], None]
) -> None:
    path, events = crashed(tmp_path)
    tear(with_suffix(path, "-wal"))
    whole = Filled(path, keyring(), dict(enumerate(events, 1)), {})
    found = rescued(whole, tmp_path / "fresh.db")
    back = [canonical for canonical in events if canonical in found.events.values()]
    assert len(back) >= len(events) - 1
    assert found.report.payloads >= 2 * (len(events) - 2)


def test_a_rescued_file_can_be_rescued_again(whole: Filled, tmp_path: Path) -> None:
    shredded(whole.path, range(whole.pages // 3, whole.pages // 2))
    last = max(whole.events)
    first = rescued(whole, tmp_path / "once.db", known_position=last + 2)
    keys = replace(whole.keyring, incarnation=first.report.incarnation)
    once = Filled(tmp_path / "once.db", keys, first.events, first.payloads)
    shredded(once.path, range(1, 2))
    again = rescued(once, tmp_path / "twice.db")
    assert again.report.incarnation == first.report.incarnation + 1
    assert again.report.gaps == first.report.gaps
    assert {place: again.events.get(place) for place in first.events} == first.events
    assert again.payloads == first.payloads
    database = open_database(tmp_path / "twice.db", keys.database)
    key = keys.signing.verify_key
    chain = verify_chain(database, Witnesses(STATION, again.report.incarnation, key))
    assert chain.intact, chain.faults
    assert chain.lost == first.report.events_lost
    database.close()
