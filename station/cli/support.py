"""`station support bundle`: the support bundle without a window."""

import argparse
import sys
import time
from contextlib import closing
from pathlib import Path

from station.cli.disk_words import disk_sentence
from station.cli.noting import log_of
from station.cli.opening import NotOpened, add_opening, open_store
from station.domain.audit import SupportBundleMade
from station.domain.rights import Action
from station.services.fact_events import audit_draft_of
from station.services.store_room import StoreRoom
from station.services.support_bundle import Bundle, BundleTrouble, save
from station.services.support_parts import Facts, gather
from station.services.technical_log import TechnicalLog
from station.settings import SettingsError
from station.store.desk import Desk
from station.store.errors import StoreError
from station.store.operators import Operators
from station.store.roster import Roster
from station.store.site import SiteRoster
from sync.wire import sha256_hex

EXIT_DONE, EXIT_REFUSED = 0, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `station support`."""
    tasks = parser.add_subparsers(dest="task", required=True)
    bundle = tasks.add_parser("bundle", help="write a support bundle; it names nobody")
    add_opening(bundle)
    bundle.add_argument("--folder", type=Path, help="where to write it")
    bundle.add_argument("--list", action="store_true", help="only show what it would hold")


def run(arguments: argparse.Namespace) -> int:
    """0: written or shown; 2: it could not be done, with one sentence why."""
    try:
        return _bundle(arguments)
    except (SettingsError, NotOpened) as error:
        return _refuse(str(error))
    except StoreError as error:
        return _refuse(error.sentence)
    except OSError as error:
        return _refuse(disk_sentence(error))


def _bundle(arguments: argparse.Namespace) -> int:
    store = open_store(arguments, Action.SUPPORT_BUNDLE)
    places = store.places
    with closing(store.for_writing()) as database:
        log = log_of(store, database)
        room = StoreRoom(
            database=database,
            log=log,
            roster=Roster(database),
            site=SiteRoster(database),
            operators=Operators(database),
            open_cases=Desk(database, store.settings.desk_name),
        )
        facts = Facts(store.settings, places.database.parent)
        bundle = Bundle(gather(room, facts, TechnicalLog(places.technical_log, time.time)))
        if arguments.list:
            for part in bundle.parts:
                print(f"=== {part.name}\n{part.text}", end="")
            return EXIT_DONE
        made = SupportBundleMade(sha256_hex(bundle.zipped()))
        log.append(audit_draft_of(made, store.operator.operator_id))
        log.close()
    saved = save(bundle, arguments.folder or places.exports, "support")
    if isinstance(saved, BundleTrouble):
        return _refuse(saved.sentence)
    print(f"支持包已写入 {saved.path}，不含任何人的姓名、号码、图像、口令和密钥。")
    return EXIT_DONE


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return EXIT_REFUSED
