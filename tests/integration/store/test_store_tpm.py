"""The machine slot through tpm2-tools and a TPM 2.0 in software (swtpm)."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from station.store.keyring import (
    Keyring,
    MachineRefused,
    NoTpm,
    Reason,
    Refused,
    SoftwareMachine,
    Tpm,
    Unlocked,
    find_tpm,
)
from tests.support.free_ports import free_ports
from tests.support.store_keys import written_keyring

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="tpm2-tools are Linux programs")
SECRET = bytes(range(32))
START_LIMIT_S = 30.0


@contextmanager
def chip(state: Path) -> Iterator[str]:
    """A TPM whose state lies in a folder; how to reach it."""
    program = shutil.which("swtpm")
    assert program, "apt-get install swtpm tpm2-tools"
    state.mkdir(exist_ok=True)
    ports = free_ports(2)  # neighbours, as its clients want them
    command = [program, "socket", "--tpm2", "--tpmstate", f"dir={state}"]
    command += ["--server", f"type=tcp,port={ports[0]},bindaddr=127.0.0.1"]
    command += ["--ctrl", f"type=tcp,port={ports[1]},bindaddr=127.0.0.1"]
    command += ["--flags", "not-need-init,startup-clear"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        try:
            end = time.monotonic() + START_LIMIT_S
            while not listening(ports[1]):
                assert child.poll() is None
                assert time.monotonic() < end
                time.sleep(0.01)
            yield f"swtpm:host=127.0.0.1,port={ports[0]}"
        finally:
            child.terminate()


def listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def found(connection: str) -> Tpm:
    tpm = find_tpm(connection)
    assert isinstance(tpm, Tpm)
    return tpm


def test_the_same_chip_gives_the_secret_back_also_after_a_restart(tmp_path: Path) -> None:
    with chip(tmp_path / "one") as connection:
        blob = found(connection).seal(SECRET)
        assert SECRET not in blob
        assert found(connection).unseal(blob) == SECRET
    with chip(tmp_path / "one") as connection:
        assert found(connection).unseal(blob) == SECRET


def test_another_chip_or_another_blob_gives_nothing(tmp_path: Path) -> None:
    with chip(tmp_path / "one") as connection:
        tpm = found(connection)
        blob = tpm.seal(SECRET)
        flipped = [blob[:place] + bytes([blob[place] ^ 1]) + blob[place + 1 :] for place in (0, 60)]
        for damaged in (b"", blob[:40], blob + bytes(4000), *flipped):
            with pytest.raises(MachineRefused):
                tpm.unseal(damaged)
    with chip(tmp_path / "two") as connection, pytest.raises(MachineRefused):
        found(connection).unseal(blob)


def test_the_machine_opens_the_keyring_until_that_is_taken_from_it(tmp_path: Path) -> None:
    keyring = Keyring.new("station-1")
    file, unlocked = written_keyring(tmp_path / "keys" / "keyring.json", keyring)
    with chip(tmp_path / "one") as connection:
        tpm = found(connection)
        file.set_machine(unlocked, tpm)
        opened = file.unlock_with_machine(tpm)
        assert isinstance(opened, Unlocked)
        assert opened.keyring.database == keyring.database
        another = file.unlock_with_machine(SoftwareMachine(b"the id of a system"))
        assert another == Refused(Reason.NO_SLOT)
        file.remove_machine(unlocked)
        assert file.unlock_with_machine(tpm) == Refused(Reason.NO_SLOT)
    assert unlocked.keyring.rotation_due


def test_a_machine_without_a_chip_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    absent = find_tpm("device:/nowhere")
    assert isinstance(absent, NoTpm)
    assert "TPM 2.0" in absent.sentence
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    without_tools = find_tpm("device:/nowhere")
    assert isinstance(without_tools, NoTpm)
    assert "tpm2-tools" in without_tools.sentence


def test_a_software_machine_opens_on_its_own_system_only(tmp_path: Path) -> None:
    file, unlocked = written_keyring(tmp_path / "keyring.json", Keyring.new("station-1"))
    file.set_machine(unlocked, SoftwareMachine(b"the id of a system"))
    assert isinstance(file.unlock_with_machine(SoftwareMachine(b"the id of a system")), Unlocked)
    with pytest.raises(MachineRefused):
        file.unlock_with_machine(SoftwareMachine(b"the id of another one"))
    assert "没有保护" in SoftwareMachine.sentence
