"""Kills a writing station process at chosen instants and accounts for every acknowledged event."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NoReturn

from station.store.chain import HeadWitness, Witnesses, verify_chain
from station.store.drafts import payload_names
from station.store.errors import StoreError
from station.store.events import StoredEvent
from station.store.head_file import read_head
from tests.support.store_cases import STATION, Store, opened
from tests.support.store_child import SIGNING_KEY, work

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Account:
    """What a series of kills showed.

    `kinds` counts the events that were stored by their type; `late_heads` the head files that did
    not know of an acknowledged event, or say nothing though no write of theirs was cut.
    """

    kills: int = 0
    acknowledged: int = 0
    stored: int = 0
    lost: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    broken_chains: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    torn_heads: int = 0
    late_heads: int = 0

    @property
    def signatures(self) -> int:
        return self.kinds["log_signed"]

    @property
    def clean(self) -> bool:
        return not (self.lost or self.torn or self.broken_chains or self.late_heads)

    def __add__(self, other: Account) -> Account:
        return Account(
            self.kills + other.kills,
            self.acknowledged + other.acknowledged,
            self.stored + other.stored,
            self.lost + other.lost,
            self.torn + other.torn,
            self.broken_chains + other.broken_chains,
            self.kinds + other.kinds,
            self.torn_heads + other.torn_heads,
            self.late_heads + other.late_heads,
        )


def child(folder: Path, *options: str) -> list[str]:
    """Command line of the process that writes."""
    return [sys.executable, "-m", "tests.support.store_child", str(folder), *options]


def kill_once(folder: Path, instants: random.Random) -> tuple[list[str], bool]:
    """Start, kill -9 at a random instant; the ids it had acknowledged, and whether it was to cut
    a write of the head file.

    Four kills of five fall among the appends; one falls anywhere from the start, so that opening
    and recovery are hit as well. One process of twelve kills itself with half of a head record
    written; one of twenty is a new interpreter, the others are forks of this one, which begin at
    once.
    """
    options = {
        "size": instants.choice([200, 5000, 66_000]),
        "die_in_head": instants.randrange(6) if instants.random() < 1 / 12 else -1,
    }
    among = instants.random() < 0.8
    cuts_head = options["die_in_head"] >= 0
    patience_s = instants.uniform(0, 0.06) if among else instants.uniform(0, 0.1)
    if instants.random() < 1 / 20:
        process = subprocess.Popen(
            child(
                folder, *(f"--{name.replace('_', '-')}={value}" for name, value in options.items())
            ),
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        assert process.stdout is not None
        with process, process.stdout as told:
            return _killed(process.pid, told, among, patience_s), cuts_head
    pid, told = _forked(folder, options)
    with told:
        acknowledged = _killed(pid, told, among, patience_s)
    os.waitpid(pid, 0)
    return acknowledged, cuts_head


def live_and_die(folder: Path, **options: int) -> tuple[list[str], int]:
    """A station that ends by itself: what it acknowledged, and the signal that ended it or 0."""
    pid, told = _forked(folder, options)
    with told:
        acknowledged = told.read().decode().split()
    status = os.waitpid(pid, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the station broke"
    return acknowledged, os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def _forked(folder: Path, options: Mapping[str, int]) -> tuple[int, IO[bytes]]:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        _be_the_station(folder, writing, options)
    os.close(writing)
    return pid, os.fdopen(reading, "rb")


def _be_the_station(folder: Path, writing: int, options: Mapping[str, int]) -> NoReturn:
    """The forked process: it never comes back into the test."""
    try:
        work(folder, lambda told: _write(writing, told), **options)  # type: ignore[arg-type]  # counts
        os._exit(0)
    finally:
        os._exit(1)


def _write(descriptor: int, told: str) -> None:
    os.write(descriptor, told.encode())


def _killed(pid: int, told: IO[bytes], among: bool, patience_s: float) -> list[str]:
    first = told.readline() if among else b""
    time.sleep(patience_s)
    with suppress(ProcessLookupError):  # it has killed itself
        os.kill(pid, signal.SIGKILL)
    lines = (first + told.read()).decode().splitlines(keepends=True)
    # The kill may cut the last line; an id that was not told whole was not acknowledged.
    return [line.strip() for line in lines if line.endswith("\n")]


def account_for(
    folder: Path, acknowledged: list[str], checked: int, head_was_cut: bool = True
) -> Account:
    """Open what the kill left and look for lost, torn or unchained events after `checked`.

    Only where its write was cut may the head file say nothing after an event was stored.
    """
    store = opened(folder / "station.db")
    fresh = store.log.all_since(checked, limit=10**9)
    present = {stored.event.id: stored.position for stored in fresh}
    head = read_head(folder / "log-head")
    witnesses = Witnesses(STATION, 1, SIGNING_KEY.verify_key, head)
    report = verify_chain(store.database, witnesses)
    silent = report.witness is HeadWitness.SILENT and report.events > 0
    told = max((present.get(event_id, 0) for event_id in acknowledged), default=0)
    late = told > head.head.position if head else not head_was_cut and told > 0
    account = Account(
        kills=1,
        acknowledged=len(acknowledged),
        stored=len(fresh),
        lost=[event_id for event_id in acknowledged if event_id not in present],
        torn=[stored.event.id for stored in fresh if is_torn(store, stored)],
        broken_chains=0 if report.intact else 1,
        kinds=Counter(stored.event.type for stored in fresh),
        torn_heads=int(silent),
        late_heads=int(late),
    )
    store.database.close()
    return account


def is_torn(store: Store, stored: StoredEvent) -> bool:
    """Whether anything that belongs to the event in one transaction is missing."""
    event = stored.event
    try:
        for name in payload_names(event.data):
            store.log.payload(event.id, name)
    except StoreError:
        return True
    queued = store.database.row("SELECT state FROM outbox WHERE event_id = ?", (event.id,))
    blobs = store.database.rows("SELECT sha256 FROM outbox_blob WHERE event_id = ?", (event.id,))
    expected = [(event.data["blob"],)] if event.type == "confirmation_sealed" else []
    return queued != ("waiting",) or blobs != expected


def kill_many(folder: Path, kills: int, seed: int) -> Account:
    """A series of kills of one station that always starts again on the same file."""
    instants, total, seen = random.Random(seed), Account(), 0
    for _ in range(kills):
        acknowledged, head_was_cut = kill_once(folder, instants)
        account = account_for(folder, acknowledged, seen, head_was_cut)
        total += account
        seen += account.stored
    return total
