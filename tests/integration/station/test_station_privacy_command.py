"""`station privacy` and `station support` over a real store."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from PySide6.QtWidgets import QApplication

from station.__main__ import main
from station.cli import card
from station.cli.privacy_words import cells_of
from station.domain.people import Account, Operator, Role
from station.domain.retention import Kind, State, lines
from station.services.places import Places
from station.services.technical_log import LogCode, TechnicalLog, places_of
from station.settings import Settings
from station.store.database import Database, create_database, open_database
from station.store.events import EventLog
from station.store.keyring import Keyring, Platform
from station.store.operators import Operators
from station.store.roster import Roster
from sync.seal import SigningKey, UnsealingKey
from sync.wire import Event, Page
from tests.support.people_station import PIN, card_of, fingerprint_of, simulated_reader
from tests.support.privacy_fakes import HELD, POLICY
from tests.support.store_cases import TickingClock, plain, press
from tests.support.store_keys import written_keyring
from tests.support.sync_people import applicant

PEOPLE = (
    Operator("org01", "考务甲", frozenset({Role.EXAM_ORGANISER})),
    Operator("org02", "考务乙", frozenset({Role.EXAM_ORGANISER})),
    Operator("desk01", "方采薇", frozenset({Role.DESK_CLERK})),
    Operator("admin01", "高山", frozenset({Role.SYSTEM_ADMIN})),
)
PASSPHRASE = "only for tests"
ONE = applicant(1)
Ask = Callable[..., tuple[int, str]]


@dataclass
class Site:
    config: Path
    places: Places
    keys: Keyring
    ask: Ask
    folder: Path

    def database(self) -> Database:
        return open_database(self.places.database, self.keys.database)

    def trail(self, event_type: str) -> list[Event]:
        database = self.database()
        log = EventLog(database, "station-1", 1, TickingClock())
        found = [one.event for one in log.all_since(0) if one.event.type == event_type]
        database.close()
        return found

    def events(self, event_type: str) -> list[tuple[str, str | None]]:
        return [(event.actor, event.subject) for event in self.trail(event_type)]

    def run(self, *task: str, account: str, typed: tuple[str, ...] = ()) -> tuple[int, str]:
        opening = ("--config", str(self.config), "--account", account)
        return self.ask(task[0], task[1], *opening, *task[2:], lines=(PASSPHRASE, *typed))

    def export(
        self, account: str = "org01", approver: str = "org02", **changed: str
    ) -> tuple[int, str]:
        wanted = {
            "whose": ONE.registration_id,
            "purpose": "degree",
            "reason": "access",
            "approver": approver,
            "folder": str(self.folder),
            **changed,
        }
        typed = (wanted.pop("whose"), wanted.pop("second", PASSPHRASE))
        options = [part for name, value in wanted.items() for part in (f"--{name}", value)]
        return self.run("privacy", "export", *options, account=account, typed=typed)


@pytest.fixture
def site(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    qapp: QApplication,
) -> Site:
    config, folder = tmp_path / "station.toml", tmp_path / "out"
    folder.mkdir()
    data, keys_folder = tmp_path / "data", tmp_path / "keys"
    config.write_text(
        f'data_directory = "{data}"\nkey_directory = "{keys_folder}"\n'
        '[unit]\nname = "云岭大学"\n[privacy]\ncontact = "陆负责 000-0000"\n',
        encoding="utf-8",
    )
    places = Places.of(Settings(data_directory=str(data), key_directory=str(keys_folder)))
    places.prepare()
    platform = Platform(
        "demo", True, SigningKey.generate().verify_key, UnsealingKey.generate().sealing_key
    )
    keys = Keyring.new("station-1").activated("station-1", platform)
    written_keyring(places.keyring, keys, {one.operator_id: PASSPHRASE for one in PEOPLE})
    database = create_database(places.database, keys.database)
    for operator in PEOPLE:
        Operators(database).put(Account(operator))
    Roster(database).apply(Page((ONE, applicant(2)), (), "1"))
    log = EventLog(database, keys.station, keys.incarnation, TickingClock())
    log.append_many([plain(subject=ONE.subject), press(1, subject=ONE.subject)])
    log.append_many([plain(subject=f"{number:032x}") for number in range(2, 7)])
    database.close()

    def ask(*arguments: str, lines: tuple[str, ...]) -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        status = main(list(arguments))
        told = capsys.readouterr()
        return status, told.out + told.err

    return Site(config, places, keys, ask, folder)


def test_the_newest_backup_waits_for_a_newer_one_and_not_for_the_platform() -> None:
    newest, older = (cells_of(line) for line in lines(HELD, POLICY) if line.kind is Kind.BACKUPS)
    assert (newest[1], newest[4]) == ("按期保存", "有了更新的备份才删除")
    assert (older[1], older[4][:2]) == ("按期保存", "到期")


def test_what_lies_open_is_reminded_of_and_what_goes_by_age_is_not() -> None:
    still_open, roster = (
        cells_of(line) for line in lines(HELD, POLICY) if line.state is State.OPEN
    )
    assert still_open[3].startswith("满 60 天提醒。")
    assert roster[3].startswith("90 天。"), "nobody came, so it goes"


def test_the_report_says_what_is_held_and_names_nobody(site: Site) -> None:
    status, said = site.run("privacy", "report", account="org01")
    assert status == 0
    assert "指纹图像 · 还没有办完：1 份 1 项" in said
    assert "报名资料 · 还没有办完：2 份 2 项" in said
    assert "办理记录 · 按期保存" in said
    assert "平台还没有签收过，不会清理" in said
    assert not any(one in said for one in (ONE.name, ONE.document_number, ONE.subject))
    status, said = site.run("privacy", "report", "--json", account="org01")
    held = json.loads(said)["held"]
    assert {line["kind"] for line in held} >= {"finger_images", "templates", "roster", "audit"}
    assert ONE.subject not in said
    assert site.events("exported") == [("org01", None), ("org01", None)]


def test_the_report_can_be_filed_on_paper(site: Site) -> None:
    for number in (1, 2):
        status, said = site.run("privacy", "report", "--pdf", str(site.folder), account="org01")
        assert status == 0
        assert f"privacy-report-{number:03d}.pdf" in said
    pages = PdfReader(site.folder / "privacy-report-001.pdf").pages
    text = "".join(page.extract_text() for page in pages)
    assert "default-2026-1" in text
    assert "单位：云岭" in text
    assert "station-1" in text
    assert not any(one in text for one in (ONE.name, ONE.document_number))


def test_a_broken_policy_file_is_told_and_the_last_good_one_stays(site: Site) -> None:
    broken = site.config.parent / "own.toml"
    broken.write_text("name = 1", encoding="utf-8")
    text = site.config.read_text(encoding="utf-8")
    site.config.write_text(f'{text}retention_file = "{broken}"\n', encoding="utf-8")
    status, said = site.run("privacy", "report", account="org01")
    assert status == 0
    assert "保存期限文件的 name 应为" in said
    assert "目前按产品默认的保存期限“default-2026-1”执行" in said


@pytest.mark.parametrize("task", ["report", "statistics"])
def test_who_has_no_right_is_told_nothing(site: Site, task: str) -> None:
    status, said = site.run("privacy", task, account="desk01")
    assert status == 2
    assert "没有办理这一项的权限" in said
    assert site.events("action_refused") == [("desk01", None)], "as on a screen"


def test_statistics_hide_small_counts(site: Site) -> None:
    status, said = site.run("privacy", "statistics", account="org01")
    assert status == 0
    head, day = said.strip().splitlines()
    assert head.startswith("unit,day,applicant_found,consent_given")
    assert day.split(",")[3] == "6", "six people gave consent"
    cells = [day.split(",")[2:] for day in said.strip().splitlines()[1:]]
    assert all(cell == "*" or cell.isdecimal() for row in cells for cell in row), "counts alone"
    assert site.events("exported") == [("org01", None)]


def test_a_persons_copy_opens_with_its_passphrase_only(site: Site) -> None:
    status, said = site.export()
    assert status == 0, said
    (path,) = site.folder.iterdir()
    content = path.read_bytes()
    assert ONE.document_number.encode() not in content
    assert path.stat().st_mode & 0o077 == 0
    passphrase = said.strip().splitlines()[-1]
    reader = PdfReader(path)
    assert reader.is_encrypted
    assert not reader.decrypt("wrong")
    assert reader.decrypt(passphrase)
    data = json.loads(reader.attachments["data.json"][0])
    assert data["application"]["document_number"] == ONE.document_number
    assert any(name.endswith("press_captured-impression.txt") for name in reader.attachments)
    assert site.events("exported") == [("org01", ONE.subject)]
    assert site.events("second_person_approved") == [("org01", ONE.subject)]
    assert site.events("record_viewed") == [("org01", ONE.subject)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"approver": "org01"}, "须由另一位工作人员确认"),
        ({"approver": "desk01"}, "第二人没有确认这一项的权限"),
        ({"approver": "nobody"}, "第二人的账号或口令不对"),
        ({"second": "wrong"}, "第二人的账号或口令不对"),
        ({"account": "desk01"}, "没有办理这一项的权限"),
        ({"whose": "2026018Z0000"}, "没有这个注册 ID"),
        ({"folder": "/dev/null/at/all"}, "不是文件夹"),
    ],
)
def test_a_copy_that_must_not_be_made_is_not(
    site: Site, changes: dict[str, str], said: str
) -> None:
    status, told = site.export(**changes)
    assert status == 2
    assert said in told
    assert list(site.folder.iterdir()) == []
    # A copy that was noted and then found no room is in the trail; no other is.
    assert len(site.events("exported")) == ("folder" in changes)


@pytest.mark.parametrize(
    ("approver", "second", "reason"),
    [
        ("org02", "wrong", "wrong"),
        ("desk01", PASSPHRASE, "without_right"),
        ("somebody's passphrase", "wrong", "unknown"),
    ],
)
def test_a_second_person_who_is_refused_is_in_the_trail(
    site: Site, approver: str, second: str, reason: str
) -> None:
    site.export(approver=approver, second=second)
    assert [event.data for event in site.trail("sign_in_refused")] == [
        {"reason": reason, "claimed": "" if reason == "unknown" else approver}
    ]


def test_a_second_person_whose_passphrase_was_given_by_another_counts_for_nobody(
    site: Site,
) -> None:
    database = site.database()
    Operators(database).put(Account(PEOPLE[1], must_change=True))
    database.close()
    status, told = site.export()
    assert (status, list(site.folder.iterdir())) == (2, [])
    assert "第二人没有确认这一项的权限" in told


def test_a_second_persons_card_is_asked_for_as_on_screens(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = site.config.read_text(encoding="utf-8")
    policy = (
        '[security]\nsecond_factor = "card"\n[devices]\nsmart_card = { driver = "simulated" }\n'
    )
    site.config.write_text(text + policy, encoding="utf-8")
    cards = {one.operator_id: card_of(one.operator_id) for one in PEOPLE[:2]}
    database = site.database()
    for one in PEOPLE[:2]:
        known = Account(one, card_fingerprint=fingerprint_of(cards[one.operator_id]))
        Operators(database).put(known)
    database.close()
    hand, reader = simulated_reader(cards)

    def put_in(whose: Iterator[str]) -> Any:
        hand.insert_card(next(whose))
        return reader

    def export(*whose: str) -> tuple[int, str]:
        lying = iter(whose)
        monkeypatch.setattr(card, "open_driver", lambda *_, **__: put_in(lying))
        opening = ("--config", str(site.config), "--account", "org01", "--approver", "org02")
        why = ("--purpose", "degree", "--reason", "access", "--folder", str(site.folder))
        pin = PIN.decode()
        lines = (PASSPHRASE, pin, ONE.registration_id, PASSPHRASE, pin)
        return site.ask("privacy", "export", *opening, *why, lines=lines)

    status, told = export("org01", "org01")
    assert (status, list(site.folder.iterdir())) == (2, [])
    assert "不是此账号登记的卡" in told
    assert [event.data["reason"] for event in site.trail("sign_in_refused")] == ["card_wrong"]
    assert export("org01", "org02")[0] == 0
    assert len(list(site.folder.iterdir())) == 1


def test_nobodys_copy_is_made_for_statistics(site: Site) -> None:
    with pytest.raises(SystemExit):
        site.export(purpose="statistics")
    assert list(site.folder.iterdir()) == []


def test_a_support_bundle_is_listed_and_written_and_names_nobody(site: Site) -> None:
    log = TechnicalLog(site.places.technical_log, lambda: 1_790_000_000.0)
    try:
        raise KeyError(ONE.name)
    except KeyError as error:
        log.note(LogCode.BUG, "KeyError", places_of(error.__traceback__))
    status, listed = site.run("support", "bundle", "--list", account="admin01")
    assert status == 0
    status, said = site.run("support", "bundle", account="admin01")
    assert status == 0, said
    (path,) = site.places.exports.glob("support*.zip")
    with zipfile.ZipFile(path) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert set(texts) >= {"README.txt", "machine.json", "settings.json", "store.json"}
    assert "test_a_support_bundle_is_listed" in texts["errors.json"]
    assert json.loads(texts["settings.json"])["unit.name"] == "set"
    assert json.loads(texts["store.json"])["chain"]["intact"] is True
    everything = listed + "".join(texts.values())
    secrets = (
        ONE.name,
        ONE.document_number,
        ONE.subject,
        "云岭大学",
        "陆负责",
        "方采薇",
        PASSPHRASE,
    )
    assert not any(secret in everything for secret in secrets)
    assert site.events("support_bundle_made") == [("admin01", None)]


def test_a_bundle_needs_a_folder_that_can_be_written(site: Site, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    folder = str(tmp_path / "file" / "below")
    status, said = site.run("support", "bundle", "--folder", folder, account="admin01")
    assert status == 2
    assert "支持包没有写成" in said
