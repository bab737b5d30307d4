"""What this station is and where it keeps its things, for whoever looks after it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from station.services.places import Places
from station.services.runner import Lane, Runner
from station.settings import Mode, Settings
from station.store.keyring import Keyring

DISTRIBUTION = "tdxl-station"


@dataclass(frozen=True)
class StationFacts:
    """What does not change while the station runs; nothing of it is secret or personal."""

    station: str
    tenant: str
    version: str
    mode: Mode
    platform_url: str
    data_folder: Path
    key_folder: Path

    @classmethod
    def of(cls, settings: Settings, keys: Keyring) -> "StationFacts":
        """Of the station that these settings and this keyring make."""
        places = Places.of(settings)
        return cls(
            station=keys.station,
            tenant=keys.platform.tenant if keys.platform else "",
            version=version(DISTRIBUTION),
            mode=settings.mode,
            platform_url=settings.hub_url,
            data_folder=places.database.parent,
            key_folder=places.keyring.parent,
        )


@dataclass(frozen=True)
class DiskSpace:
    """Bytes of the disk that holds the data folder."""

    free: int
    total: int


class OverviewService:
    """The facts, and the room left on the disk whenever somebody asks."""

    def __init__(self, facts: StationFacts, runner: Runner) -> None:
        self.facts = facts
        self._runner = runner

    def measure_disk(self, then: Callable[[DiskSpace | None], None]) -> None:
        """`then` gets the room on the data disk; None when the disk cannot be asked.

        Off the UI thread: a network disk may take its time.
        """
        self._runner.call(Lane.POOL, self._disk_space, then)

    def _disk_space(self) -> DiskSpace | None:
        try:
            usage = shutil.disk_usage(self.facts.data_folder)
        except OSError:
            return None
        return DiskSpace(usage.free, usage.total)
