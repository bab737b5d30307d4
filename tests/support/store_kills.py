"""Kills a writing station process at chosen instants and accounts for every acknowledged event."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from station.store.chain import verify_chain
from station.store.drafts import payload_names
from station.store.errors import StoreError
from station.store.events import StoredEvent
from tests.support.store_cases import Store, opened

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Account:
    """What a series of kills showed."""

    kills: int = 0
    acknowledged: int = 0
    stored: int = 0
    lost: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    broken_chains: int = 0

    @property
    def clean(self) -> bool:
        return not (self.lost or self.torn or self.broken_chains)

    def __add__(self, other: Account) -> Account:
        return Account(
            self.kills + other.kills,
            self.acknowledged + other.acknowledged,
            self.stored + other.stored,
            self.lost + other.lost,
            self.torn + other.torn,
            self.broken_chains + other.broken_chains,
        )


def child(folder: Path, *options: str) -> list[str]:
    """Command line of the process that writes."""
    return [sys.executable, "-m", "tests.support.store_child", str(folder), *options]


def kill_once(folder: Path, instants: random.Random) -> list[str]:
    """Start, kill -9 at a random instant, and return the ids it had acknowledged.

    Four kills of five fall among the appends; one falls anywhere from the start of the process,
    so that opening and recovery are hit as well.
    """
    size = instants.choice([200, 5000, 66_000])
    process = subprocess.Popen(
        child(folder, "--size", str(size)), stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    assert process.stdout is not None
    with process, process.stdout as told:
        first = ""
        if instants.random() < 0.8:
            first = told.readline()
            time.sleep(instants.uniform(0, 0.06))
        else:
            time.sleep(instants.uniform(0, 0.5))
        process.kill()
        lines = (first + told.read()).splitlines(keepends=True)
    # The kill may cut the last line; an id that was not told whole was not acknowledged.
    return [line.strip() for line in lines if line.endswith("\n")]


def account_for(folder: Path, acknowledged: list[str], checked: int) -> Account:
    """Open what the kill left and look for lost, torn or unchained events after `checked`."""
    store = opened(folder / "station.db")
    fresh = store.log.all_since(checked, limit=10**9)
    present = {stored.event.id for stored in fresh}
    account = Account(
        kills=1,
        acknowledged=len(acknowledged),
        stored=len(fresh),
        lost=[event_id for event_id in acknowledged if event_id not in present],
        torn=[stored.event.id for stored in fresh if is_torn(store, stored)],
        broken_chains=0 if verify_chain(store.database).intact else 1,
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
    instants, total = random.Random(seed), Account()
    for _ in range(kills):
        acknowledged = kill_once(folder, instants)
        total += account_for(folder, acknowledged, total.stored)
    return total
