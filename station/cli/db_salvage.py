"""`station db salvage`: what can be proved out of a damaged file, into a fresh one.

The accounts of the damaged file say who may, wherever they can be read; the recovery words need
none. The first events of the new life name who it was.
"""

import argparse
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from station.cli.meter import meter
from station.cli.new_life import take_place
from station.cli.opening import NotOpened
from station.cli.rescue_backup import NOT_THIS_STATION, typed_words
from station.cli.rescue_rights import check_right, keys_of, unlocked_by
from station.domain.rights import Action
from station.services.log_witnesses import witnesses_of
from station.services.places import Places
from station.settings import Settings, load_settings
from station.store.alone import alone_over
from station.store.aside import DAMAGED, check_closed
from station.store.clock import StationClock, this_boot
from station.store.connection import remove_with_sides
from station.store.database import open_for_reading
from station.store.errors import DatabaseDamaged, DatabaseMissing, WrongKey
from station.store.head_file import read_head
from station.store.health import full_check
from station.store.keyring import Keyring, KeyringFile, Refused, Unlocked
from station.store.log_reader import LogReader
from station.store.salvage import NothingToSalvage, SalvageReport, salvage
from station.store.signing import SYSTEM

EXIT_GOOD, EXIT_BAD = 0, 1
NOT_DAMAGED = (
    "数据库是完好的，没有抢救，什么都没有改动：抢救会放下名单，等平台重新下发。"
    "请直接启动工作站；只想另存一份抢救件的，加 --to。"
)


def salvage_command(arguments: argparse.Namespace) -> int:
    """Rescue into a fresh file; without `--to` it takes the place of the damaged one."""
    settings = load_settings(arguments.config)
    places = Places.of(settings)
    opened = _opened_to_salvage(settings, places, arguments.account)
    if arguments.to is not None:
        return _salvage_beside(places, *opened, arguments)
    with alone_over(places.database):
        return _salvage_in_place(places, *opened, arguments)


def _salvage_in_place(
    places: Places, file: KeyringFile, unlocked: Unlocked, arguments: argparse.Namespace
) -> int:
    fresh = places.database.with_name(f".{places.database.name}.salvaging")
    check_closed(places.database)
    if not places.database.exists():
        return _finish_salvage(places, fresh, unlocked.keyring)
    if _is_whole(places, unlocked.keyring):
        raise NotOpened(NOT_DAMAGED)
    remove_with_sides(fresh)
    report, keyring = _salvaged(places, fresh, unlocked.keyring, arguments.account)
    _tell(report)
    keyring = replace(keyring, incarnation=report.incarnation)
    file.update(unlocked, keyring)
    take_place(places, fresh, keyring, DAMAGED)
    print("请启动工作站；名单由平台重新下发。")
    return _all_or_not(report)


def _salvage_beside(
    places: Places, file: KeyringFile, unlocked: Unlocked, arguments: argparse.Namespace
) -> int:
    report, keyring = _salvaged(places, arguments.to, unlocked.keyring, arguments.account)
    _tell(report)
    # The file that stays in its place goes on in a life of its own, whatever becomes of the other.
    file.update(unlocked, replace(keyring, incarnation=report.incarnation + 1))
    print(f"抢救出的文件在 {arguments.to}，损坏的文件没有动。")
    return _all_or_not(report)


def _all_or_not(report: SalvageReport) -> int:
    return EXIT_BAD if report.gaps or report.payloads_missing else EXIT_GOOD


def _opened_to_salvage(
    settings: Settings, places: Places, account: str | None
) -> tuple[KeyringFile, Unlocked]:
    """By somebody who may, or by the recovery words, for which no `account` is given."""
    if account is None:
        key, file = typed_words(), KeyringFile.read(places.keyring)
        answer = file.unlock_with_recovery(key)
        if isinstance(answer, Refused):
            raise NotOpened(NOT_THIS_STATION)
        return file, answer
    file, unlocked = unlocked_by(places, account)
    keys = keys_of(unlocked.keyring)
    check_right(settings, (places.database,), keys, account, Action.CHECK_DATABASE)
    return file, unlocked


def _is_whole(places: Places, keyring: Keyring) -> bool:
    """A rescue costs rosters and a life of the log; a file that wants none is left alone."""
    try:
        with meter() as progress:
            witnesses = witnesses_of(keyring, places)
            return full_check(places.database, keyring.database, progress, witnesses).passed
    except (WrongKey, DatabaseDamaged):
        return False


def _finish_salvage(places: Places, fresh: Path, keyring: Keyring) -> int:
    """The last step of a run that was ended before it: the damaged file is aside already.

    A rescue that was not whole when it was ended, or one of long ago, is of another life than the
    keyring, which is renewed between the two.
    """
    if not fresh.exists():
        raise DatabaseMissing(f"no file {places.database.name}")
    if not _is_of_this_life(fresh, keyring):
        raise DatabaseMissing("what lies there is no whole rescue of this life")
    take_place(places, fresh, keyring, DAMAGED)
    print("上次抢救的最后一步已补完，请启动工作站；名单由平台重新下发。")
    return EXIT_GOOD


def _is_of_this_life(fresh: Path, keyring: Keyring) -> bool:
    try:
        with closing(open_for_reading(fresh, keyring.database)) as database:
            head = LogReader(database).head()
    except (WrongKey, DatabaseDamaged):
        return False
    return head is not None and head.event.incarnation == keyring.incarnation


def _salvaged(
    places: Places, fresh: Path, keyring: Keyring, account: str | None
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
                actor=account or SYSTEM,
                with_words=account is None,
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
