"""Setting a station up, killed at every step: the next set-up ends it or begins anew."""

import os
import sys
from contextlib import closing
from pathlib import Path

import pytest

from station.domain.people import Operator, Role
from station.services import provisioning
from station.services.places import Places
from station.services.provisioning import NewOperator, finish, provision
from station.settings import Settings
from station.store.database import create_database, open_database
from station.store.errors import DatabaseExists, StoreUnwritable
from station.store.keyring import Keyring, KeyringFile, Unlocked
from station.store.operators import Operators
from sync.seal import SigningKey, UnsealingKey
from sync.wire import Activation
from tests.support.kill_steps import dying
from tests.support.store_keys import RECOVERY, TEST_COST

PASSPHRASE = "only for tests"
PEOPLE = [
    NewOperator(Operator("desk01", "方采薇", frozenset({Role.DESK_CLERK})), PASSPHRASE),
    NewOperator(Operator("gate01", "鲁知远", frozenset({Role.GATE_CLERK})), PASSPHRASE),
]


@pytest.fixture(autouse=True)
def _platform(monkeypatch: pytest.MonkeyPatch) -> None:
    hub_key = SigningKey.generate().verify_key.to_bytes()
    unit_key = UnsealingKey.generate().sealing_key.to_bytes()

    def answered(*_: object, **__: object) -> Activation:
        return Activation("station-7", "tenant-1", "10001", True, hub_key, unit_key, "nonce")

    monkeypatch.setattr(provisioning, "activate", answered)


def settings_in(folder: Path) -> Settings:
    return Settings(data_directory=str(folder / "data"), key_directory=str(folder / "keys"))


def set_up(settings: Settings) -> None:
    provision(settings, "", PEOPLE, RECOVERY, TEST_COST)


def check_whole(settings: Settings) -> None:
    """Everybody opens it, everybody is known, and nothing else lies there."""
    places = Places.of(settings)
    file = KeyringFile.read(places.keyring)
    assert isinstance(file.unlock_with_recovery(RECOVERY), Unlocked)
    for new in PEOPLE:
        answer = file.unlock_with_passphrase(new.operator.operator_id, new.passphrase)
        assert isinstance(answer, Unlocked)
        assert answer.keyring.station == "station-7"
        with closing(open_database(places.database, answer.keyring.database)) as database:
            assert [one.display_name for one in Operators(database).all()] == ["方采薇", "鲁知远"]
    names = {path.name for path in (*places.database.parent.iterdir(), *key_files(places))}
    assert names - {"keyring.attempts.json"} == {"forms", "station.db", "keyring.json"}


def key_files(places: Places) -> list[Path]:
    return list(places.keyring.parent.iterdir())


def killed(settings: Settings, step: int, *, after: bool) -> bool:
    """Set up in a child that is killed at a renaming or a removal; whether it was."""
    child = os.fork()
    if child == 0:
        left = [step]
        for owner, name in ((os, "replace"), (Operators, "put")):
            setattr(owner, name, dying(getattr(owner, name), left, after=after))
        set_up(settings)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


@pytest.mark.skipif(sys.platform == "win32", reason="processes are forked and killed")
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_any_step_the_next_set_up_gives_a_whole_station(
    after: bool, tmp_path: Path
) -> None:
    ended_by = []
    for step in range(1, 20):
        settings = settings_in(tmp_path / str(step))
        was_killed = killed(settings, step, after=after)
        there = Places.of(settings).keyring.exists()
        if not there:
            ended_by.append("finish" if finish(settings) else "anew")
            if ended_by[-1] == "anew":
                set_up(settings)
        check_whole(settings)
        if not was_killed:
            break
    # Keyring and two passphrases, the database, two accounts, its name; then the keyring's.
    assert ended_by == ["anew"] * (6 if after else 7) + ["finish"]


def test_there_is_nothing_to_finish_where_a_station_is_or_none_is(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    assert not finish(settings)
    set_up(settings)
    keyring = Places.of(settings).keyring
    before = keyring.read_bytes()
    keyring.with_name(".keyring.json.setup").write_bytes(b"of another time")
    assert not finish(settings)
    assert keyring.read_bytes() == before


def test_a_database_that_lost_its_keyring_is_left_alone(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    places = Places.of(settings)
    places.prepare()
    create_database(places.database, Keyring.new("station-1").database).close()
    before = places.database.read_bytes()
    assert not finish(settings)
    with pytest.raises(DatabaseExists):
        set_up(settings)
    assert places.database.read_bytes() == before
    assert key_files(places) == []


def test_a_disk_that_fails_at_the_last_step_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_in(tmp_path)
    places, replace = Places.of(settings), os.replace

    def broken(source: Path, target: Path) -> None:
        if target == places.keyring:
            raise OSError(5, "Input/output error")
        replace(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", broken)
        with pytest.raises(StoreUnwritable):
            set_up(settings)
    assert key_files(places) == []
    assert [path.name for path in places.database.parent.iterdir()] == ["forms"]
    set_up(settings)
    check_whole(settings)
