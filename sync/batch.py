"""What goes out together: events in their stored bytes, with the blobs they speak of."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sync.wire import Event, canonical_bytes


@dataclass(frozen=True)
class OutboxItem:
    """One waiting event, its canonical bytes, and (SHA-256, sealed bytes) of each blob."""

    event: Event
    event_bytes: bytes
    blobs: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True)
class Batch:
    """Events in log order. The id follows from the content: sent again, it is the same batch."""

    items: tuple[OutboxItem, ...]

    @property
    def id(self) -> str:
        digest = hashlib.sha256()
        for item in self.items:
            digest.update(hashlib.sha256(item.event_bytes).digest())
        return digest.hexdigest()[:32]

    @property
    def event_ids(self) -> tuple[str, ...]:
        return tuple(item.event.id for item in self.items)

    def body(self) -> bytes:
        """JSON with every event exactly as stored: what was hashed is what travels."""
        events = b",".join(item.event_bytes for item in self.items)
        return b'{"batch_id":' + canonical_bytes(self.id) + b',"events":[' + events + b"]}"


def take_batch(waiting: Sequence[OutboxItem], max_events: int, max_bytes: int) -> Batch:
    """The longest beginning of `waiting` within both limits, and never less than one event."""
    taken: list[OutboxItem] = []
    size_bytes = 0
    for item in waiting[: max(1, max_events)]:
        size_bytes += len(item.event_bytes)
        if taken and size_bytes > max_bytes:
            break
        taken.append(item)
    return Batch(tuple(taken))
