"""A station process to be killed: appends without end and says what was stored.

    python -m tests.support.store_child FOLDER [--count N] [--size BYTES] [--die-at STATEMENT]
        [--synchronous MODE]

Each stored event is acknowledged by its id on stdout, in one unbuffered line, only after `append`
returned. `--die-at` kills the process with SIGKILL just before that SQL statement, counted from
the first append. Every fifth append stores a pair, every seventh a sealed copy.
"""

from __future__ import annotations

import argparse
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from station.store.database import Database
from station.store.drafts import EventDraft
from station.store.events import EventLog
from tests.support.store_cases import log_of, opened, press, sealing


class DyingDatabase(Database):
    """Kills its own process just before a given statement."""

    def __init__(self, database: Database, die_at: int) -> None:
        super().__init__(database._connection, database.path)
        self._left = die_at

    def _run(self, sql: str, values: Sequence[object]) -> Any:
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1
        return super()._run(sql, values)


def drafts(number: int, size: int) -> list[EventDraft]:
    """What the `number`-th append stores: one event, a pair, or one with a sealed copy.

    Every person is sealed with the seventh append, and the next one begins.
    """
    person = f"{number // 7:032x}"
    if number % 7 == 6:
        return [sealing(subject=person, size=size)]
    if number % 5 == 4:
        return [press(number, subject=person, size=size), press(number, subject=person, size=size)]
    return [press(number, subject=person, size=size)]


def run(log: EventLog, count: int, size: int) -> None:
    first = len(log.all_since(0, limit=10**9)) if count else 0
    for number in range(first, first + count):
        stored = log.append_many(drafts(number, size))
        os.write(1, "".join(f"{item.event.id}\n" for item in stored).encode())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=10**9)
    parser.add_argument("--size", type=int, default=2000)
    parser.add_argument("--die-at", type=int, default=-1)
    parser.add_argument("--synchronous", default="FULL")
    options = parser.parse_args()
    store = opened(options.folder / "station.db")
    store.database.execute(f"PRAGMA synchronous = {options.synchronous}")
    database = DyingDatabase(store.database, options.die_at)
    run(log_of(database), options.count, options.size)
    database.close()


if __name__ == "__main__":
    main()
