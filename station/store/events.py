"""The append-only log: one transaction an action, from the fact to its place in the outbox."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from station.domain.audit import LogSigned
from station.store.clock import Clock
from station.store.database import Database
from station.store.drafts import EventDraft
from station.store.errors import IncarnationOutdated
from station.store.log_reader import LogReader, StoredEvent
from station.store.payloads import Payloads
from station.store.roster import forget_person
from station.store.sealed import check_still_open, press_link
from station.store.signing import SIGN_EVERY, LogSigner
from sync.seal import random_id
from sync.wire import GENESIS_HASH, Event, sha256_hex

__all__ = ["Erasure", "EventLog", "StoredEvent"]


@dataclass(frozen=True)
class Erasure:
    """Evidence that a person's data were destroyed, and how many payload rows there were."""

    evidence: StoredEvent
    payloads: int


class EventLog(LogReader):
    """Appends and reads events of one station."""

    def __init__(
        self,
        database: Database,
        station: str,
        incarnation: int,
        clock: Clock,
        new_id: Callable[[], str] = random_id,
        signer: LogSigner | None = None,
    ) -> None:
        """Continue the log of `station`; with a `signer` it is signed as it grows.

        Raises:
            IncarnationOutdated: the log holds events of a later incarnation.
        """
        super().__init__(database)
        self._station = station
        self._incarnation = incarnation
        self._clock = clock
        self._new_id = new_id
        self._payloads = Payloads(database)
        latest = database.row("SELECT max(incarnation) FROM event")
        if latest is not None and latest[0] is not None and latest[0] > incarnation:
            raise IncarnationOutdated(f"log is at {latest[0]}, keyring at {incarnation}")
        self._signer = signer
        self._last_signed = self._position_of_last(LogSigned.TYPE)

    def append(self, draft: EventDraft) -> StoredEvent:
        """Store one event with its evidence and its outbox row; on return it is on the disk.

        Raises:
            StoreFull, StoreBusy, StoreUnwritable, DatabaseDamaged: nothing of it was kept.
            PersonErased: it brings evidence about a person whose data were destroyed.
            ConfirmationIsSealed: it would change a confirmation that is sealed.
        """
        return self.append_many((draft,))[0]

    def append_many(self, drafts: Sequence[EventDraft]) -> tuple[StoredEvent, ...]:
        """Store several events, all or none. Errors as `append`.

        Where the log is signed and `SIGN_EVERY` events stand unsigned, a checkpoint joins them.
        """
        return self.append_with(drafts, lambda _: None)

    def sign(self) -> bool:
        """Sign all that is not signed yet; whether there was anything. Errors as `append`."""
        with self._database.transaction():
            head = self.head()
            last = self._signed_from(1, head)
        if last is not head:
            self._committed(last)
        return last is not head

    def close(self) -> None:
        """Let go of the head file; the database is closed by who opened it."""
        if self._signer is not None and self._signer.head_file is not None:
            self._signer.head_file.close()

    def append_with(
        self, drafts: Sequence[EventDraft], also: Callable[[Database], object]
    ) -> tuple[StoredEvent, ...]:
        """Store events together with another change of the same file, both or neither.

        Errors as `append`, and whatever `also` raises; nothing was changed then.
        """
        with self._database.transaction():
            also(self._database)
            stored = tuple(self._append(draft) for draft in drafts)
            last = self._signed_from(SIGN_EVERY, stored[-1] if stored else None)
        self._committed(last)
        return stored

    def payload(self, event_id: str, name: str) -> bytes:
        """Evidence of an event, decrypted and proved to be what the event refers to.

        Raises:
            KeyError: there is no such event.
            PersonErased, PayloadGone: it was destroyed by order or by age.
            DatabaseDamaged: the row is not what was stored.
        """
        found = self.find(event_id)
        if found is None:
            raise KeyError(event_id)
        return self._payloads.read(found.event, name)

    def reference_key(self, subject: str) -> bytes:
        """What proves which bytes this person's events refer to; opens nothing.

        Raises:
            PersonErased, PayloadGone: there is no key (any more).
        """
        return self._payloads.reference_key(subject)

    def erasures_due(self) -> tuple[str, ...]:
        """Persons the platform wants erased, of whom nothing waits to be delivered any more."""
        rows = self._database.rows(
            "SELECT subject FROM tombstone WHERE subject NOT IN (SELECT subject FROM erased_person)"
            " AND NOT EXISTS (SELECT 1 FROM outbox JOIN event USING (position)"
            "  WHERE outbox.state = 'waiting' AND event.subject = tombstone.subject)"
            " ORDER BY subject"
        )
        return tuple(row[0] for row in rows)

    def erase_person(self, record: EventDraft) -> Erasure:
        """Destroy key, evidence, sealed copies and platform data of `record.subject`.

        `record` is the evidence of the deletion and stays, as do the person's events, which
        name nobody; the chain still verifies. Sealed copies not yet delivered go too, so ask
        `erasures_due` first. Afterwards the old bytes are neither in the file nor in its log.

        Raises:
            ValueError: `record` names no person or brings evidence of its own.
            StoreFull, StoreBusy, StoreUnwritable: see `append`; when they come from emptying the
                log the person is erased already, and asking again finishes the emptying.
        """
        subject = record.subject
        if subject is None or record.payloads or record.blobs:
            raise ValueError("the record of an erasure names the person and carries nothing")
        with self._database.transaction():
            evidence = self._append(record)
            last = self._signed_from(SIGN_EVERY, evidence)
            payloads = self._payloads.destroy(subject)
            self._database.execute(
                "DELETE FROM outbox_blob WHERE event_id IN"
                " (SELECT id FROM event WHERE subject = ?)",
                (subject,),
            )
            self._database.execute("DELETE FROM open_case WHERE subject = ?", (subject,))
            forget_person(self._database, subject)
            self._database.execute(
                "INSERT OR IGNORE INTO erased_person VALUES (?, ?)", (subject, evidence.event.id)
            )
        self._committed(last)
        self._database.forget_deleted()
        return Erasure(evidence, payloads)

    def _signed_from(self, unsigned: int, last: StoredEvent | None) -> StoredEvent | None:
        """The last event, which is a checkpoint if at least so many stood unsigned."""
        if self._signer is None or last is None or last.position - self._last_signed < unsigned:
            return last
        return self._append(self._signer.checkpoint(last.position, last.hash))

    def _committed(self, last: StoredEvent | None) -> None:
        if last is None:
            return
        if last.event.type == LogSigned.TYPE:
            self._last_signed = last.position
        if self._signer is not None:
            self._signer.tell_head(last.position, last.hash)

    def _position_of_last(self, type_: str) -> int:
        row = self._database.row("SELECT max(position) FROM event WHERE type = ?", (type_,))
        return 0 if row is None else int(row[0] or 0)

    def _append(self, draft: EventDraft) -> StoredEvent:
        check_still_open(self._database, draft)
        stored, canonical = self._next(draft)
        event = stored.event
        self._database.execute(
            "INSERT INTO event (position, incarnation, seq, id, type, subject, prev_hash, hash,"
            " canonical) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                stored.position,
                event.incarnation,
                event.seq,
                event.id,
                event.type,
                event.subject,
                event.prev_hash,
                stored.hash,
                canonical,
            ),
        )
        self._payloads.store(event, draft.payloads)
        self._queue(stored, draft)
        return stored

    def _next(self, draft: EventDraft) -> tuple[StoredEvent, bytes]:
        """The event in its place, and its canonical bytes, which cost too much to make twice."""
        position, last_hash, incarnation, seq = self._database.row(
            "SELECT position, hash, incarnation, seq FROM event ORDER BY position DESC LIMIT 1"
        ) or (0, GENESIS_HASH, self._incarnation, 0)
        references = {}
        if draft.payloads and draft.subject is not None:
            references = self._payloads.references(draft.subject, draft.payloads)
        stamp = self._clock()
        event = Event(
            id=self._new_id(),
            station=self._station,
            incarnation=self._incarnation,
            seq=seq + 1 if incarnation == self._incarnation else 1,
            prev_hash=last_hash,
            type=draft.type,
            version=draft.version,
            at=stamp.at,
            clock=stamp.clock,
            boot=stamp.boot,
            monotonic_ms=stamp.monotonic_ms,
            actor=draft.actor,
            subject=draft.subject,
            data={**draft.data, **references, **press_link(self._database, draft)},
        )
        # Reading it back refuses what a reader would refuse later, while nothing is stored yet.
        canonical = event.canonical()
        Event.from_bytes(canonical)
        return StoredEvent(position + 1, sha256_hex(canonical), event), canonical

    def _queue(self, stored: StoredEvent, draft: EventDraft) -> None:
        self._database.execute(
            "INSERT INTO outbox (position, event_id) VALUES (?, ?)",
            (stored.position, stored.event.id),
        )
        for blob in draft.blobs:
            self._database.execute(
                "INSERT INTO outbox_blob (sha256, event_id, sealed) VALUES (?, ?, ?)",
                (blob.sha256, stored.event.id, blob.sealed),
            )
