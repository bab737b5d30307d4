"""Every command as somebody runs it who may not: refused, nothing done, and in the trail."""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from station.__main__ import main
from station.cli import audit, db, keys, opening, people, privacy, support
from station.domain.people import Account, Operator, Role
from station.domain.rights import RIGHTS, Action
from station.services.places import Places
from station.services.status import SignInFailure, SignInRefusal
from station.settings import Settings
from station.store.database import create_database, open_database, open_for_reading
from station.store.keyring import Keyring
from station.store.operators import Operators
from tests.support.store_keys import written_keyring

CLERK = Operator("desk01", "方采薇", frozenset({Role.DESK_CLERK}))
ADMIN = Operator("sysadmin01", "贺川", frozenset({Role.SYSTEM_ADMIN}))
PASSPHRASE = "only for tests"
DAY = "2026-03-02"
COMMANDS: dict[tuple[str, str], tuple[Action, tuple[str, ...]]] = {
    ("audit", "verify"): (Action.VERIFY_AUDIT, ()),
    ("audit", "export"): (
        Action.EXPORT_AUDIT,
        ("--purpose", "degree", "--first", DAY, "--last", DAY, "--folder", "OUT"),
    ),
    ("db", "check"): (Action.CHECK_DATABASE, ()),
    ("db", "backup"): (Action.MAKE_BACKUP, ("--folder", "OUT")),
    ("db", "drill"): (Action.DRILL_BACKUP, ("--folder", "OUT")),
    ("keys", "status"): (Action.SEE_KEYS, ()),
    ("keys", "recovery"): (Action.CHANGE_KEYS, ("--recovery-sheet", "OUT/sheet.pdf")),
    ("keys", "rotate"): (Action.CHANGE_KEYS, ()),
    ("keys", "machine"): (Action.CHANGE_KEYS, ("off",)),
    ("people", "list"): (Action.SEE_PEOPLE, ()),
    ("people", "add"): (Action.ADD_PERSON, ("desk09", "--role", "auditor")),
    ("people", "change"): (Action.CHANGE_ROLES, ("desk01", "--role", "security_admin")),
    ("people", "disable"): (Action.DISABLE_PERSON, ("sysadmin01",)),
    ("people", "reset"): (Action.RESET_PASSPHRASE, ("sysadmin01",)),
    ("people", "card"): (Action.REGISTER_CARD, ("desk01",)),
    ("people", "lost-card"): (Action.REGISTER_CARD, ("sysadmin01",)),
    ("privacy", "report"): (Action.PRIVACY_REPORT, ("--pdf", "OUT")),
    ("privacy", "statistics"): (Action.EXPORT_STATISTICS, ()),
    ("privacy", "export"): (
        Action.EXPORT_PERSON,
        (
            *("--purpose", "degree", "--reason", "access"),
            *("--approver", "sysadmin01", "--folder", "OUT"),
        ),
    ),
    ("support", "bundle"): (Action.SUPPORT_BUNDLE, ("--folder", "OUT")),
}
OTHERWISE = {
    ("keys", "passphrase"),  # everybody's own
    ("keys", "protect"),  # before there is anybody: the first keyring of all
    # They ask the accounts of a file that may be damaged (test_station_db_command.py).
    ("db", "restore"),
    ("db", "salvage"),
}
MODULES: dict[str, ModuleType] = {
    "audit": audit,
    "db": db,
    "keys": keys,
    "people": people,
    "privacy": privacy,
    "support": support,
}


@dataclass
class Site:
    """A station's files, and the command line in front of them."""

    config: Path
    places: Places
    keyring: Keyring
    out: Path
    ask: Callable[..., tuple[int, str]]

    def run(self, name: str, task: str, account: str = CLERK.operator_id) -> tuple[int, str]:
        _, more = COMMANDS[name, task]
        options = (part.replace("OUT", str(self.out)) for part in more)
        opening = ("--config", str(self.config), "--account", account)
        return self.ask(name, task, *options, *opening)

    def employ(self, account: Account) -> None:
        with closing(open_database(self.places.database, self.keyring.database)) as database:
            Operators(database).put(account)

    def trail(self) -> list[tuple[str, str, dict[str, str]]]:
        """Who, what and its data of every event."""
        with closing(open_for_reading(self.places.database, self.keyring.database)) as database:
            rows = database.rows("SELECT canonical FROM event ORDER BY position")
        events = [json.loads(canonical) for (canonical,) in rows]
        return [
            (event["actor"], event["type"], event["data"])
            for event in events
            if event["type"] != "log_signed"
        ]


