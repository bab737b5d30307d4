"""What of people this file holds, by kind and state, and its removal. On the database lane.

What counts as acknowledged is the platform's signed receipt and nothing else: a captured image may
go once the sealed copy that carries it was delivered, nothing of the person waits, and the receipts
that say so bear the platform's signature and name these events.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from station.domain.retention import Holding, Kind, State
from station.store.database import Database
from station.store.errors import DatabaseDamaged
from station.store.roster import forget_applicant
from sync.errors import WireError
from sync.wire import Event, ExamSession, Receipt, parse_instant, parse_json

SEALING = "confirmation_sealed"
MAX_RECEIPT_BYTES = 1024 * 1024
MAX_ROW_BYTES = 256 * 1024
BEIJING = timezone(timedelta(hours=8))
_KINDS: dict[tuple[str, str], Kind] = {
    ("press_captured", "impression"): Kind.FINGER_IMAGES,
    ("press_captured", "record"): Kind.TEMPLATES,
    ("photo_taken", "photo"): Kind.SITE_PHOTOS,
    ("form_issued", "form"): Kind.FORMS,
    ("gate_attempt", "impression"): Kind.GATE_IMPRESSIONS,
    ("gate_referred", "photo"): Kind.GATE_PHOTOS,
}
_GATE = frozenset({Kind.GATE_IMPRESSIONS, Kind.GATE_PHOTOS})
Verified = Callable[[Receipt], bool]


def kind_of(event_type: str, name: str, media_type: str) -> Kind:
    """Which kind a payload is: known ones by name, others by whether they are words or pictures."""
    known = _KINDS.get((event_type, name))
    if known is not None:
        return known
    return Kind.NOTES if media_type.startswith("text/") else Kind.DOCUMENT_COPIES


@dataclass(frozen=True)
class _Payload:
    event_id: str
    name: str
    kind: Kind
    octets: int


@dataclass(frozen=True)
class _Standing:
    """What is known of one person: what is delivered when, what waits, what was ordered."""

    delivered: dict[str, datetime]
    waits: bool
    sealed_at: datetime | None
    newest: datetime | None
    tombstone: tuple[State, datetime] | None


class Receipts:
    """When the platform acknowledged an event; remembers the receipts it has looked at."""

    def __init__(self, database: Database, verified: Verified) -> None:
        self._database = database
        self._verified = verified
        self._known: dict[str, tuple[datetime, frozenset[str]] | None] = {}

    def acknowledged_at(self, batch_id: str, event_id: str) -> datetime | None:
        """The platform's time on a receipt that settles this event; None without a valid one."""
        if batch_id not in self._known:
            self._known[batch_id] = self._read(batch_id)
        found = self._known[batch_id]
        return found[0] if found is not None and event_id in found[1] else None

    def latest(self) -> datetime | None:
        """The latest time the platform signed: surely past. None before the first receipt."""
        row = self._database.row(
            "SELECT batch_id FROM outbox WHERE state = 'delivered' ORDER BY position DESC LIMIT 1"
        )
        if row is None:
            return None
        if row[0] not in self._known:
            self._known[row[0]] = self._read(row[0])
        found = self._known[row[0]]
        return found[0] if found is not None else None

    def _read(self, batch_id: str) -> tuple[datetime, frozenset[str]] | None:
        row = self._database.row("SELECT content FROM receipt WHERE batch_id = ?", (batch_id,))
        if row is None:
            return None
        try:
            receipt = Receipt.from_json(parse_json(bytes(row[0]), MAX_RECEIPT_BYTES))
        except WireError:
            return None
        if not self._verified(receipt):
            return None
        return _moment(receipt.hub_time), frozenset(receipt.settled)


