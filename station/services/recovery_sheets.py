"""The recovery key on paper: written once as a file to print, and kept nowhere else."""

import os
from pathlib import Path

from station.forms.recovery_sheet import RecoverySheet, render
from station.settings import Settings
from station.store.keyring import RecoveryKey


def sheet_of(key: RecoveryKey, settings: Settings, station: str, made: str) -> RecoverySheet:
    """The sheet of a key; `station` is empty while the platform has given no number."""
    return RecoverySheet(settings.unit_name, settings.desk_name, station, made, key.words)


def write_sheet(path: Path, sheet: RecoverySheet) -> None:
    """Write the sheet as PDF, for this account only, never over an existing file.

    Raises:
        FormError: Qt cannot draw it.
        OSError: it cannot be written; nothing is left behind.
    """
    content = render(sheet)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise
