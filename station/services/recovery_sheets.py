"""The recovery key on paper: written once as a file to print, and kept nowhere else."""

from pathlib import Path

from station.forms.recovery_sheet import RecoverySheet, render
from station.settings import Mode, Settings
from station.store.durable_files import write_new
from station.store.keyring import RecoveryKey


def sheet_of(key: RecoveryKey, settings: Settings, station: str, made: str) -> RecoverySheet:
    """The sheet of a key; `station` is empty while the platform has given no number."""
    return RecoverySheet(
        settings.unit_name,
        settings.desk_name,
        station,
        made,
        key.words,
        practice=settings.mode is Mode.SIMULATION,
    )


def write_sheet(path: Path, sheet: RecoverySheet) -> None:
    """Write the sheet as PDF, for this account only, never over an existing file.

    Raises:
        FormError: Qt cannot draw it.
        OSError: it cannot be written; nothing is left behind.
    """
    write_new(path, render(sheet))
