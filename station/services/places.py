"""Where this station keeps its files: data and keys in two different folders."""

from dataclasses import dataclass, replace
from pathlib import Path

import platformdirs

from station.settings import DeviceChoice, Settings

APPLICATION = "tdxl-station"


@dataclass(frozen=True)
class Places:
    """Paths of one station."""

    database: Path
    keyring: Path
    saved_forms: Path

    @classmethod
    def of(cls, settings: Settings) -> "Places":
        """The folders the settings name, else the system's own for this program."""
        data = Path(settings.data_directory or platformdirs.user_data_dir(APPLICATION, False))
        keys = Path(settings.key_directory or platformdirs.user_config_dir(APPLICATION, False))
        return cls(data / "station.db", keys / "keyring.json", data / "forms")

    @property
    def log_head(self) -> Path:
        """The signed head of the log: beside the keys, so that no copy of the data brings it."""
        return self.keyring.with_name("log-head")

    @property
    def refused_start(self) -> Path:
        """Lies there from a check at the start that failed until the log can tell of it."""
        return self.keyring.with_name("start-refused")

    @property
    def practice_cards(self) -> Path:
        """Where a practising station keeps the cards of its simulated reader."""
        return self.keyring.with_name("practice-cards.json")

    @property
    def exports(self) -> Path:
        """Where exports and support bundles go, unless somebody names another place."""
        return self.database.with_name("exports")

    @property
    def technical_log(self) -> Path:
        """The log of places in the code; it names nobody."""
        return self.database.with_name("log")

    @property
    def backups(self) -> Path:
        """Where backups go when the settings name no other place: better than none."""
        return self.database.with_name("backups")

    def printer_choice(self, choice: DeviceChoice) -> DeviceChoice:
        """The printer of the settings; forms saved as files go here unless they say where."""
        if choice.driver != "pdf_folder" or "folder" in choice.options:
            return choice
        return replace(choice, options={**choice.options, "folder": str(self.saved_forms)})

    def prepare(self) -> None:
        """Make the folders, readable by this account only. Raises OSError."""
        for folder in (self.database.parent, self.saved_forms, self.keyring.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
