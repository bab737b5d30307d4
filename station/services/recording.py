"""Stores what a workflow records, for all three workflows alike."""

from collections.abc import Callable

from station.domain.approvals import Approval, needed_for
from station.domain.people import Operator
from station.domain.rights import RIGHT_TO_RECORD, Action, may
from station.services.guard import Guard
from station.services.runner import Lane, Runner
from station.services.store_room import StoreRoom
from station.workflow.effects import Record
from station.workflow.inputs import Recorded, RecordFailed
from station.workflow.notices import GIVEN_UP, Notice


class Recorder:
    """Writes facts as the work of whoever began them, and only what that person may.

    Facts that could not be written stay their author's: whoever saves them again later, after a
    full disk or another shift's sign-in, does not become their author.
    """

    def __init__(
        self,
        room: StoreRoom,
        runner: Runner,
        guard: Guard,
        on_stored: Callable[[int], None],
        take_approval: Callable[[Approval, str], bool],
    ) -> None:
        """`on_stored` is told how many events have just joined the outbox.

        `take_approval` says whether that person has just allowed this, which counts once.
        """
        self._room = room
        self._runner = runner
        self._guard = guard
        self._on_stored = on_stored
        self._take_approval = take_approval
        self._begun: dict[Record, Operator] = {}

    def record(
        self, effect: Record, author: Operator, answer: Callable[[Recorded | RecordFailed], None]
    ) -> None:
        """Store the facts in one transaction on the database lane."""
        again = effect in self._begun
        author = self._begun.setdefault(effect, author)
        refused = _refused(effect, author) or (None if again else self._unapproved(effect))
        if refused is not None:
            del self._begun[effect]
            self._guard.tell_refused(refused, author)
            answer(RecordFailed(Notice.NOT_ALLOWED))
            return

        def work() -> Recorded | RecordFailed:
            stored = self._room.store_facts(effect.subject, effect.facts, author.operator_id)
            return RecordFailed(stored) if isinstance(stored, Notice) else Recorded(effect.facts)

        def deliver(result: Recorded | RecordFailed) -> None:
            if isinstance(result, Recorded):
                self._on_stored(len(result.facts))
            if isinstance(result, Recorded) or result.notice in GIVEN_UP:
                self._begun.pop(effect, None)
            answer(result)

        self._runner.call(Lane.DATABASE, work, deliver)

    def _unapproved(self, effect: Record) -> Action | None:
        """What a second person would have had to allow: a name in a fact alone is no approval."""
        for fact in effect.facts:
            needed = needed_for(effect.subject, fact)
            if needed is not None and not self._take_approval(*needed):
                return needed[0].action
        return None


def _refused(effect: Record, author: Operator) -> Action | None:
    """What the author would have to be allowed and is not."""
    needed = (RIGHT_TO_RECORD[type(fact)] for fact in effect.facts)
    return next((action for action in needed if not may(author.roles, action)), None)
