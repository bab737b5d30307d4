"""`station db restore` and `station db salvage`: what helps when the database itself does not.

The accounts say who may: those of the file that lies there, for a restore else those of the backup.
The recovery words restore without an account. The first event of the new life names who it was.
"""

import argparse
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from station.cli.meter import meter
from station.cli.opening import NotOpened, ask_passphrase
from station.cli.rescue_rights import check_right
from station.domain.rights import Action
from station.services.places import Places
from station.settings import load_settings
from station.store.aside import bring_in, check_closed, move_aside
from station.store.backup import (
    Backup,
    DrillReport,
    backup_at,
    renewed_for_restore,
    restore,
)
from station.store.clock import StationClock, this_boot
from station.store.connection import DatabaseKey, remove_with_sides
from station.store.database import open_for_reading
from station.store.errors import WrongKey
from station.store.head_file import HeadFile, read_head
from station.store.keyring import (
    Keyring,
    KeyringDamaged,
    KeyringFile,
    Mistyped,
    RecoveryKey,
    Refused,
    Unlocked,
    open_escrow,
)
from station.store.log_reader import LogReader
from station.store.salvage import NothingToSalvage, SalvageReport, salvage
from station.store.signing import SYSTEM, LogSigner

EXIT_GOOD, EXIT_BAD, EXIT_REFUSED = 0, 1, 2


def restore_command(arguments: argparse.Namespace) -> int:
    """Put a backup in the place of the database; what lay there is kept beside it."""
    places = Places.of(load_settings(arguments.config))
    backup = backup_at(arguments.backup)
    places.prepare()
    check_closed(places.database)
    if arguments.words:
        return _restore_with_words(places, backup)
    return _restore_with_passphrase(places, backup, arguments.account)


def _restore_with_passphrase(places: Places, backup: Backup, account: str) -> int:
    file, unlocked = _unlocked(places, account)
    key, keyring = unlocked.keyring.database, unlocked.keyring.renewed()
    check_right((places.database, backup.database), key, account, Action.DRILL_BACKUP)
    coming = _Coming(backup, key, keyring, lambda: file.update(unlocked, keyring), account)
    try:
        return _bring_back(places, coming)
    except WrongKey:
        raise NotOpened(
            "这份备份是更换数据库密钥以前做的，什么都没有改动，请加 --words 用恢复密钥恢复。"
        ) from None


def _restore_with_words(places: Places, backup: Backup) -> int:
    key = RecoveryKey.from_text(ask_passphrase("恢复密钥（24 个词）："))
    if isinstance(key, Mistyped):
        raise NotOpened(key.sentence)
    escrowed = open_escrow(backup.escrow(), key)
    if escrowed is None:
        raise NotOpened("恢复密钥与这份备份不符，什么都没有改动，请核对恢复密钥页和备份日期。")
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
        return renewed, lambda: KeyringFile.create(places.keyring, renewed, key)
    try:
        file = KeyringFile.read(places.keyring)
        answer = file.unlock_with_recovery(key)
    except KeyringDamaged:
        return renewed, lambda: KeyringFile.replace(places.keyring, renewed, key)
    if isinstance(answer, Refused):
        raise NotOpened("恢复密钥打不开本机的密钥文件，什么都没有改动，请确认是同一台工作站。")
    later = max(renewed.incarnation, answer.keyring.incarnation + 1)
    kept = replace(answer.keyring, incarnation=later)
    return kept, lambda: file.update(answer, kept)


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
    if places.database.exists():
        aside = move_aside(places.database, _stamped("before-restore"))
        print(f"原来的数据库保留在 {aside}")
    bring_in(fresh, places.database)
    _tell_head(places, coming.keyring)
    print(_restored(report))
    return EXIT_GOOD


def _restored(report: DrillReport) -> str:
    return (
        f"已恢复到 {report.manifest.made_at} 的备份，共 {report.manifest.position} 条记录，"
        "已逐表核对一致。此后的记录以平台为准，启动工作站后会自动同步。"
    )


