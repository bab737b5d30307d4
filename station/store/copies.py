"""Encrypted copies of a database file: page by page through SQLite, whole or not at all."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from station.store.connection import DatabaseKey, keyed, reading, remove_with_sides
from station.store.durable_files import flush, put_in_place, unfinished
from station.store.errors import StoreUnwritable
from station.store.sqlite_errors import translated

Progress = Callable[[float], None]
"""Told the share of the work that is done, 0 to 1. It may raise `Stopped`."""

STEP_PAGES = 256
KEPT_DAYS = 30
BEFORE_MIGRATION = "schema"
_DAY_S = 24 * 3600


class Stopped(Exception):
    """Raised by a `Progress` to end the work, which leaves things as they were."""


def unheard(_share: float) -> None:
    """Progress that nobody looks at."""


def copy_into(source: Any, path: Path, key: DatabaseKey, progress: Progress = unheard) -> None:
    """Write all that `source` (a keyed connection) sees into a new file at `path`, synced.

    The log of `source` is included. The copy is encrypted under `key`, the source's or another:
    pages go through both connections in the clear, and are encrypted and MACed anew.

    Raises:
        StoreFull, StoreUnwritable, DatabaseDamaged: nothing is left at `path`.
    """

    def told(_status: int, remaining: int, total: int) -> None:
        progress(1.0 if not total else 1 - remaining / total)

    try:
        with translated(path):
            copy = keyed(path, key, "rwc")
            try:
                source.backup(copy, pages=STEP_PAGES, progress=told)
            finally:
                copy.close()
        flush(path)
    except OSError as error:
        remove_with_sides(path)
        raise StoreUnwritable(error.strerror or "") from error
    except BaseException:
        remove_with_sides(path)
        raise


def keep_before_migration(path: Path, key: DatabaseKey, version: int) -> None:
    """Keep the file as it is before its schema changes, as `<name>.schema-<version>` beside it.

    A copy that lies there already came from an attempt that did not end and is kept: nothing can
    have been written in between.

    Raises:
        StoreFull, StoreUnwritable, DatabaseDamaged: there is no copy, so do not migrate.
    """
    kept = path.with_name(f"{path.name}.{BEFORE_MIGRATION}-{version}")
    if kept.exists():
        return
    fresh = unfinished(kept)
    with translated(path):
        source = reading(path, key)
        try:
            copy_into(source, fresh, key)
        finally:
            source.close()
    try:
        put_in_place(fresh, kept)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise StoreUnwritable(error.strerror or "") from error


def copies_before_migration(path: Path) -> tuple[Path, ...]:
    """The copies that lie beside the file, oldest schema first."""
    return tuple(sorted(path.parent.glob(f"{path.name}.{BEFORE_MIGRATION}-*")))


def remove_old_copies(path: Path, now_s: float | None = None, days: int = KEPT_DAYS) -> int:
    """Remove copies older than `days`: what was erased since must not live on in them.

    So goes whatever lies under a hidden name of the file: copies, restores, rescues and changes of
    the key that were never finished, because the program was killed over them.

    `now_s` is wall-clock seconds since 1970. Returns how many went. Raises OSError.
    """
    now_s = time.time() if now_s is None else now_s
    old = [
        copy
        for copy in (
            *copies_before_migration(path),
            *path.parent.glob(f".{path.name}.*"),
            *path.parent.glob(f"..{path.name}.*"),  # begun for one of these
        )
        if now_s - copy.stat().st_mtime > days * _DAY_S
    ]
    for copy in old:
        copy.unlink()
    return len(old)
