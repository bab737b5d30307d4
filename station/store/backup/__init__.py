"""Backups of the database: made, tried, and brought back."""

from station.store.backup.drill import (
    DrillReport,
    drill,
    renewed_for_restore,
    restore,
)
from station.store.backup.making import (
    Backup,
    BackupFolderFull,
    BackupFolderGone,
    BackupUnwritable,
    backup_at,
    backups_in,
    keep_newest,
    make_backup,
    names_of,
)
from station.store.backup.manifest import BackupDamaged, Manifest

__all__ = [
    "Backup",
    "BackupDamaged",
    "BackupFolderFull",
    "BackupFolderGone",
    "BackupUnwritable",
    "DrillReport",
    "Manifest",
    "backup_at",
    "backups_in",
    "drill",
    "keep_newest",
    "make_backup",
    "names_of",
    "renewed_for_restore",
    "restore",
]
