"""The restore drill, and the restore: a backup is worth what it was when somebody last tried it."""

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from station.domain.audit import RecoveryUsed, StoreRestored
from station.store.backup.making import Backup
from station.store.backup.manifest import BackupDamaged, Manifest, prove_manifest
from station.store.clock import Clock
from station.store.connection import SIDES, DatabaseKey, with_suffix
from station.store.copies import Progress, unheard
from station.store.database import Database, open_database, open_for_reading
from station.store.drafts import EventDraft
from station.store.durable_files import put_in_place, unfinished
from station.store.errors import DatabaseExists, StoreUnwritable
from station.store.events import EventLog
from station.store.health import CheckReport, full_check
from station.store.keyring import Keyring
from station.store.signing import SYSTEM, LogSigner
from station.store.table_digests import table_digests

_CHECK_SHARE = 0.6
_HOUR_S = 3600


@dataclass(frozen=True)
class DrillReport:
    """What the drill showed. `wrong_tables` differ from what they were when it was made.

    `in_log`: the log at work contains the backup's last event, so it is a backup of this log;
    None when there was no log to ask.
    """

    manifest: Manifest
    check: CheckReport
    wrong_tables: tuple[str, ...]
    head_is_right: bool
    in_log: bool | None
    took_s: float

    @property
    def passed(self) -> bool:
        """It opens, is whole, and equals its source at the time."""
        whole = self.check.passed and not self.wrong_tables and self.head_is_right
        return whole and self.in_log is not False


def drill(
    backup: Backup,
    key: DatabaseKey,
    progress: Progress = unheard,
    live: Database | None = None,
) -> DrillReport:
    """Open a backup where it lies, read all of it, and hold it against its manifest.

    `live` is a connection to the database at work.

    Raises:
        BackupDamaged: a part is missing, or the manifest is not from who had this key.
        WrongKey: it was made under another key; only its escrow opens it.
        DatabaseDamaged: it does not open at all.
        Stopped: `progress` ended it.
    """
    started_s = time.monotonic()
    check = _checked(backup, key, lambda share: progress(share * _CHECK_SHARE))
    manifest = prove_manifest(backup.manifest_bytes(), key)
    backup.escrow()
    with closing(open_for_reading(backup.database, key)) as database:
        tables = table_digests(database, key, lambda: progress(_CHECK_SHARE))
        head_is_right = _hash_at(database, manifest.position) == manifest.head
    names = sorted({*tables, *manifest.tables})
    wrong = tuple(name for name in names if tables.get(name) != manifest.tables.get(name))
    in_log = None
    if live is not None and manifest.position:
        in_log = _hash_at(live, manifest.position) == manifest.head
    progress(1.0)
    return DrillReport(manifest, check, wrong, head_is_right, in_log, time.monotonic() - started_s)


def _checked(backup: Backup, key: DatabaseKey, progress: Progress) -> CheckReport:
    if not backup.database.is_file():
        raise BackupDamaged("the file is missing")
    return full_check(backup.database, key, progress)


def _hash_at(database: Database, position: int) -> str | None:
    if not position:
        return "0" * 64
    row = database.row("SELECT hash FROM event WHERE position = ?", (position,))
    return None if row is None else str(row[0])


def renewed_for_restore(keyring: Keyring, now_s: float) -> Keyring:
    """The keys of an escrow for the life after the restore; `now_s` is wall-clock time.

    A backup may be restored twice, on machines that never heard of each other. The hour keeps
    their incarnations apart, so that no event number is used twice.
    """
    incarnation = max(keyring.incarnation + 1, int(now_s) // _HOUR_S)
    return replace(keyring, incarnation=incarnation)


def restore(
    backup: Backup,
    key: DatabaseKey,
    path: Path,
    keyring: Keyring,
    clock: Clock,
    progress: Progress = unheard,
    *,
    actor: str = SYSTEM,
    with_words: bool = False,
) -> DrillReport:
    """Bring a backup to `path`, where nothing may lie, after the drill has shown that it is whole.

    `key` opens the backup, `keyring` (already of the next incarnation) goes on with it: its first
    event says up to where `actor` restored the log, the one before it where the recovery words
    opened the backup.

    Raises:
        DatabaseExists: something lies there; move it aside first.
        BackupDamaged: the drill failed, nothing was written.
        WrongKey, DatabaseDamaged, StoreFull, StoreUnwritable: nothing was written.
    """
    if any(with_suffix(path, suffix).exists() for suffix in ("", *SIDES)):
        raise DatabaseExists(f"a file lies at {path.name} already")
    report = drill(backup, key, lambda share: progress(share / 2))
    if not report.passed:
        raise BackupDamaged("the drill failed")
    fresh = unfinished(path)
    with closing(open_for_reading(backup.database, key)) as source:
        source.copy_to(fresh, keyring.database, lambda share: progress((1 + share) / 2))
    try:
        put_in_place(fresh, path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise StoreUnwritable(error.strerror or "") from error
    restored = {"position": report.manifest.position}
    first = [EventDraft(RecoveryUsed.TYPE, 1, None, SYSTEM)] if with_words else []
    _go_on(path, keyring, clock, [*first, EventDraft(StoreRestored.TYPE, 1, None, actor, restored)])
    return report


def _go_on(path: Path, keyring: Keyring, clock: Clock, drafts: Sequence[EventDraft]) -> None:
    # The copy of before a migration is the backup itself; another would outlive who is erased.
    opened = open_database(path, keyring.database, before_migration=lambda *_: None)
    with closing(opened) as database:
        signer = LogSigner(keyring.station, keyring.incarnation, keyring.signing)
        log = EventLog(database, keyring.station, keyring.incarnation, clock, signer=signer)
        log.append_many(drafts)
        log.sign()
