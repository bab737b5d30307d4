"""`station keys`: who and what opens this station's keys, and every change to that.

For a station that is not running: one that runs has the page 密钥 of its administration.
"""

import argparse
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from station.assets import AssetMissing, asset
from station.cli.disk_words import disk_sentence
from station.cli.keys_recover import recover_command
from station.cli.meter import meter
from station.cli.noting import Unnoted, check_notable, in_force, note
from station.cli.opening import NotOpened, OpenedStore, add_opening, ask_passphrase, open_store
from station.cli.recovery_check import Unconfirmed, add_sheet_argument, confirm_words
from station.domain.audit import KeyChange, KeysChanged
from station.domain.passphrases import weakness
from station.domain.people import Account, Operator
from station.domain.rights import Action
from station.forms.alone import ready_to_draw
from station.forms.errors import FormError, TypefaceError
from station.services.log_witnesses import witnesses_of
from station.services.machine_key import best_machine
from station.services.places import Places
from station.services.recovery_sheets import sheet_of, write_sheet
from station.settings import Settings, SettingsError, load_settings
from station.store.errors import StoreError
from station.store.health import open_checked
from station.store.keyring import (
    Keyring,
    KeyringFile,
    MachineLock,
    RecoveryKey,
    RecoveryLock,
    SlotKind,
    Unlocked,
    measured_cost,
    protect,
)
from station.store.operators import Operators
from station.store.rotation import rotate_database

