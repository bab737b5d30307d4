"""`station keys recover`: the keyring is lost, the database is not, and nothing stored is lost."""

from pathlib import Path

import pytest

from station.cli import keys_recover
from station.store.chain import verify_chain
from station.store.errors import StoreFull
from station.store.keyring import KeyringFile, Unlocked
from station.store.rotation import rotate_database
from tests.support.store_damage import shredded
from tests.support.store_keys import unlocked_keyring
from tests.support.store_site import EVENTS, PASSPHRASE, WORDS, Site, site_in


@pytest.fixture
def site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Site:
    return site_in(tmp_path, monkeypatch, capsys)


def recover(site: Site, backup: Path, spoken: str = WORDS) -> tuple[int, str]:
    command = ("keys", "recover", "--config", str(site.config), "--backup", str(backup))
    return site.ask(*command, spoken=spoken)


def lost(site: Site, how: str) -> None:
    if how == "gone":
        site.places.keyring.unlink()
    else:
        site.places.keyring.write_bytes(site.places.keyring.read_bytes()[:1000])


@pytest.mark.parametrize("how", ["gone", "damaged"])
def test_a_lost_keyring_comes_back_and_what_was_stored_since_the_backup_is_there(
    site: Site, how: str
) -> None:
    folder = site.backup()
    assert site.db("check")[0] == 0  # one more event, which the backup does not have
    before = site.places.database.read_bytes()
    lost(site, how)
    told_of_it = site.db("check")[1]
    assert "station keys recover" in told_of_it
    assert site.places.database.read_bytes() == before
    status, told = recover(site, folder)
    assert status == 0, told
    assert [event[:2] for event in site.last_events(2)] == [
        ("recovery_used", "system"),
        ("database_checked", "admin01"),
    ]
    keyring = site.keyring()
    assert keyring.incarnation == 1, "it is the same life of the log"
    assert keyring.rotation_due, "who was removed since the backup knew this key"
    database = site.database()
    assert database.rows("SELECT count(*) FROM event") == [(EVENTS + 3,)]
    assert verify_chain(database).intact
    database.close()
    file = KeyringFile.read(site.places.keyring)
    assert not isinstance(file.unlock_with_passphrase("admin01", PASSPHRASE), Unlocked)


def test_the_words_do_not_bring_back_the_past_where_nothing_is_lost(site: Site) -> None:
    folder = site.backup()
    before = site.places.database.read_bytes()
    lost(site, "gone")
    status, told = site.db(
        "restore", "--backup", str(folder), "--words", account=None, spoken=WORDS
    )
    assert status == 2
    assert "station keys recover" in told
    assert site.places.database.read_bytes() == before
    assert not site.places.keyring.exists()
    assert recover(site, folder)[0] == 0
    status, told = site.db(
        "restore", "--backup", str(folder), "--words", account=None, spoken=WORDS
    )
    assert status == 0, "who wants the backup all the same gets it"


def test_a_damaged_file_beside_a_lost_keyring_can_be_salvaged_again(site: Site) -> None:
    folder = site.backup()
    lost(site, "gone")
    shredded(site.places.database, range(1, 2))
    status, told = recover(site, folder)
    assert status == 1
    assert "station db salvage --words" in told
    status, told = site.db("salvage", "--words", account=None, spoken=WORDS)
    assert status == 0, told
    database = site.database()
    rescued = database.rows("SELECT count(*) FROM event WHERE incarnation = 1")
    assert rescued == [(EVENTS + 1,)]
    database.close()


def test_a_log_that_was_cut_is_not_taken_for_whole(site: Site) -> None:
    folder = site.backup()
    older = site.places.database.read_bytes()
    assert site.db("check")[0] == 0
    site.places.database.write_bytes(older)
    lost(site, "gone")
    status, told = recover(site, folder)
    assert status == 1
    assert "salvage" in told


def test_a_keyring_that_opens_is_not_replaced(site: Site) -> None:
    folder = site.backup()
    before = site.places.keyring.read_bytes()
    status, told = recover(site, folder)
    assert status == 2
    assert "密钥文件是好的" in told
    file, unlocked = unlocked_keyring(site.places.keyring)
    file.renew_recovery(unlocked)
    renewed = site.places.keyring.read_bytes()
    assert recover(site, folder)[0] == 2
    assert site.places.keyring.read_bytes() == renewed != before


def test_what_cannot_help_changes_nothing(site: Site) -> None:
    folder = site.backup()
    file, unlocked = unlocked_keyring(site.places.keyring)
    rotate_database(site.places.database, file, unlocked)
    before = site.places.database.read_bytes()
    lost(site, "gone")
    for spoken, word in (
        (" ".join(["abandon"] * 23 + ["art"]), "与这份备份不符"),
        ("not even words", "个词"),
        (WORDS, "更换数据库密钥以前"),
    ):
        status, told = recover(site, folder, spoken)
        assert (status, word in told) == (2, True)
    assert not site.places.keyring.exists()
    assert site.places.database.read_bytes() == before
    status, told = site.db(
        "restore", "--backup", str(folder), "--words", account=None, spoken=WORDS
    )
    assert status == 0, told
    site.places.database.unlink()
    assert "找不到本机的数据库文件" in recover(site, folder)[1]


def test_keys_that_are_back_and_could_not_be_noted_are_not_told_as_lost(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = site.backup()
    lost(site, "gone")

    def full(*_: object) -> None:
        raise StoreFull

    with monkeypatch.context() as patched:
        patched.setattr(keys_recover, "open_checked", full)
        status, told = recover(site, folder)
    assert (status, "已经生效" in told, "没有保存" in told) == (1, True, False)
    assert site.keyring().rotation_due


@pytest.mark.parametrize("damaged", [False, True], ids=["whole", "damaged"])
def test_a_backup_of_before_a_restore_brings_the_life_back_that_the_log_is_in(
    site: Site, damaged: bool
) -> None:
    folder = site.backup()
    assert site.db("restore", "--backup", str(folder))[0] == 0
    lost(site, "gone")
    if damaged:
        shredded(site.places.database, range(1, 2))
    assert recover(site, folder)[0] == int(damaged)
    assert site.keyring().incarnation == 2