@pytest.fixture
def site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Site:
    config, out = tmp_path / "station.toml", tmp_path / "out"
    out.mkdir()
    data, folder = tmp_path / "data", tmp_path / "keys"
    config.write_text(
        f'data_directory = "{data}"\nkey_directory = "{folder}"\n'
        '[devices]\nsmart_card = { driver = "simulated" }\n',
        encoding="utf-8",
    )
    places = Places.of(Settings(data_directory=str(data), key_directory=str(folder)))
    places.prepare()
    keyring = Keyring.new("station-1")
    known = (CLERK.operator_id, ADMIN.operator_id, "nobody01")
    written_keyring(places.keyring, keyring, dict.fromkeys(known, PASSPHRASE))
    with closing(create_database(places.database, keyring.database)) as database:
        for one in (CLERK, ADMIN):
            Operators(database).put(Account(one))

    def ask(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSPHRASE}\n123456\n"))
        status = main(list(arguments))
        told = capsys.readouterr()
        return status, told.out + told.err

    return Site(config, places, keyring, out, ask)


def opening_tasks(name: str, module: ModuleType) -> set[tuple[str, str]]:
    """The tasks of a command that somebody opens the store for."""
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)
    (tasks,) = (one for one in parser._actions if isinstance(one, argparse._SubParsersAction))
    return {
        (name, task)
        for task, options in tasks.choices.items()
        if "--account" in options._option_string_actions
    }


def test_every_command_that_opens_the_store_is_tried() -> None:
    found = set().union(*(opening_tasks(name, module) for name, module in MODULES.items()))
    assert found == set(COMMANDS) | OTHERWISE
    assert not any(Role.DESK_CLERK in RIGHTS[action] for action, _ in COMMANDS.values())


@pytest.mark.parametrize("command", sorted(COMMANDS), ids=" ".join)
def test_who_may_not_is_refused_and_it_is_in_the_trail(
    command: tuple[str, str], site: Site
) -> None:
    before = site.places.keyring.read_bytes()
    status, said = site.run(*command)
    assert status == 2
    assert "没有办理这一项的权限" in said
    refused = {"action": COMMANDS[command][0].value}
    assert site.trail() == [(CLERK.operator_id, "action_refused", refused)]
    assert list(site.out.iterdir()) == []
    assert site.places.keyring.read_bytes() == before


def test_a_closed_account_with_a_key_left_is_refused_and_named(site: Site) -> None:
    site.employ(Account(ADMIN, enabled=False))
    status, said = site.run("support", "bundle", account=ADMIN.operator_id)
    assert (status, "没有办理这一项的权限" in said) == (2, True)
    told = {"reason": "disabled", "claimed": ADMIN.operator_id}
    assert site.trail() == [("system", "sign_in_refused", told)]


def test_a_key_without_an_account_lets_nobody_in(site: Site) -> None:
    assert site.run("support", "bundle", account="nobody01")[0] == 2
    assert site.trail() == [("system", "sign_in_refused", {"reason": "unknown", "claimed": ""})]


def test_a_passphrase_that_somebody_else_gave_opens_nothing_yet(site: Site) -> None:
    site.employ(Account(ADMIN, must_change=True))
    status, said = site.run("support", "bundle", account=ADMIN.operator_id)
    assert (status, "请先改成自己的" in said) == (2, True)
    told = {"reason": "without_right", "claimed": ADMIN.operator_id}
    assert site.trail() == [("system", "sign_in_refused", told)]


def test_a_wrong_card_is_in_the_trail(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.employ(Account(ADMIN, card_fingerprint="ab" * 32))
    wrong = SignInRefusal(SignInFailure.CARD_OF_ANOTHER)
    monkeypatch.setattr(opening, "read_card", lambda *_: wrong)
    status, said = site.run("support", "bundle", account=ADMIN.operator_id)
    assert (status, "不是此账号登记的卡" in said) == (2, True)
    told = {"reason": "card_wrong", "claimed": ADMIN.operator_id}
    assert site.trail() == [("system", "sign_in_refused", told)]
