"""The one place that opens the encrypted file.

Discipline: the key is set before anything else, every commit is on the disk before it is
acknowledged, deleted content is overwritten, and a file that does not open is left as it lies.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from station.store.connection import (
    PAGE_BYTES,
    DatabaseKey,
    reading,
    remove_with_sides,
    with_suffix,
    writing,
)
from station.store.copies import (
    Progress,
    Stopped,
    copy_into,
    keep_before_migration,
    unheard,
)
from station.store.durable_files import put_in_place, unfinished
from station.store.errors import (
    DatabaseExists,
    DatabaseMissing,
    SchemaTooNew,
    StoreBusy,
    StoreFull,
    StoreUnwritable,
)
from station.store.probe import probe
from station.store.schema import apply, migrations
from station.store.sqlite_errors import RuleBroken, translated

__all__ = [
    "PAGE_BYTES",
    "Database",
    "DatabaseKey",
    "RuleBroken",
    "create_database",
    "open_database",
    "open_for_reading",
]

BeforeMigration = Callable[[Path, DatabaseKey, int], None]
"""Gets file, key and schema before that is changed; what it raises forbids the change."""


class Database:
    """One open connection, used from one thread. Make it with `open_database`."""

    def __init__(self, connection: Any, path: Path) -> None:
        self._connection = connection
        self._reopens_with: DatabaseKey | None = None
        self.path = path

    @contextmanager
    def transaction(self) -> Iterator["Database"]:
        """All or nothing: commits on leaving, undoes everything on any exception.

        When this returns the change is on the disk (WAL with synchronous=FULL).

        Raises:
            StoreFull, StoreBusy, StoreUnwritable, DatabaseDamaged: nothing was kept.
        """
        self._run("BEGIN IMMEDIATE", ())
        try:
            yield self
            self._run("COMMIT", ())
        except BaseException:
            # SQLite may already have rolled back by itself, e.g. when the disk is full.
            if self._connection.in_transaction:
                self._run("ROLLBACK", ())
            raise

    def execute(self, sql: str, values: Sequence[object] = ()) -> int:
        """Run one statement; the number of rows it changed."""
        changed: int = self._run(sql, values).rowcount
        return changed

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with translated(self.path):
            found: list[tuple[Any, ...]] = self._run(sql, values).fetchall()
        return found

    def row(self, sql: str, values: Sequence[object] = ()) -> tuple[Any, ...] | None:
        """The first row of a query, or None."""
        with translated(self.path):
            found: tuple[Any, ...] | None = self._run(sql, values).fetchone()
        return found

    def each(self, sql: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query one by one, for results too large to hold."""
        cursor = self._run(sql, values)
        with translated(self.path):
            yield from cursor

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """One moment of the file for everything read inside, whatever others write meanwhile."""
        self._run("BEGIN", ())
        try:
            self.row("SELECT count(*) FROM sqlite_master")  # only a read begins it
            yield
        finally:
            if self._connection.in_transaction:
                self._run("ROLLBACK", ())

    def copy_to(self, path: Path, key: DatabaseKey, progress: Progress = unheard) -> None:
        """Write all that this connection sees to a new file. Errors as `copy_into`."""
        copy_into(self._connection, path, key, progress)

    @contextmanager
    def interruptible(self, alive: Callable[[], None], steps: int) -> Iterator[None]:
        """Call `alive` every so many steps of SQLite's machine; its `Stopped` ends the block."""
        raised: list[Stopped] = []

        def handler() -> int:
            try:
                alive()
            except Stopped as stopped:
                raised.append(stopped)
            return len(raised)

        self._connection.set_progress_handler(handler, steps)
        try:
            yield
        except sqlcipher.DatabaseError:
            if not raised:
                raise
        finally:
            self._connection.set_progress_handler(None, 0)
            if raised:
                raise raised[0]

    def forget_deleted(self) -> None:
        """Bring the log into the file and empty it, so that overwritten pages are gone from both.

        Raises:
            StoreBusy: another connection still reads the old pages.
        """
        busy, _, _ = self.rows("PRAGMA wal_checkpoint(TRUNCATE)")[0]
        if busy:
            raise StoreBusy("the write-ahead log could not be emptied")

    def close(self) -> None:
        self._connection.close()

    def reopen(self, key: DatabaseKey) -> None:
        """Open the file anew after `close`: it may be another one now, under another key.

        Raises:
            StoreBusy, StoreFull, StoreUnwritable, DatabaseDamaged: every later use tries again.
        """
        self._reopens_with = key
        with translated(self.path):
            self._connection = writing(self.path, key, "rw")
        self._reopens_with = None

    def _run(self, sql: str, values: Sequence[object]) -> Any:
        if self._reopens_with is not None:
            self.reopen(self._reopens_with)
        with translated(self.path):
            return self._connection.execute(sql, values)


def create_database(path: Path, key: DatabaseKey) -> Database:
    """Make a new, empty database with the current schema, whole or not at all.

    Raises:
        DatabaseExists: something lies there already; it is not touched.
        StoreFull, StoreUnwritable: nothing is left behind.
    """
    if any(with_suffix(path, suffix).exists() for suffix in ("", "-wal", "-journal")):
        raise DatabaseExists(f"a file lies at {path.name} already")
    fresh = unfinished(path)
    try:
        with translated(path):
            _write_empty(fresh, key)
        put_in_place(fresh, path)
    except OSError as error:
        raise StoreUnwritable(error.strerror or "") from error
    finally:
        remove_with_sides(fresh)
    return open_database(path, key)


def _write_empty(path: Path, key: DatabaseKey) -> None:
    connection = writing(path, key, "rwc")
    try:
        _migrate(connection, 0)
    finally:
        connection.close()  # folds the log into the file, synced
    if with_suffix(path, "-wal").exists():
        raise StoreFull("the new file could not be finished")


def open_database(
    path: Path, key: DatabaseKey, *, before_migration: BeforeMigration = keep_before_migration
) -> Database:
    """Open the existing database and bring its schema up to date.

    Nothing is repaired or removed when this fails; the bytes stay as they were. Before an older
    schema is changed a copy of the file is kept beside it.

    Raises:
        DatabaseMissing, WrongKey, DatabaseDamaged, SchemaTooNew: see there.
        StoreBusy, StoreFull, StoreUnwritable: the surroundings forbid opening.
    """
    if not path.is_file():
        raise DatabaseMissing(f"no file {path.name}")
    # A reading connection first: closing a writing one would fold the log into a foreign file.
    version = probe(path, key)
    if version > len(migrations()):
        raise SchemaTooNew(f"schema {version}, this program knows {len(migrations())}")
    if version < len(migrations()):
        before_migration(path, key, version)
    with translated(path):
        connection = writing(path, key, "rw")
        _migrate(connection, version)
    return Database(connection, path)


def open_for_reading(path: Path, key: DatabaseKey) -> Database:
    """A connection of its own that changes nothing, whatever schema the file has.

    Beside a station at work it sees one moment of the file for as long as a transaction is open.

    Raises: as `open_database`.
    """
    if not path.is_file():
        raise DatabaseMissing(f"no file {path.name}")
    if probe(path, key) > len(migrations()):
        raise SchemaTooNew(f"this program knows schema {len(migrations())}")
    with translated(path):
        return Database(reading(path, key), path)


def _migrate(connection: Any, version: int) -> None:
    for migration in migrations()[version:]:
        apply(connection, migration)
