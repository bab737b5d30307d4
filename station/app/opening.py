"""From an open keyring to an open store."""

from station.services.log_witnesses import witnesses_of
from station.services.places import Places
from station.services.store_room import StoreRoom
from station.services.unlock_troubles import NotActivated
from station.settings import (
    Settings,
)
from station.store.clock import StationClock
from station.store.desk import Desk
from station.store.events import EventLog
from station.store.head_file import HeadFile
from station.store.health import open_checked
from station.store.keyring import (
    KeyringFile,
    Unlocked,
)
from station.store.operators import Operators
from station.store.roster import Roster
from station.store.rotation import settle_rotation
from station.store.signing import LogSigner
from station.store.site import SiteRoster


def open_room(settings: Settings, unlocked: Unlocked, clock: StationClock) -> StoreRoom:
    """The open store; on the lane that will use it. Raises StoreError or OSError."""
    if unlocked.keyring.platform is None:
        raise NotActivated
    places = Places.of(settings)
    if unlocked.keyring.next_database is not None:
        settle_rotation(
            places.database,
            KeyringFile.read(places.keyring),
            unlocked,
            witnesses=witnesses_of(unlocked.keyring, places),
        )
    keys = unlocked.keyring
    database = open_checked(places.database, keys.database, witnesses_of(keys, places))
    signer = LogSigner(keys.station, keys.incarnation, keys.signing, HeadFile(places.log_head))
    places.saved_forms.mkdir(mode=0o700, exist_ok=True)
    return StoreRoom(
        database=database,
        log=EventLog(database, keys.station, keys.incarnation, clock, signer=signer),
        roster=Roster(database),
        site=SiteRoster(database),
        operators=Operators(database),
        open_cases=Desk(database, settings.desk_name),
    )
