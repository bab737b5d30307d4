"""First run: keys, an empty database, the people who work here, and joining the platform."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import requests

from station.domain.people import Account, Operator
from station.services.places import Places
from station.settings import Settings
from station.store.database import create_database
from station.store.errors import DatabaseExists, StoreError
from station.store.keyring import (
    Keyring,
    KeyringExists,
    KeyringFile,
    PassphraseCost,
    Platform,
    RecoveryKey,
    attempts_path,
)
from station.store.operators import Operators
from sync.activation import activate
from sync.seal import SealingKey, VerifyKey, random_id


@dataclass(frozen=True)
class NewOperator:
    """Somebody who will sign in here."""

    operator: Operator
    passphrase: str = field(repr=False)


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
    try:
        _create_keyring(places.keyring, keys, operators, recovery, cost)
        _create_store(places, keys, operators)
    except (StoreError, OSError):
        # Keys that never protected anything would only stand in the way of the next attempt.
        places.keyring.unlink(missing_ok=True)
        attempts_path(places.keyring).unlink(missing_ok=True)
        raise
    return keys.station


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


def _create_store(places: Places, keys: Keyring, operators: Iterable[NewOperator]) -> None:
    database = create_database(places.database, keys.database)
    try:
        accounts = Operators(database)
        for new in operators:
            accounts.put(Account(new.operator))
    except StoreError:
        database.close()
        for suffix in ("", "-wal", "-shm"):
            places.database.with_name(places.database.name + suffix).unlink(missing_ok=True)
        raise
    database.close()
