"""What the platform answers: receipts, pages of applicants, tombstones, activation."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from sync.wire.applicant import Applicant
from sync.wire.canonical import canonical_bytes
from sync.wire.fields import MAX_SAFE_INTEGER, Fields, JsonObject, to_base64

MAX_BATCH_EVENTS = 500
MAX_PAGE_ITEMS = 1000
SIGNATURE_BYTES = 65
_EVENT_REFERENCE = re.compile(r"[0-9a-f]{32}\Z|#\d{1,4}\Z")


@dataclass(frozen=True)
class Rejection:
    """An event the platform will never take as it is.

    `id` is the event's id, or `#n` (place in the batch) where no id could be read.
    """

    id: str
    reason: str

    @classmethod
    def from_json(cls, value: object) -> Rejection:
        f = Fields(value, "rejection")
        rejection = cls(f.matching("id", _EVENT_REFERENCE), f.token("reason"))
        f.done()
        return rejection


@dataclass(frozen=True)
class Gap:
    """Numbers of one incarnation that the platform has never seen, both ends included."""

    incarnation: int
    first_seq: int
    last_seq: int

    @classmethod
    def from_json(cls, value: object) -> Gap:
        f = Fields(value, "gap")
        gap = cls(
            f.integer("incarnation", 0, MAX_SAFE_INTEGER),
            f.integer("first_seq", 1, MAX_SAFE_INTEGER),
            f.integer("last_seq", 1, MAX_SAFE_INTEGER),
        )
        f.done()
        return gap


@dataclass(frozen=True)
class Receipt:
    """The platform's signed word on one batch: what it holds now, and what it will not take.

    The signature is Ed25519 over `signed_bytes()`, so a receipt can be kept and shown later.
    """

    batch_id: str
    station: str
    accepted: tuple[str, ...]
    already: tuple[str, ...]
    rejected: tuple[Rejection, ...]
    gaps: tuple[Gap, ...]
    hub_time: str
    signature: bytes = b""

    @property
    def settled(self) -> tuple[str, ...]:
        """Events the platform holds, whether from this sending or an earlier one."""
        return self.accepted + self.already

    @classmethod
    def from_json(cls, value: object) -> Receipt:
        f = Fields(value, "receipt")
        receipt = cls(
            batch_id=f.hex_id("batch_id"),
            station=f.token("station"),
            accepted=_ids(f, "accepted"),
            already=_ids(f, "already"),
            rejected=tuple(map(Rejection.from_json, f.items("rejected", MAX_BATCH_EVENTS))),
            gaps=tuple(map(Gap.from_json, f.items("gaps", MAX_BATCH_EVENTS))),
            hub_time=f.instant("hub_time"),
            signature=f.blob("signature", SIGNATURE_BYTES),
        )
        f.done()
        return receipt

    def to_json(self) -> JsonObject:
        return {
            "batch_id": self.batch_id,
            "station": self.station,
            "accepted": list(self.accepted),
            "already": list(self.already),
            "rejected": [dict(vars(rejection)) for rejection in self.rejected],
            "gaps": [dict(vars(gap)) for gap in self.gaps],
            "hub_time": self.hub_time,
            "signature": to_base64(self.signature),
        }

    def signed_bytes(self) -> bytes:
        """Canonical JSON of everything but the signature, under a name of its own."""
        unsigned = replace(self, signature=b"").to_json()
        return canonical_bytes({"kind": "receipt-1", "receipt": unsigned})


def _ids(f: Fields, name: str) -> tuple[str, ...]:
    values = f.items(name, MAX_BATCH_EVENTS)
    return tuple(Fields({name: value}, "receipt").hex_id(name) for value in values)


@dataclass(frozen=True)
class Tombstone:
    """This person's data must be erased; the opaque id and a reason code are all that remains."""

    subject: str
    reason: str
    at: str

    @classmethod
    def from_json(cls, value: object) -> Tombstone:
        f = Fields(value, "tombstone")
        tombstone = cls(f.hex_id("subject"), f.token("reason"), f.instant("at"))
        f.done()
        return tombstone

    def to_json(self) -> JsonObject:
        return dict(vars(self))


@dataclass(frozen=True)
class Page:
    """Applicants changed and persons erased since a cursor; an empty page means up to date."""

    applicants: tuple[Applicant, ...]
    tombstones: tuple[Tombstone, ...]
    cursor: str

    @property
    def is_empty(self) -> bool:
        return not self.applicants and not self.tombstones

    @classmethod
    def from_json(cls, value: object) -> Page:
        f = Fields(value, "page")
        page = cls(
            tuple(map(Applicant.from_json, f.items("applicants", MAX_PAGE_ITEMS))),
            tuple(map(Tombstone.from_json, f.items("tombstones", MAX_PAGE_ITEMS))),
            f.token("cursor"),
        )
        f.done()
        return page

    def to_json(self) -> JsonObject:
        return {
            "applicants": [applicant.to_json() for applicant in self.applicants],
            "tombstones": [tombstone.to_json() for tombstone in self.tombstones],
            "cursor": self.cursor,
        }
