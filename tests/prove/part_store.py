"""Proof of the damaged file: thousands of flipped bits, each told, none fatal, nothing lost beside.

The places are spread over every page of a file with every kind of page. For each: the file is
opened and wholly checked, then salvaged, and everything that does not lie on the damaged page is
compared with what was stored. The last line is the summary; the exit status is 0 when every bit
was told and nothing untouched was lost.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from station.store.connection import PAGE_BYTES
from tests.support.store_damage import (
    Filled,
    Rescued,
    filled,
    flipped,
    is_detected,
    layout,
    lost_untouched,
    places_to_flip,
    rescued,
)

KINDS = {0x00: "overflow or free", 0x02: "index interior", 0x05: "table interior"} | {
    0x0A: "index leaf",
    0x0D: "table leaf",
}


@dataclass
class Account:
    """What one worker saw."""

    flips: int = 0
    untold: list[tuple[int, int]] = field(default_factory=list)
    lost: list[tuple[int, int]] = field(default_factory=list)
    events_lost: int = 0
    kinds: Counter[int] = field(default_factory=Counter)
    pages: int = 0
    events: int = 0
    payloads: int = 0


def main(argv: Sequence[str]) -> int:
    """Flip, check, salvage, compare; print what it showed."""
    parser = argparse.ArgumentParser(prog="prove store")
    parser.add_argument("--flips", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=20260301)
    options = parser.parse_args(argv)
    started_s = time.monotonic()
    shares = [options.flips // options.workers] * options.workers
    shares[0] += options.flips - sum(shares)
    with ProcessPoolExecutor(options.workers) as pool:
        accounts = list(pool.map(flip_many, shares, range(options.seed, options.seed + 99)))
    total = _sum(accounts)
    for place, bit in total.untold + total.lost:
        print("not told, or untouched rows lost: byte", place, "bit", bit)
    for kind, flips in sorted(total.kinds.items()):
        print(f"{flips:6d} flips in pages of kind {KINDS[kind]}")
    print(
        f"store: {total.flips} flipped bits over {total.pages} pages, {len(total.untold)} not told,"
        f" {len(total.lost)} salvages that lost an untouched event or piece of evidence"
        f" (of {total.events} events, {total.payloads} pieces; {total.events_lost} events hit"
        f" and lost), seed {options.seed}, {time.monotonic() - started_s:.0f} s"
    )
    good = not total.untold and not total.lost and total.flips == options.flips
    return 0 if good and set(total.kinds) == set(KINDS) else 1


def flip_many(count: int, seed: int) -> Account:
    """One file, many single flips, each undone before the next."""
    account = Account()
    with tempfile.TemporaryDirectory() as folder:
        whole = filled(Path(folder))
        where = layout(whole)
        account.pages = whole.pages
        account.events, account.payloads = len(whole.events), len(whole.payloads)
        for place, bit in places_to_flip(whole, count, seed):
            page = place // PAGE_BYTES + 1
            account.kinds[where.kinds[page]] += 1
            account.flips += 1
            with flipped(whole.path, place, bit):
                if not is_detected(whole):
                    account.untold.append((place, bit))
                found = _rescued(whole, Path(folder) / "fresh.db")
            if lost_untouched(whole, where, page, found):
                account.lost.append((place, bit))
            account.events_lost += len(set(whole.events) - set(found.events))
    return account


def _rescued(whole: Filled, fresh: Path) -> Rescued:
    found = rescued(whole, fresh)
    fresh.unlink()
    return found


def _sum(accounts: list[Account]) -> Account:
    first = accounts[0]
    for other in accounts[1:]:
        first.flips += other.flips
        first.untold += other.untold
        first.lost += other.lost
        first.events_lost += other.events_lost
        first.kinds += other.kinds
    return first