def salvage_command(arguments: argparse.Namespace) -> int:
    """Rescue into a fresh file; without `--to` it takes the place of the damaged one."""
    places = Places.of(load_settings(arguments.config))
    file, unlocked = _unlocked(places, arguments.account)
    keyring = unlocked.keyring
    check_right((places.database,), keyring.database, arguments.account, Action.CHECK_DATABASE)
    fresh = arguments.to or places.database.with_name(f".{places.database.name}.salvaging")
    if arguments.to is None:
        if not places.database.exists() and fresh.exists():
            bring_in(fresh, places.database)  # the last step of a run that was ended before it
            print("上次抢救的最后一步已补完，请启动工作站。")
            return EXIT_GOOD
        check_closed(places.database)
        remove_with_sides(fresh)
    report, keyring = _salvaged(places, fresh, keyring, arguments.account)
    _tell(report)
    # A file that stays in its place goes on in a life of its own, whatever becomes of the other.
    life = report.incarnation if arguments.to is None else report.incarnation + 1
    file.update(unlocked, replace(keyring, incarnation=life))
    if arguments.to is None:
        aside = move_aside(places.database, _stamped("damaged"))
        bring_in(fresh, places.database)
        _tell_head(places, replace(keyring, incarnation=life))
        print(f"损坏的文件原样保留在 {aside}，请启动工作站；名单由平台重新下发。")
    else:
        print(f"抢救出的文件在 {fresh}，损坏的文件没有动。")
    return EXIT_BAD if report.gaps or report.payloads_missing else EXIT_GOOD


def _salvaged(
    places: Places, fresh: Path, keyring: Keyring, account: str
) -> tuple[SalvageReport, Keyring]:
    """The rescue, and the keys that opened the file.

    Where a change of its key was interrupted, the file may lie under the next one already.
    """
    known_position, clock = _known_position(places, keyring), StationClock(this_boot())

    def under(keys: Keyring) -> tuple[SalvageReport, Keyring]:
        with meter() as progress:
            report = salvage(
                places.database,
                fresh,
                keys,
                clock,
                actor=account,
                known_position=known_position,
                progress=progress,
            )
        return report, keys

    try:
        return under(keyring)
    except NothingToSalvage:
        if keyring.next_database is None:
            raise
        return under(keyring.rotated())


def _known_position(places: Places, keyring: Keyring) -> int:
    signed = read_head(places.log_head)
    if signed is None or not signed.is_from(keyring.signing.verify_key):
        return 0
    head = signed.head
    same_life = head.station == keyring.station and head.incarnation == keyring.incarnation
    return head.position if same_life else 0


def _tell_head(places: Places, keyring: Keyring) -> None:
    """From its first moment on nothing is cut off the new life unseen."""
    with closing(open_for_reading(places.database, keyring.database)) as database:
        head = LogReader(database).head()
    if head is not None:
        file = HeadFile(places.log_head)
        signer = LogSigner(keyring.station, keyring.incarnation, keyring.signing, file)
        signer.tell_head(head.position, head.hash)
        file.close()


def _tell(report: SalvageReport) -> None:
    print(
        f"救出 {report.events} 条记录、{report.payloads} 份资料（{report.persons} 人）、"
        f"{report.operators} 个账号，其中 {report.waiting} 条待送平台；"
        f"损坏 {report.damaged_pages} 页。"
    )
    if report.gaps:
        print(f"丢失 {report.events_lost} 条记录，已在新文件里签名申明，平台如有可向平台核对。")
    if report.payloads_missing:
        print(f"有 {report.payloads_missing} 份资料没有找到（登记为已删除的不算在内）。")


def _unlocked(places: Places, account: str) -> tuple[KeyringFile, Unlocked]:
    file = KeyringFile.read(places.keyring)
    answer = file.unlock_with_passphrase(account, ask_passphrase("口令："))
    if isinstance(answer, Refused):
        raise NotOpened("账号或口令不对，数据没有改动，请核对后再试。")
    return file, answer


def _stamped(word: str) -> str:
    return f"{word}-{datetime.now(UTC).strftime('%Y%m%dT%H%M%SZ')}"
