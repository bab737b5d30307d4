"""The stored event: what a station's append-only log holds and what travels, byte for byte.

Order is (incarnation, seq), never id or `at`. Unknown types are kept and forwarded. Data holds
ids, enums, times, scores and digests only: whatever identifies a person lives elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sync.wire.canonical import canonical_bytes, sha256_hex
from sync.wire.fields import MAX_SAFE_INTEGER, Fields, JsonObject, Value, parse_json, scalar_map

MAX_EVENT_BYTES = 64 * 1024
GENESIS_HASH = "0" * 64
"""`prev_hash` of the very first event of a station."""
PREVIOUS_PRESS = "previous_press"
"""Data field of `press_captured` (version 2): hash of the person's press event before it."""


class EventType(StrEnum):
    """Types this version knows; the log may hold others."""

    APPLICANT_FOUND = "applicant_found"
    CONSENT_GIVEN = "consent_given"
    DOCUMENTS_CHECKED = "documents_checked"
    IDENTITY_COMPARED = "identity_compared"
    PHOTO_TAKEN = "photo_taken"
    PRESS_CAPTURED = "press_captured"
    FINGER_RESTARTED = "finger_restarted"
    FINGER_EXCEPTED = "finger_excepted"
    FORM_ISSUED = "form_issued"
    FORM_SIGNED = "form_signed"
    CONFIRMATION_SEALED = "confirmation_sealed"
    REVIEW_DECIDED = "review_decided"
    CANDIDATE_SELECTED = "candidate_selected"
    GATE_ATTEMPT = "gate_attempt"
    GATE_LANE_CHANGED = "gate_lane_changed"
    GATE_ADMITTED = "gate_admitted"
    GATE_REFERRED = "gate_referred"
    CONFIRMATION_CORRECTED = "confirmation_corrected"
    LOG_SIGNED = "log_signed"
    STORE_SALVAGED = "store_salvaged"


@dataclass(frozen=True)
class ClockReading:
    """What the station's clock was worth: its offset to the platform and when that was measured.

    `offset_ms` is platform time minus station time; `measured_at` None means never measured.
    """

    source: str
    offset_ms: int
    measured_at: str | None

    @classmethod
    def from_json(cls, value: object) -> ClockReading:
        f = Fields(value, "event.clock")
        reading = cls(
            source=f.token("source", 32),
            offset_ms=f.integer("offset_ms", -MAX_SAFE_INTEGER, MAX_SAFE_INTEGER),
            measured_at=f.optional("measured_at", f.instant),
        )
        f.done()
        return reading

    def to_json(self) -> JsonObject:
        return {
            "source": self.source,
            "offset_ms": self.offset_ms,
            "measured_at": self.measured_at,
        }


@dataclass(frozen=True)
class Event:
    """One fact as stored. `at` is the station's own UTC instant; `boot` and `monotonic_ms` place
    it even if that clock was wrong. `subject` is the opaque id of the person concerned, if any.
    """

    id: str
    station: str
    incarnation: int
    seq: int
    prev_hash: str
    type: str
    version: int
    at: str
    clock: ClockReading
    boot: str
    monotonic_ms: int
    actor: str
    subject: str | None
    data: Mapping[str, Value] = field(default_factory=dict)

    @classmethod
    def from_json(cls, value: object) -> Event:
        """Strict in the envelope, open in `type` and in the names of `data`. Raises WireError."""
        f = Fields(value, "event")
        event = cls(
            id=f.hex_id("id"),
            station=f.token("station"),
            incarnation=f.integer("incarnation", 0, MAX_SAFE_INTEGER),
            seq=f.integer("seq", 1, MAX_SAFE_INTEGER),
            prev_hash=f.digest("prev_hash"),
            type=f.token("type"),
            version=f.integer("version", 1, 1000),
            at=f.instant("at"),
            clock=ClockReading.from_json(f.raw("clock")),
            boot=f.token("boot"),
            monotonic_ms=f.integer("monotonic_ms", 0, MAX_SAFE_INTEGER),
            actor=f.token("actor"),
            subject=f.optional("subject", f.hex_id),
            data=scalar_map(f.raw("data"), "event.data"),
        )
        f.done()
        return event

    @classmethod
    def from_bytes(cls, data: bytes) -> Event:
        return cls.from_json(parse_json(data, MAX_EVENT_BYTES))

    def to_json(self) -> JsonObject:
        data = {k: list(v) if isinstance(v, tuple) else v for k, v in self.data.items()}
        return {**vars(self), "clock": self.clock.to_json(), "data": data}

    def canonical(self) -> bytes:
        """The bytes that are hashed, stored and sent."""
        return canonical_bytes(self.to_json())

    @property
    def simulated(self) -> bool:
        """Whether any device that contributed was simulated; only a demo tenant accepts those."""
        return self.data.get("simulated") is True


def event_hash(event: Event) -> str:
    """SHA-256 of the canonical bytes: the `prev_hash` of the event that follows."""
    return sha256_hex(event.canonical())