EXIT_DONE, EXIT_UNNOTED, EXIT_REFUSED = 0, 1, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `station keys`."""
    tasks = parser.add_subparsers(dest="task", required=True)
    add_opening(tasks.add_parser("status", help="what opens the keys, and what is due"))
    add_opening(tasks.add_parser("passphrase", help="change your own passphrase"))
    recovery = tasks.add_parser("recovery", help="renew the recovery key")
    add_opening(recovery)
    add_sheet_argument(recovery)
    add_opening(tasks.add_parser("rotate", help="give the database another key"))
    machine = tasks.add_parser("machine", help="let the machine open by itself, or not any more")
    add_opening(machine)
    machine.add_argument("switch", choices=["on", "off"])
    lost = tasks.add_parser("recover", help="lost keys, out of a backup by the recovery words")
    lost.add_argument("--config", type=Path, required=True, help="settings file (TOML)")
    lost.add_argument("--backup", type=Path, required=True, help="folder of one backup")
    clear = tasks.add_parser("protect", help="protect a clear keyring of the first releases")
    clear.add_argument("--config", type=Path, required=True, help="settings file (TOML)")
    clear.add_argument("--account", required=True, help="whose new passphrase opens it first")
    add_sheet_argument(clear)


def run(arguments: argparse.Namespace) -> int:
    """0: it is done; 1: it is done and could not be noted; 2: nothing was changed.

    The last two with one sentence.
    """
    try:
        return TASKS[arguments.task](arguments)
    except Unnoted as error:
        print(error, file=sys.stderr)
        return EXIT_UNNOTED
    except (SettingsError, NotOpened, AssetMissing, TypefaceError) as error:
        return _refuse(str(error))
    except StoreError as error:
        return _refuse(error.sentence)
    except FormError:
        return _refuse("恢复密钥页画不出来，密钥没有改动，请联系维护人员。")
    except Unconfirmed:
        return _refuse("恢复密钥没有核对成功，密钥没有改动，原来的恢复密钥仍然有效。")
    except FileExistsError:
        return _refuse("恢复密钥页要写的位置已有同名文件，没有覆盖它，请另选文件名再运行。")
    except OSError as error:
        return _refuse(disk_sentence(error))


def _status(arguments: argparse.Namespace) -> int:
    store = open_store(arguments, Action.SEE_KEYS)
    file = KeyringFile.read(store.places.keyring)
    with closing(store.for_reading()) as database:
        accounts = Operators(database).accounts()
    words = {SlotKind.PASSPHRASE: "口令", SlotKind.CARD: "证书卡"}
    for account in accounts:
        who = account.operator
        kinds = [word for kind, word in words.items() if file.has(who.operator_id, kind)]
        print(f"{who.operator_id} {who.display_name}：{'、'.join(kinds) or '没有开启方式'}")
    locks = [slot.lock for slot in file.locks()]
    made = next((lock.made for lock in locks if isinstance(lock, RecoveryLock)), "没有")
    machine = next((lock.device.value for lock in locks if isinstance(lock, MachineLock)), "没有")
    policy = "允许" if store.settings.unattended_restart else "不允许"
    print(f"恢复密钥：{made}")
    print(f"机器自行开启：{machine}（设置{policy}）")
    due = store.unlocked.keyring.rotation_due
    print("数据库密钥：" + ("应当更换（有人或机器的开启方式已移除）" if due else "不需要更换"))
    return EXIT_DONE


def _passphrase(arguments: argparse.Namespace) -> int:
    store = open_store(arguments, Action.CHANGE_OWN_PASSPHRASE)
    fresh = _new_passphrase(store.operator)
    check_notable(store)
    file = KeyringFile.read(store.places.keyring)
    file.set_passphrase(store.unlocked, store.operator.operator_id, fresh, measured_cost())
    with in_force():
        with closing(store.for_writing()) as database:
            accounts = Operators(database)
            mine = accounts.account(store.operator.operator_id)
            if mine is not None and mine.must_change:
                accounts.put(replace(mine, must_change=False))
        note(store, KeysChanged(KeyChange.PASSPHRASE_SET, store.operator.operator_id))
    print("口令已更换，旧口令不能再用。")
    return EXIT_DONE


def _recovery(arguments: argparse.Namespace) -> int:
    store = open_store(arguments, Action.CHANGE_KEYS)
    check_notable(store)
    file = KeyringFile.read(store.places.keyring)

    def renew(key: RecoveryKey) -> None:
        file.renew_recovery(store.unlocked, key)

    _with_sheet(arguments.recovery_sheet, store.settings, store.unlocked.keyring.station, renew)
    with in_force():
        note(store, KeysChanged(KeyChange.RECOVERY_RENEWED))
    print("恢复密钥已更换。旧恢复密钥页只对此前的备份有用，请与那些备份同期销毁。")
    return EXIT_DONE


def _rotate(arguments: argparse.Namespace) -> int:
    store = open_store(arguments, Action.CHANGE_KEYS)
    check_notable(store)
    file = KeyringFile.read(store.places.keyring)
    with meter() as progress:
        witnesses = witnesses_of(store.unlocked.keyring, store.places)
        rotate_database(store.places.database, file, store.unlocked, progress, witnesses)
    with in_force():
        note(store, KeysChanged(KeyChange.DATABASE_KEY_ROTATED))
    print("数据库密钥已更换。请启动工作站后做一次备份：此前的备份仍由旧密钥保护。")
    return EXIT_DONE


def _machine(arguments: argparse.Namespace) -> int:
    store = open_store(arguments, Action.CHANGE_KEYS)
    check_notable(store)
    file = KeyringFile.read(store.places.keyring)
    if arguments.switch == "off":
        file.remove_machine(store.unlocked)
        with in_force():
            note(store, KeysChanged(KeyChange.SLOT_REMOVED))
        print("机器不再能自行开启。请更换数据库密钥（station keys rotate）。")
        return EXIT_DONE
    if not store.settings.unattended_restart:
        raise NotOpened("设置不允许机器自行开启（security.unattended_restart），密钥没有改动。")
    machine = best_machine()
    file.set_machine(store.unlocked, machine)
    with in_force():
        note(store, KeysChanged(KeyChange.MACHINE_SET))
    print(machine.sentence)
    return EXIT_DONE


def _protect(arguments: argparse.Namespace) -> int:
    settings = load_settings(arguments.config)
    places = Places.of(settings)
    passphrase = _new_passphrase(Operator(arguments.account, "", frozenset()))
    accounts: list[Account] = []
    protected: list[Unlocked] = []

    def look(keyring: Keyring) -> None:
        """Before anything is written: an unknown account would leave the recovery key alone."""
        witnesses = witnesses_of(keyring, places)
        with closing(open_checked(places.database, keyring.database, witnesses)) as database:
            accounts.extend(Operators(database).accounts())
        if all(one.operator.operator_id != arguments.account for one in accounts):
            raise NotOpened("没有这个账号，密钥没有改动，请核对 --account。")

    _with_sheet(
        arguments.recovery_sheet,
        settings,
        "",
        lambda key: protected.append(protect(places.keyring, key, look)),
    )
    file, [unlocked] = KeyringFile.read(places.keyring), protected
    file.set_passphrase(unlocked, arguments.account, passphrase, measured_cost())
    [mine] = (one for one in accounts if one.operator.operator_id == arguments.account)
    store = OpenedStore(settings, places, unlocked, mine.operator)
    with in_force():
        note(store, KeysChanged(KeyChange.PASSPHRASE_SET, arguments.account))
    others = [one.operator.operator_id for one in accounts if one is not mine]
    print("密钥已加保护。原来的明文可能还留在磁盘上，请接着运行 station keys rotate。")
    if others:
        print(f"这些人员还没有口令，请由安全管理员设置：{'、'.join(others)}。")
    return EXIT_DONE


def _with_sheet(
    path: Path, settings: Settings, station: str, put: Callable[[RecoveryKey], None]
) -> None:
    """The sheet is written and confirmed first; a key that nobody has on paper opens nothing."""
    key = RecoveryKey.random()
    application = ready_to_draw(asset("fonts"))
    write_sheet(path, sheet_of(key, settings, station, f"{datetime.now(UTC):%Y-%m-%d}"))
    del application
    try:
        if sys.stdin.isatty():
            confirm_words(key.words, path)
        put(key)
    except BaseException:
        # A disk may fail after the file was replaced: then this sheet is the one that opens it.
        if not _opens(Places.of(settings).keyring, key):
            path.unlink(missing_ok=True)
        raise
    print(f"恢复密钥在 {path}：请打印后放进保险柜，并删除这个文件。")


def _opens(keyring: Path, key: RecoveryKey) -> bool:
    try:
        return isinstance(KeyringFile.read(keyring).unlock_with_recovery(key), Unlocked)
    except (StoreError, OSError):
        return False


def _new_passphrase(operator: Operator) -> str:
    fresh = ask_passphrase("新口令：")
    if ask_passphrase("再输入一次：") != fresh:
        raise NotOpened("两次输入的新口令不一样，口令没有改动。")
    _check(fresh, operator)
    return fresh


def _check(passphrase: str, operator: Operator) -> None:
    if weakness(passphrase, operator) is not None:
        raise NotOpened("新口令要有 10 至 200 个字符，不能太好猜，密钥没有改动，请另选一个。")


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return EXIT_REFUSED


TASKS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "status": _status,
    "passphrase": _passphrase,
    "recovery": _recovery,
    "rotate": _rotate,
    "machine": _machine,
    "protect": _protect,
    "recover": recover_command,
}
