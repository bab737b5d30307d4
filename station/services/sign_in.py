"""Who works at the station, and the second person's word."""

from collections.abc import Callable

from station.domain.people import Operator
from station.services.guard import PROGRAM
from station.services.runner import Lane, Runner
from station.services.status import SignInFailure, SignInState
from station.services.store_room import StoreRoom


class SignInService:
    """Signs operators in and out; checks a second person without ending the first one's work."""

    def __init__(self, room: StoreRoom, runner: Runner) -> None:
        self._room = room
        self._runner = runner
        self._operators: tuple[Operator, ...] = ()
        self._listeners: list[Callable[[SignInState], None]] = []
        self._author = PROGRAM
        self.state = SignInState()

    def on_change(self, listener: Callable[[SignInState], None]) -> None:
        """Call `listener` with every new state."""
        self._listeners.append(listener)

    def load(self) -> None:
        """Read who may sign in here."""
        self._runner.call(Lane.DATABASE, self._room.operators.all, self._loaded)

    def operators(self) -> tuple[Operator, ...]:
        """Everybody who may sign in here."""
        return self._operators

    @property
    def actor(self) -> str:
        """Id of whoever is signed in; events are theirs.

        While the station is locked, of who locked it: the visit under way is still their work, and
        `system` is the program alone.
        """
        return self._author.operator_id

    @property
    def author(self) -> Operator:
        """The same as a person with roles, as they were at sign-in."""
        return self._author

    def sign_in(self, operator_id: str, passphrase: str) -> None:
        """Check the passphrase off the UI thread and become that operator, or say it was wrong."""
        self._show(SignInState(busy=True))

        def deliver(found: Operator | None) -> None:
            failure = None if found else SignInFailure.WRONG
            self._show(SignInState(operator=found, failure=failure))

        self._verify(operator_id, passphrase, deliver)

    def enter(self, operator_id: str) -> None:
        """Become the operator who has just opened the station with a key of their own."""

        def deliver(listed: tuple[Operator, ...]) -> None:
            self._operators = listed
            found = next((one for one in listed if one.operator_id == operator_id), None)
            self._show(SignInState(operator=found))

        self._runner.call(Lane.DATABASE, self._room.operators.all, deliver)

    def sign_out(self) -> None:
        """Lock the station; open work stays as it is."""
        self._show(SignInState())

    def approve(
        self, operator_id: str, passphrase: str, then: Callable[[str | SignInFailure], None]
    ) -> None:
        """Check a second person, who must be another one than is signed in."""
        if operator_id == self.actor:
            then(SignInFailure.SAME_PERSON)
            return

        def deliver(found: Operator | None) -> None:
            then(found.operator_id if found else SignInFailure.WRONG)

        self._verify(operator_id, passphrase, deliver)

    def _verify(
        self, operator_id: str, passphrase: str, then: Callable[[Operator | None], None]
    ) -> None:
        self._runner.call(
            Lane.DATABASE, lambda: self._room.operators.verify(operator_id, passphrase), then
        )

    def _loaded(self, operators: tuple[Operator, ...]) -> None:
        self._operators = operators
        self._show(self.state)

    def _show(self, state: SignInState) -> None:
        self.state = state
        if state.operator is not None:
            self._author = state.operator
        for listener in self._listeners:
            listener(state)
