"""What a station signs about its log: so far it goes, and this is the hash of its last event.

The same statement stands in the log's own checkpoints and in the head file beside the keys.
"""

from __future__ import annotations

from dataclasses import dataclass

from sync.wire.canonical import canonical_bytes
from sync.wire.fields import MAX_SAFE_INTEGER, Fields, JsonObject


@dataclass(frozen=True)
class LogHead:
    """Position (from 1, over all incarnations) and hash of an event, in one life of one log."""

    station: str
    incarnation: int
    position: int
    head: str

    @classmethod
    def from_json(cls, value: object) -> LogHead:
        f = Fields(value, "log_head")
        head = cls(
            station=f.token("station"),
            incarnation=f.integer("incarnation", 0, MAX_SAFE_INTEGER),
            position=f.integer("position", 1, MAX_SAFE_INTEGER),
            head=f.digest("head"),
        )
        f.done()
        return head

    def to_json(self) -> JsonObject:
        return dict(vars(self))

    def signed_bytes(self) -> bytes:
        """Canonical JSON under a name of its own, so that no other signature fits."""
        return canonical_bytes({"kind": "log-head-1", "head": self.to_json()})


@dataclass(frozen=True)
class DeclaredLoss:
    """Events that a salvage could not rescue, as ranges `first-last` of positions."""

    station: str
    incarnation: int
    gaps: tuple[str, ...]

    def signed_bytes(self) -> bytes:
        """Canonical JSON under a name of its own."""
        loss = {
            "station": self.station,
            "incarnation": self.incarnation,
            "gaps": list(self.gaps),
        }
        return canonical_bytes({"kind": "declared-loss-1", "loss": loss})
