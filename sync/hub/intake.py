"""Taking events in: each exactly once, each on its chain, the verdicts in one receipt.

A refused event leaves its number and hash behind. So its successors still find the hash they
follow, and one bad event never makes all later ones unacceptable. Numbers never seen are
reported as gaps and may arrive later.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sync.errors import RefusalReason, WireError
from sync.hub.database import Database
from sync.hub.directory import Platform
from sync.hub.errors import Refusal
from sync.hub.people import find_applicant, refresh_standing
from sync.hub.stations import Station
from sync.wire import (
    MAX_BATCH_EVENTS,
    Event,
    EventType,
    Fields,
    Gap,
    Receipt,
    Rejection,
    canonical_bytes,
    event_hash,
    format_instant,
    parse_json,
)

MAX_BATCH_BYTES = 8 * 1024 * 1024
MAX_GAPS = 100
ACCEPTED = "accepted"
ALREADY = "already"

_NO_TRACE = {"wrong_station", "id_conflict", "seq_taken", "chain_broken", "blob_missing"}
"""Rejections after which the number is still open, or was never this event's."""


def take_batch(
    database: Database, platform: Platform, station: Station, body: bytes, now_s: float
) -> Receipt:
    """Judge every event, keep the good ones, sign and keep the receipt: one transaction."""
    batch_id, values = _parse(body)
    intake = _Intake(database, platform, station, format_instant(now_s))
    with database.transaction():
        verdicts = [intake.judge(place, value) for place, value in enumerate(values)]
        settled = (ACCEPTED, ALREADY)
        unsigned = Receipt(
            batch_id=batch_id,
            station=station.id,
            accepted=tuple(id_ for id_, verdict in verdicts if verdict == ACCEPTED),
            already=tuple(id_ for id_, verdict in verdicts if verdict == ALREADY),
            rejected=tuple(Rejection(*pair) for pair in verdicts if pair[1] not in settled),
            gaps=find_gaps(database, station.id),
            hub_time=intake.received_at,
        )
        receipt = replace(unsigned, signature=platform.signing_key.sign(unsigned.signed_bytes()))
        database.run(
            "INSERT INTO receipt VALUES (?, ?, ?, ?)",
            batch_id,
            station.id,
            canonical_bytes(receipt.to_json()),
            intake.received_at,
        )
    return receipt


def _parse(body: bytes) -> tuple[str, list[object]]:
    try:
        f = Fields(parse_json(body, MAX_BATCH_BYTES), "batch")
        batch_id, values = f.hex_id("batch_id"), f.items("events", MAX_BATCH_EVENTS)
        f.done()
    except WireError as error:
        raise Refusal(RefusalReason.BAD_REQUEST) from error
    return batch_id, values


