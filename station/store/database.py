"""The one place that opens the encrypted file.

Discipline: the key is set before anything else, every commit is on the disk before it is
acknowledged, deleted content is overwritten, and a file that does not open is left as it lies.
Format and defaults: SQLCipher 4 (AES-256-CBC, HMAC-SHA512 per page of 4096 bytes).
"""

import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from station.store.durable_files import put_in_place, unfinished
from station.store.errors import (
    DatabaseDamaged,
    DatabaseExists,
    DatabaseMissing,
    SchemaTooNew,
    StoreBusy,
    StoreError,
    StoreFull,
    StoreUnwritable,
    WrongKey,
)
from station.store.schema import APPLICATION_ID, Migration, migrations

PAGE_BYTES = 4096
BUSY_TIMEOUT_S = 3.0
# SQLite says "disk I/O error" when its index of the log cannot grow, which takes 32 KiB.
NO_ROOM_BYTES = 64 * 1024
# Result codes of sqlite.org/rescode.html; the low byte of an extended code is the primary one.
_ERRORS: dict[int, type[StoreError]] = {
    5: StoreBusy,  # SQLITE_BUSY
    6: StoreBusy,  # SQLITE_LOCKED
    8: StoreUnwritable,  # SQLITE_READONLY
    10: StoreUnwritable,  # SQLITE_IOERR
    11: DatabaseDamaged,  # SQLITE_CORRUPT
    13: StoreFull,  # SQLITE_FULL
    14: StoreUnwritable,  # SQLITE_CANTOPEN
    26: DatabaseDamaged,  # SQLITE_NOTADB, once the file has opened with this key
}


@dataclass(frozen=True)
class DatabaseKey:
    """The raw 256-bit key of the file and the 128-bit salt that goes into its page MACs.

    The salt is kept here and not trusted from the file's first bytes, so that a damaged
    beginning can be told from a wrong key.
    """

    key: bytes = field(repr=False)
    salt: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key) != 32 or len(self.salt) != 16:
            raise ValueError("a database key is 32 bytes and its salt 16")

    @classmethod
    def random(cls) -> "DatabaseKey":
        return cls(secrets.token_bytes(32), secrets.token_bytes(16))

    @property
    def pragma(self) -> str:
        return f"PRAGMA key = \"x'{self.key.hex()}{self.salt.hex()}'\""