class Holdings:
    """Everything held about people, one person at a time."""

    def __init__(self, database: Database, verified: Verified) -> None:
        self._database = database
        self.receipts = Receipts(database, verified)

    def subjects(self) -> tuple[str, ...]:
        """Everybody of whom anything but events is held."""
        rows = self._database.rows(
            "SELECT subject FROM payload UNION SELECT subject FROM applicant"
            " UNION SELECT subject FROM candidate ORDER BY subject"
        )
        return tuple(row[0] for row in rows)

    def of_person(self, subject: str) -> tuple[Holding, ...]:
        """What is held about one person. Raises DatabaseDamaged for a row that cannot be read."""
        standing = self._standing(subject)
        payloads = self._payloads(subject)
        kinds: dict[Kind, list[_Payload]] = {}
        for payload in payloads:
            kinds.setdefault(payload.kind, []).append(payload)
        held = [self._evidence(subject, kind, some, standing) for kind, some in kinds.items()]
        held += self._seats(subject, standing)
        open_here = any(one.state is State.OPEN for one in held)
        held += self._roster_row(subject, standing, open_here)
        return tuple(held)

    def log(self, audit_types: frozenset[str]) -> tuple[Holding, ...]:
        """The log itself, its audit part apart."""
        rows = self._database.rows(
            "SELECT type, count(*), sum(length(canonical)) FROM event GROUP BY type"
        )
        first = self._database.row("SELECT canonical FROM event ORDER BY position LIMIT 1")
        since = None if first is None else _moment(Event.from_bytes(bytes(first[0])).at)
        found = []
        for kind, wanted in ((Kind.EVENTS, False), (Kind.AUDIT, True)):
            some = [row for row in rows if (row[0] in audit_types) is wanted]
            items, octets = sum(row[1] for row in some), sum(row[2] for row in some)
            if items:
                found.append(Holding(kind, State.KEPT, "log", since, items, octets, True))
        return tuple(found)

    def remove(self, subject: str, holding: Holding) -> None:
        """Delete the rows of one holding; inside the caller's transaction."""
        match holding.kind:
            case Kind.SITE_PACKAGE:
                self._remove_seats(subject, holding)
            case Kind.ROSTER:
                forget_applicant(self._database, subject)
            case _:
                self._remove_payloads(subject, holding.kind)

    def _remove_payloads(self, subject: str, kind: Kind) -> None:
        for payload in self._payloads(subject):
            if payload.kind is kind:
                self._database.execute(
                    "DELETE FROM payload WHERE event_id = ? AND name = ?",
                    (payload.event_id, payload.name),
                )
        # A key that opens nothing any more would still link references to guesses.
        self._database.execute(
            "DELETE FROM person_key WHERE subject = ?1"
            " AND NOT EXISTS (SELECT 1 FROM payload WHERE subject = ?1)",
            (subject,),
        )

    def _remove_seats(self, subject: str, holding: Holding) -> None:
        exam_session_id = holding.key.partition(" ")[2]
        self._database.execute(
            "DELETE FROM candidate WHERE subject = ? AND exam_session_id = ?",
            (subject, exam_session_id),
        )
        self._database.execute(
            "DELETE FROM exam_session WHERE id = ?1"
            " AND NOT EXISTS (SELECT 1 FROM candidate WHERE exam_session_id = ?1)",
            (exam_session_id,),
        )

    def _standing(self, subject: str) -> _Standing:
        delivered: dict[str, datetime] = {}
        waits = False
        sealed_at = newest = None
        for event_id, event_type, state, batch_id in self._database.rows(
            "SELECT event.id, type, state, batch_id FROM event JOIN outbox USING (position)"
            " WHERE subject = ? ORDER BY position",
            (subject,),
        ):
            at = self.receipts.acknowledged_at(batch_id, event_id) if batch_id else None
            if state != "delivered" or at is None:
                waits = True
                continue
            delivered[event_id] = at
            newest = max(at, newest or at)
            if event_type == SEALING:
                sealed_at = max(at, sealed_at or at)
        return _Standing(delivered, waits, sealed_at, newest, self._tombstone(subject))

    def _tombstone(self, subject: str) -> tuple[State, datetime] | None:
        row = self._database.row("SELECT reason, at FROM tombstone WHERE subject = ?", (subject,))
        if row is None:
            return None
        return (State.CLEARED if row[0] == "cleared" else State.WITHDRAWN), _moment(row[1])

    def _payloads(self, subject: str) -> list[_Payload]:
        rows = self._database.rows(
            "SELECT event_id, name, type, media_type, length(ciphertext)"
            " FROM payload JOIN event ON event.id = event_id WHERE payload.subject = ?",
            (subject,),
        )
        return [
            _Payload(event_id, name, kind_of(event_type, name, media_type), octets)
            for event_id, name, event_type, media_type, octets in rows
        ]

    def _evidence(
        self, subject: str, kind: Kind, payloads: list[_Payload], standing: _Standing
    ) -> Holding:
        moments = [standing.delivered.get(payload.event_id) for payload in payloads]
        known = [moment for moment in moments if moment is not None]
        complete = len(known) == len(moments) and not standing.waits
        since = max(known, default=None)
        state = State.EXAM_OVER if kind in _GATE else State.ACKNOWLEDGED
        if standing.tombstone is not None:
            state, since = standing.tombstone
        elif kind not in _GATE:
            if standing.sealed_at is None:
                state, complete = State.OPEN, False
            elif since is not None:
                since = max(since, standing.sealed_at)
        else:
            since = self._after_session(since, subject)
        octets = sum(payload.octets for payload in payloads)
        return Holding(kind, state, subject, since, len(payloads), octets, complete)

    def _after_session(self, since: datetime | None, subject: str) -> datetime | None:
        """Not before the person's last session is over, as far as packages still say when."""
        if since is None:
            return None
        rows = self._database.rows(
            "SELECT exam_session.content FROM candidate"
            " JOIN exam_session ON exam_session.id = exam_session_id WHERE subject = ?",
            (subject,),
        )
        return max([since, *(_end_of(content) for (content,) in rows)])

    def _seats(self, subject: str, standing: _Standing) -> Iterator[Holding]:
        rows = self._database.rows(
            "SELECT exam_session.id, exam_session.content, count(*),"
            " sum(length(candidate.content) + length(photo) + length(record))"
            " FROM candidate JOIN exam_session ON exam_session.id = exam_session_id"
            " WHERE subject = ? GROUP BY exam_session.id",
            (subject,),
        )
        for exam_session_id, content, items, octets in rows:
            state, since = standing.tombstone or (State.EXAM_OVER, _end_of(content))
            key = f"{subject} {exam_session_id}"
            yield Holding(Kind.SITE_PACKAGE, state, key, since, items, octets, not standing.waits)

    def _roster_row(self, subject: str, standing: _Standing, open_here: bool) -> Iterator[Holding]:
        row = self._database.row(
            "SELECT json_extract(CAST(applicant.content AS TEXT), '$.application.year'),"
            " length(applicant.content) + coalesce(length(uploaded_photo.content), 0)"
            " FROM applicant LEFT JOIN uploaded_photo ON sha256 = photo_sha256 WHERE subject = ?",
            (subject,),
        )
        if row is None:
            return
        year, octets = row
        since: datetime | None
        if standing.sealed_at is not None:
            state, since = State.ACKNOWLEDGED, standing.sealed_at
        else:
            state, since = State.OPEN, datetime(year + 1, 1, 1, tzinfo=BEIJING)
            if standing.newest is not None:
                since = max(since, standing.newest)
        done = not standing.waits and not open_here
        yield Holding(Kind.ROSTER, state, subject, since, 1, octets, done)


def _end_of(content: bytes) -> datetime:
    """When nobody can come in any more. Raises DatabaseDamaged."""
    try:
        exam_session = ExamSession.from_json(parse_json(bytes(content), MAX_ROW_BYTES))
    except WireError as error:
        raise DatabaseDamaged("an exam session's row cannot be read") from error
    return _moment(exam_session.starts_at) + timedelta(minutes=exam_session.closes_after_min)


def _moment(text: str) -> datetime:
    return datetime.fromtimestamp(parse_instant(text), UTC)
