"""Opening: three different troubles, three different errors, and never a changed byte."""

import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from station.store import connection as connection_module
from station.store import database as database_module
from station.store.chain import verify_chain
from station.store.connection import keyed, reading, writing
from station.store.database import (
    PAGE_BYTES,
    Database,
    DatabaseKey,
    create_database,
    open_database,
)
from station.store.errors import (
    DatabaseDamaged,
    DatabaseExists,
    DatabaseMissing,
    SchemaTooNew,
    StoreBusy,
    StoreError,
    StoreUnwritable,
    WrongKey,
)
from station.store.schema import Migration, migrations
from tests.support.store_cases import KEY, Store, created, folder_bytes, opened, press

WRONG = DatabaseKey(bytes(32), KEY.salt)
OTHER_STATION = DatabaseKey(bytes(32), bytes(16))


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A database with ten presses, closed."""
    folder = tmp_path / "数据 folder"
    folder.mkdir()
    store = created(folder)
    store.log.append_many([press(number, size=9000) for number in range(10)])
    store.database.close()
    return store.path


def refused(path: Path, key: DatabaseKey = KEY) -> StoreError:
    """The error of opening, after checking that no byte of the folder changed."""
    before = folder_bytes(path.parent)
    with pytest.raises(StoreError) as caught:
        open_database(path, key)
    assert folder_bytes(path.parent) == before
    return caught.value


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 0x01
    path.write_bytes(content)


def read_everything(store: Store) -> None:
    for stored in store.log.all_since(0):
        store.log.payload(stored.event.id, "impression")
        store.log.payload(stored.event.id, "record")


@pytest.mark.parametrize("key", [WRONG, OTHER_STATION])
def test_a_wrong_key_is_said_to_be_a_wrong_key(closed: Path, key: DatabaseKey) -> None:
    assert type(refused(closed, key)) is WrongKey
    assert opened(closed).log.head() is not None


def test_a_wrong_key_leaves_the_log_of_a_crash_alone(closed: Path, tmp_path: Path) -> None:
    running = opened(closed)
    running.log.append(press(11))
    crashed = tmp_path / "crashed"
    shutil.copytree(closed.parent, crashed, ignore=shutil.ignore_patterns("*-shm"))
    assert (crashed / "station.db-wal").stat().st_size > 0
    assert type(refused(crashed / "station.db", WRONG)) is WrongKey
    assert len(opened(crashed / "station.db").log.all_since(0)) == 11


def test_a_missing_file_is_said_to_be_missing_and_not_made(tmp_path: Path) -> None:
    assert type(refused(tmp_path / "station.db")) is DatabaseMissing
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "station.db").mkdir()
    with pytest.raises(DatabaseMissing):
        open_database(tmp_path / "station.db", KEY)


@pytest.mark.parametrize("place", [3, 20, 200, PAGE_BYTES - 1])
def test_a_damaged_first_page_is_no_wrong_key(closed: Path, place: int) -> None:
    flip(closed, place)
    if place < 16:  # the salt is also in the keyring, so its copy in the file is not needed
        assert verify_chain(open_database(closed, KEY)).intact
    else:
        assert type(refused(closed)) is DatabaseDamaged


@pytest.mark.parametrize("length", [0, 1, 100, PAGE_BYTES - 1, PAGE_BYTES, 5 * PAGE_BYTES])
def test_a_file_cut_off_is_damaged(closed: Path, length: int) -> None:
    closed.write_bytes(closed.read_bytes()[:length])
    assert type(refused(closed)) is DatabaseDamaged


def test_a_damaged_page_is_found_when_it_is_read(closed: Path) -> None:
    size = closed.stat().st_size
    flip(closed, size - 3 * PAGE_BYTES + 7)
    flip(closed, size // 2)
    before = closed.read_bytes()
    store = opened(closed)
    with pytest.raises(DatabaseDamaged):
        read_everything(store)
    store.database.close()
    assert closed.read_bytes() == before


@pytest.mark.parametrize("seed", range(30))
def test_one_flipped_bit_is_found_and_never_a_crash(closed: Path, seed: int) -> None:
    """Reduced count; all positions of the file belong to the proof of the damaged file."""
    place = random.Random(seed).randrange(16, closed.stat().st_size)
    flip(closed, place)
    try:
        store = opened(closed)
        read_everything(store)
        bad_pages = store.database.rows("PRAGMA cipher_integrity_check")
        store.database.close()
    except DatabaseDamaged:
        return
    assert len(bad_pages) == 1  # a page that no event uses: an index, the roster, free space


def test_a_file_that_is_no_database_is_not_opened(closed: Path) -> None:
    closed.write_bytes(b"no database at all, but long enough. " * 500)
    assert type(refused(closed)) is WrongKey


def test_creating_never_overwrites(closed: Path) -> None:
    before = folder_bytes(closed.parent)
    with pytest.raises(DatabaseExists):
        create_database(closed, KEY)
    assert folder_bytes(closed.parent) == before


def test_creating_where_it_cannot_be_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(StoreUnwritable):
        create_database(tmp_path / "no such folder" / "station.db", KEY)
    assert list(tmp_path.iterdir()) == []


def test_the_file_shows_nothing_of_its_content(closed: Path) -> None:
    content = closed.read_bytes()
    assert b"SQLite" not in content
    assert b"press_captured" not in content


def test_another_program_that_holds_the_file_is_named_busy(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_module, "BUSY_TIMEOUT_S", 0.01)
    one, two = opened(closed), opened(closed)
    with one.database.transaction(), pytest.raises(StoreBusy):
        two.log.append(press(12))
    assert len(two.log.all_since(0)) == 10


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1)],
)
def test_every_connection_keeps_the_discipline(closed: Path, pragma: str, value: object) -> None:
    assert opened(closed).database.rows(f"PRAGMA {pragma}") == [(value,)]


@pytest.mark.parametrize("kind", [keyed, reading, writing])
def test_every_kind_of_connection_wipes_the_memory_it_used(closed: Path, kind: Any) -> None:
    connection = kind(closed, KEY) if kind is reading else kind(closed, KEY, "rw")
    assert connection.execute("PRAGMA cipher_memory_security").fetchone() == ("1",)
    connection.close()


def test_a_file_that_could_not_be_opened_anew_is_tried_again_at_every_use(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_module, "BUSY_TIMEOUT_S", 0.01)
    store = opened(closed)
    store.database.close()
    other = keyed(closed, KEY, "rw")
    other.execute("PRAGMA journal_mode = DELETE")
    other.execute("BEGIN EXCLUSIVE")
    for use in (lambda: store.database.reopen(KEY), lambda: store.log.append(press(12))):
        with pytest.raises(StoreBusy):
            use()
    other.close()
    store.log.append(press(12))
    assert len(store.log.all_since(0)) == 11
    store.database.close()


def test_every_error_has_a_chinese_sentence_that_says_what_to_do() -> None:
    kinds = StoreError.__subclasses__()
    assert len(kinds) >= 10
    for kind in kinds:
        assert "，" in kind.sentence
        assert kind.sentence.endswith("。")
    assert len({kind.sentence for kind in kinds}) == len(kinds)


def test_the_key_is_in_no_repr() -> None:
    assert KEY.key.hex()[:8] not in repr(KEY)
    assert repr(KEY.key) not in repr(KEY)


def schema_of(database: Database) -> list[tuple[object, ...]]:
    return database.rows("SELECT name, sql FROM sqlite_master ORDER BY name")


def test_opening_again_changes_no_schema(closed: Path) -> None:
    first = opened(closed)
    before = schema_of(first.database)
    again = first.reopened()
    assert schema_of(again.database) == before
    assert again.database.rows("PRAGMA user_version") == [(len(migrations()),)]


def test_a_file_of_a_newer_release_is_refused(closed: Path) -> None:
    store = opened(closed)
    store.database.execute(f"PRAGMA user_version = {len(migrations()) + 1}")
    store.database.close()
    assert type(refused(closed)) is SchemaTooNew


def next_release(monkeypatch: pytest.MonkeyPatch, sql: str) -> None:
    steps = (*migrations(), Migration(len(migrations()) + 1, "next.sql", sql))
    monkeypatch.setattr(database_module, "migrations", lambda: steps)


def test_a_newer_release_brings_the_schema_up_and_keeps_the_data(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_release(monkeypatch, "CREATE TABLE later (a TEXT); INSERT INTO later VALUES ('b');")
    store = opened(closed)
    assert store.database.rows("SELECT a FROM later") == [("b",)]
    assert len(store.reopened().log.all_since(0)) == 10


def test_a_migration_that_fails_leaves_the_schema_before_it(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        next_release(broken, "CREATE TABLE later (a TEXT); INSERT INTO nowhere VALUES (1);")
        with pytest.raises(Exception, match="nowhere"):
            open_database(closed, KEY)
    store: Store = opened(closed)
    assert store.database.rows("PRAGMA user_version") == [(len(migrations()),)]
    assert store.database.row("SELECT 1 FROM sqlite_master WHERE name = 'later'") is None
    assert verify_chain(store.database).events == 10
