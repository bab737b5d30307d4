"""The one question below every screen: may the person who is signed in do this?"""

from collections.abc import Callable
from typing import Protocol

from station.domain.people import Operator
from station.domain.rights import Action, may
from station.services.errors import NotAllowed
from station.services.status import SignInState


class WhoIsHere(Protocol):
    """Whatever knows who is signed in."""

    @property
    def state(self) -> SignInState: ...


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

    @property
    def operator(self) -> Operator | None:
        """Who is signed in now."""
        return self._here.state.operator

    def allows(self, action: Action) -> bool:
        """Whether to show or offer it; asking leaves no trace."""
        operator = self.operator
        return operator is not None and may(operator.roles, action)

    def require(self, action: Action) -> Operator:
        """Who does it, for the record. Raises NotAllowed, which is told to the trail first."""
        operator = self.operator
        if operator is None or not may(operator.roles, action):
            self._on_refused(action, operator.operator_id if operator else "")
            raise NotAllowed(action)
        return operator
