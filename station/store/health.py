"""Whether the database is what was written: quickly at every start, wholly once a day.

The full check has a connection of its own, so the station works on meanwhile. What each stage
finds: MACs of all pages, damage of the disk and foreign hands; structure and foreign keys, our own
bugs and SQLite's; the chain, whoever changed rows with the key in hand; evidence, payloads that
are not those their events refer to, or that are gone without a word of the log.
"""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from station.store.chain import (
    ChainFault,
    ChainReport,
    HeadWitness,
    Witnesses,
    verify_chain,
    verify_tail,
)
from station.store.connection import DatabaseKey
from station.store.copies import Progress, unheard
from station.store.database import Database, open_database, open_for_reading
from station.store.errors import DatabaseDamaged, StoreError
from station.store.evidence_check import check_evidence
from station.store.witnesses import head_witness

TAIL_EVENTS = 1000
SECOND_LOOK_S = 0.5
_HANDLER_STEPS = 20_000
_STAGES = {"pages": 0.25, "structure": 0.2, "chain": 0.25, "evidence": 0.3}


class LogBroken(StoreError):
    """The end of the log is not what was stored: cut off, replaced, or changed by a key holder."""

    sentence = (
        "本机的记录与上次保存时不一致，末尾的记录可能缺失或被改动。程序没有继续写入，"
        "数据文件没有改动，请由系统管理员运行 station db salvage 抢救，或从备份恢复。"
    )


@dataclass(frozen=True)
class StartReport:
    """What the check at the start read: schema of the file and events of the log's end.

    `witness` is what the head file had to say.
    """

    schema: int
    events: int
    witness: HeadWitness = HeadWitness.NOT_ASKED


@dataclass(frozen=True)
class CheckReport:
    """What the full check found. Counts are of faults unless they say otherwise."""

    bytes_read: int
    events_read: int
    payloads_read: int
    bad_pages: int
    structure_faults: int
    foreign_key_faults: int
    chain_faults: tuple[ChainFault, ...]
    payload_faults: int
    unreadable: bool
    took_s: float

    @property
    def passed(self) -> bool:
        """Nothing is wrong anywhere."""
        return not (
            self.bad_pages
            or self.structure_faults
            or self.foreign_key_faults
            or self.chain_faults
            or self.payload_faults
            or self.unreadable
        )


def open_checked(path: Path, key: DatabaseKey, witnesses: Witnesses | None = None) -> Database:
    """Open the database as `open_database` does, and only if `start_check` passes.

    The check has a reading connection. A writing one would end a torn log on closing: SQLite takes
    its first bad frame for its end, and what follows could not be salvaged any more.

    Raises: as these two.
    """
    check_unopened(path, key, witnesses)
    return open_database(path, key)


def check_unopened(path: Path, key: DatabaseKey, witnesses: Witnesses | None = None) -> StartReport:
    """`start_check` on a reading connection: do it before anything that would end the log.

    Raises: as `open_for_reading` and `start_check`.
    """
    with closing(open_for_reading(path, key)) as reading:
        return start_check(reading, witnesses)


def start_check(database: Database, witnesses: Witnesses | None = None) -> StartReport:
    """Read the schema and the last events and hold their end against the head file.

    Raises:
        DatabaseDamaged: a page of these does not verify.
        LogBroken: they are not the events that were stored last.
    """
    row = database.row("PRAGMA user_version")
    assert row is not None
    tail = verify_tail(database, TAIL_EVENTS)
    faults, witness = tail.faults, HeadWitness.NOT_ASKED
    if witnesses is not None:
        last = database.row("SELECT max(position) FROM event")
        witness, contradictions = head_witness(database, witnesses, (last and last[0]) or 0)
        faults += contradictions
    if faults:
        raise LogBroken(f"{faults[0].kind} at position {faults[0].position}")
    return StartReport(row[0], tail.events, witness)


