"""`station init`: what goes wrong is said in one sentence, overwrites nothing, costs no code."""

import argparse
import json
import re
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from PySide6.QtWidgets import QApplication

from station.cli import init
from station.cli.recovery_check import Unconfirmed, confirm_words
from station.settings import Mode
from station.store.database import open_database
from station.store.errors import DatabaseExists, StoreFull
from station.store.keyring import KeyringExists, KeyringFile, RecoveryKey, Unlocked
from station.store.operators import Operators
from sync.hub.directory import create_platform
from sync.hub.stations import new_code
from tests.support.station_hub import (
    IMPATIENCE_S,
    NOBODY_LISTENS,
    PATIENCE_S,
    UNIT_CODE,
    Hub,
    Weather,
    hub_in,
)
from tests.support.store_keys import TEST_COST

PEOPLE = [
    {"id": "desk01", "name": "方采薇", "roles": ["desk_clerk"], "passphrase": "only for tests"},
    {"id": "gate01", "name": "鲁知远", "roles": ["gate_clerk"], "passphrase": "only for tests"},
]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with hub_in(tmp_path_factory.mktemp("hub")) as running:
        yield running


@pytest.fixture(autouse=True)
def fair(hub: Hub, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    # With the whole one there already, the sheet makes none of its own that others then meet.
    hub.sky.weather = Weather.FAIR
    monkeypatch.setattr(init, "measured_cost", lambda: TEST_COST)


def people_file(folder: Path, content: Any = PEOPLE) -> Path:
    path = folder / "people.json"
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    path.write_bytes(raw)
    return path


def run(folder: Path, url: str, code: str, people: Path, patience_s: float = PATIENCE_S) -> int:
    settings = folder / "station.toml"
    folders = f'data_directory = "{folder}/data"\nkey_directory = "{folder}/keys"\n'
    hub = f'[hub]\nurl = "{url}"\ntimeout_s = {patience_s}\n'
    settings.write_text(folders + hub, encoding="utf-8")
    sheet = folder / "recovery.pdf"
    return init.run(
        argparse.Namespace(config=settings, code=code, operators=people, recovery_sheet=sheet)
    )


def written(folder: Path) -> dict[Path, bytes]:
    parts = (folder / "data", folder / "keys")
    files = [path for part in parts for path in part.rglob("*") if path.is_file()]
    return {path: path.read_bytes() for path in files}


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.endswith("。\n")
    return said.err


def test_a_station_joins_and_says_under_which_number(
    hub: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, hub.base_url, hub.code(UNIT_CODE), people_file(tmp_path)) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "本机已激活" in said.out
    assert {path.name for path in written(tmp_path)} == {"station.db", "keyring.json"}


def test_a_code_that_is_mistyped_or_of_another_platform_leaves_nothing_behind(
    hub: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = create_platform(tmp_path / "p", tmp_path / "v", tenant="other", demo=True)
    with other.database() as database:
        stranger = new_code(database, other, UNIT_CODE, hub.clock() + 3600)
    mistyped = hub.code(UNIT_CODE)[:-1]
    for code in ("", "随便", mistyped, stranger):
        assert run(tmp_path, hub.base_url, code, people_file(tmp_path)) == 2
        assert "请核对激活码" in complaint(capsys)
        assert written(tmp_path) == {}


@pytest.mark.parametrize("weather", [None, Weather.FAILING, Weather.SLOW, Weather.NONSENSE])
def test_a_platform_that_does_not_answer_costs_no_code(
    weather: Weather | None, hub: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = hub.code(UNIT_CODE)
    hub.sky.weather = weather or Weather.FAIR
    url = hub.base_url if weather else NOBODY_LISTENS
    patience_s = IMPATIENCE_S if weather is Weather.SLOW else PATIENCE_S
    assert run(tmp_path, url, code, people_file(tmp_path), patience_s) == 2
    assert "平台" in complaint(capsys)
    assert written(tmp_path) == {}
    hub.sky.weather = Weather.FAIR
    assert run(tmp_path, hub.base_url, code, people_file(tmp_path)) == 0


BAD_PEOPLE: dict[str, Any] = {
    "empty": b"",
    "no JSON": b"[{'id': 1}]",
    "no text": b"\xff\xfe\x00",
    "nested out of reach": b"[" * 60_000,
    "too large": b" " * 70_000,
    "nobody": [],
    "no list": {"id": "desk01"},
    "no passphrase": [{"id": "desk01", "name": "方采薇", "roles": ["desk_clerk"]}],
    "short passphrase": [PEOPLE[0] | {"passphrase": "short"}],
    "endless passphrase": [PEOPLE[0] | {"passphrase": "x" * 201}],
    "half a character": [PEOPLE[0] | {"name": "\ud83d"}],
    "no such role": [PEOPLE[0] | {"roles": ["king"]}],
    "no role": [PEOPLE[0] | {"roles": []}],
    "id that no event can carry": [PEOPLE[0] | {"id": "方 采薇"}],
    "id of the program": [PEOPLE[0] | {"id": "system"}],
    "twice the same id": [PEOPLE[0], PEOPLE[0]],
}


@pytest.mark.parametrize("content", BAD_PEOPLE.values(), ids=BAD_PEOPLE)
def test_a_broken_operators_file_is_refused_before_anybody_is_asked(
    content: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, NOBODY_LISTENS, "", people_file(tmp_path, content)) == 2
    said = complaint(capsys)
    assert "人员文件不能用" in said
    assert "激活码没有用掉" in said
    assert "only for tests" not in said
    assert written(tmp_path) == {}


def test_a_missing_operators_file_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, NOBODY_LISTENS, "", tmp_path / "nobody.json") == 2
    assert "无法读写文件" in complaint(capsys)


@pytest.mark.parametrize(
    ("left", "sentence"),
    [("keys/keyring.json", KeyringExists.sentence), ("data/station.db", DatabaseExists.sentence)],
)
def test_a_station_that_is_there_is_not_overwritten_and_the_code_stays_good(
    left: str, sentence: str, hub: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = hub.code(UNIT_CODE)
    there, free = tmp_path / "there", tmp_path / "free"
    free.mkdir()
    (there / left).parent.mkdir(parents=True)
    (there / left).write_bytes(b"years of work")
    before = written(there)
    assert run(there, hub.base_url, code, people_file(tmp_path)) == 2
    assert complaint(capsys) == sentence + "\n"
    assert written(there) == before
    assert run(free, hub.base_url, code, people_file(tmp_path)) == 0


def test_a_full_disk_leaves_no_half_station(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise StoreFull

    with monkeypatch.context() as patched:
        patched.setattr(Operators, "put", full)
        code = hub.code(UNIT_CODE)
        assert run(tmp_path, hub.base_url, code, people_file(tmp_path)) == 2
    assert complaint(capsys) == StoreFull.sentence + "\n"
    assert written(tmp_path) == {}
    assert run(tmp_path, hub.base_url, hub.code(UNIT_CODE), people_file(tmp_path)) == 0


def test_the_sheet_for_the_safe_opens_the_keyring(hub: Hub, tmp_path: Path) -> None:
    assert run(tmp_path, hub.base_url, hub.code(UNIT_CODE), people_file(tmp_path)) == 0
    sheet = tmp_path / "recovery.pdf"
    assert sheet.stat().st_mode & 0o777 == 0o600
    text = unicodedata.normalize("NFKC", PdfReader(sheet).pages[0].extract_text())
    words = re.findall(r"^(?:\d+\s+)?([a-z]{3,8})$", text, re.MULTILINE)
    key = RecoveryKey.from_text(" ".join(words))
    assert isinstance(key, RecoveryKey), words
    file = KeyringFile.read(tmp_path / "keys" / "keyring.json")
    assert isinstance(file.unlock_with_recovery(key), Unlocked)
    assert isinstance(file.unlock_with_passphrase("desk01", str(PEOPLE[0]["passphrase"])), Unlocked)


def test_passphrases_out_of_a_file_hold_for_one_sign_in(hub: Hub, tmp_path: Path) -> None:
    assert run(tmp_path, hub.base_url, hub.code(UNIT_CODE), people_file(tmp_path)) == 0
    file = KeyringFile.read(tmp_path / "keys" / "keyring.json")
    answer = file.unlock_with_passphrase("desk01", str(PEOPLE[0]["passphrase"]))
    assert isinstance(answer, Unlocked)
    with closing(open_database(tmp_path / "data/station.db", answer.keyring.database)) as database:
        accounts = Operators(database).accounts()
    assert [account.must_change for account in accounts] == [True, True]


def test_a_passphrase_told_to_everybody_is_kept_in_a_simulation_only() -> None:
    content = json.dumps([{**PEOPLE[0], "practice": True}, PEOPLE[1]]).encode()
    operators = init.read_operators(content, Mode.SIMULATION)
    assert [one.must_change for one in operators] == [False, True]
    with pytest.raises(init.OperatorsError):
        init.read_operators(content, Mode.LIVE)
    odd = json.dumps([{**PEOPLE[0], "practice": "yes"}]).encode()
    with pytest.raises(init.OperatorsError):
        init.read_operators(odd, Mode.SIMULATION)


def test_no_file_is_overwritten_by_the_sheet(
    hub: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "recovery.pdf").write_text("something else")
    assert run(tmp_path, NOBODY_LISTENS, "", people_file(tmp_path)) == 2
    assert "同名文件" in complaint(capsys)
    assert (tmp_path / "recovery.pdf").read_text() == "something else"


def test_a_set_up_that_fails_leaves_no_sheet(hub: Hub, tmp_path: Path) -> None:
    assert run(tmp_path, NOBODY_LISTENS, hub.code(UNIT_CODE), people_file(tmp_path)) == 2
    assert not (tmp_path / "recovery.pdf").exists()


def test_three_words_are_asked_back_from_the_paper(tmp_path: Path) -> None:
    words = RecoveryKey.random().words

    def reading(prompt: str) -> str:
        return f" {words[int(re.findall(r'[0-9]+', prompt)[0]) - 1].upper()} "

    confirm_words(words, tmp_path, reading)
    asked: list[str] = []

    def guessing(prompt: str) -> str:
        asked.append(prompt)
        return "zebra crossing"

    with pytest.raises(Unconfirmed):
        confirm_words(words, tmp_path, guessing)
    assert len(asked) == 3


def test_a_set_up_that_was_killed_at_its_last_step_is_ended_without_a_code(
    hub: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = hub.code(UNIT_CODE)
    assert run(tmp_path, hub.base_url, hub.code(UNIT_CODE), people_file(tmp_path)) == 0
    keys, sheet = tmp_path / "keys", (tmp_path / "recovery.pdf").read_bytes()
    whole = written(tmp_path)
    (keys / "keyring.json").rename(keys / ".keyring.json.setup")
    capsys.readouterr()
    assert run(tmp_path, hub.base_url, code, people_file(tmp_path)) == 0
    assert "激活码没有用掉" in capsys.readouterr().out
    assert written(tmp_path) == whole
    assert (tmp_path / "recovery.pdf").read_bytes() == sheet
    (tmp_path / "free").mkdir()
    assert run(tmp_path / "free", hub.base_url, code, people_file(tmp_path)) == 0
