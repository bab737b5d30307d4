"""First run: keys, an empty database, the people who work here, and joining the platform.

The keyring takes its name last of all: before that there is no station here, after it the station
is whole. A set-up that is killed leaves nothing in the way of the next one, see `finish`.
"""

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import requests

from station.domain.people import Account, Operator
from station.services.places import Places
from station.settings import Settings
from station.store.connection import remove_with_sides, with_suffix
from station.store.database import create_database
from station.store.durable_files import put_in_place
from station.store.errors import DatabaseExists, StoreFull, StoreUnwritable
from station.store.keyring import (
    Keyring,
    KeyringExists,
    KeyringFile,
    PassphraseCost,
    Platform,
    RecoveryKey,
)
from station.store.operators import Operators
from sync.activation import activate
from sync.seal import SealingKey, VerifyKey, random_id


@dataclass(frozen=True)
class NewOperator:
    """Somebody who will sign in here; `must_change`: with a passphrase that others know."""

    operator: Operator
    passphrase: str = field(repr=False)
    must_change: bool = False


def provision(
    settings: Settings,
    code: str,
    operators: Sequence[NewOperator],
    recovery: RecoveryKey,
    cost: PassphraseCost,
) -> str:
    """Set the station up and return its id on the platform.

    The platform is asked first, so that a refused code leaves nothing behind.

    Raises:
        SyncError: the code is mistyped or refused, or the platform does not answer.
        StoreError: there is a station here already, or the disk does not take it.
    """
    check_free(settings)  # before the one-time code is spent
    places = Places.of(settings)
    places.prepare()
    keys = Keyring.new(station=random_id())
    with requests.Session() as session:
        session.trust_env = False  # the platform is where the settings say, not where a proxy says
        answer = activate(
            settings.hub_url,
            code,
            station_name=settings.desk_name,
            signing_key=keys.signing,
            sealing_key=keys.unsealing.sealing_key,
            session=session,
            timeout_s=settings.hub_timeout_s,
        )
    platform = Platform(
        tenant=answer.tenant,
        demo=answer.demo,
        verify_key=VerifyKey.from_bytes(answer.hub_verify_key),
        unit_sealing_key=SealingKey.from_bytes(answer.unit_sealing_key),
    )
    keys = keys.activated(answer.station_id, platform)
    _remove_unfinished(places)
    try:
        _create_keyring(_unfinished_keyring(places), keys, operators, recovery, cost)
        _create_store(_unfinished_database(places), keys, operators)
        _put(_unfinished_database(places), places.database)
        _put(_unfinished_keyring(places), places.keyring)
    except BaseException:
        # Keys and a file that never held anything would only stand in the way of the next attempt.
        places.keyring.unlink(missing_ok=True)
        remove_with_sides(places.database)
        _remove_unfinished(places)
        raise
    return keys.station


def finish(settings: Settings) -> bool:
    """End a set-up that was killed before its very last step; whether there was one to end.

    Nothing is removed for it: a database that lies there was put there whole by that set-up.
    Raises StoreUnwritable.
    """
    places = Places.of(settings)
    unfinished = _unfinished_keyring(places)
    if places.keyring.exists() or not places.database.exists() or not unfinished.exists():
        return False
    _put(unfinished, places.keyring)
    return True


def check_free(settings: Settings) -> None:
    """Return if no station is here yet. Raises KeyringExists or DatabaseExists."""
    places = Places.of(settings)
    if places.keyring.exists():
        raise KeyringExists
    if places.database.exists():
        raise DatabaseExists


def _create_keyring(
    path: Path,
    keys: Keyring,
    operators: Sequence[NewOperator],
    recovery: RecoveryKey,
    cost: PassphraseCost,
) -> None:
    unlocked = KeyringFile.create(path, keys, recovery)
    file = KeyringFile.read(path)
    for new in operators:
        file.set_passphrase(unlocked, new.operator.operator_id, new.passphrase, cost)


def _create_store(path: Path, keys: Keyring, operators: Iterable[NewOperator]) -> None:
    with closing(create_database(path, keys.database)) as database:
        accounts = Operators(database)
        for new in operators:
            accounts.put(Account(new.operator, must_change=new.must_change))
    if with_suffix(path, "-wal").exists():
        raise StoreFull("the new file could not be finished")


def _unfinished_keyring(places: Places) -> Path:
    return places.keyring.with_name(f".{places.keyring.name}.setup")


def _unfinished_database(places: Places) -> Path:
    return places.database.with_name(f".{places.database.name}.setup")


def _remove_unfinished(places: Places) -> None:
    for unfinished in (_unfinished_keyring(places), _unfinished_database(places)):
        # What a kill left of them has their name with a dot before and something random behind.
        for file in (unfinished, *unfinished.parent.glob(f".{unfinished.name}.*")):
            remove_with_sides(file)


def _put(finished: Path, path: Path) -> None:
    try:
        put_in_place(finished, path)
    except OSError as error:
        raise StoreUnwritable(error.strerror or "") from error
