"""`station people`: who works here, by a security admin at the machine itself.

For a first card, for a station whose screen nobody can get past, and for scripts of a unit's IT.
Secrets and names come from the terminal or from standard input, never from the command line.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from station.cli.card import card_sentence, read_card
from station.cli.disk_words import disk_sentence
from station.cli.opening import (
    NotOpened,
    OpenedStore,
    add_opening,
    ask_line,
    ask_passphrase,
    open_store,
)
from station.domain.audit import AuditFact
from station.domain.people import Operator, Role
from station.domain.rights import Action
from station.services.fact_events import audit_draft_of
from station.services.key_access import KeyAccess
from station.services.people_changes import OneTime, PeopleChanges, PeopleRefusal, Person
from station.services.people_words import REFUSALS, role_name
from station.services.status import SignInRefusal
from station.settings import SettingsError
from station.store.clock import StationClock, this_boot
from station.store.errors import StoreError
from station.store.events import EventLog
from station.store.head_file import HeadFile
from station.store.keyring import KeyringFile, measured_cost
from station.store.operators import Operators
from station.store.signing import LogSigner

EXIT_DONE, EXIT_REFUSED = 0, 2
NAME = "真实姓名："
_ACTIONS = {
    "list": Action.SEE_PEOPLE,
    "add": Action.ADD_PERSON,
    "change": Action.CHANGE_ROLES,
    "disable": Action.DISABLE_PERSON,
    "reset": Action.RESET_PASSPHRASE,
    "card": Action.REGISTER_CARD,
    "lost-card": Action.REGISTER_CARD,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `station people`."""
    tasks = parser.add_subparsers(dest="task", required=True)
    for task, words in (
        ("list", "who has an account, with which roles and ways to come in"),
        ("add", "a new account; prints a one-time passphrase"),
        ("change", "other roles, or another name"),
        ("disable", "close an account and take away its keys"),
        ("reset", "print a one-time passphrase in place of a forgotten one"),
        ("card", "register the card in the reader; its PIN is asked"),
        ("lost-card", "let a lost card sign nobody in and open nothing any more"),
    ):
        one = tasks.add_parser(task, help=words)
        add_opening(one)
        if task != "list":
            one.add_argument("id", help="the account that is changed")
        if task == "change":
            one.add_argument("--rename", action="store_true", help="ask for another real name")
        if task in ("add", "change"):
            one.add_argument(
                "--role",
                action="append",
                choices=[role.value for role in Role],
                required=task == "add",
                help="once for each role",
            )


def run(arguments: argparse.Namespace) -> int:
    """0 when it is done; 2 with one sentence when nothing was changed."""
    try:
        store = open_store(arguments, _ACTIONS[arguments.task])
        with _changes(store) as changes:
            return _TASKS[arguments.task](arguments, store, changes)
    except (SettingsError, NotOpened) as error:
        return _refuse(str(error))
    except StoreError as error:
        return _refuse(error.sentence)
    except OSError as error:
        return _refuse(disk_sentence(error))


@contextmanager
def _changes(store: OpenedStore) -> Iterator[PeopleChanges]:
    keys = store.unlocked.keyring
    signer = LogSigner(
        keys.station, keys.incarnation, keys.signing, HeadFile(store.places.log_head)
    )
    database = store.for_writing()
    log = EventLog(
        database, keys.station, keys.incarnation, StationClock(this_boot()), signer=signer
    )

    def note(fact: AuditFact, by: str) -> object:
        return log.append(audit_draft_of(fact, by))

    try:
        yield PeopleChanges(
            operators=Operators(database),
            keys=KeyAccess(KeyringFile.read(store.places.keyring), store.unlocked, measured_cost),
            in_store=lambda work: work(),
            note=note,
            by=store.operator.operator_id,
        )
        log.close()
    finally:
        database.close()


def _list(_arguments: argparse.Namespace, _store: OpenedStore, changes: PeopleChanges) -> int:
    for person in changes.people():
        print(_line(person))
    return EXIT_DONE


def _add(arguments: argparse.Namespace, _store: OpenedStore, changes: PeopleChanges) -> int:
    roles = frozenset(map(Role, arguments.role))
    return _given(changes.add(Operator(arguments.id, ask_line(NAME), roles)))


def _change(arguments: argparse.Namespace, _store: OpenedStore, changes: PeopleChanges) -> int:
    account = changes.operators.account(arguments.id)
    if account is None:
        return _done(PeopleRefusal.UNKNOWN)
    before = account.operator
    roles = frozenset(map(Role, arguments.role)) if arguments.role else before.roles
    name = ask_line(NAME) if arguments.rename else before.display_name
    return _done(changes.change(Operator(arguments.id, name, roles)))


def _disable(arguments: argparse.Namespace, _store: OpenedStore, changes: PeopleChanges) -> int:
    return _done(changes.disable(arguments.id))


def _reset(arguments: argparse.Namespace, _store: OpenedStore, changes: PeopleChanges) -> int:
    return _given(changes.reset_passphrase(arguments.id))


def _card(arguments: argparse.Namespace, store: OpenedStore, changes: PeopleChanges) -> int:
    read = read_card(store.settings, None, ask_passphrase)
    if isinstance(read, SignInRefusal):
        return _refuse(f"{card_sentence(read)}没有登记。")
    return _done(changes.register_card(arguments.id, read))


def _lost_card(arguments: argparse.Namespace, _store: OpenedStore, changes: PeopleChanges) -> int:
    return _done(changes.remove_card(arguments.id))


_TASKS: dict[str, Callable[[argparse.Namespace, OpenedStore, PeopleChanges], int]] = {
    "list": _list,
    "add": _add,
    "change": _change,
    "disable": _disable,
    "reset": _reset,
    "card": _card,
    "lost-card": _lost_card,
}


def _line(person: Person) -> str:
    operator = person.account.operator
    roles = "、".join(role_name(role) for role in sorted(operator.roles)) or "（没有岗位）"
    ways = [
        "停用" if not person.account.enabled else "",
        "" if person.has_passphrase else "无口令",
        "首次登录须改口令" if person.account.must_change else "",
        "有证书卡" if person.account.card_fingerprint else "",
    ]
    parts = (operator.operator_id, operator.display_name, roles, *ways)
    return "  ".join(part for part in parts if part)


def _given(answer: OneTime | PeopleRefusal) -> int:
    if isinstance(answer, PeopleRefusal):
        return _refuse(REFUSALS[answer])
    print(f"一次性口令（只显示这一次，首次登录时须改）：{answer.passphrase}")
    return EXIT_DONE


def _done(refusal: PeopleRefusal | None) -> int:
    if refusal is not None:
        return _refuse(REFUSALS[refusal])
    print("已办好。岗位改了的，须重新登录。")
    return EXIT_DONE


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return EXIT_REFUSED
