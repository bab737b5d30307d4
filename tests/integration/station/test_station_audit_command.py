"""`station audit` over a real store: what an auditor sees, takes away, and is told of a forgery."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from station.__main__ import main
from station.domain.people import Account, Operator, Role
from station.services.places import Places
from station.settings import Settings
from station.store.database import Database, create_database, open_database
from station.store.events import EventLog
from station.store.head_file import HeadFile
from station.store.keyring import Keyring
from station.store.operators import Operators
from station.store.signing import LogSigner
from sync.wire import sha256_hex
from tests.support.store_cases import TickingClock, plain, press
from tests.support.store_forgery import rewrite_rows
from tests.support.store_keys import written_keyring

AUDITOR = Operator("audit01", "龚䶮审", frozenset({Role.AUDITOR}))
CLERK = Operator("desk01", "方采薇", frozenset({Role.DESK_CLERK}))
PASSPHRASE = "only for tests"
FIRST_DAY = datetime.fromtimestamp(1_790_000_000, UTC).astimezone().date().isoformat()


@dataclass
class Site:
    """A station's files, and the command line in front of them."""

    config: Path
    places: Places
    keys: Keyring
    folder: Path
    ask: Callable[..., tuple[int, str]]

    def database(self) -> Database:
        return open_database(self.places.database, self.keys.database)

    def verify(self, account: str = "audit01") -> tuple[int, str]:
        return self.ask("audit", "verify", "--config", str(self.config), "--account", account)

    def export(self, account: str = "audit01", day: str = FIRST_DAY) -> tuple[int, str]:
        return self.ask(
            *("audit", "export", "--config", str(self.config), "--account", account),
            *("--purpose", "degree", "--first", day, "--last", day),
            *("--folder", str(self.folder)),
        )

    def exported(self) -> Path:
        (path,) = self.folder.glob("audit-*.jsonl")
        return path


@pytest.fixture
def site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Site:
    config = tmp_path / "station.toml"
    data, keys_folder, out = tmp_path / "data", tmp_path / "keys", tmp_path / "out"
    out.mkdir()
    config.write_text(
        f'data_directory = "{data}"\nkey_directory = "{keys_folder}"\n', encoding="utf-8"
    )
    places = Places.of(Settings(data_directory=str(data), key_directory=str(keys_folder)))
    places.prepare()
    keys = Keyring.new("station-1")
    written_keyring(places.keyring, keys, {"audit01": PASSPHRASE, "desk01": PASSPHRASE})
    database = create_database(places.database, keys.database)
    for operator in (AUDITOR, CLERK):
        Operators(database).put(Account(operator))
    signer = LogSigner(keys.station, keys.incarnation, keys.signing, HeadFile(places.log_head))
    log = EventLog(database, keys.station, keys.incarnation, TickingClock(), signer=signer)
    log.append_many([plain(), press(1), press(2), plain("form_signed")])
    log.sign()
    log.append(plain("form_delivered"))
    log.close()
    database.close()

    def ask(*arguments: str, passphrase: str = PASSPHRASE) -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(passphrase + "\n"))
        status = main(list(arguments))
        told = capsys.readouterr()
        return status, told.out + told.err

    return Site(config, places, keys, out, ask)


def test_a_whole_log_is_told_as_whole_and_the_check_is_in_the_trail(site: Site) -> None:
    status, told = site.verify()
    assert status == 0
    assert "记录完整" in told
    assert "与密钥目录里的签名存根一致" in told
    database = site.database()
    row = database.row("SELECT type, canonical FROM event ORDER BY position DESC LIMIT 1")
    database.close()
    assert row is not None
    assert row[0] == "database_checked"
    assert json.loads(row[1])["actor"] == "audit01"


def test_a_changed_log_is_told_with_its_place(site: Site) -> None:
    database = site.database()
    rewrite_rows(database, "UPDATE event SET subject = NULL WHERE position = 2")
    database.close()
    status, told = site.verify()
    assert status == 1
    assert "第 2 条" in told
    assert "停止使用本机" in told


def test_a_cut_log_is_told(site: Site) -> None:
    database = site.database()
    rewrite_rows(
        database,
        "DELETE FROM outbox WHERE position >= 6",
        "DELETE FROM event WHERE position >= 6",
    )
    database.close()
    status, told = site.verify()
    assert status == 1
    assert "截去" in told


@pytest.mark.parametrize("left", ["nothing", "a head of an earlier life"])
def test_without_the_signed_head_the_end_is_not_vouched_for(site: Site, left: str) -> None:
    site.places.log_head.unlink()
    if left != "nothing":
        head_file = HeadFile(site.places.log_head)
        LogSigner("station-1", 0, site.keys.signing, head_file).tell_head(1, "ab" * 32)
    status, told = site.verify()
    assert status == 0
    assert "末尾是否被截去" in told
    assert "记录完整" not in told


