"""What keeps a station from opening, told apart for the screen that says what to do about each."""

from station.services.unlock_state import OpenTrouble
from station.store import errors as store
from station.store import keyring
from station.store.errors import StoreError
from station.store.health import LogBroken


class NotActivated(StoreError):
    """The keyring knows no platform yet."""

    sentence = "本机还没有激活，请先运行 station init。"


_TROUBLES: tuple[tuple[type[StoreError], OpenTrouble], ...] = (
    (keyring.KeyringMissing, OpenTrouble.KEYRING_MISSING),
    (keyring.KeyringClear, OpenTrouble.KEYRING_CLEAR),
    (keyring.KeyringExposed, OpenTrouble.KEYRING_EXPOSED),
    (keyring.KeyringDamaged, OpenTrouble.KEYRING_DAMAGED),
    (keyring.KeyringUnwritable, OpenTrouble.KEYRING_UNWRITABLE),
    (NotActivated, OpenTrouble.NOT_ACTIVATED),
    (store.DatabaseMissing, OpenTrouble.DATABASE_MISSING),
    (store.DatabaseDamaged, OpenTrouble.DATABASE_DAMAGED),
    (LogBroken, OpenTrouble.LOG_BROKEN),
    (store.WrongKey, OpenTrouble.WRONG_KEY),
    (store.SchemaTooNew, OpenTrouble.TOO_NEW),
    (store.IncarnationOutdated, OpenTrouble.KEYRING_OUTDATED),
    (store.StoreFull, OpenTrouble.DISK_FULL),
    (store.StoreBusy, OpenTrouble.BUSY),
)


def trouble_of(error: StoreError | OSError) -> OpenTrouble:
    """Which trouble an error is; one that is none of the known is a disk that does not read."""
    for kind, trouble in _TROUBLES:
        if isinstance(error, kind):
            return trouble
    return OpenTrouble.UNREADABLE
