"""From an open keyring to an open store."""

from contextlib import suppress

from station.domain.audit import CheckKind, DatabaseChecked
from station.services.fact_events import audit_draft_of
from station.services.log_witnesses import witnesses_of
from station.services.places import Places
from station.services.store_room import StoreRoom
from station.services.unlock_troubles import NotActivated
from station.settings import (
    Settings,
)
from station.store.chain_report import HeadWitness
from station.store.clock import StationClock
from station.store.database import Database, open_database
from station.store.desk import Desk
from station.store.errors import DatabaseDamaged, StoreError
from station.store.events import EventLog
from station.store.head_file import HeadFile
from station.store.health import LogBroken, check_unopened
from station.store.keyring import (
    KeyringFile,
    Unlocked,
)
from station.store.operators import Operators
from station.store.roster import Roster
from station.store.rotation import settle_rotation
from station.store.signing import SYSTEM, LogSigner
from station.store.site import SiteRoster


def open_room(settings: Settings, unlocked: Unlocked, clock: StationClock) -> StoreRoom:
    """The open store; on the lane that will use it. Raises StoreError or OSError."""
    if unlocked.keyring.platform is None:
        raise NotActivated
    places = Places.of(settings)
    try:
        database, witness = _checked(places, unlocked)
    except (LogBroken, DatabaseDamaged):
        with suppress(OSError):
            places.refused_start.touch(mode=0o600)
        raise
    keys = unlocked.keyring
    signer = LogSigner(keys.station, keys.incarnation, keys.signing, HeadFile(places.log_head))
    places.saved_forms.mkdir(mode=0o700, exist_ok=True)
    log = EventLog(database, keys.station, keys.incarnation, clock, signer=signer)
    if witness.is_missing and log.head() is not None:
        _tell(log, CheckKind.HEAD)
    if places.refused_start.exists() and _tell(log, CheckKind.START):
        with suppress(OSError):
            places.refused_start.unlink()
    return StoreRoom(
        database=database,
        log=log,
        roster=Roster(database),
        site=SiteRoster(database),
        operators=Operators(database),
        open_cases=Desk(database, settings.desk_name),
    )


def _checked(places: Places, unlocked: Unlocked) -> tuple[Database, HeadWitness]:
    """The open database, and what the head file said before anything was written."""
    witnesses = witnesses_of(unlocked.keyring, places)
    if unlocked.keyring.next_database is not None:
        file = KeyringFile.read(places.keyring)
        settle_rotation(places.database, file, unlocked, witnesses=witnesses)
    report = check_unopened(places.database, unlocked.keyring.database, witnesses)
    return open_database(places.database, unlocked.keyring.database), report.witness


def _tell(log: EventLog, failed: CheckKind) -> bool:
    """Note a check that failed: a log that does not open takes no event, so the next one says it.

    A full disk is told where somebody works.
    """
    with suppress(StoreError):
        log.append(audit_draft_of(DatabaseChecked(failed, False), SYSTEM))
        return True
    return False
