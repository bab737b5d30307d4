"""A station process to be killed: captures, seals and audits without end and says what was stored.

    python -m tests.support.store_child FOLDER [--count N] [--size BYTES] [--die-at STATEMENT]
        [--die-in-head WRITE] [--synchronous MODE]

Each stored event is acknowledged by its id on stdout, in one unbuffered line, only after `append`
returned. `--die-at` kills the process with SIGKILL just before that SQL statement, counted from
the first append; `--die-in-head` with half a record of the head file written, at that write.
Every fifth append stores a pair, every seventh a sealed copy, every sixth an audit event too;
every eleventh signs the log, which also happens by itself.
"""

from __future__ import annotations

import argparse
import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from station.store.clock import StationClock
from station.store.database import Database, open_database
from station.store.drafts import EventDraft
from station.store.events import EventLog
from station.store.head_file import HeadFile, SignedHead
from station.store.signing import LogSigner
from sync.seal import SigningKey
from tests.support.store_cases import KEY, STATION, press, sealing

SIGNING_KEY = SigningKey.from_bytes(b"\x01\x10" + bytes(range(32)))
"""The same in every life of the station, as the keyring keeps it."""


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DyingDatabase(Database):
    """Kills its own process just before a given statement."""

    def __init__(self, database: Database, die_at: int) -> None:
        super().__init__(database._connection, database.path)
        self._left = die_at

    def _run(self, sql: str, values: Sequence[object]) -> Any:
        if self._left == 0:
            die()
        self._left -= 1
        return super()._run(sql, values)


class DyingHeadFile(HeadFile):
    """Kills its own process with half of a record written, at a given write."""

    def __init__(self, path: Path, die_at: int) -> None:
        super().__init__(path)
        self._where = path
        self._left = die_at

    def write(self, signed: SignedHead) -> None:
        if self._left == 0:
            with self._where.open("r+b" if self._where.exists() else "wb") as file:
                file.write(b'{"head":{"head":"torn')
                file.flush()
                die()
        self._left -= 1
        super().write(signed)


def drafts(number: int, size: int) -> list[EventDraft]:
    """What the `number`-th append stores: one event, a pair, or one with a sealed copy.

    Every person is sealed with the seventh append, and the next one begins.
    """
    person = f"{number // 7:032x}"
    if number % 7 == 6:
        return [sealing(subject=person, size=size)]
    if number % 5 == 4:
        return [press(number, subject=person, size=size), press(number, subject=person, size=size)]
    if number % 6 == 5:
        viewed = EventDraft("record_viewed", 1, person, "operator-1", {"place": "desk"})
        return [viewed, press(number, subject=person, size=size)]
    return [press(number, subject=person, size=size)]


def run(log: EventLog, count: int, size: int, tell: Callable[[str], None]) -> None:
    """Append `count` times after what is there; `tell` gets the ids of what was stored."""
    # Never behind the last number: an append stores at least one event.
    first = sum(1 for _ in log.each())
    for number in range(first, first + count):
        stored = log.append_many(drafts(number, size))
        tell("".join(f"{item.event.id}\n" for item in stored))
        if number % 11 == 10:
            log.sign()


def work(
    folder: Path,
    tell: Callable[[str], None],
    *,
    count: int = 10**9,
    size: int = 2000,
    die_at: int = -1,
    die_in_head: int = -1,
    synchronous: str = "FULL",
) -> None:
    """Open the station in `folder` and append."""
    database = open_database(folder / "station.db", KEY)
    database.execute(f"PRAGMA synchronous = {synchronous}")
    head_file = DyingHeadFile(folder / "log-head", die_in_head)
    signer = LogSigner(STATION, 1, SIGNING_KEY, head_file)
    dying = DyingDatabase(database, die_at)
    log = EventLog(dying, STATION, 1, StationClock("boot-1"), signer=signer)
    run(log, count, size, tell)
    log.close()
    database.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=10**9)
    parser.add_argument("--size", type=int, default=2000)
    parser.add_argument("--die-at", type=int, default=-1)
    parser.add_argument("--die-in-head", type=int, default=-1)
    parser.add_argument("--synchronous", default="FULL")
    options = vars(parser.parse_args())
    work(options.pop("folder"), lambda told: _write(1, told), **options)


def _write(descriptor: int, told: str) -> None:
    os.write(descriptor, told.encode())


if __name__ == "__main__":
    main()
