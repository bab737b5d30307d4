"""Proof of durability: a thousand kill -9 in parallel, every acknowledged event accounted for.

Each worker keeps killing a station that captures, seals, audits and signs, and starts again on the
same file; after a hundred kills it goes on with a new one, so that reading the whole log after
each kill stays quick. After every kill the file is opened, the whole chain verified with its
signatures and its head file, and every new event read with its evidence and its outbox row. The
last line of the output is the summary; the exit status is 0 when nothing was lost, torn or
unchained.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.support.store_cases import PRESS_BYTES, created, press
from tests.support.store_forgery import signed_store
from tests.support.store_kills import Account, kill_many

KILLS_A_FILE = 100


def main(argv: Sequence[str]) -> int:
    """Run the kills and print what they showed; 0 when nothing was lost."""
    parser = argparse.ArgumentParser(prog="prove durability")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=20260301)
    options = parser.parse_args(argv)
    started_s = time.monotonic()
    total = kill_in_parallel(options.kills, options.workers, options.seed)
    took_s = time.monotonic() - started_s
    for event_id in total.lost + total.torn:
        print("lost or torn:", event_id)
    print(
        f"durability: {total.kills} kills, {total.acknowledged} events acknowledged,"
        f" {len(total.lost)} lost, {len(total.torn)} torn,"
        f" {total.broken_chains} broken chains,"
        f" {total.kinds['confirmation_sealed']} seals, {total.kinds['record_viewed']} audit notes,"
        f" {total.signatures} signatures, {total.torn_heads} torn head files,"
        f" {total.late_heads} late ones,"
        f" seed {options.seed}, {took_s:.0f} s;"
        f" one durable press of {PRESS_BYTES} bytes: p95 {append_p95_ms():.1f} ms"
    )
    return 0 if total.clean and total.kills == options.kills and total.acknowledged else 1


def kill_in_parallel(kills: int, workers: int, seed: int) -> Account:
    """Spread the kills over `workers` stations; the seeds follow from `seed`."""
    shares = [kills // workers + (place < kills % workers) for place in range(workers)]
    seeds = range(seed, seed + workers)
    with ProcessPoolExecutor(workers) as pool:
        accounts = list(pool.map(_kill_one_station, shares, seeds))
    return sum(accounts[1:], start=accounts[0])


def _kill_one_station(kills: int, seed: int) -> Account:
    total = Account()
    for begun in range(0, kills, KILLS_A_FILE):
        with tempfile.TemporaryDirectory() as folder:
            created(Path(folder)).database.close()
            total += kill_many(Path(folder), min(KILLS_A_FILE, kills - begun), seed * 1000 + begun)
    return total


def append_p95_ms(presses: int = 300) -> float:
    """95th percentile of storing one press, with chain, outbox, sync to disk and head file."""
    with tempfile.TemporaryDirectory() as folder:
        store = signed_store(Path(folder))
        times_ms = []
        for number in range(presses):
            draft = press(number, size=PRESS_BYTES)
            started_s = time.perf_counter()
            store.log.append(draft)
            times_ms.append((time.perf_counter() - started_s) * 1000)
        store.database.close()
    return statistics.quantiles(times_ms, n=20)[-1]
