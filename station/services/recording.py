"""Stores what a workflow records, for all three workflows alike."""

from collections.abc import Callable

from station.services.runner import Lane, Runner
from station.services.sign_in import SignInService
from station.services.store_room import StoreRoom
from station.workflow.effects import Record
from station.workflow.inputs import Recorded, RecordFailed
from station.workflow.notices import Notice


class Recorder:
    """Writes facts as the operator who is signed in when the effect arrives."""

    def __init__(
        self,
        room: StoreRoom,
        runner: Runner,
        sign_in: SignInService,
        on_stored: Callable[[int], None],
    ) -> None:
        """`on_stored` is told how many events have just joined the outbox."""
        self._room = room
        self._runner = runner
        self._sign_in = sign_in
        self._on_stored = on_stored

    def record(self, effect: Record, answer: Callable[[Recorded | RecordFailed], None]) -> None:
        """Store the facts in one transaction on the database lane."""
        actor = self._sign_in.actor

        def work() -> Recorded | RecordFailed:
            stored = self._room.store_facts(effect.subject, effect.facts, actor)
            return RecordFailed(stored) if isinstance(stored, Notice) else Recorded(effect.facts)

        def deliver(result: Recorded | RecordFailed) -> None:
            if isinstance(result, Recorded):
                self._on_stored(len(result.facts))
            answer(result)

        self._runner.call(Lane.DATABASE, work, deliver)
