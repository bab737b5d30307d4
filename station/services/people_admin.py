"""The people of a station for its security admin: each change asked of the guard, done off the UI.

What is answered is a value: done (None), a one-time passphrase to show once, or why not.
"""

from collections.abc import Callable
from typing import TypeVar

from station.domain.people import Operator
from station.domain.rights import Action
from station.services.card_sign_in import CardRead, CardSignIn
from station.services.errors import NotAllowed
from station.services.guard import Guard
from station.services.key_access import KeyAccess
from station.services.people_changes import OneTime, PeopleChanges, PeopleRefusal, Person
from station.services.runner import Lane, Runner
from station.services.status import SignInRefusal
from station.services.store_room import StoreRoom
from station.services.trail import Trail
from station.store.errors import StoreError

Result = TypeVar("Result")
Done = Callable[[PeopleRefusal | None], None]
Given = Callable[[OneTime | PeopleRefusal], None]


class PeopleAdmin:
    """Used on the UI thread; every answer comes there."""

    def __init__(
        self,
        room: StoreRoom,
        runner: Runner,
        keys: KeyAccess,
        cards: CardSignIn,
        guard: Guard,
        trail: Trail,
        changed: Callable[[], None],
    ) -> None:
        """`changed` is told whenever the list of people is another one."""
        self._room = room
        self._runner = runner
        self._keys = keys
        self._cards = cards
        self._guard = guard
        self._trail = trail
        self._changed = changed

    def people(self, then: Callable[[tuple[Person, ...] | PeopleRefusal], None]) -> None:
        """Everybody who has or had an account, by id."""

        def work(changes: PeopleChanges) -> tuple[Person, ...] | PeopleRefusal:
            try:
                return changes.people()
            except (StoreError, OSError):
                return PeopleRefusal.STORE_FAILED

        by = self._allowed(Action.SEE_PEOPLE, then)
        if by is not None:
            self._run(by, work, then)

    def add(self, operator: Operator, then: Given) -> None:
        """A new account; its one-time passphrase is shown once."""
        self._change(Action.ADD_PERSON, lambda changes: changes.add(operator), then)

    def change(self, operator: Operator, then: Done) -> None:
        """Another name or other roles; whoever is signed in with the old ones is put out."""
        self._change(Action.CHANGE_ROLES, lambda changes: changes.change(operator), then)

    def disable(self, operator_id: str, then: Done) -> None:
        """Close an account; what its holder had to open the station works no more."""
        self._change(Action.DISABLE_PERSON, lambda changes: changes.disable(operator_id), then)

    def reset_passphrase(self, operator_id: str, then: Given) -> None:
        """A one-time passphrase; a closed account is opened again by it."""
        self._change(
            Action.RESET_PASSPHRASE, lambda changes: changes.reset_passphrase(operator_id), then
        )

    def register_card(
        self,
        operator_id: str,
        pin: str,
        then: Callable[[PeopleRefusal | SignInRefusal | None], None],
    ) -> None:
        """Register the card in the reader, which its holder proves by typing its PIN."""
        by = self._allowed(Action.REGISTER_CARD, then)
        if by is None:
            return

        def read(answer: CardRead | SignInRefusal) -> None:
            if not self._is_here(by):  # a card takes its time
                then(PeopleRefusal.NOT_ALLOWED)
            elif isinstance(answer, SignInRefusal):
                then(answer)
            else:
                register = _registration(operator_id, answer)
                self._change(Action.REGISTER_CARD, register, then)

        self._cards.read(pin, read)

    def remove_card(self, operator_id: str, then: Done) -> None:
        """A card is lost: it signs nobody in and opens nothing any more."""
        self._change(Action.REGISTER_CARD, lambda changes: changes.remove_card(operator_id), then)

    def cancel(self) -> None:
        """Wait for no card any longer."""
        self._cards.cancel()

    def _change(
        self,
        action: Action,
        work: Callable[[PeopleChanges], Result],
        then: Callable[[Result | PeopleRefusal], None],
    ) -> None:
        by = self._allowed(action, then)
        if by is None:
            return

        def told(result: Result) -> None:
            self._changed()
            then(result)

        self._run(by, work, told)

    def _run(
        self,
        by: Operator,
        work: Callable[[PeopleChanges], Result],
        then: Callable[[Result], None],
    ) -> None:
        """Answers whoever asked, and nobody who has come after them: a passphrase may be in it."""
        changes = self._changes(by)

        def deliver(result: Result) -> None:
            if self._is_here(by):
                then(result)
            else:
                self._changed()

        self._runner.call(Lane.POOL, lambda: work(changes), deliver)

    def _allowed(self, action: Action, then: Callable[[PeopleRefusal], None]) -> Operator | None:
        try:
            return self._guard.require(action)
        except NotAllowed:
            then(PeopleRefusal.NOT_ALLOWED)
            return None

    def _is_here(self, by: Operator) -> bool:
        here = self._guard.operator
        return here is not None and here.operator_id == by.operator_id

    def _changes(self, by: Operator) -> PeopleChanges:
        return PeopleChanges(
            operators=self._room.operators,
            keys=self._keys,
            in_store=lambda work: self._runner.ask(Lane.DATABASE, work),
            note=self._trail.note_now,
            by=by.operator_id,
        )


def _registration(
    operator_id: str, card: CardRead
) -> Callable[[PeopleChanges], PeopleRefusal | None]:
    return lambda changes: changes.register_card(operator_id, card)
