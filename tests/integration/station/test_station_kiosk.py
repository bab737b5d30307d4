"""`station run` from its first window to its last, worked by keys over real files and lanes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from station import app
from station.domain.people import Account, Operator, Role
from station.services.places import Places
from station.store.database import create_database
from station.store.keyring import Keyring, Platform
from station.store.operators import Operators
from station.ui.devpanel.hands import Hands
from station.ui.story import STORIES
from station.ui.story.actor import Actor, type_by_hand
from sync.seal import SigningKey, UnsealingKey
from tests.support.station_hub import settings_in
from tests.support.store_keys import RECOVERY, written_keyring

CLERK = Operator("desk01", "方采薇", frozenset({Role.DESK_CLERK}))
SECURITY = Operator("sec01", "欧阳䶮", frozenset({Role.SECURITY_ADMIN}))
PASSPHRASE, NEW_PASSPHRASE = "mountain-river-11", "crane-in-the-marsh"
SETTINGS = """
data_directory = "{folder}/data"
key_directory = "{folder}/keys"
hub.url = "http://127.0.0.1:9"
[devices]
printer = {{ driver = "simulated" }}
"""
Story = Callable[[Actor], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A station that was set up: a clerk, and a security admin who forgot the passphrase."""
    places = Places.of(settings_in(tmp_path))
    places.prepare()
    platform = Platform(
        "demo", True, SigningKey.generate().verify_key, UnsealingKey.generate().sealing_key
    )
    keys = Keyring.new("station-1").activated("station-1", platform)
    written_keyring(places.keyring, keys, {CLERK.operator_id: PASSPHRASE})
    database = create_database(places.database, keys.database)
    for operator in (CLERK, SECURITY):
        Operators(database).put(Account(operator))
    database.close()
    (tmp_path / "station.toml").write_text(SETTINGS.format(folder=tmp_path), encoding="utf-8")
    return tmp_path


@pytest.fixture(autouse=True)
def as_before(qapp: QApplication) -> Iterator[None]:
    """A run takes over Qt's messages and the hook for bugs."""
    hook = sys.excepthook
    yield
    sys.excepthook = hook
    qInstallMessageHandler(None)


@pytest.fixture
def play(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Story], int]:
    """Run the program with a story; its exit status."""

    def run(story: Story) -> int:
        def told(hands: Hands, output: Path) -> None:
            story(Actor(output))

        monkeypatch.setitem(STORIES, "test", told)
        return app.run(
            argparse.Namespace(
                config=folder / "station.toml",
                language=None,
                window=True,
                size=(1366, 768),
                panel=False,
                commands=None,
                story="test",
                story_output=folder,
            )
        )

    return run


def _unlock(actor: Actor, passphrase: str = PASSPHRASE) -> None:
    actor.wait_until(lambda: actor.can_click("unlock.account"), "an account to be asked for")
    actor.type_into("unlock.account", CLERK.operator_id)
    actor.type_into("unlock.passphrase", passphrase)
    actor.enter()


def test_whoever_unlocks_is_signed_in_and_asked_nothing_twice(
    play: Callable[[Story], int],
) -> None:
    def story(actor: Actor) -> None:
        _unlock(actor, "not the right one")
        actor.wait_to_see("不对")
        assert not actor.sees(CLERK.display_name)
        _unlock(actor)
        actor.wait_for_widget("desk.find.field")
        assert actor.sees(CLERK.display_name)
        assert not actor.can_click("sign_in.passphrase")
        assert not actor.can_click("unlock.account"), "the first window is closed"

    assert play(story) == 0


def test_a_disk_that_was_missing_is_found_without_a_restart(
    play: Callable[[Story], int], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database, away = folder / "data" / "station.db", folder / "away.db"
    database.rename(away)

    def story(actor: Actor) -> None:
        _unlock(actor)
        actor.wait_for_widget("unlock.stuck")
        assert not database.exists(), "nothing was made in its place"
        away.rename(database)
        actor.enter()
        _unlock(actor)
        actor.wait_for_widget("desk.find.field")

    assert play(story) == 0
    assert "找不到本机的数据库文件" in capsys.readouterr().err


def test_the_recovery_words_let_a_security_admin_in_again(play: Callable[[Story], int]) -> None:
    def story(actor: Actor) -> None:
        actor.wait_until(lambda: actor.can_click("bottom.use_recovery"), "the start")
        actor.press(Qt.Key.Key_F7)
        actor.click("unlock.word.1")
        for place, word in enumerate(RECOVERY.words, 1):
            field = actor.wait_for_widget(f"unlock.word.{place}")
            QTest.keyClicks(field, word[:4])
            QTest.keyClick(field, Qt.Key.Key_Space)
        actor.click("bottom.primary")
        actor.wait_until(lambda: actor.can_click("unlock.renew.account"), "an account")
        actor.type_into("unlock.renew.account", SECURITY.operator_id)
        for name in ("unlock.renew.new", "unlock.renew.repeat"):
            actor.wait_for_widget(name).setFocus()
            type_by_hand(actor.wait_for_widget(name), NEW_PASSPHRASE)
        actor.click("bottom.primary")
        actor.wait_for_widget("admin.pages")
        assert actor.sees(SECURITY.display_name)

    assert play(story) == 0


def test_closing_a_station_that_was_never_unlocked_ends_it(play: Callable[[Story], int]) -> None:
    def story(actor: Actor) -> None:
        actor.wait_until(lambda: actor.can_click("unlock.account"), "the start")
        actor.window.close()

    assert play(story) == 0
