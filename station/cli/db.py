"""`station db`: check the database, back it up, try the backup, bring it back, rescue it."""

import argparse
import sys
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

from station.cli.db_rescue import restore_command
from station.cli.db_salvage import salvage_command
from station.cli.disk_words import disk_sentence
from station.cli.meter import meter
from station.cli.noting import log_of
from station.cli.opening import NotOpened, OpenedStore, add_opening, open_store
from station.services.fact_events import audit_draft_of
from station.services.upkeep import RIGHTS
from station.services.upkeep_jobs import UpkeepJobs
from station.services.upkeep_record import Job, Outcome, keep
from station.settings import SettingsError
from station.store.clock import StationClock, this_boot
from station.store.errors import DatabaseDamaged, StoreError
from station.store.health import LogBroken
from station.store.keyring import KeyringFile

EXIT_GOOD, EXIT_BAD, EXIT_REFUSED = 0, 1, 2
MIB = 1024 * 1024
_JOBS = {"check": Job.CHECK, "backup": Job.BACKUP, "drill": Job.DRILL}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `station db`."""
    tasks = parser.add_subparsers(dest="task", required=True)
    add_opening(tasks.add_parser("check", help="read everything and say whether it is whole"))
    backup = tasks.add_parser("backup", help="make an encrypted backup now")
    drill = tasks.add_parser("drill", help="prove that the newest backup could be restored")
    for task in (backup, drill):
        add_opening(task)
        task.add_argument("--folder", type=Path, help="another place than the settings name")
    restore = tasks.add_parser("restore", help="put a backup in the place of the database")
    restore.add_argument("--backup", type=Path, required=True, help="folder of one backup")
    salvage = tasks.add_parser("salvage", help="rescue what can be proved from a damaged file")
    for task in (restore, salvage):
        task.add_argument("--config", type=Path, required=True, help="settings file (TOML)")
        who = task.add_mutually_exclusive_group(required=True)
        who.add_argument(
            "--account", help="your account; the passphrase is asked, or read from stdin"
        )
        who.add_argument(
            "--words", action="store_true", help="ask for the 24 recovery words instead"
        )
    salvage.add_argument(
        "--to", type=Path, help="write the rescued file here and leave the damaged one in place"
    )


def run(arguments: argparse.Namespace) -> int:
    """0: done and good; 1: something is wrong with the data; 2: refused, with one sentence."""
    try:
        if arguments.task == "restore":
            return restore_command(arguments)
        if arguments.task == "salvage":
            return salvage_command(arguments)
        return _upkeep(arguments, _JOBS[arguments.task])
    except (DatabaseDamaged, LogBroken) as error:
        _say(error.sentence)
        return EXIT_BAD
    except (SettingsError, NotOpened) as error:
        _say(str(error))
    except StoreError as error:
        _say(error.sentence)
    except OSError as error:
        _say(disk_sentence(error))
    return EXIT_REFUSED


def _upkeep(arguments: argparse.Namespace, job: Job) -> int:
    store = open_store(arguments, RIGHTS[job])
    clock = StationClock(this_boot())
    file = KeyringFile.read(store.places.keyring)
    jobs = UpkeepJobs.of(store.settings, file, store.unlocked, clock.corrected_s)
    chosen = getattr(arguments, "folder", None)
    if chosen is not None:
        jobs = replace(jobs, folder=chosen, own_folder=False)
    with meter() as progress:
        outcome = jobs.run(job, progress)
    _keep(store, outcome)
    if not outcome.passed:
        _say(outcome.trouble)
        return EXIT_REFUSED if outcome.size == 0 else EXIT_BAD
    print(_told(outcome))
    return EXIT_GOOD


def _keep(store: OpenedStore, outcome: Outcome) -> None:
    """Store and note it, as the running station does; a file too damaged for it is told already."""
    with (
        suppress(DatabaseDamaged, LogBroken),
        closing(store.for_writing()) as database,
    ):
        log = log_of(store, database)
        log.append(audit_draft_of(outcome.fact, store.operator.operator_id))
        keep(database, outcome)
        log.close()


def _told(outcome: Outcome) -> str:
    size, took = f"{outcome.size / MIB:.1f} MiB", f"{outcome.took_s:.1f} 秒"
    if outcome.job is Job.CHECK:
        return f"已读完 {size}、{outcome.amount} 条记录，用时 {took}，没有发现问题。"
    if outcome.job is Job.BACKUP:
        return f"已备份 {size}、{outcome.amount} 条记录：{outcome.place}"
    return (
        f"演练通过：备份能打开，与备份时的数据库一致（{size}、{outcome.amount} 条记录），"
        f"用时 {took}：{outcome.place}"
    )


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)
