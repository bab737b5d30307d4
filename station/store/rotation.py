"""Giving the database another key: on a copy, which takes the file's place in one step.

Never `PRAGMA rekey`: it rewrites the only file there is, and in WAL mode it has destroyed files
(SQLite Multiple Ciphers, issue 91). The keyring holds the next key from before the copy is begun
until the copy lies in the file's place, so a kill at any moment leaves a file that one of the two
keys opens, and `settle_rotation` at the next start ends what was begun.
"""

import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from station.store.chain import Witnesses
from station.store.connection import DatabaseKey, keyed, reading, remove_with_sides
from station.store.copies import Progress, copies_before_migration, copy_into, unheard
from station.store.durable_files import put_in_place
from station.store.errors import (
    DatabaseDamaged,
    DatabaseMissing,
    StoreBusy,
    StoreError,
    StoreFull,
    StoreUnwritable,
)
from station.store.health import check_unopened
from station.store.keyring import Keyring, KeyringFile, Unlocked
from station.store.sqlite_errors import translated

COPYING_SHARE = 0.7
"""How much of the time the copy takes; checking it takes the rest."""


def rotate_database(
    path: Path,
    file: KeyringFile,
    unlocked: Unlocked,
    progress: Progress = unheard,
    witnesses: Witnesses | None = None,
) -> None:
    """Give the database at `path`, which nobody has open, a fresh key.

    The end of its log is held against `witnesses` before anything is copied: a copy of a torn log
    would be a whole file without the events behind the tear.

    What an older keyring opens is then no file any more. Copies from before migrations go, too:
    they lie under the old key. Backups stay as they were made.

    Raises:
        StoreFull, StoreBusy, StoreUnwritable, DatabaseDamaged: the database is what it was, under
            the key it had (`key_in_use` in any case says which).
        LogBroken: likewise; the log ends where it should not.
        KeyringChanged, KeyringUnwritable: as above, or the next start ends the rotation.
    """
    following = unlocked.keyring.next_database
    if following is None or not _opens(path, following):
        _exchange(path, file, unlocked, progress, witnesses)
    _conclude(path, file, unlocked, progress)


def settle_rotation(
    path: Path,
    file: KeyringFile,
    unlocked: Unlocked,
    progress: Progress = unheard,
    witnesses: Witnesses | None = None,
) -> bool:
    """End a rotation that was interrupted; whether there was one to end. Call it at every start.

    Where the disk does not take the copy now, the station goes on under the key that the file
    has, and the rotation stays due.

    Raises:
        KeyringChanged, KeyringUnwritable, DatabaseMissing, DatabaseDamaged: see there.
        LogBroken: the log ends where it should not; nothing was changed.
    """
    following = unlocked.keyring.next_database
    if following is None:
        return False
    try:
        if not _opens(path, following):
            _exchange(path, file, unlocked, progress, witnesses)
    except (StoreBusy, StoreFull, StoreUnwritable, DatabaseDamaged):
        # A damaged file, or one in use, is told by whoever opens it, with the sentence for that.
        return False
    _conclude(path, file, unlocked, progress)
    return True


def key_in_use(path: Path, keyring: Keyring) -> DatabaseKey:
    """Which of the keyring's keys the file has."""
    following = keyring.next_database
    return following if following and _opens(path, following) else keyring.database


def _exchange(
    path: Path,
    file: KeyringFile,
    unlocked: Unlocked,
    progress: Progress,
    witnesses: Witnesses | None,
) -> None:
    """Copy to the next key and put the copy in place, while nobody else gets at the file.

    Whoever wrote to it after the copy would lose that, and two who rotated at once would take each
    other's key away; so StoreBusy is raised before anything changes.
    """
    key, copy = unlocked.keyring.database, path.with_name(f".{path.name}.rotating")
    check_unopened(path, key, witnesses)
    with closing(_held(path, key)) as held:
        if unlocked.keyring.next_database is None:
            file.revise(unlocked, Keyring.rotating)
        following = unlocked.keyring.next_database
        assert following is not None
        if _opens(path, following):
            return  # another program ended the rotation while this one waited for it
        try:
            _remove(copy)
            _copy(path, copy, key, following, progress)
            _check(path, copy, key, following)
            if sys.platform == "win32":
                held.close()  # no file can be replaced there that is open
            _put(copy, path)
        except StoreError:
            _give_up(path, file, unlocked)
            raise


