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

        self._run(Action.SEE_PEOPLE, work, then)

    def add(self, operator: Operator, then: Given) -> None:
        """A new account; its one-time passphrase is shown once."""
        self._run(Action.ADD_PERSON, lambda changes: changes.add(operator), self._told(then))

    def change(self, operator: Operator, then: Done) -> None:
        """Another name or other roles; they hold from the next sign-in."""
        self._run(Action.CHANGE_ROLES, lambda changes: changes.change(operator), self._told(then))

    def disable(self, operator_id: str, then: Done) -> None:
        """Close an account; what its holder had to open the station works no more."""
        self._run(
            Action.DISABLE_PERSON, lambda changes: changes.disable(operator_id), self._told(then)
        )

    def reset_passphrase(self, operator_id: str, then: Given) -> None:
        """A one-time passphrase; a closed account is opened again by it."""
        self._run(
            Action.RESET_PASSPHRASE,
            lambda changes: changes.reset_passphrase(operator_id),
            self._told(then),
        )

    def register_card(
        self,
        operator_id: str,
        pin: str,
        then: Callable[[PeopleRefusal | SignInRefusal | None], None],
    ) -> None:
        """Register the card in the reader, which its holder proves by typing its PIN."""
        if self._refused(Action.REGISTER_CARD):
            then(PeopleRefusal.NOT_ALLOWED)
            return

        def read(answer: CardRead | SignInRefusal) -> None:
            if isinstance(answer, SignInRefusal):
                then(answer)
                return
            self._run(
                Action.REGISTER_CARD,
                lambda changes: changes.register_card(operator_id, answer),
                self._told(then),
            )

        self._cards.read(pin, read)

    def cancel(self) -> None:
        """Wait for no card any longer."""
        self._cards.cancel()

    def _run(
        self,
        action: Action,
        work: Callable[[PeopleChanges], Result],
        then: Callable[[Result | PeopleRefusal], None],
    ) -> None:
        if self._refused(action):
            then(PeopleRefusal.NOT_ALLOWED)
            return
        changes = self._changes()
        self._runner.call(Lane.POOL, lambda: work(changes), then)

    def _refused(self, action: Action) -> bool:
        try:
            self._guard.require(action)
        except NotAllowed:
            return True
        return False

    def _changes(self) -> PeopleChanges:
        return PeopleChanges(
            operators=self._room.operators,
            keys=self._keys,
            in_store=lambda work: self._runner.ask(Lane.DATABASE, work),
            note=self._trail.note_now,
            by=self._guard.author.operator_id,
        )

    def _told(self, then: Callable[[Result], None]) -> Callable[[Result], None]:
        def tell(result: Result) -> None:
            self._changed()
            then(result)

        return tell
