"""The first look at a file, which changes nothing: does the key open it, and is it ours?"""

import contextlib
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from station.store.connection import PAGE_BYTES, DatabaseKey, reading
from station.store.errors import DatabaseDamaged, StoreError, WrongKey
from station.store.schema import APPLICATION_ID
from station.store.sqlite_errors import translated, translation


def probe(path: Path, key: DatabaseKey) -> int:
    """The number of the file's schema.

    Raises:
        WrongKey: no page answers to the key.
        DatabaseDamaged: others do, or it is no file of this program.
        StoreBusy, StoreUnwritable: the surroundings forbid reading.
    """
    if path.stat().st_size < PAGE_BYTES:
        raise DatabaseDamaged("the file is shorter than one page")
    with translated(path):
        connection = reading(path, key)
    try:
        return _read_head(connection, path)
    finally:
        connection.close()


def fitting_key(path: Path, *keys: DatabaseKey | None) -> DatabaseKey | None:
    """The first of the keys that a page of the file answers to, damaged as it may be; or None.

    Raises:
        StoreBusy, StoreUnwritable: the surroundings forbid reading.
    """
    for key in filter(None, keys):
        with contextlib.suppress(WrongKey):
            with contextlib.suppress(DatabaseDamaged):
                probe(path, key)
            return key
    return None


def _read_head(connection: Any, path: Path) -> int:
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlcipher.DatabaseError as error:
        if error.sqlite_errorcode != sqlcipher.SQLITE_NOTADB:
            raise translation(error, path) from None
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
