"""The door to the station's store: what waits, what is settled, what is set aside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sync.batch import OutboxItem
from sync.wire import Receipt

__all__ = ["Outbox", "OutboxItem"]


class Outbox(Protocol):
    """Durable queue in the order (incarnation, seq). Each call is one transaction.

    An event leaves it in two ways only: the platform's signed receipt says it holds the event,
    or it is set aside for a person to look at. Neither deletes the event itself.
    """

    def waiting(self, limit: int) -> Sequence[OutboxItem]:
        """Up to `limit` items from the head, in order; reading them changes nothing."""
        ...

    def delivered(self, event_ids: Sequence[str], receipt: Receipt) -> None:
        """Keep the receipt and take these events off the queue; unknown ids are ignored."""
        ...

    def quarantine(self, event_id: str, reason: str) -> None:
        """Set one event aside, kept whole, with the reason; the queue goes on behind it."""
        ...

    def count(self) -> int:
        """Events waiting, without those set aside."""
        ...
