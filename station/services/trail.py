"""The audit trail as the services write it: one note, one event of the log.

What cannot be written at once (a full disk) is kept in order and written before the next note, so
nothing is forgotten while the program runs. Reading a person's record does not use that mercy: it
is noted with `note_now` before anything is shown, and what cannot be noted is not shown.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from station.domain.audit import AuditFact, OperatorSignedOut, StationStopped
from station.services.fact_events import audit_draft_of
from station.services.runner import Lane, Runner
from station.services.store_room import StoreRoom
from station.store.drafts import EventDraft
from station.store.errors import StoreError
from station.store.events import StoredEvent

SYSTEM = "system"
_SIGN_AFTER = frozenset({OperatorSignedOut.TYPE, StationStopped.TYPE})


@dataclass(frozen=True)
class TrailStanding:
    """How many notes wait for a disk that takes them; 0 is the usual."""

    unwritten: int = 0


class Trail:
    """Notes audit facts in the station's log."""

    def __init__(
        self, room: StoreRoom, runner: Runner, on_stored: Callable[[int], None] = lambda _: None
    ) -> None:
        """`on_stored` is told on the UI thread how many events have just joined the outbox."""
        self._room = room
        self._runner = runner
        self._on_stored = on_stored
        self._waiting: list[EventDraft] = []
        self._guard = threading.Lock()

    def note(self, fact: AuditFact, actor: str, subject: str | None = None) -> None:
        """Write the fact on the database lane; returns at once and never fails."""
        draft = audit_draft_of(fact, actor, subject)
        with self._guard:
            self._waiting.append(draft)
        self.write_what_waits()

    def write_what_waits(self) -> None:
        """Try again on the database lane; returns at once."""
        self._runner.call(Lane.DATABASE, self.flush, self._told)

    def note_now(self, fact: AuditFact, actor: str, subject: str | None = None) -> StoredEvent:
        """Write the fact in the caller's turn on the database lane, after what still waits.

        Raises:
            StoreError: it is not written, so what it is about must not happen.
        """
        draft = audit_draft_of(fact, actor, subject)
        waiting = self._take()
        try:
            stored = self._room.log.append_many((*waiting, draft))
        except StoreError:
            self._give_back(waiting)
            raise
        self._runner.post(lambda: self._on_stored(len(stored)))
        return stored[-1]

    def flush(self) -> int:
        """Write what waits, on the database lane; how many that were. 0 when it cannot be."""
        waiting = self._take()
        if not waiting:
            return 0
        try:
            stored = self._room.log.append_many(waiting)
        except StoreError:
            self._give_back(waiting)
            return 0
        if any(draft.type in _SIGN_AFTER for draft in waiting):
            self.sign()
        return len(stored)

    def sign(self) -> None:
        """Sign the log as it stands, on the database lane; a full disk leaves it to the next."""
        with suppress(StoreError):
            self._room.log.sign()

    def close(self) -> None:
        """Say that the program ends, sign all, and let go of the head file; on the lane."""
        self.note_last(StationStopped())
        self._room.log.close()

    def note_last(self, fact: AuditFact) -> None:
        """Write a fact of the program itself on the lane, if the disk takes it."""
        with self._guard:
            self._waiting.append(audit_draft_of(fact, SYSTEM))
        self.flush()

    @property
    def standing(self) -> TrailStanding:
        """Whether the trail is behind."""
        with self._guard:
            return TrailStanding(len(self._waiting))

    def _take(self) -> tuple[EventDraft, ...]:
        with self._guard:
            taken = tuple(self._waiting)
            self._waiting.clear()
        return taken

    def _give_back(self, drafts: tuple[EventDraft, ...]) -> None:
        with self._guard:
            self._waiting[:0] = drafts

    def _told(self, written: int) -> None:
        if written:
            self._on_stored(written)
