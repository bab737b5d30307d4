"""What a vendor's library does to itself in its process, and what the station sees of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.api import (
    Capture,
    CapturePhase,
    DeviceState,
    DeviceStatus,
    DriverKind,
    Retry,
    RetryReason,
)
from drivers.errors import DeviceBusy, DeviceFault, DeviceNotFound, DeviceUnplugged, OptionInvalid
from drivers.host.isolated import IsolatedReader
from drivers.host.plan import Failure, HostLimits, HostPlan
from drivers.registry import ISOLATED_GROUP, Registry, host_command, installed_entry_points
from tests.support.drivers_faulty import install
from tests.support.drivers_rig import in_background

PATIENCE_S = 30.0
TARGET = "tests.support.drivers_faulty:FaultyReader"
QUICK = HostLimits(pulse_s=2.5, first_pause_s=0.05, longest_pause_s=0.2)

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@pytest.fixture
def orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    install(tmp_path, "fingerprint_reader:faulty", TARGET, ISOLATED_GROUP)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path / "orders"


@pytest.fixture
def plan(orders: Path) -> HostPlan:
    key = "fingerprint_reader:faulty"
    options = {"orders": str(orders)}
    return HostPlan(
        DriverKind.FINGERPRINT_READER, "faulty", options, host_command(key), limits=QUICK
    )


@pytest.fixture
def reader(plan: HostPlan) -> Iterator[IsolatedReader]:
    reader = IsolatedReader(plan)
    reader.open()
    yield reader
    reader.close()


def silent(_phase: CapturePhase) -> None:
    pass


def until(condition: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline_s, "it never came about"
        time.sleep(0.005)


def ready(reader: IsolatedReader) -> bool:
    return reader.status().state is DeviceState.READY


def child_of(reader: IsolatedReader) -> int:
    link = reader.supervisor.link
    assert link is not None
    return link.process_id


def captures_again(reader: IsolatedReader) -> None:
    until(lambda: ready(reader))
    assert isinstance(reader.capture(PATIENCE_S, silent), Capture)


def test_an_announced_isolated_driver_never_enters_the_station(
    orders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "tests.support.drivers_faulty", raising=False)
    registry = Registry(installed_entry_points())
    driver = registry.open_driver(
        "fingerprint_reader", "faulty", {"orders": str(orders)}, mode="live"
    )
    try:
        assert driver.open().device.model == "Faulty"
        assert not driver.simulated
        assert "tests.support.drivers_faulty" not in sys.modules
    finally:
        driver.close()


@pytest.mark.parametrize(
    ("deed", "word"),
    [
        ("crash", "driver_crashed"),
        ("bug", "driver_crashed"),
        ("hang", "driver_hung"),
        ("hold_interpreter", "driver_hung"),
    ],
)
def test_a_capture_that_takes_its_process_down_is_a_fault_and_the_next_one_works(
    reader: IsolatedReader, orders: Path, deed: str, word: str
) -> None:
    limit_s = 0.0 if deed == "hang" else PATIENCE_S
    orders.write_text(f"capture {deed}", encoding="utf-8")
    with pytest.raises(DeviceFault) as fault:
        reader.capture(limit_s, silent)
    assert fault.value.detail == word
    assert reader.status().state is DeviceState.FAULT
    with pytest.raises(DeviceFault):
        reader.capture(PATIENCE_S, silent)
    captures_again(reader)
    assert reader.supervisor.restarts == 1


def test_a_hang_while_nothing_runs_is_noticed_too(reader: IsolatedReader, orders: Path) -> None:
    first = child_of(reader)
    orders.write_text("status hang", encoding="utf-8")
    until(lambda: reader.status().state is DeviceState.FAULT)
    captures_again(reader)
    assert child_of(reader) != first


@posix_only
def test_a_process_killed_from_outside_in_mid_capture(reader: IsolatedReader, orders: Path) -> None:
    orders.write_text("capture wait", encoding="utf-8")
    capture = in_background(lambda: reader.capture(PATIENCE_S, silent))
    until(lambda: reader.status().state is DeviceState.BUSY and not orders.exists())
    os.kill(child_of(reader), signal.SIGKILL)
    with pytest.raises(DeviceFault, match="driver_crashed"):
        capture.result(PATIENCE_S)
    captures_again(reader)


def test_a_process_that_fails_at_every_start_is_tried_again_until_it_works(
    reader: IsolatedReader, orders: Path
) -> None:
    orders.write_text("open always_crash", encoding="utf-8")
    link = reader.supervisor.link
    assert link is not None
    link.kill(Failure.CRASHED)
    until(lambda: reader.supervisor.restarts >= 2)
    assert reader.status().state is DeviceState.FAULT
    orders.unlink()
    captures_again(reader)


def test_what_a_library_prints_reaches_nobody_and_disturbs_nothing(
    reader: IsolatedReader, orders: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    orders.write_text("capture print", encoding="utf-8")
    assert isinstance(reader.capture(PATIENCE_S, silent), Capture)
    assert capfd.readouterr() == ("", "")


def test_a_library_that_leaks_is_replaced_after_the_capture_it_served(
    plan: HostPlan, orders: Path
) -> None:
    reader = IsolatedReader(replace(plan, limits=replace(QUICK, memory_bytes=160 * 1024 * 1024)))
    reader.open()
    try:
        for _ in range(2):
            orders.write_text("capture leak", encoding="utf-8")
            until(lambda: ready(reader))
            assert isinstance(reader.capture(PATIENCE_S, silent), Capture)
        until(lambda: reader.supervisor.restarts == 1)
        captures_again(reader)
    finally:
        reader.close()


def test_the_drivers_own_errors_come_as_they_are(reader: IsolatedReader, orders: Path) -> None:
    orders.write_text("capture fault", encoding="utf-8")
    with pytest.raises(DeviceFault, match="faulty: sensor"):
        reader.capture(PATIENCE_S, silent)
    orders.write_text("capture unplug", encoding="utf-8")
    with pytest.raises(DeviceUnplugged, match="faulty: cable"):
        reader.capture(PATIENCE_S, silent)
    assert reader.status().state is DeviceState.UNPLUGGED
    assert reader.preview() is None
    assert reader.supervisor.restarts == 0


@pytest.mark.parametrize(
    "said",
    [
        DeviceStatus(DeviceState.READY, "signer not verified"),
        DeviceStatus(DeviceState.BUSY, "used by another program"),
    ],
)
def test_what_a_driver_adds_to_its_state_comes_as_it_is(
    reader: IsolatedReader, orders: Path, said: DeviceStatus
) -> None:
    orders.write_text(f"status say {said.state} {said.detail}", encoding="utf-8")
    until(lambda: reader.status() == said)
    assert isinstance(reader.capture(PATIENCE_S, silent), Capture)
    assert reader.status() == said, "also right after a capture"


def test_a_cancel_right_at_the_start_is_not_lost(reader: IsolatedReader, orders: Path) -> None:
    for _ in range(5):
        orders.write_text("capture wait", encoding="utf-8")
        capture = in_background(lambda: reader.capture(PATIENCE_S, silent))
        until(lambda: reader.status().state is DeviceState.BUSY)
        reader.cancel()
        assert capture.result(PATIENCE_S) == Retry(RetryReason.CANCELLED)
    assert reader.supervisor.restarts == 0


def test_one_capture_at_a_time(reader: IsolatedReader, orders: Path) -> None:
    orders.write_text("capture wait", encoding="utf-8")
    capture = in_background(lambda: reader.capture(PATIENCE_S, silent))
    until(lambda: reader.status().state is DeviceState.BUSY)
    with pytest.raises(DeviceBusy):
        reader.capture(PATIENCE_S, silent)
    reader.cancel()
    capture.result(PATIENCE_S)


def test_a_closed_reader_has_no_process_and_opens_again(reader: IsolatedReader) -> None:
    first = child_of(reader)
    reader.close()
    if sys.platform != "win32":
        with pytest.raises(ProcessLookupError):
            os.kill(first, 0)
    with pytest.raises(RuntimeError):
        reader.capture(PATIENCE_S, silent)
    reader.open()
    captures_again(reader)


def test_a_reader_closed_in_mid_capture_ends_it(reader: IsolatedReader, orders: Path) -> None:
    orders.write_text("capture wait", encoding="utf-8")
    capture = in_background(lambda: reader.capture(PATIENCE_S, silent))
    until(lambda: reader.status().state is DeviceState.BUSY and not orders.exists())
    reader.close()
    with pytest.raises(DeviceFault, match="driver_ended"):
        capture.result(PATIENCE_S)


def test_wrong_options_are_told_when_the_device_is_opened(plan: HostPlan) -> None:
    reader = IsolatedReader(replace(plan, options={}))
    with pytest.raises(OptionInvalid, match="orders"):
        reader.open()
    reader.close()


def test_a_command_that_does_not_exist_is_a_fault(plan: HostPlan) -> None:
    reader = IsolatedReader(replace(plan, command=("/nowhere/station",)))
    with pytest.raises(DeviceFault, match="driver_cannot_start"):
        reader.open()
    reader.close()


def test_a_simulated_driver_cannot_pass_for_a_real_one(plan: HostPlan) -> None:
    command = host_command("fingerprint_reader:simulated")
    reader = IsolatedReader(replace(plan, command=command, options={}))
    with pytest.raises(OptionInvalid, match="not as announced"):
        reader.open()
    reader.close()


def test_a_folder_that_is_missing_is_not_found(plan: HostPlan, tmp_path: Path) -> None:
    reader = IsolatedReader(
        replace(
            plan,
            command=host_command("fingerprint_reader:image_folder"),
            options={"folder": tmp_path / "none"},
            simulated=True,
        )
    )
    with pytest.raises(DeviceNotFound):
        reader.open()
    reader.close()


def test_a_simulated_device_is_driven_by_its_own_file_and_not_twice(
    plan: HostPlan, tmp_path: Path
) -> None:
    commands = tmp_path / "hands.jsonl"
    press = b'{"device": "fingerprint_reader", "do": "press", "person": "P001", "finger": 6}\n'
    commands.write_bytes(press)
    reader = IsolatedReader(
        replace(
            plan,
            command=host_command("fingerprint_reader:simulated"),
            options={"settle_ms": 0},
            simulated=True,
            commands=commands,
        )
    )
    reader.open()
    try:
        assert isinstance(reader.capture(PATIENCE_S, silent), Capture)
        link = reader.supervisor.link
        assert link is not None
        link.kill(Failure.CRASHED)
        until(lambda: ready(reader))
        assert reader.capture(0.3, silent) == Retry(RetryReason.TIMEOUT), "that press was done"
        with commands.open("ab") as file:
            file.write(press)
        assert isinstance(reader.capture(PATIENCE_S, silent), Capture)
    finally:
        reader.close()


PARENT = """
import sys
from drivers.api import DriverKind
from drivers.host.isolated import IsolatedReader
from drivers.host.plan import HostPlan
from drivers.registry import host_command
key = "fingerprint_reader:faulty"
plan = HostPlan(DriverKind.FINGERPRINT_READER, "faulty", {"orders": sys.argv[1]}, host_command(key))
reader = IsolatedReader(plan)
reader.open()
print(reader.supervisor.link.process_id, flush=True)
sys.stdin.read()
"""


@posix_only
def test_a_child_ends_when_its_station_was_killed(orders: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(orders)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    )
    with parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_running(child)
        parent.kill()
    until(lambda: not is_running(child))


def is_running(process_id: int) -> bool:
    """Whether a process works; one that nobody has taken to the books yet does not."""
    try:
        stat = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"
