"""Damaged records and image files give a record, an image or a refusal: never a crash or a hang.

No case may take a second or a megabyte, every reason of `RecordError` occurs, and at least a tenth
of the cases get past the header.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import os
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator, Sequence

from tests.support.matcher_fuzz import (
    MOST_BYTES,
    MOST_SECONDS,
    Account,
    fuzz_images,
    fuzz_reader,
    fuzz_writer,
    read_greedy,
)

_HANGS_S = 60.0
_CHUNK = 1000


def main(argv: Sequence[str]) -> int:
    """Run all cases and print what they gave; 0 when every bound held."""
    parser = argparse.ArgumentParser(prog="prove matcher")
    parser.add_argument("--cases", type=int, default=100_000, help="damaged records")
    parser.add_argument("--written", type=int, default=5_000, help="odd records to be written")
    parser.add_argument("--images", type=int, default=20_000, help="damaged image files")
    parser.add_argument("--seed", type=int, default=20261121)
    options = parser.parse_args(argv)
    started_s = time.monotonic()
    reader, writer, images = Account(), Account(), Account()
    tracemalloc.start()
    read_greedy(reader)
    for seed, cases in _chunks(options.cases, options.seed):
        fuzz_reader(cases, seed, reader)
    tracemalloc.stop()
    for seed, cases in _chunks(options.written, options.seed):
        fuzz_writer(cases, seed, writer)
    with _quiet_decoders():
        for seed, cases in _chunks(options.images, options.seed):
            fuzz_images(cases, seed, images)
    faulthandler.cancel_dump_traceback_later()
    both = Account(reader.outcomes + writer.outcomes)
    for reason in sorted(both.missing()):
        print("no case gave", reason)
    print("read:", _listed(reader.outcomes))
    print("written:", _listed(writer.outcomes))
    print("images:", _listed(images.outcomes))
    print(
        f"matcher: {reader.cases} damaged records ({reader.past_header / max(reader.cases, 1):.0%}"
        f" past the header), {writer.cases} odd ones written, {images.cases} image files;"
        f" {len(both.outcomes) - 1} reasons, slowest"
        f" {max(reader.slowest_s, images.slowest_s) * 1000:.0f} ms,"
        f" most memory {reader.most_bytes / 1000:.0f} kB, seed {options.seed},"
        f" {time.monotonic() - started_s:.0f} s"
    )
    held = (
        not both.missing()
        and reader.past_header >= reader.cases / 10
        and reader.slowest_s < MOST_SECONDS
        and reader.most_bytes < MOST_BYTES
        and images.slowest_s < MOST_SECONDS
        and images.outcomes["image"]
    )
    return 0 if held else 1


def _chunks(cases: int, seed: int) -> Iterator[tuple[int, int]]:
    """Seeds and sizes; a chunk that does not come back ends the process with its traceback."""
    for first in range(0, cases, _CHUNK):
        faulthandler.dump_traceback_later(_HANGS_S, exit=True)
        yield seed + first // _CHUNK, min(_CHUNK, cases - first)


def _listed(outcomes: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in outcomes.most_common())


@contextlib.contextmanager
def _quiet_decoders() -> Iterator[None]:
    """Image libraries write what they think of damaged files straight to the standard error."""
    sys.stderr.flush()
    kept = os.dup(2)
    with open(os.devnull, "w") as nothing:
        os.dup2(nothing.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
