"""Files of earlier releases: brought up with all they hold, after a copy, whatever happens."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from station.store import copies as copies_module
from station.store.chain import verify_chain
from station.store.connection import reading
from station.store.copies import copies_before_migration, keep_before_migration, remove_old_copies
from station.store.database import DatabaseKey, open_database
from station.store.errors import StoreFull
from station.store.schema import migrations
from tests.support.store_cases import KEY, SUBJECT, folder_bytes, log_of, plain
from tests.support.store_schemas import DISPLAY_NAME, EARLIER, EVENTS, OPERATOR

ROOT = Path(__file__).parents[3]
Build = Callable[[Path], None]
UNTOUCHED = ("event", "payload", "person_key", "outbox", "receipt", "open_case", "sync_cursor")


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the tables that no migration may change."""
    connection = reading(path, KEY)
    found = {
        table: connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
        for table in UNTOUCHED
    }
    connection.close()
    return found


def version_of(path: Path) -> int:
    connection = reading(path, KEY)
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.close()
    return version


def test_every_earlier_schema_has_a_file_to_be_tried_with() -> None:
    assert set(EARLIER) == set(range(1, len(migrations())))


@pytest.mark.parametrize("build", EARLIER.values(), ids=EARLIER)
def test_an_old_file_is_brought_up_with_everything_it_holds(tmp_path: Path, build: Build) -> None:
    path = tmp_path / "station.db"
    build(path)
    before = contents(path)
    database = open_database(path, KEY)
    assert database.rows("PRAGMA user_version") == [(len(migrations()),)]
    assert database.rows("PRAGMA foreign_key_check") == []
    assert database.rows("PRAGMA integrity_check") == [("ok",)]
    assert verify_chain(database).events == EVENTS
    rows = database.rows("SELECT operator_id, display_name, roles, enabled FROM operator")
    assert rows == [(OPERATOR, DISPLAY_NAME, "desk_clerk,review_officer", 1)]
    assert log_of(database).append(plain(subject=SUBJECT)).position == EVENTS + 1
    database.close()
    after = contents(path)
    assert after["event"][:EVENTS] == before["event"]
    assert after["outbox"][:EVENTS] == before["outbox"]
    rest = set(UNTOUCHED) - {"event", "outbox"}
    assert all(after[table] == before[table] for table in rest)


@pytest.mark.parametrize("version", EARLIER)
def test_a_copy_of_the_old_file_is_kept_and_opens_with_the_same_key(
    tmp_path: Path, version: int
) -> None:
    path = tmp_path / "station.db"
    EARLIER[version](path)
    before = contents(path)
    open_database(path, KEY).close()
    (kept,) = copies_before_migration(path)
    assert version_of(kept) == version
    assert contents(kept) == before
    assert b"press" not in kept.read_bytes()
    open_database(path, KEY).close()  # nothing left to migrate: no further copy
    assert copies_before_migration(path) == (kept,)


def test_a_file_that_cannot_be_copied_is_not_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "station.db"
    EARLIER[1](path)
    before = folder_bytes(tmp_path)

    def no_room(*_: object) -> None:
        raise StoreFull

    monkeypatch.setattr(copies_module, "copy_into", no_room)
    with pytest.raises(StoreFull):
        open_database(path, KEY)
    assert folder_bytes(tmp_path) == before
    assert version_of(path) == 1


def test_the_caller_may_say_what_happens_before(tmp_path: Path) -> None:
    path = tmp_path / "station.db"
    EARLIER[1](path)
    asked: list[tuple[Path, int]] = []

    def before_migration(file: Path, _: DatabaseKey, version: int) -> None:
        asked.append((file, version))

    open_database(path, KEY, before_migration=before_migration).close()
    assert asked == [(path, 1)]
    assert copies_before_migration(path) == ()


def test_a_copy_goes_when_it_is_old(tmp_path: Path) -> None:
    path = tmp_path / "station.db"
    EARLIER[1](path)
    keep_before_migration(path, KEY, 1)
    now_s = time.time()
    assert remove_old_copies(path, now_s, days=30) == 0
    (kept,) = copies_before_migration(path)
    os.utime(kept, (now_s, now_s - 31 * 24 * 3600))
    assert remove_old_copies(path, now_s, days=30) == 1
    assert copies_before_migration(path) == ()
    assert path.exists()


STATEMENTS = len([part for part in migrations()[-1].sql.split(";\n") if part.strip()])


@pytest.mark.parametrize("statement", sorted({0, 1, STATEMENTS // 2, STATEMENTS}))
def test_killed_while_migrating_it_is_the_old_file_and_the_next_start_goes_on(
    tmp_path: Path, statement: int
) -> None:
    path = tmp_path / "station.db"
    EARLIER[len(migrations()) - 1](path)
    before = contents(path)
    child = [sys.executable, "-m", "tests.support.store_migration_child", str(path), str(statement)]
    died = subprocess.run(child, cwd=ROOT, capture_output=True, check=False)
    assert died.returncode == -9, died.stderr
    assert version_of(path) == len(migrations()) - 1
    assert contents(path) == before
    database = open_database(path, KEY)
    assert database.rows("PRAGMA user_version") == [(len(migrations()),)]
    assert verify_chain(database).events == EVENTS
    database.close()
    assert contents(path) == before
    assert len(copies_before_migration(path)) == 1
