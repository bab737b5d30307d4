"""`station db restore`: a backup in the place of the database.

The accounts say who may: those of the file that lies there, else those of the backup. The recovery
words need none. The first events of the new life name who it was.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from station.cli.meter import meter
from station.cli.new_life import take_place
from station.cli.opening import NotOpened
from station.cli.rescue_backup import (
    NOT_THIS_STATION,
    chosen_backup,
    opened_escrow,
    typed_words,
)
from station.cli.rescue_rights import check_right, keys_of, unlocked_by
from station.domain.rights import Action
from station.services.places import Places
from station.settings import Settings, load_settings
from station.store.alone import alone_over
from station.store.aside import REPLACED, check_closed
from station.store.backup import Backup, DrillReport, renewed_for_restore, restore
from station.store.clock import StationClock, this_boot
from station.store.connection import DatabaseKey, remove_with_sides
from station.store.errors import WrongKey
from station.store.keyring import Keyring, KeyringDamaged, KeyringFile, RecoveryKey, Refused
from station.store.probe import fitting_key
from station.store.signing import SYSTEM

EXIT_GOOD = 0


def restore_command(arguments: argparse.Namespace) -> int:
    """Put a backup in the place of the database; what lay there is kept beside it."""
    settings = load_settings(arguments.config)
    places = Places.of(settings)
    backup = chosen_backup(arguments.backup)
    places.prepare()
    with alone_over(places.database):
        check_closed(places.database)
        if arguments.words:
            return _restore_with_words(places, backup)
        return _restore_with_passphrase(settings, places, backup, arguments.account)


def _restore_with_passphrase(
    settings: Settings, places: Places, backup: Backup, account: str
) -> int:
    file, unlocked = unlocked_by(places, account)
    key, keyring = unlocked.keyring.database, unlocked.keyring.renewed()
    files = (places.database, backup.database)
    check_right(settings, files, keys_of(unlocked.keyring), account, Action.DRILL_BACKUP)
    coming = _Coming(backup, key, keyring, lambda: file.update(unlocked, keyring), account)
    try:
        return _bring_back(places, coming)
    except WrongKey:
        raise NotOpened(
            "这份备份是更换数据库密钥以前做的，什么都没有改动，请加 --words 用恢复密钥恢复。"
        ) from None


def _restore_with_words(places: Places, backup: Backup) -> int:
    key = typed_words()
    escrowed = opened_escrow(backup, key)
    keyring, write = _keyring_for(places, escrowed, key)
    return _bring_back(places, _Coming(backup, escrowed.database, keyring, write))


def _keyring_for(
    places: Places, escrowed: Keyring, key: RecoveryKey
) -> tuple[Keyring, Callable[[], object]]:
    """The keys to go on with, and what writes them: a new keyring where there is none.

    Never with the backup's own database key: somebody removed since may still know it.
    """
    database = DatabaseKey.random()
    fresh = replace(escrowed, database=database, next_database=None, rotation_due=False)
    renewed = renewed_for_restore(fresh, time.time())
    if not places.keyring.exists():
        _check_nothing_to_keep(places, escrowed)
        return renewed, lambda: KeyringFile.create(places.keyring, renewed, key)
    try:
        file = KeyringFile.read(places.keyring)
        answer = file.unlock_with_recovery(key)
    except KeyringDamaged:
        _check_nothing_to_keep(places, escrowed)
        return renewed, lambda: KeyringFile.replace(places.keyring, renewed, key)
    if isinstance(answer, Refused):
        raise NotOpened(NOT_THIS_STATION)
    later = max(renewed.incarnation, answer.keyring.incarnation + 1)
    kept = replace(answer.keyring, incarnation=later)
    return kept, lambda: file.update(answer, kept)


def _check_nothing_to_keep(places: Places, escrowed: Keyring) -> None:
    """A file whose key only the backup has left would be lost with what was stored since."""
    if not places.database.is_file():
        return
    if fitting_key(places.database, escrowed.database, escrowed.next_database) is not None:
        raise NotOpened(
            "本机的数据库还在，这份备份里有它的密钥，什么都没有改动："
            "请先运行 station keys recover 找回密钥，备份以后的记录才不会丢。"
        )


@dataclass(frozen=True)
class _Coming:
    """A backup on its way back: what opens it, the keys to go on with, and who brings it.

    Without an `account` it is the recovery words.
    """

    backup: Backup
    key: DatabaseKey = field(repr=False)
    keyring: Keyring
    write_keyring: Callable[[], object]
    account: str | None = None


def _bring_back(places: Places, coming: _Coming) -> int:
    """The backup is proved and copied before anything that is here changes."""
    fresh = places.database.with_name(f".{places.database.name}.restoring")
    remove_with_sides(fresh)
    clock = StationClock(this_boot())
    with meter() as progress:
        report = restore(
            coming.backup,
            coming.key,
            fresh,
            coming.keyring,
            clock,
            progress,
            actor=coming.account or SYSTEM,
            with_words=coming.account is None,
        )
    coming.write_keyring()
    take_place(places, fresh, coming.keyring, REPLACED)
    print(_restored(report))
    return EXIT_GOOD


def _restored(report: DrillReport) -> str:
    return (
        f"已恢复到 {report.manifest.made_at} 的备份，共 {report.manifest.position} 条记录，"
        "已逐表核对一致。此后的记录以平台为准，启动工作站后会自动同步。"
    )
