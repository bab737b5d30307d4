"""Backups: a folder each, with the encrypted file, the escrow of its keys, and a manifest.

A backup lies under its name whole or not at all. The chosen place (a USB disk, a share) is never
created: where it is missing, the disk is not plugged in, and its mount point is the wrong disk.
"""

import contextlib
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from station.store.backup.manifest import (
    MAX_MANIFEST_BYTES,
    BackupDamaged,
    Manifest,
    escrow_digest,
    read_manifest,
)
from station.store.connection import DatabaseKey
from station.store.copies import Progress, unheard
from station.store.database import Database, open_for_reading
from station.store.durable_files import put_in_place, write_whole
from station.store.errors import StoreError, StoreFull, StoreUnwritable
from station.store.keyring import MAX_ESCROW_BYTES
from station.store.table_digests import table_digests
from sync.wire import GENESIS_HASH, parse_instant, sha256_hex

DATABASE, ESCROW, MANIFEST = "station.db", "keyring.escrow", "manifest.json"
_NAME = re.compile(r"station-backup-[0-9a-f]{8}-\d{8}T\d{6}Z(-[0-9a-f]{4})?")
_DIGESTS_SHARE = 0.4
SPARE_BYTES = 4 * 1024 * 1024
TORN_AFTER_S = 24 * 3600


class BackupFolderGone(StoreError):
    """The chosen place is not there: the disk is not plugged in, or the share not mounted."""

    sentence = "找不到备份位置，这次没有备份，之前的备份和本机数据完好，请接好备份盘后再备份。"


class BackupFolderFull(StoreFull):
    """There is no room for another backup beside the ones that are kept."""

    sentence = "备份位置空间不足，这次没有备份，之前的备份和本机数据完好，请腾出空间后再备份。"


class BackupUnwritable(StoreUnwritable):
    """The place of backups refuses to be written, or was taken away meanwhile."""

    sentence = "备份位置写入失败，这次没有备份，之前的备份和本机数据完好，请检查备份盘后再备份。"


@dataclass(frozen=True)
class Backup:
    """A backup that lies whole in its folder; what it says of itself is not proved yet."""

    folder: Path
    manifest: Manifest

    @property
    def database(self) -> Path:
        return self.folder / DATABASE

    def escrow(self) -> bytes:
        """The sealed keyring. Raises BackupDamaged."""
        content = _content(self.folder / ESCROW, MAX_ESCROW_BYTES)
        if escrow_digest(content) != self.manifest.escrow:
            raise BackupDamaged("the escrow is another one")
        return content

    def manifest_bytes(self) -> bytes:
        """As they lie there. Raises BackupDamaged."""
        return _content(self.folder / MANIFEST, MAX_MANIFEST_BYTES)


def make_backup(
    path: Path,
    key: DatabaseKey,
    escrow: bytes,
    station: str,
    folder: Path,
    at: str,
    progress: Progress = unheard,
) -> Backup:
    """Copy the database as it is at this moment into a new backup in `folder`.

    The station goes on writing meanwhile: the copy and its digests are of one moment. `at` is the
    station's time (RFC 3339, UTC).

    Raises:
        BackupFolderGone, BackupFolderFull, BackupUnwritable: earlier backups are what they were.
        DatabaseMissing, WrongKey, DatabaseDamaged: the database cannot be read.
        Stopped: `progress` ended it; nothing is left.
    """
    if not folder.is_dir():
        raise BackupFolderGone(f"no folder {folder.name}")
    place = folder / _name(station, at)
    fresh = folder / f".{place.name}.{secrets.token_hex(8)}"
    try:
        _make_room(path, folder)
        fresh.mkdir(mode=0o700)
        manifest = _write(path, key, escrow, station, fresh, at, progress)
        if place.exists():
            place = place.with_name(f"{place.name}-{secrets.token_hex(2)}")
        put_in_place(fresh, place)
    except OSError as error:
        raise _why(folder, error.strerror or "") from error
    except (StoreFull, StoreUnwritable) as error:
        raise _why(folder, str(error), full=isinstance(error, StoreFull)) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return Backup(place, manifest)


def _make_room(path: Path, folder: Path) -> None:
    needed = path.stat().st_size + SPARE_BYTES
    if shutil.disk_usage(folder).free < needed:
        raise BackupFolderFull(f"{needed} bytes are needed")