def _conclude(path: Path, file: KeyringFile, unlocked: Unlocked, progress: Progress) -> None:
    _remove(path.with_name(f".{path.name}.rotating"), *copies_before_migration(path))
    file.revise(unlocked, Keyring.rotated)
    progress(1.0)


def _give_up(path: Path, file: KeyringFile, unlocked: Unlocked) -> None:
    """Forget the next key unless the file has it already; that file must never be without key."""
    following = unlocked.keyring.next_database
    if following is None or _opens(path, following):
        return
    try:
        _remove(path.with_name(f".{path.name}.rotating"))
        file.revise(unlocked, Keyring.not_rotated)
    except StoreError:
        return  # the disk takes nothing; the next start tries again, and the first error is told


def _opens(path: Path, key: DatabaseKey) -> bool:
    if not path.is_file():
        raise DatabaseMissing(f"no file {path.name}")
    with translated(path):
        connection = reading(path, key)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlcipher.DatabaseError as error:
        if error.sqlite_errorcode == sqlcipher.SQLITE_NOTADB:
            return False
        with translated(path):
            raise
    finally:
        connection.close()
    return True


def _held(path: Path, key: DatabaseKey) -> Any:
    """A connection that keeps everybody else out, with the log brought into the file and ended.

    A log left beside a file of another key would be damage. Raises StoreBusy while anybody else
    has the file open.
    """
    with translated(path):
        connection = keyed(path, key, "rw")
        try:
            connection.execute("PRAGMA synchronous = FULL")
            (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
            if mode != "delete":
                raise StoreBusy("the write-ahead log could not be ended")
            connection.execute("BEGIN EXCLUSIVE")
        except BaseException:
            connection.close()
            raise
    return connection


def _copy(
    path: Path, copy: Path, key: DatabaseKey, following: DatabaseKey, progress: Progress
) -> None:
    with translated(path):
        source = reading(path, key)
    try:
        copy_into(source, copy, following, lambda share: progress(share * COPYING_SHARE))
    finally:
        source.close()


def _check(path: Path, copy: Path, key: DatabaseKey, following: DatabaseKey) -> None:
    """The copy's pages all verify, its structure is sound, and it has the source's rows."""
    with translated(path):
        source, made = reading(path, key), reading(copy, following)
        try:
            pages = made.execute("PRAGMA cipher_integrity_check").fetchall()
            structure = made.execute("PRAGMA integrity_check").fetchall()
            same = _counted(source) == _counted(made)
        finally:
            source.close()
            made.close()
    if pages or structure != [("ok",)] or not same:
        _remove(copy)
        raise DatabaseDamaged("the copy under the next key is not what was copied")


def _counted(connection: Any) -> list[tuple[object, ...]]:
    """Everything the schema says, the version, and how many rows every table has."""
    schema = connection.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    ).fetchall()
    counts = [
        connection.execute('SELECT count(*) FROM "{}"'.format(name.replace('"', '""'))).fetchone()
        for kind, name, _, _ in schema
        if kind == "table"
    ]
    versions = [
        connection.execute(f"PRAGMA {name}").fetchone()
        for name in ("user_version", "application_id")
    ]
    return [*schema, *counts, *versions]


def _put(copy: Path, path: Path) -> None:
    try:
        put_in_place(copy, path)
    except OSError as error:
        raise StoreUnwritable(error.strerror or "") from error


def _remove(*files: Path) -> None:
    try:
        for file in files:
            remove_with_sides(file)
    except OSError as error:
        raise StoreUnwritable(error.strerror or "") from error
