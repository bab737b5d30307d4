"""What the log holds fast about evidence: presses form a chain, and a sealed record stays shut.

Each `press_captured` event names the hash of the same person's press before it, so that no press
can be exchanged, left out or reordered without its successors saying so; a restarted finger's
presses stay in this chain. After `confirmation_sealed` no other fact of the confirmation is taken
about that person: what was wrong is said by a `confirmation_corrected` event of its own.
"""

import typing

from station.domain.facts import (
    ConfirmationCorrected,
    ConfirmationFact,
    ConfirmationSealed,
    PressCaptured,
)
from station.store.database import Database
from station.store.drafts import EventDraft
from station.store.errors import ConfirmationIsSealed
from sync.wire import GENESIS_HASH, PREVIOUS_PRESS, Value

CLOSED_BY_SEALING = frozenset(fact_type.TYPE for fact_type in typing.get_args(ConfirmationFact)) - {
    ConfirmationCorrected.TYPE
}


def check_still_open(database: Database, draft: EventDraft) -> None:
    """Refuse a fact that would reopen a sealed confirmation.

    Raises:
        ConfirmationIsSealed: the person's confirmation is sealed.
        ValueError: a correction of what was never sealed.
    """
    if draft.type in CLOSED_BY_SEALING and _is_sealed(database, draft.subject):
        raise ConfirmationIsSealed
    if draft.type == ConfirmationCorrected.TYPE and not _is_sealed(database, draft.subject):
        raise ValueError("only a sealed confirmation is corrected")


def press_link(database: Database, draft: EventDraft) -> dict[str, Value]:
    """The data that chain a press to the one before it; empty for all other events."""
    if draft.type != PressCaptured.TYPE:
        return {}
    row = database.row(
        "SELECT hash FROM event WHERE subject = ? AND type = ? ORDER BY position DESC LIMIT 1",
        (draft.subject, PressCaptured.TYPE),
    )
    return {PREVIOUS_PRESS: GENESIS_HASH if row is None else str(row[0])}


def _is_sealed(database: Database, subject: str | None) -> bool:
    found = database.row(
        "SELECT 1 FROM event WHERE subject = ? AND type = ? LIMIT 1",
        (subject, ConfirmationSealed.TYPE),
    )
    return found is not None