def _why(folder: Path, detail: str, full: bool = False) -> StoreError:
    with contextlib.suppress(OSError):
        full = full or shutil.disk_usage(folder).free < SPARE_BYTES
    if not folder.is_dir():
        return BackupFolderGone(detail)
    return BackupFolderFull(detail) if full else BackupUnwritable(detail)


def _write(
    path: Path,
    key: DatabaseKey,
    escrow: bytes,
    station: str,
    fresh: Path,
    at: str,
    progress: Progress,
) -> Manifest:
    copying = 1 - _DIGESTS_SHARE
    with closing(open_for_reading(path, key)) as source, source.snapshot():
        source.copy_to(fresh / DATABASE, key, lambda share: progress(share * copying))
        digests = table_digests(source, key, lambda: progress(copying))
        schema, position, head = _standing(source)
    manifest = Manifest(
        made_at=at,
        station=station,
        schema=schema,
        position=position,
        head=head,
        size=(fresh / DATABASE).stat().st_size,
        escrow=escrow_digest(escrow),
        tables=digests,
    )
    write_whole(fresh / ESCROW, escrow)
    write_whole(fresh / MANIFEST, manifest.to_bytes(key))
    progress(1.0)
    return manifest


def _standing(database: Database) -> tuple[int, int, str]:
    row = database.row("PRAGMA user_version")
    assert row is not None
    last = database.row("SELECT position, hash FROM event ORDER BY position DESC LIMIT 1")
    position, head = last or (0, GENESIS_HASH)
    return row[0], position, head


def backups_in(folder: Path, station: str | None = None) -> tuple[Backup, ...]:
    """Whole backups, the newest first; of one station, or of any.

    Raises:
        BackupFolderGone: the folder is not there.
    """
    named = [entry for entry in _entries(folder) if _NAME.fullmatch(entry.name)]
    backups = []
    for entry in named:
        with contextlib.suppress(BackupDamaged):
            backup = backup_at(entry)
            if station in (None, backup.manifest.station):
                backups.append(backup)
    return tuple(sorted(backups, key=lambda backup: backup.manifest.made_at, reverse=True))


def backup_at(folder: Path) -> Backup:
    """One backup by its folder. Raises BackupDamaged."""
    return Backup(folder, read_manifest(_content(folder / MANIFEST, MAX_MANIFEST_BYTES)))


def keep_newest(folder: Path, station: str, keep: int, now_s: float | None = None) -> int:
    """Remove the oldest backups of this station beyond `keep`; how many went.

    So go pieces of backups that never were finished; one of today may still be written, by the
    station or by a command beside it. `now_s` is wall-clock seconds since 1970.

    Raises BackupFolderGone, BackupUnwritable.
    """
    now_s = time.time() if now_s is None else now_s
    surplus = [backup.folder for backup in backups_in(folder, station)[keep:]]
    pieces = [entry for entry in _entries(folder) if entry.name.startswith(f".{_stem(station)}")]
    for entry in (*surplus, *(piece for piece in pieces if _is_left(piece, now_s))):
        try:
            shutil.rmtree(entry)
        except FileNotFoundError:  # somebody else removed it
            continue
        except OSError as error:
            raise BackupUnwritable(error.strerror or "") from error
    return len(surplus)


def _is_left(piece: Path, now_s: float) -> bool:
    """Whether nobody writes it any more. A clock that was set since tells that, too."""
    try:
        return abs(now_s - piece.stat().st_mtime) > TORN_AFTER_S
    except OSError:  # whoever was writing it is done
        return False


def _entries(folder: Path) -> Iterator[Path]:
    try:
        yield from sorted(folder.iterdir())
    except OSError as error:
        raise BackupFolderGone(error.strerror or "") from error


def names_of(station: str) -> str:
    """Pattern for `Path.glob` of the names of one station's whole backups."""
    return f"{_stem(station)}*"


def _stem(station: str) -> str:
    """Stations may share a place; their ids may hold what no file name may."""
    return f"station-backup-{sha256_hex(station.encode())[:8]}-"


def _name(station: str, at: str) -> str:
    moment = datetime.fromtimestamp(parse_instant(at), UTC)
    return _stem(station) + moment.strftime("%Y%m%dT%H%M%SZ")


def _content(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        raise BackupDamaged(error.strerror or "") from error
    if len(content) > most:
        raise BackupDamaged(f"{path.name} is too large")
    return content