def test_an_image_put_in_the_place_of_another_is_told_with_its_place(site: Site) -> None:
    database = site.database()
    database.execute("DROP TRIGGER payload_is_never_changed")
    database.execute(
        "UPDATE payload SET ciphertext = (SELECT ciphertext FROM payload WHERE rowid = 1)"
        " WHERE rowid = 3"
    )
    database.close()
    status, told = site.verify()
    assert status == 1
    assert "被调换" in told


def test_only_an_auditor_may(site: Site) -> None:
    for asked in (site.verify, site.export):
        status, told = asked("desk01")
        assert status == 2
        assert "权限" in told
    assert list(site.folder.iterdir()) == []


def test_a_wrong_passphrase_opens_nothing(site: Site) -> None:
    status, told = site.ask(
        *("audit", "verify", "--config", str(site.config), "--account", "audit01"),
        passphrase="something else",
    )
    assert status == 2
    assert "口令不对" in told
    assert "something else" not in told


def test_an_account_is_needed(site: Site) -> None:
    status, told = site.ask("audit", "verify", "--config", str(site.config))
    assert (status, "--account" in told) == (2, True)


def test_an_export_is_verified_without_the_station(site: Site) -> None:
    status, told = site.export()
    assert status == 0
    path = site.exported()
    assert path.stat().st_mode & 0o077 == 0
    public = site.keys.signing.verify_key.to_bytes()
    for pinned in ((), ("--key", public.hex())):
        status, told = site.ask("audit", "verify", "--file", str(path), *pinned)
        assert status == 0
        assert "文件完整" in told
        assert sha256_hex(public) in told
        assert "学位管理" in told
        assert "audit01" in told


def test_an_export_is_itself_in_the_trail(site: Site) -> None:
    site.export()
    database = site.database()
    row = database.row("SELECT canonical FROM event WHERE type = 'exported'")
    database.close()
    assert row is not None
    event = json.loads(row[0])
    assert event["actor"] == "audit01"
    assert event["data"]["purpose"] == "degree"
    assert event["data"]["kind"] == "audit"


def test_a_day_without_events_gives_no_file(site: Site) -> None:
    status, told = site.export(day="2020-01-01")
    assert (status, "没有任何记录" in told) == (2, True)
    assert list(site.folder.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(site: Site) -> None:
    site.folder.rmdir()
    status, told = site.export()
    assert (status, "换一个位置" in told) == (2, True)


def test_a_key_of_somebody_else_does_not_vouch(site: Site) -> None:
    site.export()
    other = Keyring.new("station-2").signing.verify_key.to_bytes().hex()
    status, told = site.ask("audit", "verify", "--file", str(site.exported()), "--key", other)
    assert (status, "签名" in told) == (1, True)
    status, told = site.ask("audit", "verify", "--file", str(site.exported()), "--key", "zz")
    assert (status, "--key" in told) == (2, True)


def edit(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[1].replace(b"operator-1", b"operator-2"), *lines[2:]]


def delete(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], *lines[3:]]


def swap(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[2], lines[1], *lines[3:]]


def insert(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], lines[1], *lines[2:]]


def another_purpose(lines: list[bytes]) -> list[bytes]:
    return [*lines[:-2], lines[-2].replace(b'"degree"', b'"course"'), lines[-1]]


def nonsense(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], b"{}\n", *lines[2:]]


@pytest.mark.parametrize("change", [edit, delete, swap, insert, another_purpose, nonsense])
def test_a_changed_export_is_told(site: Site, change: Callable[[list[bytes]], list[bytes]]) -> None:
    site.export()
    path = site.exported()
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))
    status, told = site.ask("audit", "verify", "--file", str(path))
    assert status == 1
    assert "不能作为依据" in told


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[: len(data) // 2],
        lambda data: data + b"x",
        lambda data: b"",
        lambda data: b"\xff" * 200,
        lambda data: data.replace(b"audit-export-1", b"audit-export-9"),
        lambda data: b"[" * 100_000,
        lambda data: data.replace(b'"degree"', b'"sales"'),
    ],
)
def test_what_is_no_export_is_refused(site: Site, change: Callable[[bytes], bytes]) -> None:
    site.export()
    path = site.exported()
    path.write_bytes(change(path.read_bytes()))
    status, told = site.ask("audit", "verify", "--file", str(path))
    assert status == 2
    assert "重新索取" in told


def test_a_file_that_is_not_there_is_told(site: Site) -> None:
    status, told = site.ask("audit", "verify", "--file", str(site.folder / "none"))
    assert (status, "路径" in told) == (2, True)
