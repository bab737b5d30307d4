"""Folders beside the database whose files have a limited life, and who vouches for deliveries."""

from pathlib import Path

from station.domain.retention import Kind, State
from station.services.places import Places
from station.settings import Settings
from station.store.aside import DAMAGED, REPLACED
from station.store.backup import names_of
from station.store.copies import BEFORE_MIGRATION
from station.store.holdings import Verified
from station.store.kept_files import KeptFolder
from sync.errors import SealError
from sync.seal import VerifyKey
from sync.wire import Receipt

_EXPORTS = ("*.zip", "*.jsonl", "*.pdf", "*.csv")
"""Support bundles, copies of the trail, and what people put beside them."""


def kept_folders(settings: Settings, station: str) -> tuple[KeptFolder, ...]:
    """Saved forms go like the forms they are copies of; exports and backups as the policy says.

    Stations may share a place for backups: each looks after its own. The newest always stays.
    Whole copies of the database beside it (set aside by a restore or a rescue, kept before a
    migration) hold whoever was in it: they go like backups, and none of them stays.
    """
    places = Places.of(settings)
    backups = Path(settings.backup_folder) if settings.backup_folder else places.backups
    database = places.database
    return (
        KeptFolder(
            backups,
            Kind.BACKUPS,
            State.KEPT,
            (names_of(station),),
            keeps_newest=True,
            of_folders=True,
        ),
        KeptFolder(
            database.parent,
            Kind.BACKUPS,
            State.KEPT,
            tuple(f"{database.name}.{word}-*" for word in (REPLACED, DAMAGED, BEFORE_MIGRATION)),
        ),
        KeptFolder(places.saved_forms, Kind.FORMS, State.ACKNOWLEDGED, ("*.pdf",)),
        KeptFolder(places.exports, Kind.EXPORTS, State.KEPT, _EXPORTS),
    )


def signed_by(platform: VerifyKey) -> Verified:
    """Whether a receipt bears the signature of the platform that this station joined."""

    def verified(receipt: Receipt) -> bool:
        try:
            platform.verify(receipt.signature, receipt.signed_bytes())
        except SealError:
            return False
        return True

    return verified
