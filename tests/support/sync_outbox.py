"""A queue in memory, in place of the station's store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sync.batch import OutboxItem
from sync.wire import Event, Receipt, sha256_hex


class MemoryOutbox:
    """The station's queue, without the station."""

    def __init__(self, items: Iterable[OutboxItem] = ()) -> None:
        self.items = list(items)
        self.receipts: list[Receipt] = []
        self.settled: list[str] = []
        self.aside: dict[str, str] = {}

    def waiting(self, limit: int) -> Sequence[OutboxItem]:
        return self.items[:limit]

    def delivered(self, event_ids: Sequence[str], receipt: Receipt) -> None:
        self.receipts.append(receipt)
        self.settled += event_ids
        self.items = [item for item in self.items if item.event.id not in event_ids]

    def quarantine(self, event_id: str, reason: str) -> None:
        self.aside[event_id] = reason
        self.items = [item for item in self.items if item.event.id != event_id]

    def count(self) -> int:
        return len(self.items)


def item(event: Event, *blobs: bytes) -> OutboxItem:
    return OutboxItem(event, event.canonical(), tuple((sha256_hex(blob), blob) for blob in blobs))
