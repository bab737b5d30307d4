"""What lies outside the database and is held against its log."""

from station.services.places import Places
from station.store.chain import Witnesses
from station.store.head_file import read_head
from station.store.keyring import Keyring


def witnesses_of(keys: Keyring, places: Places) -> Witnesses:
    """The keys of this station and the head file, as it lies there now."""
    return Witnesses(
        keys.station,
        keys.incarnation,
        keys.signing.verify_key,
        read_head(places.log_head),
        keys.platform.verify_key if keys.platform else None,
    )
