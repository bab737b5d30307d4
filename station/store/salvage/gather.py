"""First reading of a damaged file: the log, the keys, and the small tables, each proved."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from station.domain.audit import PersonErased
from station.store.deletions import Deletions
from station.store.salvage.cells import Cell, Row, Torn, rows
from station.store.salvage.pages import DamagedPages, PageImage
from station.store.salvage.tables import Table, table_of
from sync.errors import WireError
from sync.wire import Event, sha256_hex

_SUBJECT = re.compile(r"[0-9a-f]{32}")
_SURE = 1000
"""A place read from a proven page outweighs this many others."""


@dataclass(frozen=True)
class Found:
    """An event that is what was written: its bytes have the hash that was stored with them, or
    the one that the next event names."""

    event: Event
    canonical: bytes = field(repr=False)
    digest: str


@dataclass
class Gathered:
    """What was found, by key. Only `events` and `person_keys` may come from unproven pages."""

    events: dict[int, Found] = field(default_factory=dict)
    person_keys: dict[str, list[tuple[bytes, bool]]] = field(
        default_factory=lambda: defaultdict(list), repr=False
    )
    erased: dict[str, str] = field(default_factory=dict)
    outbox: dict[str, tuple[Cell, ...]] = field(default_factory=dict, repr=False)
    receipts: dict[str, bytes] = field(default_factory=dict, repr=False)
    operators: dict[str, tuple[Cell, ...]] = field(default_factory=dict, repr=False)
    open_cases: dict[tuple[Cell, ...], tuple[Cell, ...]] = field(default_factory=dict, repr=False)
    retention_policy: bytes | None = field(default=None, repr=False)
    deletions: Deletions = field(default_factory=Deletions, repr=False)
    damaged_pages: int = 0
    refused_events: int = 0
    """Rows that look like an event and are not one any more."""

    @property
    def by_id(self) -> dict[str, tuple[int, Event]]:
        """Positions and events by id."""
        return {found.event.id: (place, found.event) for place, found in self.events.items()}


@dataclass(frozen=True)
class _Candidate:
    rowid: int
    found: Found
    own_hash: bool
    proven: bool


def images(pages: DamagedPages, told: Callable[[float], None]) -> Iterator[tuple[PageImage, bool]]:
    """Every image with whether it is the best of its page: all of these first."""
    numbers = pages.numbers
    for done, number in enumerate(numbers):
        best = pages.best(number)
        if best is not None:
            yield best, True
        if done % 256 == 0:
            told(done / len(numbers))
    for image in pages.others():
        yield image, False
    told(1.0)


def gather(pages: DamagedPages, told: Callable[[float], None]) -> Gathered:
    """Read all pages once and keep what is proved, but for evidence, which is read again."""
    gathered = Gathered()
    candidates: list[_Candidate] = []
    for image, best in images(pages, told):
        gathered.damaged_pages += best and not image.proven
        for row in rows(image):
            table = table_of(row)
            if table is None or table in (Table.PAYLOAD, Table.OUTBOX_BLOB):
                continue
            try:
                values, proven = row.values(pages)
            except Torn:
                gathered.refused_events += table is Table.EVENT and best
                continue
            if table is Table.EVENT:
                _event(gathered, candidates, row, values, proven)
            elif table is Table.PERSON_KEY:
                _person_key(gathered, values, proven)
            elif best and proven:
                _small(gathered, table, row, values)
    _place_events(gathered, candidates)
    _erasures(gathered)
    return gathered


def _event(
    gathered: Gathered,
    candidates: list[_Candidate],
    row: Row,
    values: tuple[Cell, ...],
    proven: bool,
) -> None:
    stored, canonical = values[7], values[8]
    assert isinstance(canonical, bytes)
    assert row.rowid is not None
    try:
        event = Event.from_bytes(canonical)
    except WireError:
        gathered.refused_events += 1
        return
    digest = sha256_hex(canonical)
    found = Found(event, canonical, digest)
    candidates.append(_Candidate(row.rowid, found, digest == stored, proven))


def _person_key(gathered: Gathered, values: tuple[Cell, ...], proven: bool) -> None:
    subject, key = values
    assert isinstance(subject, str)
    assert isinstance(key, bytes)
    known = gathered.person_keys[subject]
    if (key, True) not in known:
        # Newer images are read first: of two proven keys the first is the later one.
        known.insert(sum(sure for _, sure in known) if proven else len(known), (key, proven))


def _small(gathered: Gathered, table: Table, row: Row, values: tuple[Cell, ...]) -> None:
    match table, values:
        case Table.OUTBOX, (None, str(event_id), *rest):
            gathered.outbox.setdefault(event_id, tuple(rest))
        case Table.RECEIPT, (str(batch_id), bytes(content)):
            gathered.receipts.setdefault(batch_id, content)
        case Table.ERASED_PERSON, (str(subject), str(event_id)):
            if _SUBJECT.fullmatch(subject) and _SUBJECT.fullmatch(event_id):
                gathered.erased.setdefault(subject, event_id)
        case Table.OPERATOR, (str(operator_id), *account):
            gathered.operators.setdefault(operator_id, tuple(account))
        case Table.OPERATOR_1, (str(operator_id), name, roles, _, _, _, enabled, *since):
            card, changes = since or (None, 0)
            gathered.operators.setdefault(operator_id, (name, roles, enabled, card, changes))
        case Table.OPEN_CASE, (desk, workflow, *_):
            gathered.open_cases.setdefault((desk, workflow), values)
        case Table.RETENTION_POLICY, (None, bytes(content)) if row.rowid == 1:
            gathered.retention_policy = content


def _place_events(gathered: Gathered, candidates: list[_Candidate]) -> None:
    """Give every proved event its position.

    In one incarnation position and number grow together, so that the distance between the two
    places also an event whose row id may have been spoiled.
    """
    named = {candidate.found.event.prev_hash for candidate in candidates if candidate.own_hash}
    distances: dict[int, Counter[int]] = defaultdict(Counter)
    kept = []
    for candidate in candidates:
        if not candidate.own_hash and candidate.found.digest not in named:
            gathered.refused_events += 1
            continue
        kept.append(candidate)
        event = candidate.found.event
        weight = _SURE if candidate.proven else 1
        distances[event.incarnation][candidate.rowid - event.seq] += weight
    for candidate in kept:
        event = candidate.found.event
        position = event.seq + distances[event.incarnation].most_common(1)[0][0]
        if position > 0:
            _prefer(gathered, named, position, candidate.found)


def _prefer(gathered: Gathered, named: set[str], position: int, found: Found) -> None:
    """Of two events at one place (one was never committed) the log's next event names the true."""
    there = gathered.events.get(position)
    if there is None or (there.digest not in named and found.digest in named):
        gathered.events[position] = found


def _erasures(gathered: Gathered) -> None:
    """Nobody who was erased comes back: neither from a row nor from an older page."""
    for position, found in sorted(gathered.events.items()):
        gathered.deletions.note(position, found.event)
        if found.event.type == PersonErased.TYPE and found.event.subject is not None:
            gathered.erased.setdefault(found.event.subject, found.event.id)
    for subject in gathered.erased:
        gathered.person_keys.pop(subject, None)
