"""Files of limited life beside the database. On the database lane.

A file's own times are any clock's word, so its days count from the platform's time at which it was
first seen, which is remembered in the database.
"""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from station.domain.retention import Holding, Kind, State
from station.store.database import Database
from sync.wire import format_instant, parse_instant


@dataclass(frozen=True)
class KeptFolder:
    """One folder of ours: what lies in it, by which rule it goes, and whether one always stays.

    The newest is the last by name, for a backup's name says when it was made and the times of a
    folder that was copied do not.
    `patterns` name what is ours; anything else in the folder is nobody's business here. With
    `of_folders` they name folders that go whole, as a backup does.
    """

    path: Path
    kind: Kind
    state: State
    patterns: tuple[str, ...]
    keeps_newest: bool = False
    of_folders: bool = False


class KeptFiles:
    """Knows since when the files of some folders are here."""

    def __init__(self, database: Database, folders: tuple[KeptFolder, ...]) -> None:
        self._database = database
        self._folders = folders

    def register(self, now: datetime) -> None:
        """Remember files seen for the first time, forget those that are gone. Raises StoreError."""
        found = {(str(folder.path), path.name) for folder in self._folders for path in _in(folder)}
        known = set(self._database.rows("SELECT folder, name FROM kept_file"))
        if found == known:
            return
        with self._database.transaction():
            for folder, name in known - found:
                self._database.execute(
                    "DELETE FROM kept_file WHERE folder = ? AND name = ?", (folder, name)
                )
            for folder, name in sorted(found - known):
                self._database.execute(
                    "INSERT INTO kept_file VALUES (?, ?, ?)",
                    (folder, name, format_instant(now.timestamp())),
                )

    def held(self) -> tuple[Holding, ...]:
        """Every file as a holding; one not yet registered has no `since` and stays."""
        rows = self._database.rows("SELECT folder, name, seen_at FROM kept_file")
        seen = {(folder, name): at for folder, name, at in rows}
        return tuple(
            holding for folder in self._folders for holding in self._of_folder(folder, seen)
        )

    def _of_folder(self, folder: KeptFolder, seen: dict[tuple[str, str], str]) -> list[Holding]:
        held = []
        files = sorted(_in(folder), key=lambda path: path.name)
        for path in files:
            at = seen.get((str(folder.path), path.name))
            since = None if at is None else datetime.fromtimestamp(parse_instant(at), UTC)
            stays = folder.keeps_newest and path == files[-1]
            held.append(
                Holding(folder.kind, folder.state, str(path), since, 1, _size(path), not stays)
            )
        return held


def remove_file(path: Path) -> bool:
    """Remove a file, or a folder of ours whole; whether that could be done."""
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError:
        return False
    return True


def _in(folder: KeptFolder) -> list[Path]:
    found = {path for pattern in folder.patterns for path in folder.path.glob(pattern)}
    wanted = Path.is_dir if folder.of_folders else Path.is_file
    return [path for path in found if wanted(path) and not path.is_symlink()]


def _size(path: Path) -> int:
    try:
        parts = path.rglob("*") if path.is_dir() else [path]
        return sum(part.stat().st_size for part in parts)
    except OSError:
        return 0
