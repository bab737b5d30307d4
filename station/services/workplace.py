"""A workflow with the person behind every input: whose right is asked, and whose work it becomes.

Whoever sends an input is the author of everything that follows from it, however late an answer
comes and whoever is signed in by then: a press that A asked for is never stored as B's.
"""

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from station.domain.people import Operator
from station.domain.rights import Action
from station.services.errors import NotAllowed
from station.services.guard import Guard
from station.services.machine import Machine
from station.workflow.inputs import DeviceBack, DeviceLost

State = TypeVar("State")
Input = TypeVar("Input")
EffectT = TypeVar("EffectT")


class Workplace(Generic[State, Input, EffectT]):
    """One workflow on the UI thread, worked by one person at a time."""

    def __init__(
        self,
        machine: Machine[State, Input, EffectT],
        guard: Guard,
        rights: Mapping[type[Input], Action],
        leave: Input,
        is_open: Callable[[State], bool],
    ) -> None:
        """`rights` are the inputs of a person with what they take; no other input is taken.

        `leave` puts aside what is open (`is_open`) without losing anything that is stored.
        """
        self._machine = machine
        self._guard = guard
        self._rights = rights
        self._leave = leave
        self._is_open = is_open
        self._sender: Operator | None = None
        self._holder: Operator | None = None

    @property
    def author(self) -> Operator:
        """Whose work the effects are that are carried out now."""
        return self._sender or self._guard.author

    def send(self, event: Input) -> NotAllowed | None:
        """An input of whoever is signed in; what they may not do changes nothing and is told."""
        if isinstance(event, DeviceLost | DeviceBack):
            self.tell(event)
            return None
        try:
            author = self._guard.require(self._rights[type(event)])
        except NotAllowed as refused:
            return refused
        self._send_as(author, event)
        return None

    def tell(self, news: Input) -> None:
        """What no person did, such as a plug that was pulled."""
        self._send_as(self._guard.author, news)

    def answering(self) -> Callable[[Input], None]:
        """Where the answer to the effect under way goes, as work of its author."""
        author = self.author
        return lambda event: self._send_as(author, event)

    def hand_over(self) -> None:
        """Put aside what somebody else has open, once another person is signed in.

        What is not on disk yet stays, as theirs, and is put aside as soon as it is stored.
        """
        here, holder = self._guard.operator, self._holder
        if here is None or holder is None or here.operator_id == holder.operator_id:
            return
        self._apply(holder, self._leave)

    def _send_as(self, author: Operator, event: Input) -> None:
        self._apply(author, event)
        if self._sender is None:
            self.hand_over()

    def _apply(self, author: Operator, event: Input) -> None:
        before, self._sender = self._sender, author
        try:
            self._machine.send(event)
        finally:
            self._sender = before
        if not self._is_open(self._machine.state):
            self._holder = None
        elif self._holder is None:
            self._holder = author
