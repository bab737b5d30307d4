"""`station people` as a security admin runs it at the machine."""

import io
from pathlib import Path

import pytest

from station.__main__ import main
from station.cli import card
from station.cli import people as command
from station.domain.people import Account
from station.services.places import Places
from station.settings import load_settings
from station.store.database import create_database
from station.store.keyring import Keyring, KeyringFile, Unlocked
from station.store.operators import Operators
from tests.support.people_station import (
    CLERK,
    PASSPHRASE,
    SECURITY,
    SYSTEM,
    card_of,
    simulated_reader,
)
from tests.support.store_keys import TEST_COST, written_keyring


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "station.toml"
    path.write_text(
        f'data_directory = "{tmp_path / "data"}"\nkey_directory = "{tmp_path / "keys"}"\n'
        '[devices]\nsmart_card = { driver = "simulated" }\n',
        encoding="utf-8",
    )
    places = Places.of(load_settings(path))
    places.prepare()
    keys = Keyring.new("station-1")
    people = (CLERK, SECURITY, SYSTEM)
    written_keyring(places.keyring, keys, {one.operator_id: PASSPHRASE for one in people})
    database = create_database(places.database, keys.database)
    for one in people:
        Operators(database).put(Account(one))
    database.close()
    monkeypatch.setattr(command, "measured_cost", lambda: TEST_COST)
    return path


def run(
    settings: Path,
    monkeypatch: pytest.MonkeyPatch,
    *arguments: str,
    account: str = "secadmin01",
    typed: tuple[str, ...] = (PASSPHRASE,),
) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(typed) + "\n"))
    task, *rest = arguments
    return main(["people", task, "--config", str(settings), "--account", account, *rest])


def test_a_person_is_added_listed_changed_and_closed(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    adding = ("add", "desk09", "--role", "desk_clerk", "--role", "gate_clerk")
    assert run(settings, monkeypatch, *adding, typed=(PASSPHRASE, "欧阳䶮")) == 0
    one_time = capsys.readouterr().out.strip().rpartition("：")[2]
    keyring = KeyringFile.read(Places.of(load_settings(settings)).keyring)
    assert isinstance(keyring.unlock_with_passphrase("desk09", one_time), Unlocked)
    changing = ("change", "desk09", "--role", "gate_chief", "--rename")
    assert run(settings, monkeypatch, *changing, typed=(PASSPHRASE, "欧阳䶮辰")) == 0
    assert run(settings, monkeypatch, "change", "desk09", "--role", "gate_chief") == 0
    assert run(settings, monkeypatch, "disable", "desk01") == 0
    capsys.readouterr()
    assert run(settings, monkeypatch, "list") == 0
    rows = capsys.readouterr().out.splitlines()
    assert "desk09  欧阳䶮辰  主考  首次登录须改口令" in rows
    assert "desk01  方采薇  确认岗  停用  无口令" in rows
    assert run(settings, monkeypatch, "reset", "desk01") == 0
    assert "一次性口令" in capsys.readouterr().out


def test_an_account_is_nobody_elses(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    adding = ("add", "desk01", "--role", "desk_clerk")
    assert run(settings, monkeypatch, *adding, typed=(PASSPHRASE, "欧阳䶮")) == 2
    assert "已经有人用过" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "desk08", "--role", "desk_clerk"), "姓名"),
        (("change", "desk01", "--rename"), "姓名"),
        (("change", "nobody", "--role", "auditor"), "没有这个账号"),
        (("change", "desk01", "--role", "auditor", "--role", "desk_clerk"), "不同的人担任"),
        (("disable", "secadmin01"), "至少留一位安全管理员"),
        (("reset", "nobody"), "没有这个账号"),
        (("card", "desk01"), "6 至 8 位数字"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(
    arguments: tuple[str, ...],
    said: str,
    settings: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    keyring = Places.of(load_settings(settings)).keyring
    before = keyring.read_bytes()
    assert run(settings, monkeypatch, *arguments) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""
    assert keyring.read_bytes() == before


@pytest.mark.parametrize(
    ("account", "passphrase"),
    [("sysadmin01", PASSPHRASE), ("desk01", PASSPHRASE), ("secadmin01", "wrong"), ("x", "y")],
)
def test_nobody_but_a_security_admin_is_let_in(
    account: str,
    passphrase: str,
    settings: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    typed = (passphrase,)
    assert run(settings, monkeypatch, "reset", "desk01", account=account, typed=typed) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert passphrase not in told.err


def test_a_card_is_registered_with_the_pin_from_the_terminal(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hand, reader = simulated_reader({"desk01": card_of("desk01")})
    monkeypatch.setattr(card, "open_driver", lambda *_, **__: reader)
    typed = (PASSPHRASE, "123456")
    hand.insert_other_card()
    assert run(settings, monkeypatch, "card", "desk01", typed=typed) == 2
    hand.insert_card("desk01")
    assert run(settings, monkeypatch, "card", "desk01", typed=(PASSPHRASE, "654321")) == 2
    assert "还可以试 2 次" in capsys.readouterr().err
    assert run(settings, monkeypatch, "card", "desk01", typed=typed) == 0
    capsys.readouterr()
    assert run(settings, monkeypatch, "list") == 0
    assert "desk01  方采薇  确认岗  有证书卡" in capsys.readouterr().out.splitlines()
    assert run(settings, monkeypatch, "lost-card", "desk01") == 0
    capsys.readouterr()
    assert run(settings, monkeypatch, "list") == 0
    assert "desk01  方采薇  确认岗" in capsys.readouterr().out.splitlines()


def test_the_card_that_the_screen_asks_for_is_asked_for_here_too(
    settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f'{text}[security]\nsecond_factor = "card"\n', encoding="utf-8")
    hand, reader = simulated_reader({one: card_of(one) for one in ("secadmin01", "desk01")})
    monkeypatch.setattr(card, "open_driver", lambda *_, **__: reader)
    hand.insert_card("secadmin01")
    own = (PASSPHRASE, "123456")
    assert run(settings, monkeypatch, "card", "secadmin01", typed=own) == 0, "the first card"
    assert run(settings, monkeypatch, "list") == 2, "a passphrase alone is one factor"
    assert run(settings, monkeypatch, "list", typed=(PASSPHRASE, "654321")) == 2
    assert "还可以试 2 次" in capsys.readouterr().err
    assert run(settings, monkeypatch, "list", typed=own) == 0
    hand.insert_card("desk01")
    assert run(settings, monkeypatch, "list", typed=own) == 2
    assert "不是此账号登记的卡" in capsys.readouterr().err
    assert run(settings, monkeypatch, "list", account="sysadmin01", typed=own) == 2
    assert "还没有登记证书卡" in capsys.readouterr().err
