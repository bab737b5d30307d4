"""The words station and platform share: frozen values with strict reading and writing."""

from sync.errors import WireError
from sync.wire.activation import Activation, ActivationRequest
from sync.wire.answers import (
    MAX_BATCH_EVENTS,
    Gap,
    Page,
    Receipt,
    Rejection,
    Tombstone,
)
from sync.wire.applicant import (
    Applicant,
    ApplicantStatus,
    Application,
    PreviousDegree,
    WorkUnit,
)
from sync.wire.canonical import canonical_bytes, sha256_hex
from sync.wire.confirmation import ConfirmationBundle, PressImage, confirmation_aad
from sync.wire.event import (
    GENESIS_HASH,
    MAX_EVENT_BYTES,
    PREVIOUS_PRESS,
    ClockReading,
    Event,
    EventType,
    event_hash,
)
from sync.wire.exam import Candidate, ExamSession, Purpose, SpecialLane
from sync.wire.fields import (
    Fields,
    JsonObject,
    Scalar,
    Value,
    format_instant,
    parse_instant,
    parse_json,
    to_base64,
)
from sync.wire.log_head import DeclaredLoss, LogHead

__all__ = [
    "GENESIS_HASH",
    "MAX_BATCH_EVENTS",
    "MAX_EVENT_BYTES",
    "PREVIOUS_PRESS",
    "Activation",
    "ActivationRequest",
    "Applicant",
    "ApplicantStatus",
    "Application",
    "Candidate",
    "ClockReading",
    "ConfirmationBundle",
    "DeclaredLoss",
    "Event",
    "EventType",
    "ExamSession",
    "Fields",
    "Gap",
    "JsonObject",
    "LogHead",
    "Page",
    "PressImage",
    "PreviousDegree",
    "Purpose",
    "Receipt",
    "Rejection",
    "Scalar",
    "SpecialLane",
    "Tombstone",
    "Value",
    "WireError",
    "WorkUnit",
    "canonical_bytes",
    "confirmation_aad",
    "event_hash",
    "format_instant",
    "parse_instant",
    "parse_json",
    "sha256_hex",
    "to_base64",
]