class Database:
    """One open connection, used from one thread. Make it with `open_database`."""

    def __init__(self, connection: Any, path: Path) -> None:
        self._connection = connection
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
        with _translated(self.path):
            found: list[tuple[Any, ...]] = self._run(sql, values).fetchall()
        return found

    def row(self, sql: str, values: Sequence[object] = ()) -> tuple[Any, ...] | None:
        """The first row of a query, or None."""
        with _translated(self.path):
            found: tuple[Any, ...] | None = self._run(sql, values).fetchone()
        return found

    def each(self, sql: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query one by one, for results too large to hold."""
        cursor = self._run(sql, values)
        with _translated(self.path):
            yield from cursor

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

    def _run(self, sql: str, values: Sequence[object]) -> Any:
        with _translated(self.path):
            return self._connection.execute(sql, values)


def create_database(path: Path, key: DatabaseKey) -> Database:
    """Make a new, empty database with the current schema, whole or not at all.

    Raises:
        DatabaseExists: something lies there already; it is not touched.
        StoreFull, StoreUnwritable: nothing is left behind.
    """
    if any(_with_suffix(path, suffix).exists() for suffix in ("", "-wal", "-journal")):
        raise DatabaseExists(f"a file lies at {path.name} already")
    fresh = unfinished(path)
    try:
        with _translated(path):
            _write_empty(fresh, key)
        put_in_place(fresh, path)
    except OSError as error:
        raise StoreUnwritable(error.strerror or "") from error
    finally:
        for suffix in ("", "-wal", "-shm"):
            _with_suffix(fresh, suffix).unlink(missing_ok=True)
    return open_database(path, key)


def _write_empty(path: Path, key: DatabaseKey) -> None:
    connection = _connect(path, key, "rwc")
    try:
        _migrate(connection, 0)
    finally:
        connection.close()  # folds the log into the file, synced
    if _with_suffix(path, "-wal").exists():
        raise StoreFull("the new file could not be finished")


def open_database(path: Path, key: DatabaseKey) -> Database:
    """Open the existing database and bring its schema up to date.

    Nothing is created, repaired or removed when this fails; the bytes stay as they were.

    Raises:
        DatabaseMissing, WrongKey, DatabaseDamaged, SchemaTooNew: see there.
        StoreBusy, StoreFull, StoreUnwritable: the surroundings forbid opening.
    """
    if not path.is_file():
        raise DatabaseMissing(f"no file {path.name}")
    # A reading connection first: closing a writing one would fold the log into a foreign file.
    version = _probe(path, key)
    if version > len(migrations()):
        raise SchemaTooNew(f"schema {version}, this program knows {len(migrations())}")
    with _translated(path):
        connection = _connect(path, key, "rw")
        _migrate(connection, version)
    return Database(connection, path)


def _probe(path: Path, key: DatabaseKey) -> int:
    if path.stat().st_size < PAGE_BYTES:
        raise DatabaseDamaged("the file is shorter than one page")
    # Without a log nobody is writing; `immutable` then keeps SQLite from leaving an empty one.
    crashed_or_in_use = _with_suffix(path, "-wal").exists()
    with _translated(path):
        connection = _keyed(path, key, "ro" if crashed_or_in_use else "ro&immutable=1")
    try:
        return _read_head(connection, path)
    finally:
        connection.close()


def _read_head(connection: Any, path: Path) -> int:
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlcipher.DatabaseError as error:
        if error.sqlite_errorcode != sqlcipher.SQLITE_NOTADB:
            raise _translate(error, path) from None
        raise _wrong_key_or_damaged(connection, path) from None
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise DatabaseDamaged("not a database of this program")
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _wrong_key_or_damaged(connection: Any, path: Path) -> StoreError:
    """Page 1 does not verify. If any other page does, the key is right and the file is not."""
    bad = connection.execute("PRAGMA cipher_integrity_check").fetchall()
    if len(bad) < path.stat().st_size // PAGE_BYTES:
        return DatabaseDamaged(f"{len(bad)} pages do not verify")
    return WrongKey("no page verifies with this key")


def _connect(path: Path, key: DatabaseKey, mode: str) -> Any:
    connection = _keyed(path, key, mode)
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
        "temp_store = MEMORY",
        "trusted_schema = OFF",
        "recursive_triggers = ON",  # so that INSERT OR REPLACE meets the delete triggers
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _keyed(path: Path, key: DatabaseKey, mode: str) -> Any:
    connection = sqlcipher.connect(
        f"{path.resolve().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,  # transactions are ours alone, see `Database.transaction`
    )
    connection.execute(key.pragma)
    # Otherwise SQLCipher writes its failures to stderr, past our own rules for logs.
    connection.execute("PRAGMA cipher_log_level = NONE")
    return connection


def _migrate(connection: Any, version: int) -> None:
    for migration in migrations()[version:]:
        _apply(connection, migration)


def _apply(connection: Any, migration: Migration) -> None:
    """One migration, one transaction: a crash leaves the schema before it or after it."""
    try:
        connection.executescript(
            f"BEGIN IMMEDIATE;\n{migration.sql}\n"
            f"PRAGMA application_id = {APPLICATION_ID};\n"
            f"PRAGMA user_version = {migration.number};\nCOMMIT;"
        )
    except sqlcipher.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _with_suffix(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlcipher.DatabaseError as error:
        raise _translate(error, path) from None


def _translate(error: Any, path: Path) -> Exception:
    """Our error for SQLite's. What the world did not do (a broken rule, bad SQL) stays a bug."""
    kind = _ERRORS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    if kind is None:
        return RuleBroken(str(error)) if isinstance(error, sqlcipher.IntegrityError) else error
    if kind is StoreUnwritable and _has_no_room(path.parent):
        kind = StoreFull
    return kind(getattr(error, "sqlite_errorname", "") or kind.__name__)


def _has_no_room(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < NO_ROOM_BYTES
    except OSError:
        return False


class RuleBroken(AssertionError):
    """A rule of the schema refused the change: a bug, never an operator's doing."""
