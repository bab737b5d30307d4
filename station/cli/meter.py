"""How far a command is, on a terminal; nothing where nobody watches."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from station.store.copies import Progress


@contextmanager
def meter() -> Iterator[Progress]:
    """Give a `Progress` that rewrites one line of the terminal."""
    watched = sys.stderr.isatty()
    shown = -1

    def told(share: float) -> None:
        nonlocal shown
        percent = int(share * 100)
        if watched and percent != shown:
            shown = percent
            print(f"\r{percent:3d}%", end="", file=sys.stderr, flush=True)

    yield told
    if watched:
        print("\r    \r", end="", file=sys.stderr, flush=True)
