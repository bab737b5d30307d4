"""A station's files on a disk, and `station db` in front of them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from station.__main__ import main
from station.domain.people import Account, Operator, Role
from station.services.places import Places
from station.settings import Settings
from station.store.backup import backups_in
from station.store.database import Database, create_database, open_database
from station.store.events import EventLog
from station.store.head_file import HeadFile
from station.store.keyring import Keyring
from station.store.operators import Operators
from station.store.signing import LogSigner
from tests.support.store_cases import TickingClock, plain, press
from tests.support.store_keys import RECOVERY, unlocked_keyring, written_keyring

ADMIN = Operator("admin01", "鲁知远", frozenset({Role.SYSTEM_ADMIN}))
CLERK = Operator("desk01", "方采薇", frozenset({Role.DESK_CLERK}))
PASSPHRASE = "only for tests"
WORDS = " ".join(RECOVERY.words)
EVENTS = 7


@dataclass
class Site:
    """A station's files, and the command line in front of them."""

    config: Path
    places: Places
    keys: Keyring
    backups: Path
    ask: Callable[..., tuple[int, str]]

    def db(
        self, task: str, *more: str, account: str | None = "admin01", spoken: str = PASSPHRASE
    ) -> tuple[int, str]:
        who = () if account is None else ("--account", account)
        return self.ask("db", task, "--config", str(self.config), *who, *more, spoken=spoken)

    def keyring(self) -> Keyring:
        return unlocked_keyring(self.places.keyring)[1].keyring

    def database(self) -> Database:
        return open_database(self.places.database, self.keyring().database)

    def last_events(self, count: int) -> list[tuple[str, str, int]]:
        """Type, actor and incarnation of the last events, the newest first."""
        database = self.database()
        rows = database.rows(
            "SELECT type, canonical, incarnation FROM event ORDER BY position DESC LIMIT ?",
            (count,),
        )
        database.close()
        return [(row[0], json.loads(row[1])["actor"], row[2]) for row in rows]

    def backup(self) -> Path:
        """A fresh backup's folder."""
        assert self.db("backup")[0] == 0
        return backups_in(self.backups)[0].folder


def site_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Site:
    """One station with a system admin and a clerk, seven events and a place for backups."""
    data, keys_folder, backups = tmp_path / "data", tmp_path / "keys", tmp_path / "备份盘"
    backups.mkdir()
    config = tmp_path / "station.toml"
    config.write_text(
        f'data_directory = "{data}"\nkey_directory = "{keys_folder}"\n'
        f'[storage]\nbackup_folder = "{backups}"\nbackup_keep = 2\n',
        encoding="utf-8",
    )
    places = Places.of(Settings(data_directory=str(data), key_directory=str(keys_folder)))
    places.prepare()
    keys = Keyring.new("station-1")
    written_keyring(places.keyring, keys, {"admin01": PASSPHRASE, "desk01": PASSPHRASE})
    database = create_database(places.database, keys.database)
    for operator in (ADMIN, CLERK):
        Operators(database).put(Account(operator))
    signer = LogSigner(keys.station, keys.incarnation, keys.signing, HeadFile(places.log_head))
    log = EventLog(database, keys.station, keys.incarnation, TickingClock(), signer=signer)
    log.append_many([plain(), *(press(number, size=9000) for number in range(5))])
    log.sign()
    log.close()
    database.close()

    def ask(*arguments: str, spoken: str = PASSPHRASE) -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(spoken + "\n"))
        status = main(list(arguments))
        told = capsys.readouterr()
        return status, told.out + told.err

    return Site(config, places, keys, backups, ask)
