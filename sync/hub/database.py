"""The platform's embedded database: one SQLCipher 4 file, numbered migrations, a raw key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from sync.hub.errors import HubStorageError

KEY_BYTES = 32
BUSY_TIMEOUT_S = 10.0
_MIGRATION = re.compile(r"(\d{3})_[a-z0-9_]+\.sql\Z")
Row = tuple[Any, ...]


class Database:
    """One connection, used from one thread; every statement is parameterised."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def run(self, sql: str, *values: object) -> int:
        """Execute; the number of rows changed."""
        changed: int = self._cursor(sql, values).rowcount
        return changed

    def rows(self, sql: str, *values: object) -> list[Row]:
        found: list[Row] = self._cursor(sql, values).fetchall()
        return found

    def row(self, sql: str, *values: object) -> Row | None:
        found: Row | None = self._cursor(sql, values).fetchone()
        return found

    def number(self, sql: str, *values: object) -> int:
        """The single integer that a query such as a count gives."""
        found = self.row(sql, *values)
        return int(found[0]) if found and found[0] is not None else 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; on return it is on the disk (WAL, synchronous=FULL)."""
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def _cursor(self, sql: str, values: Sequence[object]) -> Any:
        try:
            return self._connection.execute(sql, values)
        except sqlcipher.DatabaseError as error:
            # The driver's text names tables and columns, never values.
            raise HubStorageError(type(error).__name__) from error


@contextmanager
def open_database(path: Path, key: bytes, *, create: bool = False) -> Iterator[Database]:
    """Open with the raw key, for one piece of work. Raises HubStorageError.

    A missing file is an error unless `create`: an empty platform must never appear by itself.
    """
    address = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
    try:
        connection = sqlcipher.connect(
            address, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None
        )
    except sqlcipher.Error as error:
        raise HubStorageError("the database file is missing or not readable") from error
    try:
        database = Database(connection)
        _unlock(database, key)
        for pragma in (
            "foreign_keys = ON",
            "secure_delete = ON",
            "journal_mode = WAL",
            "synchronous = FULL",
        ):
            database.run(f"PRAGMA {pragma}")
        yield database
    finally:
        connection.close()


def _unlock(database: Database, key: bytes) -> None:
    database.run(f"PRAGMA key = \"x'{key.hex()}'\"")
    database.run("PRAGMA cipher_log_level = NONE")
    try:
        database.row("SELECT count(*) FROM sqlite_master")
    except HubStorageError as error:
        raise HubStorageError("the database does not open: wrong key or damaged file") from error


def migrate(database: Database) -> None:
    """Bring the file to the newest schema, each step in a transaction of its own."""
    present = database.number("PRAGMA user_version")
    steps = _migrations()
    if present > len(steps):
        raise HubStorageError("made by a newer release")
    for number, script in enumerate(steps[present:], present + 1):
        with database.transaction():
            for statement in _statements(script):
                database.run(statement)
            database.run(f"PRAGMA user_version = {number}")


def _migrations() -> list[str]:
    entries = (files("sync.hub") / "migrations").iterdir()
    named = sorted((entry.name, entry) for entry in entries if _MIGRATION.match(entry.name))
    return [entry.read_text(encoding="utf-8") for _, entry in named]


def _statements(script: str) -> Iterator[str]:
    """Split where SQLite itself says a statement is complete: triggers hold semicolons."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlcipher.complete_statement(statement):
            yield statement
            statement = ""