def full_check(
    path: Path,
    key: DatabaseKey,
    progress: Progress = unheard,
    witnesses: Witnesses | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> CheckReport:
    """Read everything once, on a connection of its own.

    Raises:
        DatabaseMissing, WrongKey, DatabaseDamaged: the file does not open at all.
        Stopped: `progress` ended the work.
    """
    started_s = time.monotonic()
    with closing(open_for_reading(path, key)) as database:
        checking = _Checking(database, key, progress, witnesses, pause)
        checking.run()
    return checking.report(path.stat().st_size, time.monotonic() - started_s)


class _Checking:
    """One run; each stage adds to what was found."""

    def __init__(
        self,
        database: Database,
        key: DatabaseKey,
        progress: Progress,
        witnesses: Witnesses | None,
        pause: Callable[[float], None],
    ) -> None:
        self._database = database
        self._key = key
        self._progress = progress
        self._witnesses = witnesses
        self._pause = pause
        self._done = 0.0
        self._bad_pages = 0
        self._structure = 0
        self._foreign_keys = 0
        self._chain: ChainReport | None = None
        self._payloads = 0
        self._payload_faults = 0
        self._unreadable = False

    def run(self) -> None:
        stages: tuple[tuple[str, Callable[[float], None]], ...] = (
            ("pages", self._check_pages),
            ("structure", self._check_structure),
            ("chain", self._check_chain),
            ("evidence", self._check_evidence),
        )
        for name, check in stages:
            self._progress(self._done)
            share = _STAGES[name]
            try:
                check(share)
            except DatabaseDamaged:
                self._unreadable = True
            self._done += share
        self._progress(1.0)

    def report(self, size: int, took_s: float) -> CheckReport:
        return CheckReport(
            bytes_read=size,
            events_read=self._chain.events if self._chain else 0,
            payloads_read=self._payloads,
            bad_pages=self._bad_pages,
            structure_faults=self._structure,
            foreign_key_faults=self._foreign_keys,
            chain_faults=self._chain.faults if self._chain else (),
            payload_faults=self._payload_faults,
            unreadable=self._unreadable,
            took_s=took_s,
        )

    def _check_pages(self, _share: float) -> None:
        bad = self._pages_that_fail()
        if bad:
            # A page that was being written while it was read looks the same; that passes.
            self._pause(SECOND_LOOK_S)
            bad &= self._pages_that_fail()
        self._bad_pages = len(bad) + (not self._has_its_salt())

    def _pages_that_fail(self) -> set[str]:
        return {str(row[0]) for row in self._database.rows("PRAGMA cipher_integrity_check")}

    def _has_its_salt(self) -> bool:
        """The first bytes are in no MAC: SQLCipher is told them by the keyring."""
        with self._database.path.open("rb") as file:
            return file.read(len(self._key.salt)) == self._key.salt

    def _check_structure(self, share: float) -> None:
        def alive() -> None:
            self._progress(self._done + share / 2)

        with self._database.interruptible(alive, _HANDLER_STEPS):
            rows = self._database.rows("PRAGMA integrity_check")
            self._structure = sum(row[0] != "ok" for row in rows)
            self._foreign_keys = len(self._database.rows("PRAGMA foreign_key_check"))

    def _check_chain(self, share: float) -> None:
        row = self._database.row("SELECT count(*) FROM event")
        total = max(1, row[0] if row else 0)

        def told(events: int) -> None:
            self._progress(self._done + share * min(1.0, events / total))

        # One moment for the log and its queue: events are appended while this reads.
        with self._database.snapshot():
            self._chain = verify_chain(self._database, self._witnesses, told)

    def _check_evidence(self, share: float) -> None:
        def told(read: float) -> None:
            self._progress(self._done + share * read)

        # One moment: a sweep may take evidence away while this reads.
        with self._database.snapshot():
            found = check_evidence(self._database, told)
        self._payloads, self._payload_faults = found.payloads, len(found.faults)