@dataclass(frozen=True)
class _Intake:
    database: Database
    platform: Platform
    station: Station
    received_at: str

    def judge(self, place: int, value: object) -> tuple[str, str]:
        """Keep one event or not: its id, and ACCEPTED, ALREADY or the reason for rejection."""
        try:
            event = Event.from_json(value)
        except WireError:
            return f"#{place}", "malformed"
        digest = event_hash(event)
        verdict = self._verdict(event, digest)
        if verdict == ACCEPTED:
            self._keep(event, digest)
        elif verdict != ALREADY and verdict not in _NO_TRACE:
            self._keep_trace(event, digest, verdict)
        return event.id, verdict

    def _verdict(self, event: Event, digest: str) -> str:
        known = self.database.row("SELECT hash FROM event WHERE id = ?", event.id)
        if known is not None:
            return ALREADY if known[0] == digest else "id_conflict"
        refused = self.database.row(
            "SELECT reason FROM refused_event WHERE id = ? AND hash = ?", event.id, digest
        )
        if refused is not None:
            return str(refused[0])
        return self._chain_fault(event, digest) or self._content_fault(event) or ACCEPTED

    def _chain_fault(self, event: Event, digest: str) -> str | None:
        if event.station != self.station.id:
            return "wrong_station"
        if self._link(event, event.seq) is not None:
            return "seq_taken"
        before, after = self._link(event, event.seq - 1), self._link(event, event.seq + 1)
        # The first of an incarnation may follow any hash: its store was restored at some point.
        follows = before is None or before[0] == event.prev_hash
        is_followed = after is None or after[1] == digest
        return None if follows and is_followed else "chain_broken"

    def _link(self, event: Event, seq: int) -> tuple[str, str] | None:
        """(hash, prev_hash) of the event with this number, kept or refused."""
        where = "WHERE station = ?1 AND incarnation = ?2 AND seq = ?3"
        found = self.database.row(
            f"SELECT hash, prev_hash FROM event {where}"
            f" UNION ALL SELECT hash, prev_hash FROM refused_event {where}",
            event.station,
            event.incarnation,
            seq,
        )
        return None if found is None else (found[0], found[1])

    def _content_fault(self, event: Event) -> str | None:
        if event.simulated and not self.platform.demo:
            return "simulated_refused"
        match event.type:
            case EventType.CONFIRMATION_SEALED:
                return self._subject_fault(event) or self._blob_fault(event)
            case EventType.REVIEW_DECIDED:
                known_decision = event.data.get("decision") in ("approve", "reject")
                return self._subject_fault(event) or (None if known_decision else "bad_data")
            case _:
                return None

    def _subject_fault(self, event: Event) -> str | None:
        erased = self.database.row("SELECT 1 FROM tombstone WHERE subject = ?", event.subject)
        if erased is not None:
            return "erased_subject"
        applicant = find_applicant(self.database, event.subject or "")
        if applicant is None:
            return "unknown_subject"
        serves = self.station.serves(applicant.application.unit_code)
        return None if serves else "foreign_subject"

    def _blob_fault(self, event: Event) -> str | None:
        digest = event.data.get("blob")
        if not isinstance(digest, str):
            return "bad_data"
        stored = self.database.row("SELECT 1 FROM blob WHERE digest = ?", digest)
        return None if stored is not None else "blob_missing"

    def _keep(self, event: Event, digest: str) -> None:
        self.database.run(
            "INSERT INTO event (id, station, incarnation, seq, prev_hash, hash, type, subject,"
            " body, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            event.id,
            event.station,
            event.incarnation,
            event.seq,
            event.prev_hash,
            digest,
            event.type,
            event.subject,
            event.canonical(),
            self.received_at,
        )
        self._apply(event)

    def _apply(self, event: Event) -> None:
        """What the platform itself derives from an event; unknown types are only kept."""
        if event.type == EventType.CONFIRMATION_SEALED:
            self.database.run(
                "INSERT INTO confirmation (subject, blob, event_id) VALUES (?, ?, ?)",
                event.subject,
                event.data["blob"],
                event.id,
            )
        elif event.type == EventType.REVIEW_DECIDED:
            self.database.run(
                "INSERT INTO decision (subject, approved, event_id) VALUES (?, ?, ?)",
                event.subject,
                event.data["decision"] == "approve",
                event.id,
            )
        else:
            return
        refresh_standing(self.database, event.subject or "")

    def _keep_trace(self, event: Event, digest: str, reason: str) -> None:
        self.database.run(
            "INSERT INTO refused_event VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            event.id,
            event.station,
            event.incarnation,
            event.seq,
            event.prev_hash,
            digest,
            reason,
            self.received_at,
        )


def find_gaps(database: Database, station_id: str) -> tuple[Gap, ...]:
    """Numbers before or between those received, of every incarnation, at most MAX_GAPS ranges."""
    rows = database.rows(
        "WITH seen AS (SELECT incarnation, seq FROM event WHERE station = ?1"
        " UNION SELECT incarnation, seq FROM refused_event WHERE station = ?1),"
        " stepped AS (SELECT incarnation, seq,"
        " lag(seq, 1, 0) OVER (PARTITION BY incarnation ORDER BY seq) AS before FROM seen)"
        " SELECT incarnation, before + 1, seq - 1 FROM stepped WHERE seq > before + 1"
        " ORDER BY incarnation, seq LIMIT ?2",
        station_id,
        MAX_GAPS,
    )
    return tuple(Gap(*row) for row in rows)
