"""What the platform has yet to hear, read from the rows that were written with each event.

Implements `sync.outbox.Outbox`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from station.store.database import Database
from station.store.log_reader import stored_event
from sync.outbox import OutboxItem
from sync.wire import Receipt, canonical_bytes

MAX_REASON = 200


@dataclass(frozen=True)
class SetAside:
    """An event the platform would not take, waiting for a person to look at it."""

    event_id: str
    type: str
    reason: str


class StationOutbox:
    """The durable queue of one station, in the order of the log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self, limit: int) -> tuple[OutboxItem, ...]:
        """Up to `limit` items from the head, with their sealed copies."""
        rows = self._database.rows(
            "SELECT event.position, hash, canonical FROM outbox JOIN event USING (position)"
            " WHERE state = 'waiting' ORDER BY outbox.position LIMIT ?",
            (limit,),
        )
        return tuple(self._item(row) for row in rows)

    def delivered(self, event_ids: Sequence[str], receipt: Receipt) -> None:
        """Keep the receipt and take the events off the queue with their sealed copies.

        Ids that are unknown, or delivered already, are passed over: an answer may come twice.
        """
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO receipt VALUES (?, ?)"
                " ON CONFLICT (batch_id) DO UPDATE SET content = excluded.content",
                (receipt.batch_id, canonical_bytes(receipt.to_json())),
            )
            for event_id in event_ids:
                self._settle(event_id, receipt.batch_id)

    def quarantine(self, event_id: str, reason: str) -> None:
        """Set a waiting event aside, kept whole, with the reason; others go on."""
        with self._database.transaction():
            self._database.execute(
                "UPDATE outbox SET state = 'quarantined', reason = ?"
                " WHERE event_id = ? AND state = 'waiting'",
                (reason[:MAX_REASON], event_id),
            )

    def release(self, event_id: str) -> None:
        """Put an event that was set aside back in its place."""
        with self._database.transaction():
            self._database.execute(
                "UPDATE outbox SET state = 'waiting', reason = NULL"
                " WHERE event_id = ? AND state = 'quarantined'",
                (event_id,),
            )

    def set_aside(self) -> tuple[SetAside, ...]:
        """Everything in quarantine, in the order of the log."""
        rows = self._database.rows(
            "SELECT event_id, type, reason FROM outbox JOIN event USING (position)"
            " WHERE state = 'quarantined' ORDER BY outbox.position"
        )
        return tuple(SetAside(*row) for row in rows)

    def count(self) -> int:
        """Events waiting, without those set aside."""
        row = self._database.row("SELECT count(*) FROM outbox WHERE state = 'waiting'")
        return 0 if row is None else int(row[0])

    def oldest_waiting_at(self) -> str | None:
        """Station time of the event that has waited longest, for the status bar."""
        first = self.waiting(1)
        return first[0].event.at if first else None

    def _item(self, row: tuple[int, str, bytes]) -> OutboxItem:
        event = stored_event(row).event
        blobs = self._database.rows(
            "SELECT sha256, sealed FROM outbox_blob WHERE event_id = ? ORDER BY sha256", (event.id,)
        )
        return OutboxItem(event, bytes(row[2]), tuple((row[0], bytes(row[1])) for row in blobs))

    def _settle(self, event_id: str, batch_id: str) -> None:
        changed = self._database.execute(
            "UPDATE outbox SET state = 'delivered', reason = NULL, batch_id = ?"
            " WHERE event_id = ? AND state <> 'delivered'",
            (batch_id, event_id),
        )
        if changed:
            self._database.execute("DELETE FROM outbox_blob WHERE event_id = ?", (event_id,))
