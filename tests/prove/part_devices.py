"""Proof of devices: thousands of captures with faults injected; nothing lost, doubled or leaked.

A reader in its own process crashes, hangs, holds its interpreter, reports faults, is unplugged and
prints, as a seed draws it; the station's own services go on pressing. Then bytes of a driver's
process, of an ID-card module, of a biometric service and of smart cards are mutated: typed errors
only. The last line is the summary.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from drivers.host.memory import resident_bytes
from drivers.registry import ISOLATED_GROUP
from tests.support.drivers_faulty import install
from tests.support.drivers_piv_fuzz import fuzz_piv
from tests.support.drivers_press_desk import KEY, TARGET, PressDesk, Tally
from tests.support.drivers_sam_fuzz import fuzz_sam
from tests.support.drivers_sbi_fuzz import fuzz_sbi
from tests.unit.drivers.test_host_frames import fuzz

WARM_UP = 300
MAX_GROWTH_BYTES = 20_000_000


def main(argv: Sequence[str]) -> int:
    """Press, count, fuzz; 0 when every account is right."""
    parser = argparse.ArgumentParser(prog="prove devices")
    parser.add_argument("--captures", type=int, default=10_000)
    parser.add_argument("--fuzz", type=int, default=100_000)
    parser.add_argument("--sam", type=int, default=200_000, help="mutated bytes of a card module")
    parser.add_argument("--sbi", type=int, default=110_000, help="damaged answers of a service")
    parser.add_argument("--piv", type=int, default=100_000, help="damaged answers of cards")
    parser.add_argument("--seed", type=int, default=20260301)
    options = parser.parse_args(argv)
    started_s = time.monotonic()
    tally, restarts, growth = press(options.captures, options.seed)
    tried, counts = fuzzed(options)
    took_s = time.monotonic() - started_s
    drawn = ", ".join(f"{name} {count}" for name, count in sorted(tally.injected.items()))
    print(
        f"devices: {len(tally.pressed)} presses, {len(tally.delivered)} delivered,"
        f" {tally.faults} faults ({drawn}), {tally.reports} reported, {restarts} restarts,"
        f" memory {growth / 1e6:+.1f} MB; {counts}; seed {options.seed}, {took_s:.0f} s"
    )
    right = tally.clean and len(tally.pressed) == options.captures
    return 0 if right and tried and growth < MAX_GROWTH_BYTES else 1


def fuzzed(options: argparse.Namespace) -> tuple[bool, str]:
    """Whether every parser took some inputs and refused others, and the counts in words."""
    past_header = sum(fuzz(random.Random(options.seed + n)) for n in range(options.fuzz))
    sam = fuzz_sam(options.sam, options.seed)
    sbi = fuzz_sbi(options.sbi, options.seed)
    piv = fuzz_piv(options.piv, options.seed)
    done, spoilt = piv.get("done", 0), sum(piv.values())
    tried = sam.told_apart and 0 < sbi.accepted < sbi.cases and 0 < done < spoilt
    return tried and 0 < past_header < options.fuzz, (
        f"{options.fuzz} mutated frames, {past_header} past their header; {sam.line()}; {sbi};"
        f" {spoilt} spoilt smart cards, {done} not noticeably"
    )


def press(captures: int, seed: int) -> tuple[Tally, int, int]:
    """The tally, how often the process was replaced, and how much this one grew in bytes."""
    with tempfile.TemporaryDirectory() as folder:
        install(Path(folder), KEY, TARGET, ISOLATED_GROUP)
        sys.path.insert(0, folder)
        try:
            desk = PressDesk(Path(folder) / "orders", seed)
            desk.press_many(min(WARM_UP, captures))
            before = resident_bytes()
            tally = desk.press_many(max(0, captures - WARM_UP))
            growth = resident_bytes() - before
            restarts = desk.reader.supervisor.restarts
            desk.close()
        finally:
            sys.path.remove(folder)
    return tally, restarts, growth


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
