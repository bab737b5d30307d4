"""Whether the machine opens by itself: by policy and a slot, and never without both."""

from pathlib import Path

import pytest

from station.services import machine_key
from station.services.machine_key import best_machine, machine_for
from station.settings import Settings
from station.store.keyring import (
    Keyring,
    KeyringFile,
    MachineKind,
    MachineRefused,
    NoTpm,
    SoftwareMachine,
    Unlocked,
)
from tests.support.store_keys import written_keyring

ALLOWED, FORBIDDEN = Settings(unattended_restart=True), Settings()
IDENTITY = b"0123456789abcdef0123456789abcdef"


class Chip(SoftwareMachine):
    """Stands for a chip: what it seals is said to be a chip's."""

    kind = MachineKind.TPM2


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[KeyringFile, Unlocked]:
    monkeypatch.setattr(machine_key, "find_tpm", lambda: NoTpm("没有"))
    monkeypatch.setattr(machine_key, "system_identity", lambda: IDENTITY)
    return written_keyring(tmp_path / "keyring.json", Keyring.new("station-1"))


def test_with_policy_and_slot_it_opens(ring: tuple[KeyringFile, Unlocked]) -> None:
    file, unlocked = ring
    file.set_machine(unlocked, best_machine())
    machine = machine_for(file, ALLOWED)
    assert machine is not None
    assert isinstance(file.unlock_with_machine(machine), Unlocked)


def test_without_the_policy_a_slot_is_not_used(ring: tuple[KeyringFile, Unlocked]) -> None:
    file, unlocked = ring
    file.set_machine(unlocked, best_machine())
    assert machine_for(file, FORBIDDEN) is None


def test_without_a_slot_the_policy_opens_nothing(ring: tuple[KeyringFile, Unlocked]) -> None:
    file, unlocked = ring
    assert machine_for(file, ALLOWED) is None
    file.set_machine(unlocked, best_machine())
    file.remove_machine(unlocked)
    assert machine_for(file, ALLOWED) is None


def test_where_the_chip_is_gone_a_person_has_to_open(ring: tuple[KeyringFile, Unlocked]) -> None:
    file, unlocked = ring
    file.set_machine(unlocked, Chip(IDENTITY))
    assert machine_for(file, ALLOWED) is None


def test_a_system_without_an_id_keeps_no_secret(
    ring: tuple[KeyringFile, Unlocked], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, unlocked = ring
    file.set_machine(unlocked, best_machine())

    def no_id() -> bytes:
        raise MachineRefused("no id of this system")

    monkeypatch.setattr(machine_key, "system_identity", no_id)
    assert machine_for(file, ALLOWED) is None
    with pytest.raises(MachineRefused):
        best_machine()
