"""The one question below every screen: may the person who is signed in do this?"""

from collections.abc import Callable
from typing import Protocol

from station.domain.people import Operator
from station.domain.rights import Action, may
from station.services.errors import NotAllowed
from station.services.status import SignInState

PROGRAM = Operator("system", "", frozenset())
"""The station itself before anybody has signed in: it has no role and so no right."""


class WhoIsHere(Protocol):
    """Whatever knows who is signed in."""

    @property
    def state(self) -> SignInState: ...

    @property
    def author(self) -> Operator: ...


class Guard:
    """Asks the table of rights for whoever is signed in now; nobody signed in may do nothing."""

    def __init__(
        self,
        here: WhoIsHere,
        on_refused: Callable[[Action, str], None] = lambda _action, _actor: None,
    ) -> None:
        """`on_refused` is told the action and the id of who was refused, for the trail."""
        self._here = here
        self._on_refused = on_refused
        self._listeners: list[Callable[[NotAllowed], None]] = []

    def on_refusal(self, listener: Callable[[NotAllowed], None]) -> None:
        """Call `listener` whenever somebody is refused, on the thread where that happens."""
        self._listeners.append(listener)

    @property
    def operator(self) -> Operator | None:
        """Who is signed in now."""
        return self._here.state.operator

    @property
    def author(self) -> Operator:
        """Who is signed in, or who locked the station: what goes on behind the lock is theirs."""
        return self._here.author

    def allows(self, action: Action) -> bool:
        """Whether to show or offer it; asking leaves no trace."""
        operator = self.operator
        return operator is not None and may(operator.roles, action)

    def require(self, action: Action) -> Operator:
        """Who does it, for the record. Raises NotAllowed, which is told to the trail first."""
        operator = self.operator
        if operator is None or not may(operator.roles, action):
            self.tell_refused(action, operator or PROGRAM)
            raise NotAllowed(action)
        return operator

    def permits(self, who: Operator, action: Action) -> bool:
        """Whether this is work that `who`, its author, may do; a refusal is told to the trail."""
        allowed = may(who.roles, action)
        if not allowed:
            self.tell_refused(action, who)
        return allowed

    def tell_refused(self, action: Action, who: Operator) -> None:
        """Leave in the trail that somebody was refused, and let the screen say it."""
        self._on_refused(action, who.operator_id)
        for listener in self._listeners:
            listener(NotAllowed(action))
