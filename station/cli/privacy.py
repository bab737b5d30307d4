"""`station privacy`: what is held and until when, counts for statistics, one person's own copy."""

import argparse
import csv
import io
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from station.assets import asset
from station.cli.disk_words import disk_sentence
from station.cli.new_files import TooMany, write_new
from station.cli.noting import note
from station.cli.opening import NotOpened, OpenedStore, add_opening, open_store
from station.cli.privacy_export import export
from station.cli.privacy_words import as_json, as_text, cells_of, facts_of
from station.domain.audit import Exported, ExportKind
from station.domain.purpose import OF_PERSONS, Purpose
from station.domain.retention_policy import PolicyError
from station.domain.rights import Action
from station.domain.statistics import HIDDEN
from station.forms.alone import ready_to_draw
from station.forms.errors import FormError, TypefaceError
from station.forms.privacy_report import privacy_report as report_form
from station.services.privacy import CopyReason, PrivacyReport, privacy_report
from station.services.privacy import statistics as count_people
from station.services.retention_policy import InForce, PolicySource
from station.services.upkeep_folders import kept_folders, signed_by
from station.settings import SettingsError
from station.store.database import Database
from station.store.errors import StoreError
from sync.errors import SealError
from sync.wire import sha256_hex

EXIT_DONE, EXIT_REFUSED = 0, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `station privacy`."""
    tasks = parser.add_subparsers(dest="task", required=True)
    report = tasks.add_parser("report", help="what is held, why and until when; names nobody")
    add_opening(report)
    report.add_argument("--json", action="store_true", help="for programs")
    report.add_argument("--pdf", type=Path, help="folder for the report as a PDF")
    counts = tasks.add_parser("statistics", help="people per day and step, small counts hidden")
    add_opening(counts)
    copy = tasks.add_parser("export", help="one person's own copy as a locked PDF; whose is asked")
    add_opening(copy)
    copy.add_argument("--purpose", choices=sorted(OF_PERSONS), required=True)
    copy.add_argument("--reason", choices=[one.value for one in CopyReason], required=True)
    copy.add_argument("--approver", required=True, help="account of the second person")
    copy.add_argument("--folder", type=Path, required=True, help="where to write the file")


def run(arguments: argparse.Namespace) -> int:
    """0: done; 2: it could not be done, with one sentence why."""
    tasks = {"report": _report, "statistics": _statistics, "export": export}
    try:
        tasks[arguments.task](arguments)
    except (SettingsError, NotOpened, PolicyError) as error:
        return _refuse(str(error))
    except StoreError as error:
        return _refuse(error.sentence)
    except (FormError, TypefaceError, SealError):
        return _refuse("副本没有做成，数据没有改动，请联系技术支持。")
    except TooMany:
        return _refuse("这个文件夹里的文件太多，没有写入，请清理后再试。")
    except OSError as error:
        return _refuse(disk_sentence(error))
    return EXIT_DONE


def _report(arguments: argparse.Namespace) -> None:
    store = open_store(arguments, Action.PRIVACY_REPORT)
    platform = store.unlocked.keyring.platform
    if platform is None:
        raise NotOpened("本机还没有激活，没有可报告的资料。")
    with closing(store.for_reading()) as database:
        in_force = _policy(store, database)
        report = privacy_report(
            database,
            signed_by(platform.verify_key),
            kept_folders(store.settings, store.unlocked.keyring.station),
            in_force.policy,
            in_force.trouble,
            datetime.now(UTC),
        )
    text = as_json(report) if arguments.json else as_text(report)
    note(
        store,
        Exported(ExportKind.PRIVACY_REPORT, Purpose.STATISTICS, len(report.held), _digest(text)),
    )
    if arguments.pdf is not None:
        print(f"报告已写入 {_printed(store, report, arguments.pdf)}")
    else:
        print(text)


def _whose(store: OpenedStore) -> tuple[str, str]:
    """On paper it must say of which machine and of which day it is."""
    unit, station = store.settings.unit_name, store.unlocked.keyring.station
    return f"单位：{unit}    工作站：{station}", f"报告日期：{datetime.now():%Y-%m-%d %H:%M}"


def _printed(store: OpenedStore, report: PrivacyReport, folder: Path) -> Path:
    drawing = ready_to_draw(asset("fonts"))
    facts = (*_whose(store), *facts_of(report))
    pdf = report_form(facts, [cells_of(line) for line in report.held]).pdf()
    del drawing
    return write_new(folder, "privacy-report", ".pdf", pdf)


def _statistics(arguments: argparse.Namespace) -> None:
    store = open_store(arguments, Action.EXPORT_STATISTICS)
    with closing(store.for_reading()) as database:
        table = count_people(database)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(("unit", "day", *table.columns))
    for day, counts in table.rows:
        shown = ("*" if count == HIDDEN else count for count in counts)
        writer.writerow((store.settings.unit_name, day, *shown))
    text = buffer.getvalue()
    note(store, Exported(ExportKind.STATISTICS, Purpose.STATISTICS, len(table.rows), _digest(text)))
    print(text, end="")


def _policy(store: OpenedStore, database: Database) -> InForce:
    own = asset("retention/default.toml")
    return PolicySource(database, own, store.settings.retention_file, keeps=False).in_force()


def _digest(content: str | bytes) -> str:
    return sha256_hex(content.encode() if isinstance(content, str) else content)


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return EXIT_REFUSED
