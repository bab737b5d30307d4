"""`station keys recover`: the keys out of a backup, where they are lost and the database is not.

A restore would bring back the day of the backup; what was stored since lies in the file that is
here, and the backup's escrow has its key.
"""

import argparse
from contextlib import closing
from dataclasses import replace

from station.cli.noting import Unnoted, in_force
from station.cli.opening import NotOpened
from station.cli.rescue_backup import NOT_THIS_STATION, chosen_backup, opened_escrow, typed_words
from station.domain.audit import RecoveryUsed
from station.services.fact_events import audit_draft_of
from station.services.guard import PROGRAM
from station.services.log_witnesses import witnesses_of
from station.services.places import Places
from station.settings import load_settings
from station.store.alone import alone_over
from station.store.aside import check_closed
from station.store.backup import Backup
from station.store.clock import StationClock, this_boot
from station.store.database import open_for_reading
from station.store.errors import DatabaseDamaged, DatabaseMissing
from station.store.events import EventLog
from station.store.head_file import HeadFile, read_head
from station.store.health import LogBroken, open_checked
from station.store.keyring import (
    Keyring,
    KeyringDamaged,
    KeyringFile,
    KeyringMissing,
    RecoveryKey,
    Unlocked,
)
from station.store.log_reader import LogReader
from station.store.probe import fitting_key
from station.store.signing import LogSigner

EXIT_GOOD, EXIT_BAD = 0, 1
FOUND = (
    "密钥已找回，数据库没有改动。原来的口令和证书卡不能再用：请启动工作站，用恢复密钥开启，"
    "给安全管理员设新口令，由安全管理员给其他人员设置，再更换数据库密钥、做一次备份。"
)
FOUND_DAMAGED = (
    "密钥已找回，但数据库本身也有损坏，没有改动它："
    "请运行 station db salvage --words 抢救，或用 station db restore --words 恢复备份。"
)


def recover_command(arguments: argparse.Namespace) -> int:
    """0: keys and database are whole; 1: the database wants a rescue, which is possible now."""
    places = Places.of(load_settings(arguments.config))
    backup = chosen_backup(arguments.backup)
    if not places.database.is_file():
        raise DatabaseMissing(f"no file {places.database.name}")
    with alone_over(places.database):
        check_closed(places.database)
        return _recover(places, backup)


def _recover(places: Places, backup: Backup) -> int:
    key = typed_words()
    _check_lost(places, key)
    escrowed = opened_escrow(backup, key)
    fitting = fitting_key(places.database, escrowed.database, escrowed.next_database)
    if fitting is None:
        raise NotOpened(
            "这份备份是更换数据库密钥以前做的，里面的密钥打不开本机的数据库，什么都没有改动，"
            "请换用更新的备份；没有的，用 station db restore --words 恢复。"
        )
    # Somebody removed since the backup knew these keys, and the slots of it.
    keyring = replace(escrowed, database=fitting, next_database=None, rotation_due=True)
    keyring = replace(keyring, incarnation=_life(places, keyring))
    KeyringFile.replace(places.keyring, keyring, key)
    return _told(places, keyring)


def _check_lost(places: Places, key: RecoveryKey) -> None:
    """A keyring that opens is not replaced by an older one."""
    try:
        answer = KeyringFile.read(places.keyring).unlock_with_recovery(key)
    except (KeyringMissing, KeyringDamaged):
        return
    if isinstance(answer, Unlocked):
        raise NotOpened("本机的密钥文件是好的，没有改动它，请启动工作站，用恢复密钥开启。")
    raise NotOpened(NOT_THIS_STATION)


def _life(places: Places, keyring: Keyring) -> int:
    """The life that the log is in: a backup of before a restore knows an earlier one.

    It is not renewed, so that the head file goes on saying where the log has to end.
    """
    lives = [keyring.incarnation]
    signed = read_head(places.log_head)
    if signed is not None and signed.is_from(keyring.signing.verify_key):
        lives.append(signed.head.incarnation)
    try:
        with closing(open_for_reading(places.database, keyring.database)) as database:
            head = LogReader(database).head()
    except DatabaseDamaged:
        head = None
    return max(*lives, head.event.incarnation if head else 0)


def _told(places: Places, keyring: Keyring) -> int:
    """The keys are back, whatever the disk says from here on. Raises Unnoted."""
    try:
        with in_force():
            _note(places, keyring)
    except Unnoted as error:
        if not isinstance(error.__cause__, DatabaseDamaged | LogBroken):
            raise
        print(FOUND_DAMAGED)
        return EXIT_BAD
    print(FOUND)
    return EXIT_GOOD


def _note(places: Places, keyring: Keyring) -> None:
    witnesses = witnesses_of(keyring, places)
    with closing(open_checked(places.database, keyring.database, witnesses)) as database:
        head_file = HeadFile(places.log_head)
        signer = LogSigner(keyring.station, keyring.incarnation, keyring.signing, head_file)
        clock = StationClock(this_boot())
        log = EventLog(database, keyring.station, keyring.incarnation, clock, signer=signer)
        log.append(audit_draft_of(RecoveryUsed(), PROGRAM.operator_id))
        log.close()
