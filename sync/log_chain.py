"""The rules by which one event of a station's log follows another, and what breaks them.

Used by the station on its database and by whoever holds an export: neither needs the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sync.errors import SealError, WireError
from sync.seal import SIGNATURE_BYTES, VerifyKey
from sync.wire import (
    GENESIS_HASH,
    PREVIOUS_PRESS,
    DeclaredLoss,
    Event,
    EventType,
    Fields,
    LogHead,
)


class Fault(StrEnum):
    """What is wrong at a place of the log."""

    ALTERED = "altered"
    """The bytes do not have the hash they were stored with, or the columns tell another story."""
    UNLINKED = "unlinked"
    """The event does not name the one before it."""
    MISSING = "missing"
    """A position or a number was skipped."""
    OUT_OF_ORDER = "out_of_order"
    """Incarnation or number go backwards."""
    FOREIGN = "foreign"
    """The event names another station, or a life of the log that never was."""
    FORGED_SIGNATURE = "forged_signature"
    """A checkpoint, declared loss or receipt is not signed by who should have signed it."""
    UNSIGNED = "unsigned"
    """More events stand behind the last signature than the station ever leaves unsigned."""
    CUT_OFF = "cut_off"
    """The head file or a receipt knows events that the log does not hold."""
    REPLACED = "replaced"
    """The head file knows another event at this place."""
    PRESS_UNLINKED = "press_unlinked"
    """A press does not name the same person's press before it."""
    EVIDENCE = "evidence"
    """What the event refers to was exchanged, or is gone and the log tells of no deletion."""


@dataclass(frozen=True)
class ChainFault:
    position: int
    kind: Fault


@dataclass(frozen=True)
class _Link:
    """What the next event must continue."""

    position: int = 0
    hash: str = GENESIS_HASH
    incarnation: int = 0
    seq: int = 0


class LogWalk:
    """One pass over a log, event by event: what does not continue what stands before it.

    Attributes:
        events: how many were read.
        lost: events that a declared loss excused.
        last_signed: position of the last true signature.
        faults: what was found.
    """

    def __init__(
        self,
        station: str | None = None,
        key: VerifyKey | None = None,
        gaps: Mapping[int, int] | None = None,
        chained_presses: bool = True,
    ) -> None:
        """`station` and `key` are checked where given; `gaps` are excused (first to last position).

        Presses are only held against one another where the walk begins with the log.
        """
        self._station = station
        self._key = key
        self._gaps = dict(gaps or {})
        self._link = _Link()
        self._presses: dict[str, str] | None = {} if chained_presses else None
        self.events = 0
        self.lost = 0
        self.last_signed = 0
        self.faults: list[ChainFault] = []

    @property
    def position(self) -> int:
        """Where the walk stands."""
        return self._link.position

    @property
    def head(self) -> str:
        """Hash of the event at `position`."""
        return self._link.hash

    def start_after(self, position: int, digest: str, incarnation: int, seq: int) -> None:
        """Begin behind an event that is taken as it is."""
        self._link = _Link(position, digest, incarnation, seq)

    def fault(self, position: int, kind: Fault) -> None:
        self.faults.append(ChainFault(position, kind))

    def unreadable(self, position: int, digest: str) -> None:
        """The bytes at `position` are no event."""
        self.events += 1
        self.fault(position, Fault.ALTERED)
        self._link = _Link(position, digest, self._link.incarnation, self._link.seq + 1)

    def step(self, position: int, event: Event, digest: str) -> None:
        """The next event; `digest` is the SHA-256 of its canonical bytes."""
        self.events += 1
        self._place(position, event)
        self._signatures(position, event)
        self._press(position, event, digest)
        self._link = _Link(position, digest, event.incarnation, event.seq)

    def _place(self, position: int, event: Event) -> None:
        last = self._link
        skipped = position - last.position - 1
        if skipped > 0 and self._gaps.get(last.position + 1) == position - 1:
            self.lost += skipped
            # What was lost cannot be followed; that nothing else is missing can still be seen.
            if event.incarnation == last.incarnation and event.seq != last.seq + skipped + 1:
                self.fault(position, Fault.OUT_OF_ORDER)
            return
        if event.prev_hash != last.hash:
            self.fault(position, Fault.UNLINKED)
        expected_seq = last.seq + 1 if event.incarnation == last.incarnation else 1
        if event.incarnation < last.incarnation or event.seq < expected_seq:
            self.fault(position, Fault.OUT_OF_ORDER)
        elif skipped or event.seq > expected_seq:
            self.fault(position, Fault.MISSING)

    def _signatures(self, position: int, event: Event) -> None:
        if self._station is not None and event.station != self._station:
            self.fault(position, Fault.FOREIGN)
        if event.type == EventType.LOG_SIGNED:
            if self._key is None or is_true_checkpoint(event, position, self._key):
                self.last_signed = position
            else:
                self.fault(position, Fault.FORGED_SIGNATURE)
        if event.type == EventType.STORE_SALVAGED and declared_gaps(event, self._key) is None:
            self.fault(position, Fault.FORGED_SIGNATURE)

    def _press(self, position: int, event: Event, digest: str) -> None:
        if self._presses is None or event.type != EventType.PRESS_CAPTURED or not event.subject:
            return
        before = self._presses.get(event.subject, GENESIS_HASH)
        # A declared loss may have held the press that this one names.
        if event.version > 1 and not self.lost and event.data.get(PREVIOUS_PRESS) != before:
            self.fault(position, Fault.PRESS_UNLINKED)
        self._presses[event.subject] = digest


def is_true_checkpoint(event: Event, position: int, key: VerifyKey) -> bool:
    """Whether a `log_signed` event at `position` signs exactly what stands before it."""
    try:
        fields = Fields(dict(event.data), "log_signed")
        head = LogHead(
            event.station,
            event.incarnation,
            fields.integer("position", 0, 2**53 - 1),
            fields.digest("head"),
        )
        key.verify(fields.blob("signature", SIGNATURE_BYTES), head.signed_bytes())
    except (WireError, SealError):
        return False
    return head.position == position - 1 and head.head == event.prev_hash


def declared_gaps(event: Event, key: VerifyKey | None) -> tuple[tuple[int, int], ...] | None:
    """Ranges (both ends included) that a `store_salvaged` event declares lost.

    None when it is malformed, or not signed by `key` where one is given: then it excuses nothing.
    """
    gaps = event.data.get("gaps")
    try:
        texts = tuple(str(gap) for gap in gaps) if isinstance(gaps, tuple) else ()
        ranges = tuple((int(first), int(last)) for first, last in (g.split("-") for g in texts))
        if key is not None:
            signature = Fields(dict(event.data), "store_salvaged").blob(
                "signature", SIGNATURE_BYTES
            )
            loss = DeclaredLoss(event.station, event.incarnation, texts)
            key.verify(signature, loss.signed_bytes())
    except (ValueError, WireError, SealError):
        return None
    return ranges if all(0 < first <= last for first, last in ranges) else None
