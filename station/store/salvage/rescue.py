"""Rescue out of a damaged file into a fresh one. The damaged file is only ever read.

Nothing is asked of SQLite: pages are opened one by one, rows are told by their shape, and each is
proved by itself (events by their hash, evidence by its person's key and HMAC, sealed copies by
their digest, the small tables by the MAC of their page). So neither a lost first page nor a lost
interior page takes with it the healthy leaves below.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from station.domain.audit import RecoveryUsed
from station.store.clock import Clock
from station.store.connection import remove_with_sides
from station.store.copies import Progress, unheard
from station.store.database import Database, create_database
from station.store.drafts import EventDraft, payload_names
from station.store.errors import DatabaseMissing, StoreError, StoreUnwritable
from station.store.events import EventLog, StoredEvent
from station.store.keyring import Keyring
from station.store.salvage.evidence import Blob, Payload, evidence
from station.store.salvage.fresh import Counts, fill, without_triggers
from station.store.salvage.gather import Gathered, gather
from station.store.salvage.pages import DamagedPages
from station.store.signing import SYSTEM, LogSigner

GAPS_AN_EVENT = 500
_FIRST_READING = 0.4


class NothingToSalvage(StoreError):
    """Not one event could be proved: another key, or no database at all."""

    sentence = (
        "文件中没有找到任何可以核实的记录，没有生成新文件，请确认密钥文件属于本机，或从备份恢复。"
    )


@dataclass(frozen=True)
class SalvageReport:
    """What was rescued and what was not.

    `gaps` are positions (first, last) of events that are lost. `payloads_missing` counts evidence
    that rescued events refer to, that no rescued event says was deleted, and that was not found.
    """

    incarnation: int
    events: int
    gaps: tuple[tuple[int, int], ...]
    payloads: int
    payloads_missing: int
    persons: int
    waiting: int
    operators: int
    damaged_pages: int

    @property
    def events_lost(self) -> int:
        return sum(last - first + 1 for first, last in self.gaps)


def salvage(
    damaged: Path,
    fresh: Path,
    keyring: Keyring,
    clock: Clock,
    *,
    actor: str = SYSTEM,
    with_words: bool = False,
    known_position: int = 0,
    progress: Progress = unheard,
) -> SalvageReport:
    """Write all that can be proved out of `damaged` (and its log) to a new file at `fresh`.

    The log keeps its positions; what is missing is declared by a signed `store_salvaged` event in
    the incarnation after `keyring`'s, with which the new file must be used, in the name of
    `actor`; `with_words` notes that the recovery words opened it. `known_position` is the last
    position known elsewhere (the head file), so that a lost end is declared, too. People and
    sessions of the platform are not taken over: it sends them again.

    Raises:
        DatabaseMissing: there is no damaged file.
        DatabaseExists: something lies at `fresh`.
        NothingToSalvage: nothing could be proved; no file is left.
        StoreFull, StoreUnwritable: no file is left.
    """
    if not damaged.is_file():
        raise DatabaseMissing(f"no file {damaged.name}")
    try:
        with DamagedPages(damaged, keyring.database) as pages:
            gathered = gather(pages, _part(progress, 0.0, _FIRST_READING))
            if not gathered.events:
                raise NothingToSalvage
            incarnation = _next_incarnation(keyring, gathered)
            rescue = _Rescue(keyring, incarnation, clock, gathered, actor, with_words)
            found = evidence(pages, gathered, _part(progress, _FIRST_READING, 1.0))
            return rescue.write(fresh, found, known_position)
    except OSError as error:
        raise StoreUnwritable(error.strerror or "") from error


@dataclass(frozen=True)
class _Rescue:
    """What goes into the fresh file, and in whose name."""

    keyring: Keyring
    incarnation: int
    clock: Clock
    gathered: Gathered
    actor: str
    with_words: bool

    def write(
        self, fresh: Path, found: Iterator[Payload | Blob], known_position: int
    ) -> SalvageReport:
        """All of it, or no file."""
        database = create_database(fresh, self.keyring.database)
        try:
            counts = fill(database, self.gathered, found)
            gaps = self._declare(database, known_position)
            _erased(database, self.gathered)
            database.forget_deleted()
        except BaseException:
            database.close()
            remove_with_sides(fresh)
            raise
        database.close()
        return _report(self.incarnation, self.gathered, counts, gaps)

    def _declare(self, database: Database, known_position: int) -> tuple[tuple[int, int], ...]:
        """Append the signed declaration of what is lost, after the last position ever used."""
        gaps = gaps_between(list(self.gathered.events), known_position)
        texts = [f"{first}-{last}" for first, last in gaps]
        first, *further = [
            tuple(texts[at : at + GAPS_AN_EVENT])
            for at in range(0, max(1, len(texts)), GAPS_AN_EVENT)
        ]
        signer = LogSigner(self.keyring.station, self.incarnation, self.keyring.signing)
        stored = self._log(database, None).append(signer.salvaged(first, self.actor))
        if known_position >= stored.position:
            _move(database, stored, known_position + 1)
        # Signed only from here on: a signature names the position that it stands at.
        log = self._log(database, signer)
        for part in further:
            log.append(signer.salvaged(part, self.actor))
        if self.with_words:
            log.append(EventDraft(RecoveryUsed.TYPE, 1, None, SYSTEM))
        log.sign()
        return gaps

    def _log(self, database: Database, signer: LogSigner | None) -> EventLog:
        station = self.keyring.station
        return EventLog(database, station, self.incarnation, self.clock, signer=signer)


def _part(progress: Progress, start: float, end: float) -> Callable[[float], None]:
    return lambda share: progress(start + share * (end - start))


def _next_incarnation(keyring: Keyring, gathered: Gathered) -> int:
    latest = max(found.event.incarnation for found in gathered.events.values())
    return max(keyring.incarnation, latest) + 1


def gaps_between(positions: list[int], known_position: int) -> tuple[tuple[int, int], ...]:
    """Ranges of positions from 1 to `known_position` that are not among `positions`."""
    gaps, expected = [], 1
    for position in [*sorted(positions), max(known_position, *positions) + 1]:
        if position > expected:
            gaps.append((expected, position - 1))
        expected = position + 1
    return tuple(gaps)


def _move(database: Database, stored: StoredEvent, position: int) -> None:
    """Leave the lost places at the end free: put the last event at `position`."""
    with without_triggers(database):
        for table in ("event", "outbox"):
            database.execute(
                f"UPDATE {table} SET position = ? WHERE position = ?", (position, stored.position)
            )


def _erased(database: Database, gathered: Gathered) -> None:
    """Who was erased stays erased; where the evidence is lost, the declaration of it stands in."""
    known = gathered.by_id
    row = database.row(
        "SELECT id FROM event WHERE type = 'store_salvaged' ORDER BY position DESC LIMIT 1"
    )
    assert row is not None
    with database.transaction():
        for subject, event_id in gathered.erased.items():
            evidence_id = event_id if event_id in known else row[0]
            database.execute("INSERT INTO erased_person VALUES (?, ?)", (subject, evidence_id))


def _report(
    incarnation: int, gathered: Gathered, counts: Counts, gaps: tuple[tuple[int, int], ...]
) -> SalvageReport:
    referred = sum(
        not gathered.deletions.cover(position, found.event, name)
        for position, found in gathered.events.items()
        if found.event.subject not in gathered.erased
        for name in payload_names(found.event.data)
    )
    return SalvageReport(
        incarnation=incarnation,
        events=len(gathered.events),
        gaps=gaps,
        payloads=counts.payloads,
        payloads_missing=referred - counts.payloads,
        persons=counts.persons,
        waiting=counts.waiting,
        operators=counts.operators,
        damaged_pages=gathered.damaged_pages,
    )
