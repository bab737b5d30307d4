"""What is done now and then with a store of full size, timed: no bar was set for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from statistics import median

from station.services.sealing import Sealing
from station.services.store_room import StoreRoom
from station.store.backup import drill, make_backup
from station.store.clock import StationClock, this_boot
from station.store.health import full_check
from station.store.keyring.passphrases import measured_cost, passphrase_key
from station.store.salvage import salvage
from station.workflow.inputs import CopySealed
from sync.seal import UnsealingKey
from tests.support.store_bench_station import BenchStation

PASSPHRASES, SEALS = 3, 10
AT = "2026-05-24T01:00:00.000Z"


def upkeep_costs(station: BenchStation) -> Iterator[tuple[str, str]]:
    """What, and what it took."""
    yield "key derivation of a passphrase, at the cost measured here", _derivation()
    with station.open() as room:
        yield "sealed copy of 24 presses, before it is stored", _sealing(room)
    path, keyring = station.places.database, station.unlocked.keyring
    gigabytes, key = path.stat().st_size / 1e9, keyring.database

    def rate(took_s: float) -> str:
        return f"{took_s:.1f} s, {gigabytes / took_s:.2f} GB/s"

    report = full_check(path, key)
    assert report.passed, report
    yield "full check of the file, every row and its evidence", rate(report.took_s)
    folder = station.places.backups
    folder.mkdir()
    began_s = time.perf_counter()
    backup = make_backup(path, key, b"escrow", keyring.station, folder, AT)
    yield "backup onto the same disk", rate(time.perf_counter() - began_s)
    began_s = time.perf_counter()
    assert drill(backup, key).passed
    yield "restore drill of that backup", rate(time.perf_counter() - began_s)
    began_s = time.perf_counter()
    clock = StationClock(this_boot())
    saved = salvage(path, path.with_name("fresh.db"), keyring, clock)
    assert not saved.gaps, saved
    yield "salvage of the whole file", rate(time.perf_counter() - began_s)


def _derivation() -> str:
    cost = measured_cost()
    took_s = _median_s(lambda: passphrase_key("bench", bytes(16), cost), PASSPHRASES)
    memory = f"{cost.memory_kib // 1024} MiB, {cost.iterations} passes, {cost.lanes} lanes"
    return f"{took_s:.2f} s (Argon2id, {memory})"


def _sealing(room: StoreRoom) -> str:
    sealing = Sealing(room, UnsealingKey.generate().sealing_key)

    def seal() -> None:
        assert isinstance(sealing.seal(f"{0:032x}"), CopySealed)

    return f"{_median_s(seal, SEALS) * 1000:.0f} ms"


def _median_s(work: Callable[[], object], repeats: int) -> float:
    times_s = []
    for _ in range(repeats):
        began_s = time.perf_counter()
        work()
        times_s.append(time.perf_counter() - began_s)
    return median(times_s)
